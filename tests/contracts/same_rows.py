"""Compare two answers: the same names, types and rows, as a bag or as a list."""

from __future__ import annotations

import math
from typing import Any

import pyarrow as pa
import sqlglot


def assert_same_answers(ours: pa.Table, theirs: pa.Table, *, ordered: bool = False) -> None:
    """Fail unless both hold the same; sums of fractions may differ in their last digits."""
    assert theirs.schema.names == ours.schema.names
    assert theirs.schema.types == ours.schema.types
    left, right = (_rows(each, ordered=ordered) for each in (ours, theirs))
    assert len(left) == len(right)
    for one, other in zip(left, right, strict=True):
        assert one == other or all(map(_is_same, one, other)), f"{one} is not {other}"


def is_ordered(sql: str) -> bool:
    """Whether a select says in which order its rows come."""
    return sqlglot.parse_one(sql, read="duckdb").args.get("order") is not None


def _rows(answer: pa.Table, *, ordered: bool) -> list[list[Any]]:
    rows = [[_plain(value) for value in row.values()] for row in answer.to_pylist()]
    return rows if ordered else sorted(rows, key=_sorting)


def _plain(value: object) -> object:
    return value if isinstance(value, float) else repr(value)


def _is_same(one: object, other: object) -> bool:
    if not (isinstance(one, float) and isinstance(other, float)):
        return one == other
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def _sorting(row: list[Any]) -> tuple[list[str], list[str]]:
    exact = [str(value) for value in row if not isinstance(value, float)]
    fractions = [
        f"{value:.6g}" if math.isfinite(value) else str(value)
        for value in row
        if isinstance(value, float)
    ]
    return exact, fractions
