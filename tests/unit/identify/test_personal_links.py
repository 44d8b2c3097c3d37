"""Links for everybody in a file, and for those only whom somebody knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from passerelle.collect import open_table
from passerelle.identify import LinkMaker, LinkOrder, LinksMade, write_links
from passerelle.ingest import LinkKey, LinkRules, read_link_token
from passerelle.kernel import InvalidInput, format_id
from tests.unit.town import Town

NOW = datetime(2026, 3, 1, tzinfo=UTC)
RULES = LinkRules("https://t.enseigne.fr/c/", ("www.enseigne.fr",), {"mail": 30})
PEOPLE = [
    {"record_key": "C1", "customer_number": "C1", "first_name": "Marie", "last_name": "Dupont", "email": "marie@exemple.fr"},
    {"record_key": "C2", "customer_number": "C2", "first_name": "Paul", "last_name": "Martin", "email": "paul@exemple.fr"},
]  # fmt: skip


@pytest.fixture
def people(town: Town) -> Town:
    town.hear("crm", "crm", PEOPLE)
    town.resolve()
    return town


def write(town: Town, lines: list[str], column: str, type_name: str) -> tuple[LinksMade, Path]:
    path, out = town.folder / "people.csv", town.folder / "links.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    order = LinkOrder("https://www.enseigne.fr/o", "mail")
    keys = town.warehouse.keys
    made = write_links(
        open_table(path),
        out,
        LinkMaker(keys, RULES, order, now=NOW, draw=np.arange),
        store=town.warehouse.store,
        keys=keys,
        column=column,
        type_name=type_name,
    )
    return made, out


def subjects(town: Town, out: Path) -> list[int | None]:
    key = LinkKey.of(town.warehouse.keys.secret)
    found: list[int | None] = []
    for link in pl.read_csv(out)["link"]:
        token = (link or "").removeprefix(RULES.base)
        read = read_link_token(token, key, RULES.hosts, now=NOW).link
        found.append(None if read is None else read.subject_id)
    return found


def test_each_row_that_names_somebody_known_gets_a_link_of_its_own(people: Town) -> None:
    lines = ["who,email", "a,Marie@exemple.fr", "b,gone@exemple.fr", "c,", "d,paul@exemple.fr"]

    made, out = write(people, lines, "email", "email")

    marie, paul = (people.identifier(f"{name}@exemple.fr") for name in ("marie", "paul"))
    assert subjects(people, out) == [marie, None, None, paul]
    assert (made.rows, made.links, made.unknown) == (4, 2, 2)
    assert made.expires_at == NOW + timedelta(days=30)


def test_people_may_be_named_by_record_or_by_profile(people: Town) -> None:
    record = people.identifier("crm:C2")
    profile = people.who("C1")

    _, by_record = write(people, ["who,town", "crm:C2,Lyon", "crm:C9,Nice"], "who", "record")
    assert subjects(people, by_record) == [record, None]

    _, by_profile = write(
        people, ["who,town", f"{format_id(profile, 'p')},Lyon", "p_x,Nice"], "who", "profile"
    )
    assert subjects(people, by_profile) == [profile, None]


def test_a_file_without_the_column_is_refused(people: Town) -> None:
    with pytest.raises(InvalidInput, match="has no column"):
        write(people, ["a,b", "1,2"], "email", "email")


def test_a_column_called_link_is_not_overwritten(people: Town) -> None:
    with pytest.raises(InvalidInput, match="already"):
        write(people, ["email,link", "marie@exemple.fr,x"], "email", "email")


def test_ids_of_links_are_not_drawn_twice(people: Town) -> None:
    order = LinkOrder("https://www.enseigne.fr/o", "mail")

    links = LinkMaker(people.warehouse.keys, RULES, order, now=NOW).make([7] * 1000)

    assert len(set(links)) == 1000
