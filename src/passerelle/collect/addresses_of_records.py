"""Where records say that people live, in keys that survive spelling."""

from __future__ import annotations

import polars as pl

from passerelle.collect.identifier_ids import ids_or_null
from passerelle.identifiers import last_name_keys
from passerelle.kernel import IdentifierKeys
from passerelle.postal import address_keys

_LINES = ("address_1", "address_2", "address_3")
_BEGINS_WITH_A_NUMBER = r"^\s*\d"
_WORDS = {
    "APPARTEMENT": "APT", "APPART": "APT", "APPT": "APT", "APP": "APT", "BATIMENT": "BAT",
    "ESCALIER": "ESC", "ETG": "ETAGE", "RESIDENCE": "RES",
}  # fmt: skip
"""Usual words for a part of a building, by how they are compared."""

_NONE = pl.lit(None, pl.String)


def dwellings(known: pl.DataFrame, keys: IdentifierKeys) -> pl.DataFrame:
    """One row a record, in their order: address_id, unit, postcode, birth_name_key; each or null.

    address_id: a keyed hash of number, street and postcode. unit: the lines beside the street's:
    a flat, a floor, a residence.

    Args:
        known: Records in canonical fields; those that the source has.
        keys: The installation's.
    """
    present = set(known.columns)
    lines = [name for name in _LINES if name in present]
    street = pl.coalesce(
        *(pl.when(pl.col(line).str.contains(_BEGINS_WITH_A_NUMBER)).then(line) for line in lines),
        *lines,
        _NONE,
    )
    postcode = _postcode() if "postcode" in present else _NONE
    told = known.with_columns(street.alias("street"), postcode.alias("postcode"))
    homes = told.select(address_keys(pl.col("street"), pl.col("postcode")).alias("home"))["home"]
    births = known["birth_name"] if "birth_name" in present else None
    return pl.DataFrame(
        {
            "address_id": ids_or_null("address", homes, keys),
            "unit": _units(told, lines),
            "postcode": told["postcode"],
            "birth_name_key": pl.Series([None], dtype=pl.String).new_from_index(0, known.height)
            if births is None
            else last_name_keys(births),
        }
    )


def _postcode() -> pl.Expr:
    """Without blanks, and with the zero of 01000 that spreadsheets take for a number's."""
    told = pl.col("postcode").str.replace_all(r"\s", "").replace("", None)
    return pl.when(told.str.contains(r"^\d{4}$")).then(told.str.zfill(5)).otherwise(told)


def _units(told: pl.DataFrame, lines: list[str]) -> pl.Series:
    beside = [
        pl.when(pl.col(line) != pl.col("street")).then(line).fill_null("").alias(line)
        for line in lines
    ]
    if len(lines) < 2:  # no line is left beside the street's
        return pl.Series("unit", [None], dtype=pl.String).new_from_index(0, told.height)
    joined = told.select(pl.concat_str(beside, separator=" ").str.strip_chars().alias("unit"))
    return joined.select(
        pl.when(pl.col("unit") != "").then(_folded(pl.col("unit"))).replace("", None).alias("unit")
    )["unit"]


def _folded(text: pl.Expr) -> pl.Expr:
    letters = (
        text.str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.to_uppercase()
        .str.replace_all(r"[^A-Z0-9]+", "  ")
    )
    words = (pl.lit(" ") + letters + pl.lit(" ")).str.replace_many(
        [f" {word} " for word in _WORDS], [f" {short} " for short in _WORDS.values()]
    )
    return words.str.replace_all(r" +", " ").str.strip_chars()
