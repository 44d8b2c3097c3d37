"""Steps that are all run, each with its time, and told together at the end."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Check = Callable[[], Sequence[str]]
"""Answers what is wrong, in words; nothing when all is well."""


@dataclass(frozen=True)
class Step:
    """One thing to check, and what to do when it fails."""

    name: str
    check: Check
    hint: str = ""


def run_steps(steps: Sequence[Step]) -> int:
    """Run every step, also after one that failed; answer 1 if any failed."""
    failed = []
    started = time.monotonic()
    for step in steps:
        seconds, problems = _timed(step.check)
        print(f"{'FAILED' if problems else 'ok':<7}{seconds:6.1f} s  {step.name}", flush=True)
        if problems:
            failed.append(step)
            for problem in problems:
                print("          " + problem.replace("\n", "\n          "))
            if step.hint:
                print(f"          hint: {step.hint}", flush=True)
    total = time.monotonic() - started
    if failed:
        names = ", ".join(step.name for step in failed)
        print(f"\n{len(failed)} of {len(steps)} failed in {total:.0f} s: {names}")
        return 1
    print(f"\nAll {len(steps)} passed in {total:.0f} s")
    return 0


def command(*words: str, root: Path) -> Check:
    """The check that a program of the environment ends well; its output is what is wrong."""

    def check() -> list[str]:
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            return []
        return [done.stdout.strip() or f"{words[0]} ended with status {done.returncode}"]

    return check


def _timed(check: Check) -> tuple[float, Sequence[str]]:
    started = time.monotonic()
    problems = check()
    return time.monotonic() - started, problems
