"""What every identifier type promises, held for each file of its folder."""

from __future__ import annotations

import unicodedata
from datetime import date

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from passerelle.identifiers import (
    REFUSALS,
    IdentifierType,
    ParseContext,
    Parsed,
    Refused,
    id_texts,
    load_identifier_types,
    normalize_column,
)

TODAY = date(2026, 11, 22)
CONTEXT = ParseContext(today=TODAY)
TYPES = load_identifier_types()
_FRAGMENTS = (
    "06", "12", "34", "+33", "(0)", "0692", "00", "262", "1E5", ".0", "6,1E+08", "=", '"', "'", "@",
    ".", "-", "exemple.fr", "marie", "É", "e\u0301", "œ", "İ", "ß", "\u202f", "\u200b", "\ufeff",
    "<", ">", "mailto:", ";", " ou ", "/", "null", "n/a", "default:", "|", "M. et Mme ", "née",
    "DUPONT", "Jean-Pierre", "25/02/1969", "0000", "123456", "{", "}", "sha256:", "a" * 64, "xn--",
    "٠٦", "K", "ſ", "\x00", "-1", "ǆ", "ΐ",
)  # fmt: skip
texts = st.text() | st.lists(st.sampled_from(_FRAGMENTS), max_size=7).map("".join)
every_type = pytest.mark.parametrize("name", TYPES)


def read(kind: IdentifierType, raw: str) -> tuple[str | None, str | None, str | None]:
    reading = kind.parse(raw, CONTEXT)
    if isinstance(reading, Parsed):
        return reading.value, None, kind.judge(reading.value).kind
    return None, reading.reason if isinstance(reading, Refused) else None, None


def read_columns(name: str, raws: list[str]) -> list[tuple[str | None, str | None, str | None]]:
    column = normalize_column(name, pl.Series(raws, dtype=pl.String), today=TODAY)
    return list(zip(column.values, column.reasons, column.judgements, strict=True))


@every_type
def test_a_type_says_what_it_is_and_its_rule_has_a_version(name: str) -> None:
    kind = TYPES[name]

    assert len(name.encode()) <= 16  # fits the key of an identifier id
    assert kind.label
    assert kind.rule
    assert kind.source
    assert type(kind.rule_version) is int and kind.rule_version >= 1
    assert kind.tier in {"person", "device", "attribute"}
    assert not (kind.tier == "attribute" and kind.is_linking)
    assert all(kind_name == verdict.kind for kind_name, verdict in kind.judgements.items())


@every_type
def test_its_examples_hold_and_show_every_judgement(name: str) -> None:
    kind = TYPES[name]

    for shown in kind.examples:
        value, reason, judged = read(kind, shown.raw)
        assert (value, reason) == (shown.value, shown.refused), shown
        assert shown.kind in {None, judged}, shown
    assert {shown.kind for shown in kind.examples} - {None} == set(kind.judgements)
    assert any(shown.refused for shown in kind.examples)


@every_type
@settings(max_examples=150, deadline=None)
@given(raw=texts)
@example(raw="0\ud800")
@example(raw="x" * 100_000)
@example(raw="@" * 5_000)
@example(raw="1 " * 50_000)
def test_no_text_makes_it_fail_and_reading_again_changes_nothing(name: str, raw: str) -> None:
    kind = TYPES[name]

    value, reason, judged = read(kind, raw)

    if value is not None:
        assert read(kind, value) == (value, None, judged)
        assert judged in kind.judgements
        value.encode()
    if reason is not None:
        assert reason in REFUSALS


@every_type
@settings(max_examples=100, deadline=None)
@given(raw=texts)
def test_composed_and_decomposed_letters_give_the_same_value(name: str, raw: str) -> None:
    kind = TYPES[name]

    composed = read(kind, unicodedata.normalize("NFC", raw))

    assert read(kind, unicodedata.normalize("NFD", raw)) == composed


@every_type
@settings(max_examples=60, deadline=None)
@given(raws=st.lists(texts, min_size=1, max_size=30))
def test_a_column_is_read_as_its_cells_are(name: str, raws: list[str]) -> None:
    raws += [shown.raw for shown in TYPES[name].examples] + raws[:1]

    assert read_columns(name, raws) == [read(TYPES[name], raw) for raw in raws]


@every_type
def test_a_column_keeps_its_length_and_its_blanks(name: str) -> None:
    column = normalize_column(name, pl.Series([None, "", " ", "\u202f\u200b", None]))

    for part in (column.values, column.reasons, column.judgements, column.others):
        assert part.to_list() == [None] * 5
    assert len(normalize_column(name, pl.Series([], dtype=pl.String)).values) == 0


@every_type
def test_a_caller_adds_blocked_values_of_its_own(name: str) -> None:
    shown = next(shown for shown in TYPES[name].examples if shown.value)

    column = normalize_column(
        name, pl.Series([shown.raw, None]), blocked=frozenset({shown.value or ""}), today=TODAY
    )

    assert column.judgements.to_list() == ["blocked", None]


@every_type
def test_the_text_behind_an_id_never_changes(name: str) -> None:
    values = [shown.value for shown in TYPES[name].examples if shown.value]

    once = id_texts(name, values)

    assert once == id_texts(name, values) == [TYPES[name].id_text(value) for value in values]
    assert len(set(once)) == len(set(values))
