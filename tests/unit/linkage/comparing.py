"""Two values compared as one kind."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from passerelle.linkage import Field, level_name, list_comparisons
from passerelle.linkage.patterns import compare_pairs, level_of
from passerelle.linkage.records import read_records


def level_between(kind: str, one: str, other: str, *, among: Sequence[str] = ()) -> str:
    """The name of the level that two values reach, in a column that holds others too."""
    return levels_among(kind, [one, other, *among])[0][1]


def levels_among(kind: str, texts: Sequence[str]) -> list[list[str]]:
    """The names of the levels that each two values of a column reach."""
    table = pa.table({"value": pa.array(texts, pa.large_string())})
    records = read_records(table, [Field("value", kind)], np.zeros(len(texts), np.int16))
    left, right = (each.ravel().astype(np.int32) for each in np.indices((len(texts), len(texts))))
    levels = level_of(compare_pairs(records, left, right), 0).reshape(len(texts), -1)
    comparison = list_comparisons()[kind]
    return [[level_name(comparison, int(level)) for level in row] for row in levels]
