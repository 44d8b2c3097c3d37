"""Numbers in a street: they agree or they do not; a household's."""

from __future__ import annotations

import re

import polars as pl

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.likeness.edits import compare_exactly, no_tables
from passerelle.linkage.texts.folding import compact
from passerelle.linkage.texts.one_by_one import first_given, only_where

# A letter after the number belongs to it, but an R is short for rue.
_LEADING = r"^\s*(\d+\s*(?:(?:bis|ter|quater|[a-qs-z])\b)?)"
_LONGEST = 8


def normalize(values: pl.Expr) -> pl.Expr:
    """The number a line begins with, or the whole of a short value."""
    leading = compact(values.str.to_lowercase().str.extract(_LEADING))
    is_short = values.str.len_chars() <= _LONGEST
    return first_given(leading, only_where(is_short, compact(values)))


PLUGIN = Comparison(
    label=N_("House number"),
    levels=(),
    normalize=normalize,
    tables=no_tables,
    kernel=compare_exactly,
    related={"household": 0.85, "neighbour": 0.85},
    headers=re.compile(
        r"street (number|no)|house (number|no)|num(ero)?( de)? (rue|voie)|"
        r"hausnr|haus ?nummer|huis ?(nummer|nr)|nr domu|numero civico|civico"
    ),
)
