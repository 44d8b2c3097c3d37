"""Append receptions to a log; each is on the disk before its writer goes on.

What arrives while the disk is busy goes into the next commit, together: one `fdatasync` serves
all who wait (group commit).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from passerelle.ingest.log.framing import frame_reception
from passerelle.ingest.log.reading import Damage, LogReader, Position
from passerelle.ingest.log.reception import Reception
from passerelle.ingest.log.segments import (
    SEGMENT_BYTES,
    claim_log,
    list_segments,
    segment_path,
    sync_folder,
)
from passerelle.kernel import Retryable
from passerelle.kernel.language import _

Settled = Callable[[Exception | None], None]
"""Told that what was appended is durable, or why it is not."""


class LogAppender:
    """The one writer of a log. Use it within one event loop.

    A torn tail that a crash left is cut when the log is opened; a segment is never reopened for
    writing, so that a position, once read, always means the same bytes.
    """

    def __init__(self, root: Path, *, segment_bytes: int = SEGMENT_BYTES) -> None:
        """Open a log under a collector's folder that no other process writes.

        Raises:
            Retryable: The disk is full, or may not be written to.
        """
        self._segment_bytes = segment_bytes
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._waiters: list[Settled] = []
        self._is_committing = False
        self._file = -1
        self._size = 0
        try:
            self.folder, self._lock = claim_log(root)
            self.cut_bytes = _cut_torn_tail(self.folder)
            self._number = max(list_segments(self.folder), default=0)
            self._begin_segment()
        except OSError as error:
            raise _unwritable(error) from None
        self._groups: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="log", daemon=True)
        self._thread.start()

    @property
    def waiting_bytes(self) -> int:
        """Bytes taken in that are not durable yet: what a door must keep within bounds."""
        return self._waiting_bytes

    @property
    def position(self) -> Position:
        """Where the durable part of the log ends."""
        return Position(self._number, self._size)

    async def append(self, reception: Reception) -> None:
        """Append a reception; it is durable when this returns.

        Raises:
            Retryable: The disk did not take it.
        """
        # One future each: it costs less than to shield one that all share from their cancellation.
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.append_then(reception, partial(_settle, waiter))
        await waiter

    def append_then(self, reception: Reception, settled: Settled) -> None:
        """Append a reception; `settled` is called in the event loop when it is durable, or is not.

        For who answers many: no task waits.
        """
        block = frame_reception(reception)
        self._waiting.append(block)
        self._waiting_bytes += len(block)
        self._waiters.append(settled)
        if not self._is_committing:
            self._is_committing = True
            asyncio.get_running_loop().call_soon(self._commit)

    async def close(self) -> None:
        """Wait for what is under way, then let go of the log."""
        while self._waiters or self._is_committing:
            await asyncio.sleep(0.001)
        self._groups.put(None)
        self._thread.join()
        os.close(self._file)
        os.close(self._lock)

    def _commit(self) -> None:
        """Give all that waits to the thread that writes; what comes meanwhile is the next group."""
        blocks, waiters = self._waiting, self._waiters
        self._waiting, self._waiters = [], []
        loop = asyncio.get_running_loop()

        def write() -> None:
            error = self._write(blocks)
            loop.call_soon_threadsafe(self._committed, blocks, waiters, error)

        self._groups.put(write)

    def _committed(
        self, blocks: list[bytes], waiters: list[Settled], error: Exception | None
    ) -> None:
        self._waiting_bytes -= sum(map(len, blocks))
        # The disk works on the next group while these are answered.
        if self._waiters:
            self._commit()
        else:
            self._is_committing = False
        for settled in waiters:
            settled(error)

    def _work(self) -> None:
        while (write := self._groups.get()) is not None:
            write()

    def _write(self, blocks: list[bytes]) -> Exception | None:
        """Make some blocks durable, all or none; answers why they are not."""
        try:
            if self._is_broken:
                self._begin_segment()
            data = memoryview(b"".join(blocks))
            size = self._size
            while data:
                written = os.pwrite(self._file, data, size)
                size, data = size + written, data[written:]
            os.fdatasync(self._file)
            self._size = size
            if size >= self._segment_bytes:
                self._begin_segment()
        except Exception as error:  # whatever it is: those who wait are told, the thread goes on
            self._drop_unfinished()
            return _unwritable(error) if isinstance(error, OSError) else error
        return None

    def _drop_unfinished(self) -> None:
        # After a failed sync nobody knows what the disk holds: that segment is written no more.
        self._is_broken = True
        # What a failing disk keeps all the same is no sound block, or will be sent again.
        with contextlib.suppress(OSError):
            os.ftruncate(self._file, self._size)

    def _begin_segment(self) -> None:
        number = self._number + 1
        path = segment_path(self.folder, number)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            sync_folder(self.folder)
        except OSError:
            os.close(file)
            path.unlink(missing_ok=True)
            raise
        if self._file >= 0:
            os.close(self._file)
        self._file, self._number, self._size, self._is_broken = file, number, 0, False


def _settle(waiter: asyncio.Future[None], error: Exception | None) -> None:
    if waiter.done():  # who waited was cancelled
        return
    if error is None:
        waiter.set_result(None)
    else:
        waiter.set_exception(error)


def _cut_torn_tail(folder: Path) -> int:
    """Cut what a crash left half written at the end of the last segment; answers its bytes."""
    segments = list_segments(folder)
    if not segments:
        return 0
    last = segments[-1]
    end = 0
    for each in LogReader(folder).read(Position(last, 0)):
        if not (isinstance(each, Damage) and each.is_tail):
            end = each.following.offset
    path = segment_path(folder, last)
    torn = path.stat().st_size - end
    if torn:
        with path.open("r+b") as file:
            file.truncate(end)
            os.fsync(file.fileno())
    return torn


def _unwritable(error: OSError) -> Retryable:
    return Retryable(
        _("The event log cannot be written: {reason}.").format(reason=error.strerror),
        after=timedelta(seconds=30),
        hint=_("Free some space, or check the disk; clients send again what was not taken."),
    )
