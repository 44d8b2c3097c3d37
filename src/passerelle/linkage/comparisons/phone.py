"""Phone numbers: one or two edits apart; now and then a household's."""

from __future__ import annotations

import re

import polars as pl

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.likeness.edits import EDIT_LEVELS, compare_edits, edit_tables
from passerelle.linkage.texts.folding import digits

_MOST_RECORDS = 30


def normalize(values: pl.Expr) -> pl.Expr:
    """Digits, French numbers from 0."""
    told = values.str.replace(r"^\s*(\+|00)\s*33\s*(\(0\))?", "0").str.replace(r"^0+", "0")
    return digits(told)


def _looks_like(values: pl.Series) -> bool:
    return values.len() > 0 and bool(
        values.str.contains(r"^\s*(\+|0)[\d .()/-]{8,}$").mean() > 0.9  # type: ignore[operator]
    )


PLUGIN = Comparison(
    label=N_("Phone"),
    levels=EDIT_LEVELS,
    normalize=normalize,
    tables=edit_tables,
    kernel=compare_edits,
    most_records=_MOST_RECORDS,
    related={"household": 0.3},
    coincidence=0.05,
    headers=re.compile(
        r"((tele)?phone|mobile|tel|telefono|telefone|telefoon(nummer)?|telefon(nummer)?|"
        r"mobil(nummer)?|movil|cellulare|cell|cellphone|telemovel|celular|komorka)( .*)?|"
        r"tele.*|portable|gsm|handy(nummer)?"
    ),
    looks_like=_looks_like,
)
