"""Two spellings of one address have one key; two addresses have two."""

from __future__ import annotations

import pytest

from passerelle.postal import match_keys, standardize_address


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3 rue Jules Gilly, 06300 Nice", "3 R JULES GILI 06300 NICE"),
        (
            "12 bis avenue du Général de Gaulle 94160 Saint-Mandé",
            "94160 ST MANDE 12B av gal Gaulle",
        ),
        ("7 allée des Lilas 35000 Rennes", "RENNES 35000, 7 all. du lilas"),
        (
            "Appt 4 esc B, 9 place Bellecour 69002 Lyon",
            "9 pl Bellecour, appartement 4 esc. B, 69002 LYON",
        ),
    ],
)
def test_spellings_of_one_address_share_every_key(one: str, other: str) -> None:
    keys = match_keys(standardize_address(one))
    assert keys.dwelling
    assert keys == match_keys(standardize_address(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3 rue Jules Gilly, 06300 Nice", "5 rue Jules Gilly, 06300 Nice"),
        ("3 rue Jules Gilly, 06300 Nice", "3 avenue Jules Gilly, 06300 Nice"),
        ("3 rue Jules Gilly, 06300 Nice", "3 rue Jules Gilly, 06400 Cannes"),
        ("12 rue de Paris 35000 Rennes", "12 bis rue de Paris 35000 Rennes"),
    ],
)
def test_other_addresses_have_other_keys(one: str, other: str) -> None:
    first, second = (match_keys(standardize_address(text)) for text in (one, other))
    assert first.building
    assert second.building
    assert first.building != second.building


def test_a_flat_tells_two_dwellings_of_one_building_apart() -> None:
    first, second = (
        match_keys(standardize_address(f"Appt {flat}, 9 place Bellecour 69002 Lyon"))
        for flat in (4, 5)
    )
    assert first.building == second.building
    assert first.dwelling != second.dwelling


@pytest.mark.parametrize("text", ["", "rue de Paris", "12 Downing Street, London, United Kingdom"])
def test_what_says_too_little_has_no_key(text: str) -> None:
    assert not match_keys(standardize_address(text)).street
