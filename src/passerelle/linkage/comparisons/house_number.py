"""Numbers in a street: they agree or they do not; a household's."""

from __future__ import annotations

import re

import polars as pl

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.folding import compact
from passerelle.linkage.likeness import compare_exactly, no_tables

_LEADING = r"^\s*(\d+\s*(?:(?:bis|ter|quater|[a-z])\b)?)"
_LONGEST = 8


def normalize(values: pl.Series) -> pl.Series:
    """The number a line begins with, or the whole of a short value."""
    low = values.str.to_lowercase()
    short = compact(values).set(values.str.len_chars() > _LONGEST, None)
    return pl.select(
        pl.coalesce(pl.lit(compact(low.str.extract(_LEADING))), pl.lit(short))
    ).to_series()


PLUGIN = Comparison(
    label=N_("House number"),
    levels=(),
    normalize=normalize,
    tables=no_tables,
    kernel=compare_exactly,
    related={"household": 0.85, "neighbour": 0.85},
    headers=re.compile(r"street (number|no)|house (number|no)|num(ero)?( de)? (rue|voie)|hausnr"),
)
