"""How many addresses are read right, under 27 kinds of noise."""

from __future__ import annotations


def run(argv: list[str]) -> int:
    """Measure; 1 when an aim is missed, 2 when the shared data are missing."""
    from benchmarks.postal.command import main  # libraries load in the process that measures

    return main(argv)
