"""A thread beside the one that writes, for what need not wait for the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")


class SideThread:
    """Does what it is given, one after the other, in the language of whoever opened it."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        # The language in use is a context variable: the thread speaks it too.
        self._context = copy_context()

    def start(self, job: Callable[[], T]) -> Future[T]:
        """Begin a job as soon as those before it are done."""
        return self._pool.submit(self._context.run, job)


@contextmanager
def side_thread(name: str) -> Iterator[SideThread]:
    """A side thread that has ended when the block is left; what it had not begun is dropped."""
    pool = ThreadPoolExecutor(1, thread_name_prefix=name)
    try:
        yield SideThread(pool)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
