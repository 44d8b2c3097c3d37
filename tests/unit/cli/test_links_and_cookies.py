"""passerelle links and cookies: what people and programs read."""

from __future__ import annotations

import csv

import pytest

from passerelle.kernel.language import LANGUAGES
from tests.unit.cli.conftest import Shell

every_language = pytest.mark.parametrize("language", LANGUAGES)
URL = "https://www.enseigne.fr/offres"


@pytest.fixture
def linked(shop: Shell) -> Shell:
    path = shop.home / "links.toml"
    path.write_text('base = "https://t.enseigne.fr/c/"\nhosts = ["www.enseigne.fr"]\n')
    return shop


@every_language
def test_a_link_is_made_for_a_record_and_printed_alone(linked: Shell, language: str) -> None:
    link = linked.run("links", "make", "crm:3", "--url", URL, language=language)

    assert link.startswith("https://t.enseigne.fr/c/")
    assert len(link.split()) == 1
    told = linked.json("links", "make", "zoe@exemple.fr", "--url", URL, "--channel", "qr")
    assert set(told) == {"link", "channel", "expires_at"}


@every_language
def test_a_file_gets_a_link_for_each_row_that_names_somebody(linked: Shell, language: str) -> None:
    people, out = linked.folder / "people.csv", linked.folder / "out.csv"
    people.write_text("name,mail\nZoé,zoe@exemple.fr\nMax,max@exemple.fr\n", encoding="utf-8")

    words = ("links", "file", str(people), "--column", "mail", "--url", URL, "--out", str(out))
    linked.run(*words, language=language)

    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [bool(row["link"]) for row in rows] == [True, False]
    assert linked.json(*words)["unknown"] == 1


def test_without_rules_nobody_makes_links(shop: Shell) -> None:
    done = shop.invoke("links", "make", "crm:3", "--url", URL, language="en")

    assert done.exit_code == 3
    assert "links.toml" in done.stderr


def test_a_link_to_another_site_is_refused(linked: Shell) -> None:
    done = linked.invoke("links", "make", "crm:3", "--url", "https://evil.example/", language="en")

    assert done.exit_code == 2
    assert "www.enseigne.fr" in done.stderr


@every_language
def test_cookies_report_says_who_is_found_and_whom_to_bind(shop: Shell, language: str) -> None:
    told = shop.json("cookies", "report", language=language)

    assert {row["standing"]: row["people"] for row in told["standings"]} == {"firm": 1, "never": 2}
    assert {row["action"] for row in told["actions"]} == {"mail_link", "login_prompt"}
    assert len(shop.run("cookies", "report", language=language).splitlines()) > 5


def test_each_binding_is_listed_with_its_proof_and_probability(shop: Shell) -> None:
    out = shop.folder / "bindings.csv"

    assert shop.json("cookies", "list", "--out", str(out))["bindings"] == 1

    with out.open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["evidence"], row["source"], row["type"]) == ("click", "web", "cookie")
    assert float(row["probability"]) == 1.0
    assert "exemple.fr" not in out.read_text(encoding="utf-8")
