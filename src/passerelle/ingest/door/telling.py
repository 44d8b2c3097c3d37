"""The collector's own log: one line of JSON for each thing worth knowing, on standard error."""

from __future__ import annotations

import sys
import time

import msgspec


def tell(event: str, **facts: str | float) -> None:
    """Write one line. Facts are counts, codes and names of sources, never a value of a person."""
    line = msgspec.json.encode({"at": round(time.time(), 3), "event": event, **facts})
    sys.stderr.write(line.decode() + "\n")
    sys.stderr.flush()
