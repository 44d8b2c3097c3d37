"""Tables on terminals that are narrower than they are."""

from __future__ import annotations

from passerelle.cli.table_widths import ColumnNeed, fit_widths, table_width

TEXT = ColumnNeed(cells=60, heading=6, heading_word=6)
BAR = ColumnNeed(cells=20, heading=0, heading_word=0, is_bar=True)
NUMBER = ColumnNeed(cells=7, heading=23, heading_word=9, is_number=True)
NEEDS = [TEXT, BAR, NUMBER, NUMBER]


def test_a_table_that_fits_is_as_wide_as_what_it_says() -> None:
    assert fit_widths(NEEDS, 200) == [60, 20, 23, 23]


def test_the_headings_of_numbers_give_way_first() -> None:
    assert fit_widths(NEEDS, 120) == [60, 20, 15, 16]


def test_then_texts_are_folded() -> None:
    assert fit_widths(NEEDS, 90) == [43, 20, 9, 9]


def test_then_bars_are_left_out_and_texts_have_their_room() -> None:
    widths = fit_widths(NEEDS, 60)
    assert widths == [24, 0, 9, 9]
    assert table_width(widths) <= 60


def test_numbers_are_never_cut() -> None:
    assert fit_widths(NEEDS, 10)[2:] == [9, 9]


def test_a_short_text_is_not_widened() -> None:
    short = ColumnNeed(cells=4, heading=6, heading_word=6)
    assert fit_widths([short, NUMBER], 10) == [6, 9]
