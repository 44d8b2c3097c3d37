"""What records say of homes and families, in keys."""

from __future__ import annotations

import polars as pl

from passerelle.collect.addresses_of_records import dwellings
from passerelle.kernel import IdentifierKeys

_KEYS = IdentifierKeys(b"k" * 32)


def told(**columns: list[str | None]) -> pl.DataFrame:
    return dwellings(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)), _KEYS, "crm")


def test_names_of_two_words_are_told_word_by_word() -> None:
    found = told(
        last_name=["Roux-Morel", "LE GOFF", "Roux", "de la Tour", None],
        birth_name=["Saint-Jean", None, None, None, "Petit Simon"],
    )
    words = [None if each is None else set(each.split(" ")) for each in found["name_words"]]
    assert words == [{"ROUX", "MOREL", "SAINT", "JEAN"}, {"LE", "GOFF"}, None, None,
                     {"PETIT", "SIMON"}]  # fmt: skip


def test_the_household_that_a_source_names_is_its_own() -> None:
    records = pl.DataFrame({"household_number": ["12", "12", None]})
    ours = dwellings(records, _KEYS, "crm")["declared_id"].to_list()
    theirs = dwellings(records, _KEYS, "shop")["declared_id"].to_list()
    assert ours[0] == ours[1]
    assert ours[0] != theirs[0]
    assert ours[2] is None


def test_records_without_names_nor_addresses_say_nothing() -> None:
    found = told(email=["a@b.fr", None])
    assert found.height == 2
    assert all(found[column].null_count() == 2 for column in found.columns)
