"""When `./dev` installs again, and what it says when it cannot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.environment import LOCKS, UV_LOCK, Environment

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """An environment that looks set up for development."""
    (tmp_path / "requirements").mkdir()
    for name in (*LOCKS.values(), UV_LOCK, "pyproject.toml"):
        (tmp_path / name).write_text(name)
    made = Environment(tmp_path)
    (made.folder / "bin").mkdir(parents=True)
    made.python.symlink_to(sys.executable)
    (made.folder / "lib/python3.11/site-packages/click-8.5.1.dist-info").mkdir(parents=True)
    made._write_stamp("dev")
    return made


def test_what_is_set_up_is_not_set_up_again(environment: Environment) -> None:
    assert environment.is_ready("dev")
    assert environment.is_ready("run")


def test_what_the_product_needs_is_not_enough_to_develop(environment: Environment) -> None:
    environment._write_stamp("run")
    assert environment.is_ready("run")
    assert not environment.is_ready("dev")


@pytest.mark.parametrize("name", [*LOCKS.values(), "pyproject.toml"])
def test_another_lock_is_installed_again(environment: Environment, name: str) -> None:
    (environment.root / name).write_text("other")
    assert not environment.is_ready("dev")


def test_a_package_that_left_is_installed_again(environment: Environment) -> None:
    (environment.folder / "lib/python3.11/site-packages/click-8.5.1.dist-info").rmdir()
    assert not environment.is_ready("dev")


def test_a_package_of_ones_own_is_left_alone(environment: Environment) -> None:
    (environment.folder / "lib/python3.11/site-packages/acme-1.dist-info").mkdir()
    assert environment.is_ready("dev")


def test_an_environment_that_was_moved_is_made_again(environment: Environment) -> None:
    moved = environment.root.with_name("elsewhere")
    environment.root.rename(moved)
    assert not Environment(moved).is_ready("dev")


def test_an_environment_whose_python_left_is_made_again(environment: Environment) -> None:
    environment.python.unlink()
    assert not environment.is_ready("dev")


def test_a_setup_that_was_killed_is_made_again(environment: Environment) -> None:
    (environment.folder / "passerelle-setup-unfinished").touch()
    assert not environment.is_ready("dev")


@pytest.mark.parametrize("stamp", ["", "{", "[]", json.dumps({"kind": "dev"})])
def test_a_stamp_that_cannot_be_read_is_no_stamp(environment: Environment, stamp: str) -> None:
    (environment.folder / "passerelle-setup.json").write_text(stamp)
    assert not environment.is_ready("dev")


def test_an_old_python_is_told_which_one_to_install(tmp_path: Path) -> None:
    # The check itself, under a version that is too old, on a machine that has no other.
    program = (
        "import sys, runpy; sys.version_info = (3, 9, 2); sys.argv = ['dev', 'setup'];"
        f"runpy.run_path({str(ROOT / 'dev')!r}, run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "needs Python 3.11 or later; this is Python 3.9" in done.stderr
    assert "python3.11 dev setup" in done.stderr


def test_a_word_that_dev_does_not_know_lists_those_it_does() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "dev"), "dance"],
        capture_output=True,
        text=True,
        env=dict(os.environ),
        check=False,
    )
    assert done.returncode == 2
    assert "does not know 'dance'" in done.stderr
    assert "setup" in done.stderr
