"""Settings: what each is for, which value wins, and what is said of one that cannot be."""

from __future__ import annotations

import stat
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from passerelle.kernel import Misconfigured
from passerelle.settings import PREFIX, Settings, read_secret, read_settings, secret_file

PROJECT = Path(__file__).parent.parent.parent


class TestReading:
    def test_without_any_setting_everything_is_in_one_folder(self) -> None:
        settings = read_settings({})

        assert settings == Settings()
        assert settings.store_url == "sqlite:///passerelle-home/store.sqlite3"
        assert settings.lake_location == "passerelle-home/lake"
        assert settings.engine_url == ""

    def test_every_setting_is_an_environment_variable_that_is_documented(self) -> None:
        page = (PROJECT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
        for each in fields(Settings):
            assert each.metadata["about"].endswith((".", "`.", ")."))
            assert f"`{PREFIX}{each.name.upper()}`" in page

    def test_every_setting_is_read_from_its_variable(self) -> None:
        settings = read_settings(
            {
                "PASSERELLE_HOME": "/srv/données",
                "PASSERELLE_DATABASE_URL": "postgresql://marie@host/base",
                "PASSERELLE_LAKE_URL": "s3://bucket/lake",
                "PASSERELLE_ENGINE_URL": "sc://host:15002",
                "PASSERELLE_LANGUAGE": "fr_FR.UTF-8",
                "PASSERELLE_MEMORY_LIMIT": "800MB",
                "PASSERELLE_THREADS": " 2 ",
                "PASSERELLE_SECRET_KEY": "k" * 40,
                "HOME": "/root",
            }
        )

        assert settings == Settings(
            home=Path("/srv/données"),
            database_url="postgresql://marie@host/base",
            lake_url="s3://bucket/lake",
            engine_url="sc://host:15002",
            language="fr",
            memory_limit="800MB",
            threads=2,
            secret_key="k" * 40,
        )
        assert settings.store_url == "postgresql://marie@host/base"
        assert settings.lake_location == "s3://bucket/lake"

    def test_a_variable_that_is_empty_is_one_that_is_not_set(self) -> None:
        empty = {f"{PREFIX}{each.name.upper()}": "" for each in fields(Settings)}

        assert read_settings(empty) == Settings()

    def test_the_home_of_the_command_line_wins(self) -> None:
        settings = read_settings({"PASSERELLE_HOME": "/one"}, home=Path("/other"))

        assert settings.home == Path("/other")
        assert settings.lake_location == "/other/lake"

    def test_a_tilde_is_the_home_of_the_user(self) -> None:
        assert read_settings({"PASSERELLE_HOME": "~/base"}).home == Path.home() / "base"

    def test_settings_do_not_change(self) -> None:
        with pytest.raises(FrozenInstanceError):
            Settings().home = Path("/elsewhere")  # type: ignore[misc]  # that is the point

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("THREADS", "many"),
            ("THREADS", "-1"),
            ("THREADS", "1.5"),
            ("THREADS", "٣"),
            ("THREADS", "99999999"),
            ("MEMORY_LIMIT", "lots"),
            ("MEMORY_LIMIT", "2"),
            ("MEMORY_LIMIT", "2 GB; drop"),
            ("LANGUAGE", "de"),
            ("HOME", "~nobody-of-that-name/base"),
            ("DATABASE_URL", "mysql://marie:s3cret@host/base"),
            ("DATABASE_URL", "s3cret"),
            ("ENGINE_URL", "http://host/;token=s3cret"),
        ],
    )
    def test_a_value_that_cannot_be_is_told_by_its_setting(self, name: str, value: str) -> None:
        with pytest.raises(Misconfigured, match=f"^PASSERELLE_{name} ") as told:
            read_settings({f"PASSERELLE_{name}": value})

        assert told.value.hint
        assert "s3cret" not in f"{told.value}{told.value.hint}"

    def test_nothing_secret_is_printed(self) -> None:
        settings = Settings(
            database_url="postgresql://marie:s3cret@host/base",
            engine_url="sc://host/;token=s3cret",
            secret_key="s3cret" * 8,
        )

        assert "s3cret" not in repr(settings)


class TestSecret:
    def test_it_is_made_once_for_its_owner_only(self, home: Path) -> None:
        settings = Settings(home=home)

        first = read_secret(settings)

        file = secret_file(settings)
        assert file == home / "secret.key"
        assert len(first) >= 32
        assert read_secret(settings) == first
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert [each.name for each in home.iterdir()] == ["secret.key"]

    def test_two_homes_have_two_secrets(self, tmp_path: Path) -> None:
        homes = [tmp_path / "one", tmp_path / "two"]
        for each in homes:
            each.mkdir()

        assert len({read_secret(Settings(home=each)) for each in homes}) == 2

    def test_eight_processes_that_start_at_once_agree(self, home: Path) -> None:
        code = """
import sys, time
from pathlib import Path
from passerelle.settings import Settings, read_secret
start = Path(sys.argv[1]) / "start"
while not start.exists():
    time.sleep(0.001)
print(read_secret(Settings(home=Path(sys.argv[1]))).decode())
"""
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", code, str(home)], stdout=subprocess.PIPE, text=True
            )
            for _ in range(8)
        ]
        (home / "start").touch()

        secrets = {each.communicate()[0] for each in processes}

        assert len(secrets) == 1
        assert secrets == {read_secret(Settings(home=home)).decode() + "\n"}

    def test_one_that_was_left_half_made_does_not_matter(self, home: Path) -> None:
        (home / ".secret.draft").write_text("half")

        assert len(read_secret(Settings(home=home))) >= 32

    def test_it_may_be_given_and_then_no_file_is_made(self, home: Path) -> None:
        settings = read_settings({"PASSERELLE_SECRET_KEY": f"{'k' * 32}\n"}, home=home)

        assert read_secret(settings) == b"k" * 32
        assert secret_file(settings) is None
        assert list(home.iterdir()) == []

    @pytest.mark.parametrize("secret", ["l1ttle", "k" * 31])
    def test_a_short_one_is_refused_by_where_it_is(self, home: Path, secret: str) -> None:
        with pytest.raises(Misconfigured, match="PASSERELLE_SECRET_KEY"):
            read_secret(Settings(home=home, secret_key=secret))

        (home / "secret.key").write_text(secret)
        with pytest.raises(Misconfigured, match=r"secret\.key") as told:
            read_secret(Settings(home=home))

        assert secret not in f"{told.value}{told.value.hint}"
        assert (home / "secret.key").read_text() == secret

    def test_a_folder_in_its_place_is_said(self, home: Path) -> None:
        (home / "secret.key").mkdir()

        with pytest.raises(Misconfigured, match=r"secret\.key cannot be read") as told:
            read_secret(Settings(home=home))

        assert told.value.hint
