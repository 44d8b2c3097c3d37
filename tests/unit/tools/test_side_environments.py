"""When the environment of a program that passerelle is compared with is made again."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tools.environment import Environment, SetupFailed
from tools.side_environments import prepare_beside


def make_side(folder: Path, lock: Path) -> Path:
    """An environment that looks made from the lock."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
    (folder / "made-from.txt").write_text(hashlib.sha256(lock.read_bytes()).hexdigest())
    return folder / "bin" / "python"


def project_without_installer(root: Path) -> Environment:
    """Whose installer always fails, so that a try to install is seen."""
    environment = Environment(root)
    (environment.folder / "bin").mkdir(parents=True)
    installer = environment.folder / "bin" / "uv"
    installer.write_text("#!/bin/sh\nexit 1\n")
    installer.chmod(0o755)
    return environment


def test_what_is_made_from_the_same_lock_is_used_again(tmp_path: Path) -> None:
    lock = tmp_path / "peer.txt"
    lock.write_text("splink==5.0.0\n")
    python = make_side(tmp_path / "side", lock)

    assert prepare_beside(project_without_installer(tmp_path), tmp_path / "side", lock) == python


def test_another_lock_makes_it_again(tmp_path: Path) -> None:
    lock = tmp_path / "peer.txt"
    lock.write_text("splink==5.0.0\n")
    make_side(tmp_path / "side", lock)
    lock.write_text("splink==5.0.1\n")

    with pytest.raises(SetupFailed):
        prepare_beside(project_without_installer(tmp_path), tmp_path / "side", lock)
