"""Kernels: functions over arrays, compiled when first called and kept compiled in files."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])

_waiting: list[Any] = []
_turn = Lock()  # an engine's process may begin in several threads at once


def kernel(function: Function) -> Function:
    """Compile a function when it is first called; it runs beside other threads."""
    compiled = njit(nogil=True)(function)
    _waiting.append(compiled)
    return compiled  # type: ignore[return-value]  # called alike


def inlined(function: Function) -> Function:
    """A kernel that is written into those that call it."""
    return njit(nogil=True, inline="always")(function)  # type: ignore[return-value]  # called alike


def keep_compiled() -> None:
    """Keep what is compiled from now on in files: compiling takes seconds, reading half of one.

    It stands beside the code, else in the user's cache folder; without either it is not kept.
    Not done on import, which touches no file.
    """
    with _turn:
        while _waiting:
            with suppress(RuntimeError):  # no folder that may be written to
                _waiting.pop().enable_caching()
