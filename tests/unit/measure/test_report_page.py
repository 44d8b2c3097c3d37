"""The report as a page: whole in one file, in two languages, safe, and read by anybody."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from passerelle.kernel.language import current_language
from passerelle.measure import render_html
from passerelle.measure.match_report import MatchReport
from tests.unit.measure.match_world import emptied, little_world, report_of, table
from tests.unit.page_reader import Page


@pytest.fixture(scope="module")
def report() -> MatchReport:
    return report_of(little_world())


@pytest.fixture(scope="module")
def page(report: MatchReport) -> Page:
    return Page(render_html(report))


def test_the_page_fetches_nothing(page: Page) -> None:
    assert page.fetches == {"#report"}
    assert not re.search(r"url\(|@import|<script|https?://", page.text)


def test_its_tags_are_closed_in_order(page: Page) -> None:
    assert page.wrong == []
    assert page.open == []


def test_it_is_small_enough_to_send_by_mail(page: Page) -> None:
    assert len(page.text.encode()) < 200_000


def test_both_languages_are_in_it_and_a_switch_shows_one(page: Page) -> None:
    assert [each["lang"] for each in page.of("article")] == ["en", "fr"]
    switches = page.of("input")
    assert [(each["id"], "checked" in each) for each in switches] == [
        ("language-en", True),
        ("language-fr", False),
    ]
    assert {each["for"] for each in page.of("label")} == {each["id"] for each in switches}


@pytest.mark.usefixtures("in_french")
def test_the_language_in_use_comes_first_and_stays_in_use(report: MatchReport) -> None:
    page = Page(render_html(report))
    assert page.of("html") == [{"lang": "fr"}]
    assert [each["id"] for each in page.of("input") if "checked" in each] == ["language-fr"]
    assert current_language() == "fr"


def test_every_table_has_a_caption_and_scoped_headers(page: Page) -> None:
    assert len(page.of("caption")) == len(page.of("table")) > 10
    assert {each.get("scope") for each in page.of("th")} == {"col", "row"}


def test_every_chart_is_hidden_from_screen_readers_for_a_table_says_the_same(page: Page) -> None:
    assert {each["aria-hidden"] for each in page.of("svg")} == {"true"}
    assert len(page.of("h1")) == 2  # one in each language


def test_no_id_stands_twice(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_the_name_of_a_source_is_text_and_nothing_else() -> None:
    name = "<script>alert(1)</script>"
    world = little_world()
    records = [row | {"source": name} for row in world.records.to_pylist()]
    hostile = replace(world, records=table("records", [tuple(row.values()) for row in records]))
    text = render_html(report_of(hostile))
    assert name not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_an_empty_base_says_what_to_do_next() -> None:
    text = render_html(report_of(emptied(little_world()), as_of=None))
    assert "passerelle records import" in text
    assert Page(text).open == []
