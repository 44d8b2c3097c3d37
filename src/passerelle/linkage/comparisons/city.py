"""Towns: near in letters, or the same words and more; a household's."""

from __future__ import annotations

import re

import polars as pl

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.likeness.word_likeness import (
    WORD_LEVELS,
    common_line_words,
    compare_lines,
    line_tables,
)
from passerelle.linkage.texts.folding import fold

# What the post adds: CEDEX with its number, and an arrondissement.
_ADDED = r"( cedex( \d+)?| \d+( ?(er|e|eme))?( arrondissement| arr)?)+$"


def normalize(values: pl.Expr) -> pl.Expr:
    """Folded, without CEDEX and arrondissement, St as Saint."""
    plain = fold(values).str.replace(_ADDED, "")
    return plain.str.replace_all(r"\bst\b", "saint").str.replace_all(r"\bste\b", "sainte")


PLUGIN = Comparison(
    label=N_("Town"),
    levels=WORD_LEVELS,
    normalize=normalize,
    tables=line_tables,
    common_words=common_line_words,
    kernel=compare_lines,
    related={"household": 0.9, "neighbour": 0.9},
    headers=re.compile(
        r"city|(post )?town|suburb|ville|commune|localite|(wohn)?ort|stadt|place|municipality|"
        r"ciudad|poblacion|localidad|municipio|citta|comune|localita|cidade|localidade|concelho|"
        r"(woon)?plaats|stad|miasto|miejscowosc"
    ),
)
