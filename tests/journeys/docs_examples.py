"""Reads the examples of the documentation and runs them as a person would.

A block fenced as `console` shows commands (`$ passerelle …`) and, below each, lines that it
prints. `…` in such a line stands for anything. Blocks of a page run in order in one folder, so
that a later command finds what an earlier one made. A word with `…` in a command, such as `e_…`,
stands for the last such word on a line shown before: ids differ from one installation to the next.
`<!-- no-run -->` on the line before a block is for commands that need a network or a server.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = "```"
_PROMPT = "$ "
_SKIP = "<!-- no-run -->"
_ANYTHING = "…"
_PROGRAM = "passerelle"
_LONGEST = 300  # seconds: an example is something a reader waits for


@dataclass(frozen=True)
class Example:
    """One command of a page, and lines that it is said to print."""

    line: int
    command: str
    shown: tuple[str, ...]


def read_examples(text: str) -> Iterator[Example]:
    """The commands of a page that can be run, in order."""
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        if lines[number].strip() != f"{_FENCE}console":
            number += 1
            continue
        end = next(n for n in range(number + 1, len(lines)) if lines[n].strip() == _FENCE)
        if not any(line.strip() == _SKIP for line in lines[max(number - 2, 0) : number]):
            yield from _read_block(lines[number + 1 : end], first_line=number + 2)
        number = end + 1


def wrong_examples(examples: list[Example], folder: Path) -> list[str]:
    """What does not happen as a page says; later commands are still run after one that fails."""
    environment = {
        **os.environ,
        "PASSERELLE_HOME": str(folder / "passerelle-home"),
        "PASSERELLE_LANGUAGE": "en",
        "COLUMNS": "100",
    }
    problems: list[str] = []
    seen: list[str] = []
    for example in examples:
        words = [_told_before(word, seen) for word in shlex.split(example.command)]
        program = [sys.executable, "-c", "from passerelle.cli.main import main; main()"]
        done = subprocess.run(
            [*program, *words[1:]],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
        where = f"line {example.line}: $ {example.command}"
        if done.returncode != 0:
            problems.append(f"{where}\nends with status {done.returncode}:\n{done.stdout}")
            continue
        problems += [
            f"{where}\ndoes not print {line!r}, but:\n{done.stdout}"
            for line in example.shown
            if not is_printed(line, done.stdout)
        ]
        seen += [
            word
            for line in example.shown
            for printed in done.stdout.splitlines()
            if is_printed(line, printed)
            for word in printed.split()
        ]
    return problems


def is_printed(line: str, output: str) -> bool:
    """Whether a shown line occurs in an output; blanks count as one, `…` as anything.

    >>> is_printed("crm   … rows", "read\\n  crm 1,200 rows\\n")
    True
    """
    pieces = [re.escape(" ".join(piece.split())) for piece in line.split(_ANYTHING)]
    pattern = re.compile(r"\s*.*\s*".join(pieces))
    return any(pattern.fullmatch(" ".join(each.split())) for each in output.splitlines())


def _told_before(word: str, seen: list[str]) -> str:
    """A word of a command, its `…` filled in from what was printed before."""
    if _ANYTHING not in word or " " in word:
        return word
    pattern = re.compile(".+".join(map(re.escape, word.split(_ANYTHING))))
    return next((each for each in reversed(seen) if pattern.fullmatch(each)), word)


def _read_block(lines: list[str], *, first_line: int) -> Iterator[Example]:
    command, shown, start = "", [], first_line
    for number, line in enumerate(lines, first_line):
        if command.endswith("\\"):
            command = command[:-1] + line.strip()
        elif line.startswith(_PROMPT):
            if command:
                yield Example(start, command, tuple(shown))
            command, shown, start = line.removeprefix(_PROMPT).strip(), [], number
        elif line.strip():
            shown.append(line)
    if command:
        yield Example(start, command, tuple(shown))
