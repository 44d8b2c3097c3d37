"""Loading a reference file into an installation: recognised, read, put in use in one step."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.postal.reference.catalogue import ReferenceTable, keep_table, loaded_tables
from passerelle.postal.reference.layouts import (
    ReferenceFile,
    Row,
    open_bytes,
    read_records,
    recognize_file,
)
from passerelle.postal.reference.streets import add_streets, open_streets
from passerelle.postal.reference.tables import COLUMNS

_BLOCK = 1 << 20
_DAY = re.compile(r"(?<!\d)(20\d\d)[-_]?([01]\d)[-_]?([0-3]\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


def _nothing(_count: int) -> None:
    """Progress that nobody looks at."""


def load_reference(
    path: Path,
    folder: Path,
    *,
    loaded_at: datetime,
    kind: str | None = None,
    as_of: date | None = None,
    advance: Callable[[int], None] = _nothing,
) -> ReferenceTable:
    """Load a file, which replaces what it names anew; answers what was loaded.

    A file of streets replaces the streets of its communes, so that departments can be loaded one by
    one; any other replaces the table of its kind. Interrupted, nothing has changed. The same file
    again changes nothing.

    Args:
        path: A CSV file, gzipped or not.
        folder: Where the installation keeps reference tables; made when it is not there.
        loaded_at: When this happens.
        kind: Which file it is, when its columns should not decide.
        as_of: The day that the data tell of; found in the file's name unless given.
        advance: Told how many rows were read, now and then.

    Raises:
        InvalidInput: The file is none of the known ones, or holds no row.
    """
    file = recognize_file(path, kind)
    table = ReferenceTable(
        kind=file.layout.kind,
        source=file.layout.source,
        licence=file.layout.licence,
        as_of=as_of.isoformat() if as_of else _date_in(path.name),
        rows=0,
        file=path.name,
        sha256=_sha256(path),
        loaded_at=loaded_at.isoformat(timespec="seconds"),
    )
    folder.mkdir(parents=True, exist_ok=True)
    for known in loaded_tables(folder):
        if (known.kind, known.sha256) == (table.kind, table.sha256):
            return known
    rows = file.layout.read(read_records(file, advance))
    if table.kind == "streets":
        return _load_streets(folder, table, rows)
    return _load_table(folder, table, file, rows)


def _load_table(
    folder: Path, table: ReferenceTable, file: ReferenceFile, rows: Iterable[Row]
) -> ReferenceTable:
    place = f"{table.kind}-{table.sha256[:12]}"
    (folder / place).mkdir(exist_ok=True)
    count = write_rows(folder / place / f"{file.layout.table}.csv.gz", file.layout.table, rows)
    _refuse_empty(table, count)
    loaded = replace(table, rows=count, folder=place)
    keep_table(folder, loaded)
    return loaded


def _load_streets(folder: Path, table: ReferenceTable, rows: Iterable[Row]) -> ReferenceTable:
    with open_streets(folder) as connection:
        count = add_streets(connection, rows)
        _refuse_empty(table, count)
        loaded = replace(table, rows=count)
        connection.execute(
            "delete from files where json_extract(about, '$.file') = ?", (table.file,)
        )
        connection.execute(
            "insert into files values (?, ?)", (table.sha256, json.dumps(asdict(loaded)))
        )
    return loaded


def write_rows(path: Path, table: str, rows: Iterable[Row]) -> int:
    """Write a table in our layout, the same bytes for the same rows; answers the rows."""
    count = 0
    with path.open("wb") as plain, gzip.GzipFile("", "wb", 9, plain, mtime=0) as packed:
        written = _Lines(packed)
        writer = csv.writer(written, delimiter=";", lineterminator="\n")
        writer.writerow(COLUMNS[table])
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


class _Lines:
    """Text lines into a packed file."""

    def __init__(self, packed: gzip.GzipFile) -> None:
        self._packed = packed

    def write(self, line: str) -> int:
        return self._packed.write(line.encode("utf-8"))


def _refuse_empty(table: ReferenceTable, count: int) -> None:
    if not count:
        raise InvalidInput(
            _("The file {name} holds no row that can be used.").format(name=table.file),
            hint=_("Download it again; nothing was changed."),
        )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with open_bytes(path) as source:
        while block := source.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _date_in(name: str) -> str:
    """The day, else the year, that a file's name says.

    >>> _date_in("datanova_20250619.csv"), _date_in("v_commune_2026.csv"), _date_in("adresses.csv")
    ('2025-06-19', '2026', '')
    """
    day = _DAY.search(name)
    if day:
        return "-".join(day.groups())
    year = _YEAR.search(name)
    return year.group(1) if year else ""
