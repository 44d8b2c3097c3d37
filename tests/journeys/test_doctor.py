import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from passerelle.cli.main import main


def _doctor(home: Path, *options: str, **environment: str) -> Result:
    return CliRunner().invoke(
        main, ["--home", str(home), "doctor", *options], env={**environment}, catch_exceptions=False
    )


def test_a_new_installation_is_made_and_found_fine(tmp_path: Path) -> None:
    run = _doctor(tmp_path / "home", "--json")

    checks = {each["name"]: each for each in json.loads(run.stdout)}
    assert run.exit_code == 0
    assert all(each["is_fine"] for each in checks.values())
    assert "records 0" in checks["store"]["says"]
    assert str(tmp_path / "home") in checks["home"]["says"]


def test_a_key_that_others_can_read_is_told_with_what_to_do(tmp_path: Path) -> None:
    _doctor(tmp_path / "home")
    (tmp_path / "home" / "secret.key").chmod(0o644)

    run = _doctor(tmp_path / "home")

    assert run.exit_code == 1
    assert "chmod 600" in run.stdout


def test_rules_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    _doctor(tmp_path / "home")
    (tmp_path / "home" / "blocked.toml").write_text("email = [", "utf-8")

    run = _doctor(tmp_path / "home")

    assert run.exit_code == 1
    assert "blocked.toml" in run.stdout


@pytest.mark.parametrize("port", ["1", "9"])
def test_an_unreachable_database_is_told_without_its_password(tmp_path: Path, port: str) -> None:
    url = f"postgresql://marie:very-secret-word@127.0.0.1:{port}/base"

    run = _doctor(tmp_path / "home", PASSERELLE_DATABASE_URL=url)

    assert run.exit_code == 1
    assert "very-secret-word" not in run.output
