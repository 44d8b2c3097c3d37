"""Numbers and codes that name one person or nearly: one or two edits apart."""

from __future__ import annotations

import re

import polars as pl

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.likeness.edits import EDIT_LEVELS, compare_edits, edit_tables
from passerelle.linkage.texts.folding import compact

MOST_RECORDS = 30


def _looks_like(values: pl.Series) -> bool:
    return values.len() > 0 and bool(
        values.str.contains(r"^[A-Za-z]{0,3}[ -]?\d[\d -]{4,}\d[A-Za-z]?$").mean() > 0.9  # type: ignore[operator]
    )


PLUGIN = Comparison(
    label=N_("Number of a person"),
    levels=EDIT_LEVELS,
    normalize=compact,
    tables=edit_tables,
    kernel=compare_edits,
    most_records=MOST_RECORDS,
    coincidence=0.02,
    headers=re.compile(
        r"soc sec( id)?|ssn|social security.*|nir|nhs.*|passport.*|(loyalty )?card( number)?|"
        r"num(ero)? client|customer (number|no|id)|carte.*"
    ),
    looks_like=_looks_like,
)
