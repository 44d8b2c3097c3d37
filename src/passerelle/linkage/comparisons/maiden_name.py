"""Names at birth, where another is borne since: compared with each other and with last names."""

from __future__ import annotations

import re

import polars as pl

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.likeness.name_likeness import (
    FAMILY_NAME_LEVELS,
    compare_names,
    family_name_tables,
)
from passerelle.linkage.texts.folding import fold
from passerelle.linkage.texts.names import without_titles


def normalize(values: pl.Expr) -> pl.Expr:
    """Folded, without titles."""
    return without_titles(fold(values))


PLUGIN = Comparison(
    label=N_("Name at birth"),
    levels=FAMILY_NAME_LEVELS,
    normalize=normalize,
    tables=family_name_tables,
    kernel=compare_names,
    headers=re.compile(
        r"(maiden|birth|former|previous) (last )?name|(sur|last )?name at birth|birth surname|"
        r"nee|geburtsname|madchenname|"
        r"nom( de famille)? (de naissance|de jeune fille|patronymique|a la naissance)|nom jf"
    ),
)
