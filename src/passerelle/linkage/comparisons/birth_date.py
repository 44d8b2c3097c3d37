"""Birth dates: near in time, one digit wrong, or day and month in each other's place."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.compiling import kernel
from passerelle.linkage.dictionaries import text_table
from passerelle.linkage.folding import are_birth_dates, iso_days
from passerelle.linkage.string_kernels import edits_up_to_2

_NO_DAY = np.int32(-(2**31))
_MONTH, _YEAR, _DECADE = 31, 366, 3653  # days


def _parts(values: pl.Series) -> dict[str, pl.Series]:
    whole = values.str.contains(r"^\d{8}$")
    return {
        "year": values.str.slice(0, 4).set(~whole, None),
        "day and month": values.str.slice(4, 4).set(~whole, None),
    }


def _tables(values: pa.Array) -> tuple[Any, ...]:
    texts = pl.Series(values).cast(pl.String)
    days = texts.str.to_date("%Y%m%d", strict=False).cast(pl.Int32).fill_null(int(_NO_DAY))
    turned = texts.str.slice(0, 4) + texts.str.slice(6, 2) + texts.str.slice(4, 2)
    place = pl.DataFrame({"text": texts, "at": np.arange(texts.len(), dtype=np.int32)})
    swapped = pl.DataFrame({"text": turned}).join(
        place, on="text", how="left", maintain_order="left"
    )["at"]
    return (*text_table(values).arrays, days.to_numpy(), swapped.fill_null(-1).to_numpy())


@kernel
def _compare(
    codes: Any, column: Any, left: Any, right: Any, shift: Any, exact: Any, patterns: Any,
    chars: Any, lengths: Any, signatures: Any, overs: Any, days: Any, swapped: Any,
) -> None:  # fmt: skip
    for pair in range(len(left)):
        one, other = codes[left[pair], column], codes[right[pair], column]
        if one < 0 or other < 0:
            continue
        level = np.int64(1)
        if one == other:
            level = np.int64(exact[one])
        elif edits_up_to_2(chars, lengths, signatures, overs, one, other) == 1:
            level = np.int64(6)
        elif swapped[one] == other:
            level = np.int64(5)
        elif days[one] != _NO_DAY and days[other] != _NO_DAY:
            apart = abs(np.int64(days[one]) - np.int64(days[other]))
            if apart <= _MONTH:
                level = np.int64(4)
            elif apart <= _YEAR:
                level = np.int64(3)
            elif apart <= _DECADE:
                level = np.int64(2)
        patterns[pair] |= np.uint64(level) << np.uint64(shift)


PLUGIN = Comparison(
    label=N_("Birth date"),
    levels=(
        N_("within ten years"),
        N_("within a year"),
        N_("within a month"),
        N_("day and month swapped"),
        N_("one edit"),
    ),
    normalize=iso_days,
    tables=_tables,
    kernel=_compare,
    parts=_parts,
    headers=re.compile(
        r"dob|date of birth|birth ?date|birthday|date de naissance|ne le|naissance|geburtsdatum"
    ),
    looks_like=are_birth_dates,
)
