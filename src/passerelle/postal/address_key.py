"""A key that is equal for two spellings of one address.

« 12, bis av. du Gal de Gaulle 75011 » and « 12 BIS AVENUE DU GENERAL DE GAULLE 75011 » share it.
Abbreviations: the common ones of French street labels, NF Z10-011 as La Poste prints them.
"""

from __future__ import annotations

from types import MappingProxyType

import polars as pl

_ABBREVIATIONS = MappingProxyType(
    {
        "ALL": "ALLEE",
        "AV": "AVENUE",
        "AVE": "AVENUE",
        "BD": "BOULEVARD",
        "BLD": "BOULEVARD",
        "BLVD": "BOULEVARD",
        "CHE": "CHEMIN",
        "CHEM": "CHEMIN",
        "CRS": "COURS",
        "DR": "DOCTEUR",
        "FBG": "FAUBOURG",
        "GAL": "GENERAL",
        "IMP": "IMPASSE",
        "LOT": "LOTISSEMENT",
        "MAL": "MARECHAL",
        "PAS": "PASSAGE",
        "PL": "PLACE",
        "PROF": "PROFESSEUR",
        "R": "RUE",
        "RES": "RESIDENCE",
        "RPT": "ROND POINT",
        "RTE": "ROUTE",
        "SQ": "SQUARE",
        "ST": "SAINT",
        "STE": "SAINTE",
    }
)


def address_keys(street: pl.Expr, postcode: pl.Expr) -> pl.Expr:
    """The key of each address, null where the street or the postcode is missing.

    Args:
        street: The line with the house number and the street.
        postcode: The postcode; blanks inside do not matter.
    """
    words = _letters(street).str.replace_many(
        [f" {short} " for short in _ABBREVIATIONS],
        [f" {whole} " for whole in _ABBREVIATIONS.values()],
    )
    place = postcode.str.replace_all(r"\s", "").replace("", None)
    line = words.str.replace_all("  ", " ", literal=True).str.strip_chars().replace("", None)
    return pl.concat_str(place, line, separator=" ")


def _letters(text: pl.Expr) -> pl.Expr:
    folded = (
        text.str.replace_many(["œ", "Œ", "æ", "Æ"], ["oe", "OE", "ae", "AE"])
        .str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.to_uppercase()
        .str.replace_all(r"[^A-Z0-9]+", " ")
    )
    # Two blanks around each word, so that neighbours that are both abbreviated are both found.
    return (pl.lit(" ") + folded.str.strip_chars() + pl.lit(" ")).str.replace_all(" ", "  ")
