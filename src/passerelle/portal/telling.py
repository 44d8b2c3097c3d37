"""The page's own log: one line of JSON for each thing worth knowing, on standard error."""

from __future__ import annotations

import sys
import traceback

import msgspec

from passerelle.kernel import Clock


def tell(clock: Clock, event: str, **facts: str | int) -> None:
    """Write one line. Facts are counts, codes and names of routes, never a value of a person."""
    line = msgspec.json.encode({"at": clock().isoformat(), "event": event, **facts})
    sys.stderr.write(line.decode() + "\n")
    sys.stderr.flush()


def tell_failure(clock: Clock, event: str, error: BaseException, **facts: str | int) -> None:
    """Say that something went wrong, and where: not the message, which may hold what was typed."""
    frames = traceback.extract_tb(error.__traceback__)
    place = " < ".join(f"{each.name}:{each.lineno}" for each in reversed(frames[-4:]))
    tell(clock, event, error=type(error).__name__, place=place, **facts)
