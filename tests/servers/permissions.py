"""Let root meet "permission denied" like everybody else, in the process that asks for it."""

from __future__ import annotations

import ctypes
import os

_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3
_OVERRIDES = 0b110  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH


def obey_permissions() -> None:
    """Give up root's right to write where the file's mode forbids it."""
    if os.geteuid() != 0:
        return
    system = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice 32 bits
    if system.capget(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capget")
    sets[0] &= ~_OVERRIDES
    if system.capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capset")
