"""Last names: near by Jaro-Winkler; shared in a household, and by namesakes."""

from __future__ import annotations

import re

import polars as pl

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.folding import fold
from passerelle.linkage.likeness import NAME_LEVELS, compare_likeness, name_tables


def _parts(values: pl.Series) -> dict[str, pl.Series]:
    return {"beginning": values.str.slice(0, 4)}


PLUGIN = Comparison(
    label=N_("Last name"),
    levels=NAME_LEVELS,
    normalize=fold,
    tables=name_tables,
    kernel=compare_likeness,
    parts=_parts,
    related={"household": 0.8, "namesake": 0.9},
    headers=re.compile(
        r"surname|last name|lastname|lname|family name|nom|nom de famille|nachname|apellido"
    ),
)
