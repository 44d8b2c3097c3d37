"""Kernels: functions over arrays, compiled when first called and kept compiled in files.

All of them take half a minute to compile. A wheel, and `./dev setup`, bring them compiled in
`compiled/`, for any processor of the kind; what is missing there, or of other sources, is compiled
on the machine and kept beside the code, else in the user's cache folder.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from llvmlite.binding import get_host_cpu_features
from numba import njit
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    IndexDataCacheFile,
    InTreeCacheLocator,
    UserProvidedCacheLocator,
    UserWideCacheLocator,
)

Function = TypeVar("Function", bound=Callable[..., Any])

SOURCES = Path(__file__).parent
SHIPPED = SOURCES / "compiled"
"""Kernels that came compiled, in folders as those of their sources."""

SHIPPED_CPU = "x86-64-v2" if platform.machine() == "x86_64" else "generic"
"""The processor that kernels are shipped for: every x86-64 since 2009, as quick here as newer."""

_FEATURES = ("sse4.2", "popcnt", "cx16") if SHIPPED_CPU == "x86-64-v2" else ()

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
    """Use what is compiled already, and keep what is compiled from now on.

    Not done on import, which touches no file.
    """
    with _turn:
        while _waiting:
            waiting = _waiting.pop()
            waiting._cache = KernelCache(waiting.py_func)


@cache
def sources_stamp() -> str:
    """What the sources of all kernels are: one that is compiled holds those that it calls."""
    digest = hashlib.sha256()
    for file in sorted(SOURCES.rglob("*.py")):
        text = file.read_bytes()
        if b"@kernel" in text or b"@inlined" in text:
            digest.update(file.relative_to(SOURCES).as_posix().encode() + b"\0" + text)
    return digest.hexdigest()


class _NowhereLocator(InTreeCacheLocator):
    """Where no folder may be written to: what was shipped is used all the same."""

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> _NowhereLocator:
        return cls(py_func, py_file)


class _KernelCacheFiles(CompileResultCacheImpl):
    _locator_classes = [  # noqa: RUF012  # numba's own is a list
        UserProvidedCacheLocator,
        InTreeCacheLocator,
        UserWideCacheLocator,
        _NowhereLocator,
    ]


class KernelCache(FunctionCache):
    """Files of one compiled kernel: the machine's own first, then those that were shipped.

    numba's own cache looks at the file of a function only, and would go on using what one of
    another file was when that has changed.
    """

    _impl_class = _KernelCacheFiles

    def __init__(self, py_func: Any) -> None:
        super().__init__(py_func)
        name, stamp = self._impl.filename_base, sources_stamp()
        folder = SHIPPED / Path(py_func.__code__.co_filename).parent.relative_to(SOURCES)
        self._cache_file = IndexDataCacheFile(self._cache_path, name, stamp)
        self._shipped = IndexDataCacheFile(str(folder), name, stamp)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The compiled kernel for arguments of some types; None if it has to be compiled."""
        found = super().load_overload(sig, target_context)
        return found if found is not None else self._load_shipped(sig, target_context)

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a compiled kernel, if there is room and leave to."""
        with suppress(OSError):
            super().save_overload(sig, data)

    def _load_shipped(self, sig: Any, target_context: Any) -> Any:
        if not all(get_host_cpu_features().get(feature) for feature in _FEATURES):
            return None
        sig, (triple, _cpu, _features), code = self._index_key(sig, target_context.codegen())
        kept = self._shipped.load((sig, (triple, SHIPPED_CPU, ""), code))
        return None if kept is None else self._impl.rebuild(target_context, kept)
