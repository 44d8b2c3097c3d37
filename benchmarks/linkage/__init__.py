"""The linkage engine beside its peers: accuracy, calibration, seconds and memory.

Each system runs in a process of its own, on the same tables, and one evaluator judges them all.
"""

from __future__ import annotations


def run(argv: list[str]) -> int:
    """Measure and print; 1 if a bound is missed."""
    from benchmarks.linkage.command import main  # the peers' processes have no use for it

    return main(argv)
