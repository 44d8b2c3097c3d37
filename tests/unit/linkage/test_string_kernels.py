"""How near two values are, held to rapidfuzz."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, JaroWinkler

from passerelle.linkage.dictionaries import WIDTH, text_table
from passerelle.linkage.texts.string_kernels import edits_up_to_2, jaro_winkler

ALPHABETS = ("abc", "abcdefghijklmnopqrstuvwxyz -09", "0123456789", "01-")
LEAST = 0.7


@st.composite
def near_texts(draw: st.DrawFn) -> tuple[str, str]:
    """Two different texts, the second of them some edits away from the first."""
    letters = draw(st.sampled_from(ALPHABETS))
    text = draw(st.text(letters, min_size=1, max_size=WIDTH - 4))
    other = list(text)
    for _edit in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, max(0, len(other) - 1)))
        kind = draw(st.sampled_from(("change", "insert", "remove", "swap")))
        if kind == "insert" or not other:
            other.insert(at, draw(st.sampled_from(letters)))
        elif kind == "change":
            other[at] = draw(st.sampled_from(letters))
        elif kind == "remove":
            del other[at]
        elif at + 1 < len(other):
            other[at], other[at + 1] = other[at + 1], other[at]
    return text, "".join(other)


@settings(max_examples=2000, deadline=None)
@given(near_texts())
def test_edits_are_those_of_optimal_string_alignment(texts: tuple[str, str]) -> None:
    one, other = texts
    if one == other or not other:
        return
    arrays = text_table(pa.array([one, other])).arrays
    assert edits_up_to_2(*arrays, 0, 1) == min(3, OSA.distance(one, other))


@settings(max_examples=2000, deadline=None)
@given(near_texts(), st.text("abc", max_size=6))
def test_likeness_is_jaro_winkler_or_0_below_the_least(texts: tuple[str, str], more: str) -> None:
    one, other = texts[0], (texts[1] + more)[:WIDTH]
    arrays = text_table(pa.array([one, other])).arrays
    expected = JaroWinkler.similarity(one, other)

    found = jaro_winkler(*arrays, 0, 1, LEAST)

    if abs(expected - LEAST) > 1e-9:
        assert abs(found - (expected if expected > LEAST else 0.0)) < 1e-9
