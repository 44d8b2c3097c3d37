"""A value changed alone in Python is the value that a query makes of it."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.identifiers import sound
from passerelle.linkage import list_comparisons
from passerelle.linkage.texts.folding import all_applied, applied, applied_to_few
from passerelle.linkage.texts.names import joined, main_words, without_particles
from passerelle.linkage.texts.one_by_one import are_alike, is_for_one

CHANGES = {
    **{kind: each.normalize for kind, each in list_comparisons().items()},
    "joined": joined,
    "main words": main_words,
    "sound": sound,
    "without particles": without_particles,
}
WORDS = (
    "M.", "mme", "Dr", "d'", "de la", "Le", "Mac Donald", "St", "Ste-", "jr", "épouse", "née",
    "Œuvre", "Straße", "İĞŞ", "Łódź", "Ștefan", "Ǆ", "ŉ", "’", "–", "N°", "½", "²", "12 bis",
    "3a", "av", "bd.", "CEDEX 08", "F-75002", "+33 (0)6", "0033", "a@b.fr", "@x", "1980-02-31",
    "5 mars 1980", "March 5th, 1980", "1er août 80", "06 12 34 56 78 ext. 4",
    "31/12/80", "1/2/1980T00:00", "19800231", "00010101", "5", "", " ", "\u00a0", "\n", "\x1f",
    "\u0301", "李小龙", "مرحبا", "ΑΣ", "👩‍👩‍👧", "Philippe", "Thibault", "Lefèvre",
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=4).map("".join),
    st.text(st.characters(max_codepoint=0x2FF), max_size=12),
    st.text(max_size=12),
)
MANY = 17
"""Copies of a text from which a query is made."""


@pytest.mark.parametrize("name", CHANGES)
@settings(max_examples=150, deadline=None)
@given(text=TEXTS)
def test_a_change_of_one_value_is_that_of_a_column(name: str, text: str) -> None:
    change = CHANGES[name]

    one, same = applied_to_few(change, [text, text])

    assert one == same == applied(change, pl.Series([text])).item()
    assert one == applied(change, pl.Series([text] * MANY))[0]


@pytest.mark.parametrize("kind", list_comparisons())
@settings(max_examples=100, deadline=None)
@given(text=TEXTS)
def test_parts_of_one_value_are_those_of_a_column(kind: str, text: str) -> None:
    comparison = list_comparisons()[kind]
    value = applied(comparison.normalize, pl.Series([text]))

    one = all_applied(comparison.parts, value)
    many = all_applied(comparison.parts, pl.Series(value.to_list() * MANY, dtype=pl.String))

    assert {name: each.item() for name, each in one.items()} == {
        name: each[0] for name, each in many.items()
    }
    assert all(each.dtype == many[name].dtype for name, each in one.items())


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_of_ours_needs_no_query(name: str) -> None:
    assert is_for_one(CHANGES[name])


def test_what_one_value_cannot_do_takes_a_query() -> None:
    turned: Callable[[pl.Expr], pl.Expr] = lambda value: value.str.reverse()  # noqa: E731

    assert not is_for_one(turned)
    assert applied_to_few(turned, ["abc", None]) == ["cba", None]


def test_characters_that_are_treated_otherwise_take_a_query() -> None:
    assert are_alike(["Zoé d’Aÿ – 3°", None, ""])
    assert not any(are_alike([each]) for each in ("a\n", "²", "ΑΣ", "\x1f", "e\u0301", "李"))
