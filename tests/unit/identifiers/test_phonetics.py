"""How French names sound."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.identifiers import phonetic_code, phonetic_codes, sound


@pytest.mark.parametrize(
    "names",
    [
        ("Gautier", "Gauthier", "Gotier"),
        ("Lefèvre", "Lefebvre", "Lefaivre"),
        ("Thibault", "Thibaut", "Tibo", "Thibaud"),
        ("Renault", "Renaud", "Reynaud", "Raynaud"),
        ("Giraud", "Girault", "Girauld"),
        ("Dupont", "Dupond"),
        ("Henry", "Henri"),
        ("Philippe", "Filip"),
        ("Moreau", "Morot", "Moraux"),
        ("Bernard", "Bernardt"),
        ("Jaqueline", "Jacqueline"),
    ],
)
def test_spellings_of_one_sound_have_one_code(names: tuple[str, ...]) -> None:
    assert len({phonetic_code(name) for name in names}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("Martin", "Mercier"), ("Dupont", "Durand"), ("Henri", "André"), ("Moreau", "Morel")],
)
def test_other_sounds_have_other_codes(one: str, other: str) -> None:
    assert phonetic_code(one) != phonetic_code(other)


def test_what_has_no_sound_to_tell_has_no_code() -> None:
    assert phonetic_codes(pl.Series(["", "A", "123", None, "Œuf"])).to_list() == [
        None, None, None, None, phonetic_code("oeuf"),
    ]  # fmt: skip


@given(name=st.text("abcdefghijklmnopqrstuvwxyzéèàâêîôûçœ -'", max_size=20))
def test_capitals_and_accents_make_no_difference(name: str) -> None:
    assert phonetic_code(name) == phonetic_code(name.upper()) == phonetic_code(f" {name}")


@given(name=st.text("abcdefghijklmnopqrstuvwxyz", max_size=20))
def test_a_column_and_a_cell_sound_the_same(name: str) -> None:
    frame = pl.DataFrame({"name": [name]})

    assert frame.select(sound(pl.col("name")))["name"].to_list() == [phonetic_code(name)]
