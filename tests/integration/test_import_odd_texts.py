"""Texts that no database likes are imported, or wait, on each of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from passerelle.bootstrap import Passerelle
from passerelle.collect import (
    ImportReport,
    SourceRef,
    import_events,
    import_receipts,
    import_records,
    list_quarantine,
    open_events,
    open_receipts,
    open_table,
    propose_mapping,
)
from passerelle.engine import open_engine
from passerelle.identify import read_rules
from passerelle.kernel import Clock, IdentifierKeys
from passerelle.lake import Lake
from passerelle.settings import Settings
from passerelle.store import Store

ODD = [
    "\0",
    "a\0b",
    "\ud83d",  # half of a pair
    "\ufffe\uffff",
    "\u202e\u200b\u2028",
    "'; drop table records; --",
    "$1 ? %s {x} \\x00 \\u0000",
    "👩‍👩‍👧‍👦" * 100,
    "=cmd|' /C calc'!A0",
    "ﷺ" * 1000,
    "ı İ ß ﬁ",
]


@pytest.fixture
def passerelle(
    home: Path, store: Store, keys: IdentifierKeys, clock: Clock, tmp_path: Path
) -> Passerelle:
    engine = open_engine("", memory_limit="1GB", threads=1, spill=str(home / "spill"))
    rules = read_rules(home / "identity.toml")
    return Passerelle(
        Settings(home=home), store, Lake(str(home / "lake")), engine, keys, rules, clock
    )


def import_lines(passerelle: Passerelle, noun: str, file: Path) -> ImportReport:
    warehouse, engine = passerelle.warehouse, passerelle.engine
    if noun == "events":
        opened = open_events(file, received_at=datetime(2026, 1, 1, tzinfo=UTC), format="segment")
        hear = passerelle.hear_events
        return import_events(opened, SourceRef("web", "server"), warehouse, engine, observe=hear)
    if noun == "receipts":
        return import_receipts(open_receipts(file), SourceRef("till", "till"), warehouse, engine)
    table = open_table(file)
    mapping = propose_mapping(table.columns, table.sample(), kind="records")
    source, hear_records = SourceRef("crm", "crm"), passerelle.hear_records
    return import_records(table, mapping, source, warehouse, observe=hear_records)


SHAPES = {
    "records": lambda odd, n: {
        "Code client": f"C{n}{odd}",
        "Nom": odd,
        "Prénom": f"Zoé{odd}",
        "Courriel": f"p{n}@exemple.fr",
        "Ville": odd,
        "Login": f"l{n}{odd}",
    },
    "events": lambda odd, n: {
        "type": "identify" if n % 2 else f"track{odd}",
        "anonymousId": f"a{n}{odd}",
        "userId": f"u{n}{odd}",
        "messageId": f"m{n}{odd}",
        "traits": {"email": f"p{n}@exemple.fr", odd: odd},
    },
    "receipts": lambda odd, n: {
        "N° ticket": f"T{n}{odd}",
        "Date": "31/01/2026 10:30" if n % 2 else odd,
        "N° carte": f"CARTE{n}{odd}",
        "Article": odd,
        "Montant TTC": "10,00",
    },
}


@pytest.mark.parametrize("noun", SHAPES)
def test_odd_texts_are_imported_or_wait(passerelle: Passerelle, tmp_path: Path, noun: str) -> None:
    file = tmp_path / "odd.jsonl"
    rows = [SHAPES[noun](odd, n) for odd in ODD for n in (1, 2)]
    rows = [SHAPES[noun]("", 3), *rows]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    report = import_lines(passerelle, noun, file)

    counts = report.counts
    waiting = list_quarantine(passerelle.store, limit=1000)
    assert counts.rows == len(rows)
    assert counts.new >= 9
    assert counts.kept + counts.repeated + sum(counts.rejected.values()) == len(rows)
    assert bool(waiting) == bool(counts.rejected)
    assert import_lines(passerelle, noun, file).was_known


def test_lines_with_raw_nuls_wait(passerelle: Passerelle, tmp_path: Path) -> None:
    good = json.dumps(SHAPES["events"]("", 1)).encode()
    file = tmp_path / "odd.jsonl"
    file.write_bytes(good + b"\n" + good[:20] + b"\0" + good[20:] + b"\n\0\0\0\n\xff\xfe{}\n")

    report = import_lines(passerelle, "events", file)

    assert report.counts.new == 1
    assert sum(report.counts.rejected.values()) == 3
    assert len(list_quarantine(passerelle.store)) == 3
