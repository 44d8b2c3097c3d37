"""Keep child processes of passerelle running: started again when they end, stopped together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_SOUND_AFTER = 60.0  # seconds: a child that ran so long begins with the first pause again
_PATIENCE = 60.0  # seconds that children have to end by themselves
_LOOK_EVERY = 0.1
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
_HOPELESS = (2, 3)  # wrong input or a wrong setting: starting again would end the same way


@dataclass
class Child:
    """One command that is to run all the time.

    `name` is told to people. If a vital one has a wrong setting, all ends; if another has, what is
    vital goes on.
    """

    name: str
    arguments: Sequence[str]
    is_vital: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = _FIRST_PAUSE
    starts_at: float = field(default=0.0)

    def start(self, now: float) -> None:
        """Start it."""
        # Ends with us, however we end: else it would hold the port and the log of the next start.
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from passerelle.cli.main import main; main()", *self.arguments],
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - no thread is running
        )
        self.started = now

    def has_ended(self) -> bool:
        """Whether it runs no more."""
        return self.process is not None and self.process.poll() is not None

    def plan_restart(self, now: float) -> float:
        """Say when it is started again; answers in how many seconds."""
        self.process = None
        if now - self.started >= _SOUND_AFTER:
            self.pause = _FIRST_PAUSE
        pause, self.pause = self.pause, min(2 * self.pause, _LONGEST_PAUSE)
        self.starts_at = now + pause
        return pause


def supervise(children: Sequence[Child], ended: Callable[[Child, int, float], None]) -> int:
    """Run children until we are told to stop, or one of them cannot go on.

    Args:
        children: What runs.
        ended: Told of a child that ended by itself: its status, and the seconds until it starts.

    Returns:
        The exit status: that of a vital child that had a wrong setting, else 0.
    """
    asked: list[int] = []
    previous = {
        number: signal.signal(number, lambda got, _frame: asked.append(got))
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        while not asked:
            status = _look_after(children, ended)
            if status is not None:
                return status
            time.sleep(_LOOK_EVERY)
        return 0
    finally:
        _stop(children)
        for number, handler in previous.items():
            signal.signal(number, handler)


def _look_after(
    children: Sequence[Child], ended: Callable[[Child, int, float], None]
) -> int | None:
    now = time.monotonic()
    for child in children:
        if child.process is None and now >= child.starts_at:
            child.start(now)
        elif child.process is not None and child.has_ended():
            status = child.process.returncode
            if child.is_vital and status in _HOPELESS:
                return status
            ended(child, status, child.plan_restart(now))
    return None


def _stop(children: Sequence[Child]) -> None:
    """Have all end by themselves, in turn: what the first still took in, the next still reads."""
    for child in children:
        if child.process is None or child.process.poll() is not None:
            continue
        child.process.terminate()
        try:
            child.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def _end_with_parent() -> None:
    # A terminal's Ctrl-C goes to us alone, who stop them in turn.
    os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGTERM)
