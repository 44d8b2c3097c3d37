"""Invented people who leave something in every place: imports, purchases, visits, bad rows."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from passerelle.ingest import Reception
from tests.event_logs import START, login, reception, track, write_log
from tests.integration.byte_search import Needles
from tests.journeys.command import passerelle

_SYLLABLES = (
    "bré", "cou", "dra", "fé", "gui", "jo", "lan", "mou", "né", "plu", "quin", "ro", "sté", "tu",
    "vau", "zé",
)  # fmt: skip


@dataclass(frozen=True)
class Somebody:
    """An invented person, nobody else's namesake."""

    number: int
    first_name: str
    last_name: str

    @property
    def email(self) -> str:
        return f"p{self.number:04d}.quidam@exemple.fr"

    @property
    def national(self) -> str:
        return f"0644{6000 + self.number:04d}{10 + self.number % 80}"

    @property
    def card(self) -> str:
        return f"29{7_000_000_000 + 7_919 * self.number}"

    @property
    def login(self) -> str:
        return f"quidam-login-{self.number:04d}"

    @property
    def cookie(self) -> str:
        return f"6f2c9a1e-0000-4000-8000-{self.number:012d}"

    @property
    def key(self) -> str:
        return f"CRM-{self.number:06d}"

    @property
    def phone(self) -> str:
        return f"+33{self.national[1:]}"

    @property
    def spaced(self) -> str:
        return " ".join(self.national[at : at + 2] for at in range(0, 10, 2))

    @property
    def street(self) -> str:
        return f"{self.number + 1} rue des Lilas"


def some_people(count: int, seed: int = 7) -> list[Somebody]:
    """People whose last names are like nobody's."""
    rng = random.Random(seed)
    names: dict[str, None] = {}
    while len(names) < count:
        names["".join(rng.choices(_SYLLABLES, k=4)).capitalize()] = None
    firsts = ("Zoé", "Éric", "Marie", "Paul", "Chloé")
    return [Somebody(at, firsts[at % 5], name) for at, name in enumerate(names)]


def needles_of(people: Sequence[Somebody]) -> Needles:
    """What is looked for of some people."""
    values = {
        str(each.number): (each.email, each.phone, each.national, each.spaced, each.card,
                           each.login, each.cookie, each.key)
        for each in people
    }  # fmt: skip
    return Needles(values, {str(each.number): each.last_name for each in people})


def live(
    home: Path, files: Path, people: Sequence[Somebody], *, with_nameless_keys: bool = True
) -> None:
    """Have people leave their traces, by the commands that a retailer uses.

    Args:
        home: The installation.
        files: Where its files are made.
        people: Who.
        with_nameless_keys: Also rows that only a likeness joins to them, which is found where
            there are many people to learn from.
    """
    files.mkdir(exist_ok=True)
    alike = people if with_nameless_keys else []
    first = _customers(files / "crm.csv", people, alike)
    _run(home, "records", "import", first, "--source", "crm")
    changed = _customers(files / "crm2.csv", people, alike, city="Villeurbanne")
    _run(home, "records", "import", changed, "--source", "crm")
    _run(home, "records", "import", _members(files / "cards.csv", people), "--source", "cards",
         "--kind", "loyalty")  # fmt: skip
    _run(home, "receipts", "import", _receipts(files / "tickets.csv", people), "--source", "tills")
    write_log(home, _visits(people), segment_bytes=20_000)
    _run(home, "collect", "follow", "--once")
    _run(home, "profiles", "resolve")


def _run(home: Path, *arguments: object) -> None:
    told = passerelle(home, *arguments)
    assert told.status == 0, told.err


def _customers(
    path: Path, people: Sequence[Somebody], alike: Sequence[Somebody], city: str = "Lyon"
) -> Path:
    """A CRM's export; at its end, rows that have a name and an address alone."""
    rows = [
        (each.key, each.last_name, each.first_name, each.email, each.spaced, each.street, "69003",
         city)
        for each in people
    ]  # fmt: skip
    bad = [
        ("", each.last_name, each.first_name, "", "", each.street, "69003", city) for each in alike
    ]
    return _write(path, ("N° client", "Nom", "Prénom", "Courriel", "Téléphone", "Adresse", "CP",
                         "Ville"), [*rows, *bad])  # fmt: skip


def _members(path: Path, people: Sequence[Somebody]) -> Path:
    rows = [
        (each.card, each.last_name.upper(), each.first_name, each.email.upper()) for each in people
    ]
    return _write(path, ("Carte fidélité", "Nom", "Prénom", "Courriel"), rows)


def _receipts(path: Path, people: Sequence[Somebody]) -> Path:
    rows = [
        (f"T-{each.number:04d}", "Lyon", "07/03/2026", "11:42", each.card, "Pull", "1", "39,90")
        for each in people
    ]
    bad = [(f"U{row[0]}", *row[1:7], "much") for row in rows]
    return _write(path, ("N° ticket", "Magasin", "Date", "Heure", "N° carte", "Article",
                         "Quantité", "Montant TTC"), [*rows, *bad])  # fmt: skip


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(header)
        writer.writerows(rows)
    return path


def _visits(people: Sequence[Somebody]) -> list[Reception]:
    made = []
    for at, each in enumerate(people):
        when = START + timedelta(seconds=at)
        traits = {"traits": {"email": each.email, "lastName": each.last_name}}
        told = [
            {**login(f"l-{each.number}", each.login, each.cookie), **traits},
            track(f"t-{each.number}", anonymousId=each.cookie),
        ]
        made.append(reception(*told, at=when, facts={"cookie": each.cookie}))
        # One that cannot be used, and a server's batch in which two people are.
        bad = {"type": "dance", "messageId": f"b-{each.number}", "userId": each.login}
        other = people[(at + 1) % len(people)]
        pair = [
            track(f"s-{one.number}-{at}", anonymousId=one.cookie, userId=one.login)
            for one in (each, other)
        ]
        made.append(reception(bad, at=when + timedelta(milliseconds=1)))
        made.append(reception(*pair, at=when + timedelta(milliseconds=2), source="server",
                              kind="server"))  # fmt: skip
    return made
