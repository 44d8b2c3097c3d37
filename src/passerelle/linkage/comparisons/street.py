"""Address lines: near in letters, or the same words in any order; a household's."""

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
from passerelle.linkage.texts.folding import fold, or_null

_NUMBER = r"^(?:\d+\s*(?:(?:bis|ter|quater|[a-d])\b)?\s*)+"
_TYPES = {
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard",
    "ch": "chemin", "che": "chemin", "imp": "impasse", "pl": "place", "r": "rue", "rte": "route",
    "sq": "square", "all": "allee", "crs": "cours", "fg": "faubourg", "qu": "quai",
    "res": "residence", "st": "saint", "ste": "sainte", "str": "street",
    "rd": "road", "ln": "lane", "dr": "drive",
}  # fmt: skip
"""Short forms of words in addresses; "st" may be a street or a saint: it is one word anyway."""


def normalize(values: pl.Expr) -> pl.Expr:
    """Folded, without the number it begins with, short forms written out."""
    told = or_null(fold(values).str.replace(_NUMBER, ""))
    for short, whole in _TYPES.items():
        told = told.str.replace_all(rf"\b{short}\b", whole)
    return told


def _parts(values: pl.Expr) -> dict[str, pl.Expr]:
    return {"beginning": values.str.slice(0, 8)}


PLUGIN = Comparison(
    label=N_("Street"),
    levels=WORD_LEVELS,
    normalize=normalize,
    tables=line_tables,
    common_words=common_line_words,
    kernel=compare_lines,
    parts=_parts,
    related={"household": 0.85, "neighbour": 0.85},
    headers=re.compile(
        r"(street )?address( line)?( \d)?|addr( ?\d)?|street|street name|adresse( \d)?|rue|voie|"
        r"road|strasse|str|anschrift|direccion|domicilio|calle|indirizzo|via|morada|endereco|rua|"
        r"adres|straat(naam)?|ulica"
    ),
)
