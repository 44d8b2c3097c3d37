"""Last names: near in letters or sound, composed or not; shared in a household, by namesakes."""

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


def _parts(values: pl.Expr) -> dict[str, pl.Expr]:
    return {"beginning": values.str.slice(0, 4)}


def normalize(values: pl.Expr) -> pl.Expr:
    """Folded, without titles."""
    return without_titles(fold(values))


PLUGIN = Comparison(
    label=N_("Last name"),
    levels=FAMILY_NAME_LEVELS,
    normalize=normalize,
    tables=family_name_tables,
    kernel=compare_names,
    parts=_parts,
    related={"household": 0.8, "namesake": 0.9},
    special=(N_("the other's name at birth"),),
    least_chance=5e-5,
    headers=re.compile(
        r"surname|(last|family) ?name|name (last|family)|lname|nom|nom de famille|"
        r"nachname|familienname|zuname|(primer )?apellidos?|cognome|sobrenome|apelidos?|"
        r"(achter|familie)naam|nazwisko|etternavn|efternamn|efternavn|sukunimi|"
        r"nom (d )?usage|nom d epou(x|se)|married name|name"
    ),
)
