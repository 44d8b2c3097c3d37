"""Environments beside the project's own, for programs that it is compared with."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from tools.environment import Environment

_STAMP = "made-from.txt"


def prepare_beside(environment: Environment, folder: Path, lock: Path) -> Path:
    """The Python of the environment in a folder, made from a hashed lock unless it is there.

    Raises:
        SetupFailed: The locked packages could not be installed.
    """
    python = folder / "bin" / "python"
    stamp = folder / _STAMP
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    uv = str(environment.folder / "bin" / "uv")
    base = getattr(sys, "_base_executable", None) or sys.executable
    environment.run_uv([uv, "venv", "--quiet", "--clear", "--python", base, str(folder)])
    environment.run_uv([uv, "pip", "sync", "--python", str(python), "--require-hashes", str(lock)])
    stamp.write_text(wanted)
    return python
