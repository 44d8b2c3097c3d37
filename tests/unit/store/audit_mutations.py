"""Random changes to a log of rows, and which record each makes the first bad one."""

from __future__ import annotations

import random
from typing import Any

Row = dict[str, Any]
COLUMNS = (
    "number", "entry_id", "happened_at", "actor", "action", "subjects", "detail",
    "previous_hash", "hash",
)  # fmt: skip


def mutate(rows: list[Row], dice: random.Random) -> list[Row]:
    """The rows after one change that somebody could make to them; never the same rows."""
    kind = dice.choice((_edit, _delete, _insert, _swap, _truncate))
    return kind([dict(row) for row in rows], dice)


def first_difference(before: list[Row], after: list[Row]) -> int:
    """The place, from 1, of the first record that is not what it was."""
    after = sorted(after, key=lambda row: row["number"])
    for place, row in enumerate(before):
        if place >= len(after) or after[place] != row:
            return place + 1
    return len(before) + 1


def _edit(rows: list[Row], dice: random.Random) -> list[Row]:
    row, column = dice.choice(rows), dice.choice(COLUMNS[1:])
    if column == "happened_at":
        row[column] += dice.choice((-1, 1, 86_400_000_000))
        return rows
    text = row[column]
    place = dice.randrange(len(text) + 1)
    other = dice.choice([each for each in '0a9f é"' if text[place : place + 1] != each])
    row[column] = text[:place] + other + text[place + 1 :]
    return rows


def _delete(rows: list[Row], dice: random.Random) -> list[Row]:
    gone = dice.randrange(len(rows) - 1)  # the last one is cut off, below
    kept = rows[:gone] + rows[gone + 1 :]
    return _renumbered(kept) if dice.random() < 0.5 else kept


def _insert(rows: list[Row], dice: random.Random) -> list[Row]:
    place = dice.randrange(len(rows) + 1)
    forged = dict(dice.choice(rows), entry_id="f" * 32, actor="nobody")
    if place and dice.random() < 0.5:
        forged["previous_hash"] = rows[place - 1]["hash"]
    return _renumbered([*rows[:place], forged, *rows[place:]])


def _swap(rows: list[Row], dice: random.Random) -> list[Row]:
    one, other = dice.sample(range(len(rows)), 2)
    rows[one], rows[other] = rows[other], rows[one]
    return _renumbered(rows)


def _truncate(rows: list[Row], dice: random.Random) -> list[Row]:
    return rows[: dice.randrange(len(rows))]


def _renumbered(rows: list[Row]) -> list[Row]:
    return [dict(row, number=number) for number, row in enumerate(rows, start=1)]
