"""The page about OWASP ASVS names every requirement once, and tests that exist."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache

from tests.architecture.source_code import ROOT
from tools.pages.asvs import CHAPTERS, KINDS, read_requirements

# How many there are of each chapter at levels 1 and 2, counted in the standard's own table.
LEVEL_1 = (8, 4, 8, 2, 4, 13, 6, 4, 4, 5, 3, 3, 1, 2, 3, 0, 0)
LEVEL_2 = (19, 7, 11, 8, 5, 22, 12, 3, 3, 24, 11, 6, 12, 7, 10, 16, 7)


@cache
def names_of_tests(path: str) -> frozenset[str]:
    """The names of the tests of a file; none if there is no such file."""
    file = ROOT / path
    if not file.exists():
        return frozenset()
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return frozenset(
        node.name
        for node in nodes
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def test_every_test_that_is_named_exists() -> None:
    named = [each.evidence for each in read_requirements() if each.kind == "test"]
    missing = {
        each
        for each in named
        if each.partition("::")[2] not in names_of_tests(each.partition("::")[0])
    }
    assert len(named) > 80
    assert missing == set()


def test_every_check_that_is_named_exists() -> None:
    source = (ROOT / "tools" / "checks.py").read_text(encoding="utf-8")
    named = {each.evidence for each in read_requirements() if each.kind == "check"}
    assert named
    assert all(f'Step("{name}"' in source for name in named)


def test_every_requirement_is_there_once() -> None:
    requirements = read_requirements()
    numbers = [each.number for each in requirements]
    assert len(set(numbers)) == len(numbers)
    for level, expected in ((1, LEVEL_1), (2, LEVEL_2)):
        counted = Counter(each.chapter for each in requirements if each.level == level)
        assert tuple(counted[chapter] for chapter in range(1, 18)) == expected
    assert len(CHAPTERS) == 17


def test_every_requirement_says_how_it_is_met_or_that_it_is_not() -> None:
    wordless = [
        each.number
        for each in read_requirements()
        if each.kind not in KINDS or not each.asks or not each.evidence
    ]
    assert wordless == []
