"""A retailer's base to recognise people in: profiles by the hundred thousand, some in families.

A file of customers is written and imported as anybody's would be. Each person then opened an
account with an e-mail address and logged in from a browser. A fifth have the phone of the person
before them in the file, a tenth the mailbox, and a shop's tablet sees more logins than its cap.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.recognition.told_events import Named, told_events
from passerelle.bootstrap import Passerelle
from passerelle.collect import SourceRef, import_records, open_table, propose_mapping
from passerelle.identify import hear_events, resolve_profiles

_FIRST = ("Marie", "Jean", "Camille", "Luc", "Zoé", "Paul", "Inès", "Hugo", "Léa", "Nora")
_LAST = ("Martin", "Bernard", "Dubois", "Thomas", "Robert", "Richard", "Petit", "Durand")
_SHARE_PHONE, _SHARE_MAILBOX = 5, 10  # one in so many shares it with the person before
_EVENTS_AT_ONCE = 200_000
_AT_THE_TABLET = 5_000
TABLET = "caisse-tablette-0001"
"""The cookie of a shop's tablet, on which customers log in one after the other."""


def build_base(passerelle: Passerelle, folder: Path, people: int) -> None:
    """Import so many people, let each log in once, and resolve."""
    file = folder / f"customers-{people}.csv"
    _write_customers(file, people)
    table = open_table(file)
    mapping = propose_mapping(table.columns, table.sample(), kind="records")
    import_records(
        table,
        mapping,
        SourceRef("crm", "crm"),
        passerelle.warehouse,
        observe=passerelle.hear_records,
    )
    for start in range(0, people, _EVENTS_AT_ONCE):
        some = range(start, min(start + _EVENTS_AT_ONCE, people))
        _hear(passerelle, "account", [(None, login_of(each), email_of(each)) for each in some])
        _hear(passerelle, "login", [(cookie_of(each), login_of(each), None) for each in some])
    queue = range(min(people, _AT_THE_TABLET))
    _hear(passerelle, "login", [(TABLET, login_of(each), None) for each in queue])
    resolve_profiles(passerelle.store, passerelle.rules)


def cookie_of(person: int, generation: int = 0) -> str:
    """The cookie of a person's browser; a new generation is another browser."""
    return f"5f0c6a1e-{generation:04}-4000-8000-{person:012}"


def login_of(person: int) -> str:
    """What a person logs in by."""
    return f"u{person:09}"


def email_of(person: int) -> str:
    """The e-mail address of a person; some have the one of the person before."""
    owner = person - 1 if person % _SHARE_MAILBOX == 1 else person
    return f"client{owner}@exemple-{owner % 7}.fr"


def card_of(person: int) -> str:
    """The loyalty card of a person."""
    return f"K{person:010}"


def _hear(passerelle: Passerelle, kind: str, told: Sequence[Named]) -> None:
    at = datetime(2026, 1, 15, tzinfo=UTC)
    batch = told_events(passerelle.keys, told, kinds=[kind] * len(told), at=at)
    with passerelle.store.bulk() as bulk:
        hear_events(batch)(bulk)


def _write_customers(file: Path, people: int) -> None:
    random = np.random.default_rng(7)
    person = np.arange(people)
    owner = np.where(person % _SHARE_PHONE == 1, person - 1, person)
    born = random.integers(0, 25_000, people)
    pl.DataFrame(
        {
            "N° client": [f"C{each:09}" for each in person],
            "Nom": np.array(_LAST)[random.integers(0, len(_LAST), people)],
            "Prénom": np.array(_FIRST)[random.integers(0, len(_FIRST), people)],
            "Date de naissance": (
                np.datetime64("1935-01-01") + born.astype("timedelta64[D]")
            ).astype(str),
            "Courriel": [email_of(each) for each in person],
            "Tél. portable": [f"06{each * 7919 % 89_999_999 + 10_000_000}" for each in owner],
            "Carte de fidélité": [card_of(each) for each in person],
            "CP": [f"{each % 94_000 + 1_000:05}" for each in person],
            "Ville": ["Paris"] * people,
        }
    ).write_csv(file, separator=";")
