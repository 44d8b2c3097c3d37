"""Published vectors of the platforms, where their rule is ours: run with PASSERELLE_SHARED set."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import polars as pl

from passerelle.identifiers import id_texts, normalize_column

VECTORS = Path(os.environ["PASSERELLE_SHARED"]) / "data" / "onboarding" / "vectors.csv"
# Their own rule differs from our canonical value: dots and tags of Gmail go at UID2 and Google.
_OTHER_RULE = re.compile(r"[.+].*@gmail\.com$", re.IGNORECASE)


def vectors(field: str) -> list[tuple[str, str, str]]:
    with VECTORS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    pattern = re.compile(field)
    return [
        (found[1] or "FR", row["input"], row["expected"])
        for row in rows
        if (found := pattern.fullmatch(row["field"])) and not _OTHER_RULE.search(row["input"])
    ]


def test_normalised_emails_are_those_of_the_platforms() -> None:
    rows = vectors(r"email(?:\[(\w\w)\])?:normalised")

    column = normalize_column("email", pl.Series([raw for _, raw, _ in rows]))

    assert len(rows) >= 6
    assert column.values.to_list() == [expected for _, _, expected in rows]


def test_hashed_emails_are_those_of_the_platforms() -> None:
    rows = vectors(r"email(?:\[(\w\w)\])?:sha256_hex")

    column = normalize_column("email", pl.Series([raw for _, raw, _ in rows]))

    assert len(rows) >= 6
    assert id_texts("email", column.values.to_list()) == [expected for _, _, expected in rows]


def test_base64_hashes_are_read_as_the_hash_of_the_same_address() -> None:
    rows = vectors(r"email(?:\[(\w\w)\])?:sha256_base64")

    clear = normalize_column("email", pl.Series([raw for _, raw, _ in rows])).values.to_list()
    hashed = normalize_column("email", pl.Series([row[2] for row in rows])).values.to_list()

    assert id_texts("email", clear) == id_texts("email", hashed)


def test_normalised_phones_are_those_of_the_platforms() -> None:
    rows = vectors(r"phone\[(\w\w)\]:normalised")
    regions = pl.Series([region for region, _, _ in rows])

    column = normalize_column("phone", pl.Series([raw for _, raw, _ in rows]), region=regions)

    assert rows
    assert column.values.to_list() == [expected for _, _, expected in rows]
