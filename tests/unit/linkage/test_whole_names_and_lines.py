"""Values of several words: whole names in any order, streets and towns, held to slow twins."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.linkage.comparing import level_between, levels_among

EXACT = "same, on 3 records at most"
WORDS = st.sampled_from(["rue", "paix", "lilas", "moulin", "victor", "hugo", "gare"])


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Jean Dupont", "DUPONT Jean", EXACT),
        ("M. Jean Dupont", "Dupont, Jean", EXACT),
        ("Jean Dupont", "Dupont J.", "one word the same, an initial of another"),
        ("Bob Dupont", "Dupont Robert", "one word the same, the others variants"),
        ("Jean Dupond", "Dupont Jean", "one word the same, the others variants"),
        ("Jean Duqont", "Dupont Jean", "one word the same, the others alike"),
        ("Jean Pierre Dupont", "Dupont Jean", "the words of the other and more"),
        ("Marie Martin-Durand", "Durand Marie", "the words of the other and more"),
        ("Jaen Duqont", "Dupont Jean", "all words alike"),
        ("Jean Dupont", "Marie Dupont", "a rare word in common"),
        ("Jean Dupont", "Marie Petit", "different"),
        ("李 小龙", "小龙 李", EXACT),
    ],
)
def test_whole_names(one: str, other: str, level: str) -> None:
    assert level_between("full_name", one, other) == level


def test_a_word_of_many_names_says_less_than_a_rare_one() -> None:
    among = [f"Dupont {chr(97 + at)}lbert" for at in range(20)]
    level = level_between("full_name", "Dupont Jean", "Dupont Marie", among=among)
    assert level == "a frequent word in common"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(WORDS, min_size=1, max_size=4).map(" ".join), min_size=2, max_size=10, unique=True
    )
)
def test_whole_names_of_known_words_are_compared_as_sets(names: list[str]) -> None:
    levels = levels_among("full_name", names)
    for at, there in permutations(range(len(names)), 2):
        one, other = names[at].split(), names[there].split()
        common = sum(min(one.count(word), other.count(word)) for word in set(one))
        fewer = min(len(one), len(other))
        if sorted(one) == sorted(other):
            assert levels[at][there] == EXACT
        elif common == fewer and fewer > 1:
            assert levels[at][there] == "the words of the other and more"
        elif common:
            assert levels[at][there] == "a rare word in common"
        else:
            assert levels[at][there] in ("different", "all words alike")


@pytest.mark.parametrize(
    ("kind", "one", "other", "level"),
    [
        ("street", "12 rue de la Paix", "12, RUE DE LA PAIX", EXACT),
        ("street", "rue de la Paix", "rue Paix", "the words of the other and more"),
        ("street", "rue Victor Hugo", "Victor Hugo, rue", "the words of the other and more"),
        ("street", "boulevard Moulin Blanc", "Blanc Moulin ruelle", "half of the words"),
        ("street", "place du marché", "rue de la gare", "different"),
        ("city", "LYON CEDEX 03", "Lyon", EXACT),
        ("city", "Paris 12e arrondissement", "Paris", EXACT),
        ("city", "St Etienne", "Saint-Étienne", EXACT),
        ("city", "Yvrac-et-Malleyrand", "Yvrac", "the words of the other and more"),
    ],
)
def test_lines(kind: str, one: str, other: str, level: str) -> None:
    assert level_between(kind, one, other) == level


def test_a_word_that_many_lines_hold_does_not_count() -> None:
    among = [f"impasse {chr(97 + at // 26)}{chr(97 + at % 26)}vril" for at in range(100)]
    assert level_between("street", "impasse du Lac", "vieille impasse", among=among) == "different"


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("75011", "75012", "one edit, same region"),
        ("75011", "15011", "one edit, another region"),
        ("75011", "57011", "two characters swapped"),
        ("75012", "75021", "two characters swapped"),
        ("75011", "75933", "same region"),
        ("75011", "16011", "two edits, another region"),
        ("75011", "13002", "different"),
        ("F-75011", "75011", EXACT),
        ("SW1A 1AA", "sw1a1aa", EXACT),
    ],
)
def test_postal_codes(one: str, other: str, level: str) -> None:
    assert level_between("postcode", one, other) == level
