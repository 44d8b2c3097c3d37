"""Whole names in one cell, first and last in any order: the same words, or words that are near."""

from __future__ import annotations

import re

import polars as pl

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.likeness.full_name_likeness import (
    FULL_NAME_LEVELS,
    WORD_IN_COMMON,
    compare_full_names,
    frequent_name_words,
    full_name_tables,
)
from passerelle.linkage.texts.folding import fold
from passerelle.linkage.texts.names import without_any_title


def normalize(values: pl.Expr) -> pl.Expr:
    """Folded, without titles, its words in the order of the alphabet."""
    return without_any_title(fold(values)).str.split(" ").list.sort().list.join(" ")


def _parts(values: pl.Expr) -> dict[str, pl.Expr]:
    words = values.str.split(" ")
    return {
        "first word by alphabet": words.list.first(),
        "last word by alphabet": words.list.last(),
    }


PLUGIN = Comparison(
    label=N_("Whole name"),
    levels=FULL_NAME_LEVELS,
    normalize=normalize,
    tables=full_name_tables,
    common_words=frequent_name_words,
    kernel=compare_full_names,
    parts=_parts,
    related={"household": 0.8, "namesake": 0.9},
    related_at={"household": WORD_IN_COMMON},
    least_chance=1e-6,
    headers=re.compile(
        r"(full|whole|complete|display|customer|client|contact|person)( s)? name|nom complet|"
        r"nom( et)? prenom|prenom( et)? nom|identite|nom( du)? client|(client|customer)|"
        r"vollstandiger name|nombre( y)? apellidos?|apellidos?( y)? nombre|nombre completo|"
        r"nome completo|nome e cognome|cognome e nome|nominativo|volledige naam|naam|"
        r"imie i nazwisko|nazwisko i imie"
    ),
)
