"""Files that a person imports, and what an import says of them."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl
from deltalake import DeltaTable

from tests.journeys.command import Told, passerelle

HEADER = ["Code client", "Nom", "Prénom", "Courriel", "Tél. portable", "Né le", "Modifié le"]
ROWS = [
    ["C1", "Martin", "Zoé", "zoe@exemple.fr", "06 41 00 00 01", "12/05/1975", "01/02/2025 10:00"],
    ["C2", "Petit", "Luc", "luc@exemple.fr", "06 41 00 00 02", "13/06/1980", "01/02/2025 10:00"],
    ["C3", "Roux", "Ana", "ana@exemple.fr", "06 41 00 00 03", "14/07/1990", "01/02/2025 10:00"],
]


def csv_of(rows: list[list[str]], header: list[str] | None = None) -> str:
    return "".join(";".join(row) + "\n" for row in [header or HEADER, *rows])


def save(folder: Path, content: str | bytes, name: str = "clients.csv") -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def changed(rows: list[list[str]], key: str, **cells: str) -> list[list[str]]:
    """The rows with some cells of one of them changed, by name of column."""
    places = {HEADER.index(name): value for name, value in cells.items()}
    return [
        [places.get(at, cell) for at, cell in enumerate(row)] if row[0] == key else row
        for row in rows
    ]


def import_records(home: Path, file: Path, *more: object, source: str = "crm") -> dict[str, Any]:
    """What an import that works says of itself."""
    told = passerelle(home, "records", "import", file, "--source", source, "--json", *more)
    assert told.status == 0, told.err
    report: dict[str, Any] = told.json
    return report


def counted(report: dict[str, Any]) -> tuple[int, int, int, int]:
    """New, changed, outdated, unchanged; what is left was repeated or rejected."""
    parts = (report["new"], report["changed"], report["outdated"], report["unchanged"])
    rest = report["repeated"] + sum(report["rejected"].values())
    assert sum(parts) + rest == report["rows"]
    return parts


def normalized(home: Path, key: str) -> dict[str, Any]:
    """A record as it is known now."""
    with closing(sqlite3.connect(home / "store.sqlite3")) as store:
        (text,) = store.execute(
            "select normalized from records where record_key = ?", (key,)
        ).fetchone()
    known: dict[str, Any] = json.loads(text)
    return known


def versions(home: Path, key: str) -> list[str]:
    """What a source said of a record, version by version, as the lake keeps it."""
    table = DeltaTable(str(home / "lake" / "records")).to_pyarrow_table()
    rows = pl.DataFrame(table).filter(pl.col("record_key") == key)
    return rows.sort("received_at", "row_number")["original"].to_list()


def refused(home: Path, *words: object) -> str:
    """The message and the hint of a command that is refused; nothing is imported."""
    told = passerelle(home, *words)
    assert told.status == 2, told
    assert told.out == ""
    assert "\nhint: " in told.err
    return told.err


def says_nothing_personal(told: Told | str, *texts: str) -> None:
    err = told if isinstance(told, str) else told.err
    for text in texts:
        for cell in re.split(r"[;,\n\"]", text):
            assert len(cell.strip()) < 4 or cell.strip() not in err, cell


PEOPLE = csv_of(ROWS[:1]).removeprefix(";".join(HEADER) + "\n") + csv_of(ROWS[1:], ROWS[1])
