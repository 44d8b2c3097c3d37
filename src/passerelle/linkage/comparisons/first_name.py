"""First names: near in letters, sound or use, or in the place of the last name."""

from __future__ import annotations

import re

import polars as pl

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.likeness.name_likeness import (
    GIVEN_NAME_LEVELS,
    compare_names,
    given_name_tables,
)
from passerelle.linkage.texts.folding import fold
from passerelle.linkage.texts.names import without_titles


def _parts(values: pl.Expr) -> dict[str, pl.Expr]:
    return {"beginning": values.str.slice(0, 3)}


def normalize(values: pl.Expr) -> pl.Expr:
    """Folded, without titles."""
    return without_titles(fold(values), is_first_name=True)


PLUGIN = Comparison(
    label=N_("First name"),
    levels=GIVEN_NAME_LEVELS,
    normalize=normalize,
    tables=given_name_tables,
    kernel=compare_names,
    parts=_parts,
    related={"namesake": 0.9},
    special=(N_("in the last name's place"),),
    least_chance=1e-3,
    headers=re.compile(
        r"(given|first|fore|christian) ?names?|name (first|given)|fname|prenoms?|vornamen?|rufname|"
        r"nombres?( de pila)?|primer nombre|nome|nome proprio|primeiro nome|voorna(a)?m(en)?|"
        r"roepnaam|imie|fornavn|fornamn|etunimi"
    ),
)
