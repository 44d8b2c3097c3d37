"""Files of the log: a folder for each writer, in it numbered segments."""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path

SEGMENT_BYTES = 128 << 20
"""A segment that has grown to this is closed and the next one begun."""

_NAME = re.compile(r"(\d{10})\.log")
_MOST_WRITERS = 1024


def segment_path(folder: Path, number: int) -> Path:
    """The file of a segment."""
    return folder / f"{number:010d}.log"


def list_segments(folder: Path) -> list[int]:
    """The numbers of a log's segments, oldest first."""
    found = (_NAME.fullmatch(path.name) for path in folder.glob("*.log"))
    return sorted(int(match[1]) for match in found if match)


def list_logs(root: Path) -> list[Path]:
    """The logs under a collector's folder, one for each writer that ever was, by name."""
    return sorted(path for path in root.glob("*/") if path.is_dir() and list_segments(path))


def claim_log(root: Path) -> tuple[Path, int]:
    """A log folder that no other process writes, made if need be, and the lock that keeps it so.

    The lock is a file descriptor: it ends with the process, however that ends.
    """
    for number in range(_MOST_WRITERS):
        folder = root / f"writer-{number}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return folder, lock
    raise OSError(f"more than {_MOST_WRITERS} writers")


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
