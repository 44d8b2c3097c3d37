"""A stream that refuses to expand without end, so that a zip bomb costs neither disk nor memory."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import IO
from zipfile import BadZipFile

from passerelle.files.table import ReadLimits
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _


class BoundedStream(io.RawIOBase):
    """Reads an unpacked stream, counting what comes out against what went in."""

    def __init__(self, source: IO[bytes], packed: Callable[[], int], limits: ReadLimits) -> None:
        self._source = source
        self._packed = packed
        self._limits = limits
        self._out = 0

    def readable(self) -> bool:
        """Always: this is what it is for."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill the buffer, or raise InvalidInput if the archive is cut, broken or a bomb."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        block = self._read(len(view))
        view[: len(block)] = block
        self._out += len(block)
        self._check()
        return len(block)

    def close(self) -> None:
        """Close the archive underneath too."""
        self._source.close()
        super().close()

    def _read(self, size: int) -> bytes:
        try:
            return self._source.read(size)
        except EOFError as error:
            raise InvalidInput(
                _("The compressed file is cut off before its end; nothing was read from it."),
                hint=_("Copy or download it again, completely."),
            ) from error
        except (OSError, zlib.error, BadZipFile) as error:
            raise InvalidInput(
                _("The compressed file is damaged; nothing was read from it."),
                hint=_("Copy or download it again, or unpack it and import what is inside."),
            ) from error

    def _check(self) -> None:
        limits = self._limits
        too_big = self._out > limits.max_expanded_bytes
        ratio = self._out / max(self._packed(), 1)
        if too_big or (self._out > limits.ratio_grace_bytes and ratio > limits.max_ratio):
            raise InvalidInput(
                _(
                    "The compressed file expands beyond what a table does"
                    " (limits: {size} MiB, {ratio} times its size)."
                ).format(size=limits.max_expanded_bytes >> 20, ratio=limits.max_ratio),
                hint=_("If you trust it, unpack it yourself and import the file inside."),
            )
