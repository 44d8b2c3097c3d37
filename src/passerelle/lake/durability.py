"""Make sure that what was added to a local lake survives a power cut.

delta-rs leaves its files to the operating system, which may keep them in memory for half a
minute. The store would then remember a batch that the lake has lost.
"""

from __future__ import annotations

import json
import os
from pathlib import Path


def flush_commits(table: Path, *, since: int) -> None:
    """Push the commits after a version, and the files they added, to the disk."""
    log = table / "_delta_log"
    commits = [each for each in log.glob("*.json") if _version(each) > since]
    for commit in commits:
        for name in _added(commit):
            _flush(table / name)
        _flush(commit)
    for folder in (table, log) if commits else ():
        _flush(folder)  # or the names of the files may be lost


def _version(commit: Path) -> int:
    return int(commit.stem) if commit.stem.isdecimal() else -1


def _added(commit: Path) -> list[str]:
    actions = [json.loads(line) for line in commit.read_text().splitlines() if line]
    return [each["add"]["path"] for each in actions if "add" in each]


def _flush(path: Path) -> None:
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return  # somebody compacted meanwhile: what replaced it is flushed by them
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
