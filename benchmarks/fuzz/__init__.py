"""Inputs that nobody thought of, found by atheris: ./dev bench fuzz [TARGET] --seconds 60."""

from __future__ import annotations


def run(argv: list[str]) -> int:
    """Fuzz one target or each; 1 if one broke a promise."""
    from benchmarks.fuzz.command import main  # the fuzzer's process has no use for it

    return main(argv)
