"""Every file of SQL opens with its contract and is one select in lower case."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.source_code import SOURCE

_STRINGS_AND_COMMENTS = re.compile(r"--[^\n]*|'(?:[^']|'')*'|\"[^\"]*\"|\$\w+")


def wrong_sql(name: str, text: str) -> list[str]:
    """What a file of SQL lacks; `name` is the table it builds."""
    head = _head(text)
    body = _STRINGS_AND_COMMENTS.sub(" ", text)
    words = re.findall(r"[A-Za-z_]+", body)
    problems = []
    if not re.match(rf"-- {re.escape(name)}: \S", text):
        problems.append(f"does not open with `-- {name}: what it holds`")
    problems += [
        f"its opening comment has no {word}"
        for word in ("Grain", "Reads")
        if not re.search(rf"^-- {word} +\S", head, re.MULTILINE)
    ]
    if not words or words[0] not in ("select", "with"):
        problems.append("is not a select")
    if ";" in body.rstrip().rstrip(";"):
        problems.append("holds more than one statement")
    if any(word != word.lower() for word in words):
        problems.append("is not in lower case")
    return problems


def _head(text: str) -> str:
    lines = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line)
    return "\n".join(lines)


@pytest.mark.parametrize(
    "path", sorted(SOURCE.rglob("sql/*.sql")), ids=lambda path: f"{path.parts[-3]}/{path.stem}"
)
def test_a_file_of_sql_says_its_contract_and_is_one_select(path: Path) -> None:
    assert wrong_sql(path.stem, path.read_text(encoding="utf-8")) == []


RIGHT = """\
-- pairs: two identifiers seen together.
--
-- Grain    one row per (left_id, right_id)
-- Reads    edges(left_id, right_id)
with seen as (
  select left_id, right_id from edges where kind = 'LOGIN' and at < $until
)
select left_id, right_id from seen
"""


def test_a_right_file_is_left_alone() -> None:
    assert wrong_sql("pairs", RIGHT) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("-- pairs:", "-- other:"),
        ("Grain  ", "Row    "),
        ("Reads  ", "From   "),
        ("select left_id, right_id from seen", "SELECT left_id from seen"),
        ("select left_id, right_id from seen", "select 1; drop table edges"),
        ("with seen as (", "create table x as with seen as ("),
    ],
)
def test_a_wrong_file_is_found(before: str, after: str) -> None:
    assert wrong_sql("pairs", RIGHT.replace(before, after))
