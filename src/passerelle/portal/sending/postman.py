"""Hands messages over beside requests: how long an answer takes tells nothing of who is known."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

Errand = Callable[[], None]
_MOST_WAITING = 1_000


class Postman:
    """One thread that does errands in their order; those beyond what may wait are dropped."""

    def __init__(self, fails: Callable[[Exception], None]) -> None:
        self._fails = fails
        self._errands: queue.Queue[Errand | None] = queue.Queue(_MOST_WAITING)
        self._thread = threading.Thread(target=self._work, name="postman", daemon=True)
        self._thread.start()

    def take(self, errand: Errand) -> bool:
        """Do this when its turn comes; False if too much waits already."""
        try:
            self._errands.put_nowait(errand)
        except queue.Full:
            return False
        return True

    def wait(self) -> None:
        """Wait until all that was taken is done."""
        self._errands.join()

    def stop(self) -> None:
        """Do what was taken, then end."""
        self._errands.put(None)
        self._thread.join()

    def _work(self) -> None:
        while True:
            errand = self._errands.get()
            try:
                if errand is None:
                    return
                errand()
            except Exception as error:  # one message that fails is no reason to send no other
                self._fails(error)
            finally:
                self._errands.task_done()
