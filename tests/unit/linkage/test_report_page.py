"""The report of a linkage as a page: whole in one file, in two languages, safe, and bounded."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from passerelle.linkage import Linkage, build_linkage_report, link, render_linkage_report
from tests.unit.linkage.linked_town import linked_town, town_names
from tests.unit.page_reader import Page

_SECTIONS = {
    "en": (
        "What each file holds", "Records of one person", "People of one household",
        "How good the links are, by the model's own account", "Pairs to look at",
        "Links that hold many records together", "Examples of each relation",
        "How the match weights are spread", "What each field says", "Columns that carry nothing",
        "Which pairs are compared", "The columns, as they were compared", "How it is counted",
    ),
    "fr": (
        "Ce que contient chaque fichier", "Fiches d'une même personne",
        "Personnes d'un même foyer", "Ce que valent les rapprochements, selon le modèle lui-même",
        "Paires à examiner", "Rapprochements qui tiennent beaucoup de fiches ensemble",
        "Des exemples de chaque relation", "Comment se répartissent les poids de rapprochement",
        "Ce que dit chaque champ", "Colonnes qui n'apportent rien", "Quelles paires sont comparées",
        "Les colonnes, telles qu'elles ont été comparées", "Comment on compte",
    ),
}  # fmt: skip


def page_of(linkage: Linkage, *, prefix: str = "") -> Page:
    sources = [f"{prefix}file{at}" for at in range(int(linkage.records.sources.max(initial=0)) + 1)]
    names = prefix + town_names(linkage)
    made_at = datetime(2026, 11, 22, tzinfo=UTC)
    report = build_linkage_report(linkage, sources=sources, names=names, made_at=made_at)
    return Page(render_linkage_report(report))


@pytest.fixture(scope="module")
def page() -> Page:
    return page_of(linked_town())


def test_the_page_fetches_nothing(page: Page) -> None:
    assert page.fetches == {"#report"}
    assert not re.search(r"url\(|@import|<script|https?://", page.text)


def test_its_tags_are_closed_in_order_and_no_id_stands_twice(page: Page) -> None:
    assert page.wrong == []
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_section_is_there_in_both_languages(page: Page, language: str) -> None:
    articles = re.split("<article ", page.text)
    article = next(each for each in articles if each.startswith(f'lang="{language}"'))
    titles = [title.replace("&#x27;", "'") for title in re.findall("<h2>(.*?)</h2>", article)]
    assert tuple(titles[1:]) == _SECTIONS[language]


@pytest.mark.usefixtures("in_french")
def test_the_language_of_the_run_comes_first() -> None:
    page = page_of(linked_town())
    assert page.of("html") == [{"lang": "fr"}]
    assert [each["id"] for each in page.of("input") if "checked" in each] == ["language-fr"]


def test_every_table_has_a_caption_and_scoped_headers(page: Page) -> None:
    assert len(page.of("caption")) == len(page.of("table")) > 20
    assert {each.get("scope") for each in page.of("th")} == {"col", "row"}


def test_every_chart_is_hidden_from_screen_readers_for_a_table_says_the_same(page: Page) -> None:
    assert {each["aria-hidden"] for each in page.of("svg")} == {"true"}
    kinds = {each["class"] for each in page.of("svg") if "class" in each}
    assert kinds == {"chart-bar", "chart-step", "chart-skyline", "chart-balance"}


def test_it_says_that_it_holds_personal_data(page: Page) -> None:
    assert "This page holds personal data" in page.text
    assert "Cette page contient des données personnelles" in page.text


def test_values_are_text_and_nothing_else() -> None:
    bad = "<script>alert(1)</script>"
    cells = [f"{bad}{at}" for at in range(40)] + [f"{bad}7", "שלום עולם\u202e", "👩‍👩‍👧" * 3]
    table = pa.table({f"nom{bad}": cells, "mail": [f"<b>{at % 41}@x.fr" for at in range(43)]})

    page = page_of(link(table), prefix=bad)

    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "\u202e" not in page.text
    assert page.wrong == []
    assert page.open == []


def test_a_cell_of_a_million_characters_is_cut() -> None:
    cells = ["x" * 1_000_000, "x" * 1_000_000, "z"] * 4
    page = page_of(link(pa.table({"nom": cells, "number": [str(at // 2) for at in range(12)]})))
    assert "x" * 100 not in page.text
    assert "xxx…" in page.text
    assert len(page.text.encode()) < 300_000


def test_a_thousand_columns_do_not_make_a_page_of_a_thousand_rows() -> None:
    columns: dict[str, list[str]] = {f"c{at}": ["same"] * 30 for at in range(1_000)}
    columns["nom"] = [f"name{at}" for at in range(30)]
    page = page_of(link(pa.table(columns)))
    assert len(page.text.encode()) < 300_000
    assert "And 900 more." in page.text


@pytest.mark.parametrize(
    "columns",
    [
        {"mail": [f"person{at}@exemple.fr" for at in range(50)]},
        {"nom": ["Martin", "Petit"], "prenom": ["Zoé", "Luc"]},
        {"nom": ["Martin", "Martin"], "prenom": ["Zoé", "Zoe"]},
    ],
)
def test_few_columns_and_records_without_a_link_make_a_page_too(
    columns: dict[str, list[str]],
) -> None:
    page = page_of(link(pa.table(columns)))
    assert page.wrong == []
    assert "What each field says" in page.text


def test_rows_that_are_too_many_to_be_compared_are_said() -> None:
    names = ["Martin"] * 3_000 + ["Petit"] * 3_000
    page = page_of(link(pa.table({"nom": names, "prenom": ["Luc"] * 6_000})))
    assert "no pair was compared" in page.text or "were not blocked by" in page.text


def test_its_size_does_not_grow_with_the_records() -> None:
    chance = np.random.default_rng(6)
    table = pa.table(
        {
            "nom": [f"name{at}" for at in chance.integers(0, 9_000, 20_000)],
            "prenom": [f"first{at}" for at in chance.integers(0, 300, 20_000)],
            "cp": [str(10_000 + at) for at in chance.integers(0, 500, 20_000)],
        }
    )
    page = page_of(link(table))
    assert len(page.text.encode()) < 700_000
    assert len(page.of("tr")) < 2_500
