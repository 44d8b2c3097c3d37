"""Opening an installation: what is made, what is refused, and what is said."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from passerelle.bootstrap import Passerelle, open_passerelle
from passerelle.kernel import Clock, Misconfigured
from passerelle.settings import Settings

PROJECT = Path(__file__).parent.parent.parent


def run_python(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def add_phone(opened: Passerelle) -> None:
    """One identifier, its id made with the secret of the installation."""
    identifier_id = opened.keys.identifier_id("phone", "+33612345678")
    with opened.store.bulk() as bulk:
        bulk.execute(
            "insert into identifiers (identifier_id, type, value, judgement, learned_at) "
            "values (?, 'phone', '+33612345678', 'personal', 0)",
            (identifier_id,),
        )


def test_a_new_home_gets_all_it_needs_and_is_its_owners_only(tmp_path: Path, clock: Clock) -> None:
    home = tmp_path / "a new" / "home"

    opened = open_passerelle(Settings(home=home), clock=clock)

    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert opened.store.rows("select count(*) as n from records") == [{"n": 0}]
    assert opened.lake.row_count("events") == 0
    assert opened.engine.run("select 1 as one", {}).to_pylist() == [{"one": 1}]
    assert opened.clock is clock
    assert (home / "secret.key").exists()


def test_it_opens_again_with_the_same_secret(home: Path) -> None:
    first = open_passerelle(Settings(home=home))
    add_phone(first)

    again = open_passerelle(Settings(home=home))

    assert again.keys == first.keys


def test_nothing_secret_is_printed_of_an_installation(home: Path) -> None:
    opened = open_passerelle(Settings(home=home))

    assert opened.keys.secret.decode() not in repr(opened)


def test_a_lost_secret_is_not_replaced_beside_old_ids(home: Path) -> None:
    add_phone(open_passerelle(Settings(home=home)))
    (home / "secret.key").unlink()

    with pytest.raises(Misconfigured, match=r"secret\.key is gone") as told:
        open_passerelle(Settings(home=home))

    assert "backup" in told.value.hint
    assert not (home / "secret.key").exists()


def test_another_secret_than_the_stores_own_is_refused(home: Path) -> None:
    add_phone(open_passerelle(Settings(home=home)))

    with pytest.raises(Misconfigured, match="another secret"):
        open_passerelle(Settings(home=home, secret_key="k" * 32))


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_file_in_the_place_of_the_home_is_said(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Misconfigured, match=r"PASSERELLE_HOME .* is a file or is inside one"):
        open_passerelle(Settings(home=tmp_path / place))


def test_rules_that_cannot_be_read_are_said_before_anything_is_made(home: Path) -> None:
    (home / "identity.toml").write_text("[types")

    with pytest.raises(Misconfigured, match=r"identity\.toml is not valid TOML"):
        open_passerelle(Settings(home=home))

    assert [each.name for each in home.iterdir()] == ["identity.toml"]


def test_a_folder_that_may_not_be_written_to_is_said(tmp_path: Path) -> None:
    told = run_python(
        """
import sys
from pathlib import Path
from passerelle.bootstrap import open_passerelle
from passerelle.kernel import Misconfigured
from passerelle.settings import Settings
from tests.servers.permissions import obey_permissions
parent = Path(sys.argv[1])
(parent / "home").mkdir()
(parent / "home").chmod(0o555)
parent.chmod(0o555)
obey_permissions()
for name in ("home", "other"):
    try:
        open_passerelle(Settings(home=parent / name))
    except Misconfigured as error:
        print(error, "|", error.hint)
""",
        str(tmp_path),
    )

    first, second = told.splitlines()
    assert "home cannot be written to. | Set PASSERELLE_HOME, or --home" in first
    assert "other cannot be made: Permission denied. | Set PASSERELLE_HOME" in second


def test_a_full_disk_is_said_and_leaves_no_half_made_secret(tmp_path: Path) -> None:
    told = run_python(
        """
import sys
from pathlib import Path
from passerelle.bootstrap import open_passerelle
from passerelle.kernel import Retryable
from passerelle.settings import Settings, read_secret
from tests.servers.small_disk import enter_small_disk
folder = Path(sys.argv[1])
make_room = enter_small_disk(folder, size_kib=64)
filler = folder / "filler"
try:
    filler.write_bytes(b"x" * 100_000)
except OSError:
    pass
for attempt in (read_secret, open_passerelle):
    try:
        attempt(Settings(home=folder))
        print("made")
    except Retryable as error:
        print(error)
print((folder / "secret.key").exists())
filler.unlink()
make_room()
open_passerelle(Settings(home=folder))
print((folder / "secret.key").exists())
""",
        str(tmp_path / "disk"),
    )

    secret, store, *made = told.splitlines()
    assert secret.startswith("The disk is full; the secret ")
    assert store.startswith("The disk of the store is full")
    assert made == ["False", "True"]


def test_help_loads_neither_database_nor_engine() -> None:
    code = """
import sys
from click.testing import CliRunner
from passerelle.cli.main import main
import passerelle.bootstrap
CliRunner().invoke(main, ["--help"])
heavy = {"django", "duckdb", "deltalake", "pyarrow", "polars", "sqlglot", "scipy", "numpy"}
print(sorted(heavy & set(sys.modules)))
"""
    assert run_python(code) == "[]\n"
