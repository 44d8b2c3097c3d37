"""A disk that fills up, for the process that asks for it; it is gone when the process ends.

Where the machine lets us, a small file system in memory is mounted for this process alone. Where
it does not, no file may grow past the size, which stops a writer with an error of the system too.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path

_NEW_MOUNTS = 0x00020000  # CLONE_NEWNS
_NEW_USER = 0x10000000  # CLONE_NEWUSER
_PRIVATE_BELOW = 0x40000 | 0x4000  # MS_PRIVATE | MS_REC
_REMOUNT = 0x20  # MS_REMOUNT
_LARGE_KIB = 1_000_000


def enter_small_disk(folder: Path, *, size_kib: int) -> Callable[[], None]:
    """Make a folder a disk of a size, for this process; answers what makes it large again."""
    folder.mkdir(parents=True, exist_ok=True)
    if _mount(folder, size_kib):
        return lambda: _tmpfs(folder, _LARGE_KIB, _REMOUNT)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_kib * 1024, hard))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def _mount(folder: Path, size_kib: int) -> bool:
    system = ctypes.CDLL(None, use_errno=True)
    if not hasattr(system, "unshare"):
        return False
    user, group = os.getuid(), os.getgid()
    if user == 0:
        may = system.unshare(_NEW_MOUNTS) == 0
    else:
        may = system.unshare(_NEW_USER | _NEW_MOUNTS) == 0
        if may:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"0 {user} 1")
            Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    if not may or system.mount(b"none", b"/", None, _PRIVATE_BELOW, None) != 0:
        return False
    try:
        _tmpfs(folder, size_kib, 0)
    except OSError:
        return False
    return True


def _tmpfs(folder: Path, size_kib: int, flags: int) -> None:
    system = ctypes.CDLL(None, use_errno=True)
    place, options = str(folder).encode(), f"size={size_kib}k".encode()
    if system.mount(b"tmpfs", place, b"tmpfs", flags, options) != 0:
        raise OSError(ctypes.get_errno(), f"cannot mount a small disk at {folder}")
