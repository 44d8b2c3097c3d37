"""Threads beside the one at work, for what need not wait for the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")


class SideThreads:
    """Do what they are given, in turn and in the language of whoever gives it."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    def start(self, job: Callable[[], T]) -> Future[T]:
        """Begin a job as soon as a thread is free."""
        # The language in use is a context variable, and no context is for two threads.
        return self._pool.submit(copy_context().run, job)


@contextmanager
def side_threads(count: int = 1) -> Iterator[SideThreads]:
    """Threads that have ended when the block is left; jobs they had not begun are dropped."""
    pool = ThreadPoolExecutor(count, thread_name_prefix="beside")
    try:
        yield SideThreads(pool)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
