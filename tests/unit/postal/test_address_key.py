"""Two spellings of one address have one key, two addresses have two."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.postal import address_keys


def keys(*addresses: tuple[str | None, str | None]) -> list[str | None]:
    frame = pl.DataFrame(addresses, schema=["street", "postcode"], orient="row",
                         schema_overrides={"street": pl.String, "postcode": pl.String})  # fmt: skip
    return frame.select(address_keys(pl.col("street"), pl.col("postcode")).alias("k"))[
        "k"
    ].to_list()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12, bis av. du Gal de Gaulle", "12 BIS AVENUE DU GENERAL DE GAULLE"),
        ("3 Bd St-Michel", "3 boulevard Saint Michel"),
        ("5 r Ste Catherine", "5, RUE SAINTE CATHERINE"),
        ("7 pl. du Mal Foch", "7 Place du Maréchal Foch"),
        ("1 rue de l'Église", "1 RUE DE L EGLISE"),
        ("1 rue du Cœur", "1 RUE DU COEUR"),
        ("10 Fbg St Honoré", "10 faubourg saint-honore"),
        ("2 all  des   Tilleuls ", "2 allée des tilleuls"),
        ("4 imp Dr Roux", "4 Impasse du Docteur Roux".replace("du ", "")),
        ("St St St", "SAINT SAINT SAINT"),
    ],
)
def test_spellings_of_one_address_share_its_key(one: str, other: str) -> None:
    assert len(set(keys((one, "75011"), (other, "75 011 ")))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("12 rue de Paris", "75011"), ("12 rue de Paris", "75012")),
        (("12 rue de Paris", "75011"), ("12 bis rue de Paris", "75011")),
        (("1 rue Pasteur", "75011"), ("11 rue Pasteur", "75011")),
        (("1 rue Pasteur", "75011"), ("1 place Pasteur", "75011")),
        (("1 rue Alain", "75011"), ("1 rue Allain", "75011")),
        (("1 rue Stella", "75011"), ("1 rue Saintella", "75011")),
    ],
)
def test_two_addresses_have_two_keys(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert len(set(keys(one, other))) == 2


@pytest.mark.parametrize(
    ("street", "postcode"),
    [
        (None, "75011"),
        ("1 rue Pasteur", None),
        ("", "75011"),
        ("1 rue Pasteur", " "),
        (" ., ", "75"),
    ],
)
def test_half_an_address_has_no_key(street: str | None, postcode: str | None) -> None:
    assert keys((street, postcode)) == [None]


_WORDS = st.sampled_from(
    ("rue", "av", "Bd", "st", "STE", "r.", "Gal", "de", "l'", "Église", "cœur", "12", "bis", "-", "É")
)  # fmt: skip
_streets = st.lists(_WORDS, min_size=1, max_size=6).map(" ".join) | st.text(max_size=20)


@settings(max_examples=200, deadline=None)
@given(streets=st.lists(_streets, min_size=1, max_size=8))
def test_a_key_survives_capitals_blanks_points_and_being_made_again(streets: list[str]) -> None:
    plain = keys(*((street, "75011") for street in streets))

    spaced = keys(*((f"  {street.replace(' ', ' , ')}. ", "75011") for street in streets))
    again = keys(*((key and key.removeprefix("75011 "), "75011") for key in plain))

    assert spaced == plain
    assert again == plain
    assert all(key is None or key == " ".join(key.split()) for key in plain)


@settings(max_examples=100, deadline=None)
@given(streets=st.lists(_WORDS, min_size=1, max_size=6).map(" ".join))
def test_a_key_does_not_depend_on_capitals(streets: str) -> None:
    assert keys((streets.upper(), "1")) == keys((streets.lower(), "1")) == keys((streets, "1"))


@settings(max_examples=50, deadline=None)
@given(streets=st.lists(_streets, min_size=1, max_size=8))
def test_a_key_does_not_depend_on_the_rows_beside_it(streets: list[str]) -> None:
    together = keys(*((street, "75011") for street in streets))

    assert together == [keys((street, "75011"))[0] for street in streets]
