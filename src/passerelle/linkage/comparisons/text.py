"""Short texts of no known kind, such as a name under a header that says nothing."""

from __future__ import annotations

import polars as pl

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.likeness.name_likeness import (
    FAMILY_NAME_LEVELS,
    compare_names,
    family_name_tables,
)
from passerelle.linkage.texts.folding import fold


def _parts(values: pl.Expr) -> dict[str, pl.Expr]:
    return {"beginning": values.str.slice(0, 4)}


PLUGIN = Comparison(
    label=N_("Text"),
    levels=FAMILY_NAME_LEVELS,
    normalize=fold,
    tables=family_name_tables,
    kernel=compare_names,
    parts=_parts,
)
