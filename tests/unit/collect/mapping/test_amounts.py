"""Amounts as people write them."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.collect.mapping import parse_amounts


def read(text: str | None) -> tuple[int | None, str | None]:
    cents, reason = parse_amounts(pl.Series([text], dtype=pl.String))
    return cents.item(), reason.item()


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1 234,56", 123456),
        ("1\u202f234,56", 123456),
        ("1\u00a0234,56 €", 123456),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1.234.567", 123456700),
        ("12", 1200),
        ("12,5", 1250),
        ("EUR 12.50", 1250),
        ("-3,5", -350),
        ("3,50-", -350),
        ("(12,00)", -1200),
        ("7,995", 800),
        ("0.1", 10),
        ("-.5", -50),
        ("5.", 500),
    ],
)
def test_an_amount_is_read_however_it_is_written(text: str, cents: int) -> None:
    assert read(text) == (cents, None)


@pytest.mark.parametrize("text", ["abc", "1e5", "--1", "1.2.3", "99999999999999999", "12 kg", "="])
def test_what_is_no_amount_says_so(text: str) -> None:
    assert read(text) == (None, "bad_amount")


def test_a_blank_cell_is_neither_an_amount_nor_an_error() -> None:
    assert read("") == read("  ") == read(None) == (None, None)


@given(st.integers(-(10**14), 10**14))
@settings(deadline=None)
def test_cents_come_back_exactly_in_french_and_in_english(cents: int) -> None:
    sign, rest = ("-", -cents) if cents < 0 else ("", cents)
    english = f"{sign}{rest // 100:,}.{rest % 100:02d}"
    french = english.replace(",", " ").replace(".", ",")
    plain = f"{sign}{rest // 100}.{rest % 100:02d}"

    read_cents, reasons = parse_amounts(pl.Series([english, french, plain]))

    assert read_cents.to_list() == [cents] * 3
    assert reasons.null_count() == 3
