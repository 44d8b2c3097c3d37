"""First names: near by Jaro-Winkler, or in the place of the last name."""

from __future__ import annotations

import re

import polars as pl

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.folding import fold
from passerelle.linkage.likeness import NAME_LEVELS, compare_likeness, name_tables


def _parts(values: pl.Series) -> dict[str, pl.Series]:
    return {"beginning": values.str.slice(0, 3)}


PLUGIN = Comparison(
    label=N_("First name"),
    levels=NAME_LEVELS,
    normalize=fold,
    tables=name_tables,
    kernel=compare_likeness,
    parts=_parts,
    related={"namesake": 0.9},
    special=(N_("in the last name's place"),),
    headers=re.compile(r"given name|first name|firstname|fname|forename|prenom|vorname|nombre"),
)
