"""How near names are: parts, sound, initials, what people are called, in any script."""

from __future__ import annotations

from itertools import permutations, product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import JaroWinkler

from passerelle.linkage import list_comparisons
from passerelle.linkage.texts.folding import applied
from tests.unit.linkage.comparing import level_between, levels_among

EXACT = "same, on 3 records at most"
SCRIPTS = (
    "abcdefgh", "абвгдежз", "αβγδεζηθ", "אבגדהוזח", "ابتثجحخد", "李小龙王明张伟陈", "かきくけこさしす", "가나다라마바사아",
)  # fmt: skip
LEAST = (0.70, 0.88, 0.92)
SIMILAR = ("different", "a little alike", "alike", "nearly the same")
WORDS = [
    "m",
    "mme",
    "dr",
    "jean",
    "j",
    "de",
    "la",
    "st",
    "mc",
    "goff",
    "jr",
    "cedex",
    "2",
    "3e",
    "rue",
    "75002",
    "0101",
    "1900",
    "12/05/80",
]
OTHERWISE = (
    "initial of the other", "part of the other", "sounds the same", "variant of the name",
    "same, written otherwise",
)  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Bob", "Robert", "variant of the name"),
        ("Liz", "Elizabeth", "variant of the name"),
        ("Manu", "Emmanuel", "variant of the name"),
        ("Jeannot", "Jean", "variant of the name"),
        ("Maïté", "Marie-Thérèse", "variant of the name"),
        ("Bob", "Robert James", "variant of the name"),
        ("JP", "Jean-Pierre", "variant of the name"),
        ("Jean-Pierre", "Jean", "part of the other"),
        ("Jean Pierre", "JeanPierre", "nearly the same"),
        ("Jean Pierre", "Jean-Pierre", EXACT),
        ("Pierre-Jean", "Jean-Pierre", "nearly the same"),
        ("Jean-Pierre", "Jean-Paul", "a little alike"),
        ("J.-P.", "Jean-Pierre", "initial of the other"),
        ("J.", "Jean", "initial of the other"),
        ("J.", "Paul", "different"),
        ("Philippe", "Filipe", "sounds the same"),
        ("Mme Anne", "Anne", EXACT),
        ("M", "Mathieu", "initial of the other"),
        ("Robert", "Roberta", "nearly the same"),
        ("Marie", "Paul", "different"),
    ],
)
def test_first_names(one: str, other: str, level: str) -> None:
    assert level_between("first_name", one, other) == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("de La Tour", "Latour", "same, written otherwise"),
        ("La Tour", "Latour", "same, written otherwise"),
        ("Le Goff", "Legoff", "same, written otherwise"),
        ("McDonald", "Mac Donald", "same, written otherwise"),
        ("St Martin", "Saint-Martin", "same, written otherwise"),
        ("von der Leyen", "Leyen", "same, written otherwise"),
        ("d'Estaing", "Destaing", "same, written otherwise"),
        ("Martin-Durand", "Durand-Martin", "same, written otherwise"),
        ("Martin-Durand", "Durand", "part of the other"),
        ("Martin épouse Durand", "Durand", "part of the other"),
        ("Lefèvre", "Lefaivre", "sounds the same"),
        ("Renault", "Renaud", "sounds the same"),
        ("M. Martin", "Martin", EXACT),
        ("Smith Jr.", "Smith", EXACT),
        ("Bob", "Robert", "different"),
        ("de La Tour", "de La Rue", "alike"),
    ],
)
def test_last_names(one: str, other: str, level: str) -> None:
    assert level_between("last_name", one, other) == level


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Œuvrard", "Oeuvrard"), ("Strauß", "Strauss"), ("Ｍａｒｔｉｎ", "martin"), ("Łukasz", "Lukasz"),
        ("Bjørn", "Bjorn"), ("ΝΙΚΟΣ", "νικος"), ("مُحَمَّد", "محمد"), ("ﾀﾅｶ", "タナカ"),
    ],
)  # fmt: skip
def test_forms_of_a_letter_are_that_letter(one: str, other: str) -> None:
    assert level_between("last_name", one, other) == EXACT


def test_signs_that_change_a_word_are_kept() -> None:
    assert level_between("last_name", "か", "が") != EXACT
    assert level_between("last_name", "कमल", "कमला") != EXACT


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_likeness_is_that_of_characters_in_every_script(data: st.DataObject) -> None:
    letters = data.draw(st.sampled_from(SCRIPTS))
    words = st.text(letters, min_size=2, max_size=12)
    texts = data.draw(st.lists(words, min_size=2, max_size=12, unique=True))
    levels = levels_among("text", texts)
    for at, there in permutations(range(len(texts)), 2):
        alike = JaroWinkler.similarity(texts[at], texts[there])
        if levels[at][there] not in OTHERWISE and all(abs(alike - each) > 1e-9 for each in LEAST):
            assert levels[at][there] == SIMILAR[sum(alike >= each for each in LEAST)]


@pytest.mark.parametrize("kind", sorted(list_comparisons()))
@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=2, max_size=12))
def test_any_two_texts_reach_one_level_both_ways(kind: str, texts: list[str]) -> None:
    levels = levels_among(kind, texts)
    for at, there in product(range(len(texts)), repeat=2):
        assert levels[at][there] == levels[there][at]
        if at == there:
            assert levels[at][at].startswith(("missing", "same"))


@pytest.mark.parametrize("kind", sorted(list_comparisons()))
@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=6))
def test_what_was_normalised_stays_as_it_is(kind: str, words: list[str]) -> None:
    normalize = list_comparisons()[kind].normalize
    once = applied(normalize, pl.Series([" ".join(words)], dtype=pl.String)).drop_nulls()
    assert applied(normalize, once).to_list() == once.to_list()
