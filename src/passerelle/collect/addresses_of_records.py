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

_TWO_WORDS = r"^\s*([^\s\-]+)[\s\-]+([^\s\-]+)\s*$"

_NONE = pl.lit(None, pl.String)


def dwellings(known: pl.DataFrame, keys: IdentifierKeys, namespace: str) -> pl.DataFrame:
    """Where each record says that its person lives, and with whom: one row a record, as they come.

    Columns, each null where nothing is said: address_id, a keyed hash of number, street and
    postcode; unit, the lines beside the street's: a flat, a floor, a residence; postcode;
    birth_name_key; name_words, the keys of the words of names of two words; declared_id, a keyed
    hash of the household that the source names.

    Args:
        known: Records in canonical fields; those that the source has.
        keys: The installation's.
        namespace: Who issues the numbers of households.
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
    names = [known[name] for name in ("last_name", "birth_name") if name in present]
    number = pl.col("household_number") if "household_number" in present else _NONE
    declared = told.with_columns(said=pl.concat_str(pl.lit(f"{namespace}:"), number))["said"]
    return pl.DataFrame(
        {
            "address_id": ids_or_null("address", homes, keys),
            "unit": _units(told, lines),
            "postcode": told["postcode"],
            "birth_name_key": pl.Series([None], dtype=pl.String).new_from_index(0, known.height)
            if births is None
            else last_name_keys(births),
            "name_words": _name_words(names, known.height),
            "declared_id": ids_or_null("household", declared, keys),
        }
    )


def _name_words(names: list[pl.Series], records: int) -> pl.Series:
    """For each record the keys of the words of its names of two words; null without any."""
    numbered = [pl.DataFrame({"at": pl.int_range(records, eager=True), "name": n}) for n in names]
    told = pl.concat([pl.DataFrame(schema={"at": pl.Int64, "name": pl.String}), *numbered])
    parts = told.select("at", pl.col("name").str.extract_groups(_TWO_WORDS)).unnest("name")
    words = pl.concat([parts.select("at", pl.col(side).alias("word")) for side in ("1", "2")])
    known = words.drop_nulls().sort("at", maintain_order=True)
    keyed = known.with_columns(last_name_keys(known["word"]).alias("word")).drop_nulls()
    joined = keyed.group_by("at").agg(pl.col("word").str.join(" "))
    every = pl.DataFrame({"at": pl.int_range(records, eager=True)})
    return every.join(joined, on="at", how="left", maintain_order="left")["word"]


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
