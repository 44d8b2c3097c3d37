"""Phone numbers: one or two edits apart; now and then a household's."""

from __future__ import annotations

import re

import polars as pl

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison
from passerelle.linkage.likeness.edits import EDIT_LEVELS, compare_edits, edit_tables
from passerelle.linkage.texts.folding import digits, or_null

_MOST_RECORDS = 30


_COUNTRY = (
    r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|"
    r"2[1-689]\d|3[578]\d|42\d|5[09]\d|6[789]\d|8[03578]\d|9[679]\d"
)
"""Calling codes. Source: ITU-T E.164, list of assigned country codes."""


def normalize(values: pl.Expr) -> pl.Expr:
    """The digits of a number as they are dialled in its country, without what comes before them.

    Neither the country's code, which one list writes and another does not, nor the 0 or the 1 that
    is dialled first at home, nor an extension.
    """
    told = values.str.to_lowercase().str.replace(r"\s*(ext\.?|x|#|poste)\s*\d+\s*$", "")
    told = told.str.replace(rf"^[\s(]*(?:\+|00)[\s(]*(?:{_COUNTRY})", "").str.replace(r"\(0\)", "")
    return or_null(digits(told).str.replace(r"^0+", "").str.replace(r"^1([2-9]\d{9})$", "$1"))


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
