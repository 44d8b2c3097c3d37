"""A person imports what cannot be imported: it is said plainly, and what to do."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import polars as pl
import pytest

from tests.journeys.command import passerelle
from tests.journeys.import_words import (
    HEADER,
    PEOPLE,
    ROWS,
    csv_of,
    refused,
    save,
    says_nothing_personal,
)


def parquet(rows: list[list[str]]) -> bytes:
    stream = io.BytesIO()
    pl.DataFrame([dict(zip(HEADER, row, strict=True)) for row in rows]).write_parquet(stream)
    return stream.getvalue()


def zipped(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("clients.csv", content)
    return stream.getvalue()


def locked_zip() -> bytes:
    """An archive that asks for a password: its flag says so, no word opens it."""
    content = bytearray(zipped(csv_of(ROWS).encode()))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


REFUSED = {
    "an empty file": (b"", "clients.csv", (), "is empty"),
    "binary junk": (bytes(range(256)) * 40, "clients.csv", (), "is not text"),
    "a header alone": (";".join(HEADER), "clients.csv", (), "no row under them"),
    "a wrong separator": (csv_of(ROWS), "clients.csv", ("--delimiter", ","), "single column"),
    "a wrong encoding": (csv_of(ROWS), "clients.csv", ("--encoding", "klingon"), "no encoding"),
    "a truncated Parquet": (parquet(ROWS)[:-20], "clients.parquet", (), "damaged or cut off"),
    "a Parquet without its beginning": (parquet(ROWS)[4:], "clients.parquet", (), "not a Parquet"),
    "a zip bomb": (zipped(b"a;b\n" * (16 << 20)), "clients.zip", (), "times"),
    "a zip that wants a password": (locked_zip(), "clients.zip", (), "password"),
    "a wrong password": (locked_zip(), "clients.zip", ("--password", "sesame"), "password"),
    "a workbook that is none": (csv_of(ROWS), "clients.xlsx", (), "not a workbook"),
    "a sheet that is not there": (csv_of(ROWS), "clients.csv", ("--sheet", "Feuil9"), ""),
    "a PDF": (b"%PDF-1.7 " * 10, "clients.csv", (), "PDF"),
    "columns that mean nothing": ("x1;x2\n0,5;0,7\n0,6;0,8\n", "clients.csv", (), "No column"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_no_table_of_people_is_refused(
    home: Path, tmp_path: Path, case: str
) -> None:
    content, name, options, message = REFUSED[case]
    file = save(tmp_path, content, name)

    told = passerelle(home, "records", "import", file, "--source", "crm", *options)

    if case == "a sheet that is not there":  # a text has no sheets: the option says nothing
        assert told.status == 0
    else:
        assert told.status == 2, told
        assert message in told.err
        assert "\nhint: " in told.err
        assert told.out == ""
    says_nothing_personal(told, PEOPLE)


@pytest.mark.parametrize("noun", ["records", "events", "receipts"])
def test_what_is_no_file_is_said_for_each_kind(home: Path, tmp_path: Path, noun: str) -> None:
    (tmp_path / "a.csv").symlink_to(tmp_path / "b.csv")
    (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")
    command = (noun, "import")

    absent = refused(home, *command, tmp_path / "absent.csv", "--source", "crm")
    folder = refused(home, *command, tmp_path, "--source", "crm")
    circle = refused(home, *command, tmp_path / "a.csv", "--source", "crm")
    empty = refused(home, *command, save(tmp_path, b"", "empty.csv"), "--source", "crm")
    junk = save(tmp_path, bytes(range(256)) * 40, "junk.bin")
    binary = refused(home, *command, junk, "--source", "crm")

    assert "There is no file" in absent
    assert "is a folder, not a file" in folder
    assert "a.csv" in circle
    assert "is empty" in empty
    assert "is not text" in binary


def test_a_table_of_something_else_is_neither_events_nor_receipts(
    home: Path, tmp_path: Path
) -> None:
    file = save(tmp_path, csv_of(ROWS))

    events = refused(home, "events", "import", file)
    receipts = refused(home, "receipts", "import", file)

    assert "does not look like any format of events" in events
    says_nothing_personal(events + receipts, PEOPLE)


def test_without_a_header_columns_are_understood_by_what_they_hold(
    home: Path, tmp_path: Path
) -> None:
    file = save(tmp_path, PEOPLE)

    err = refused(home, "records", "import", file, "--source", "crm")
    told = passerelle(home, "records", "import", file, "--source", "crm", "--no-header", "--json")

    assert "The first row looks like data" in err
    assert told.status == 0, told.err
    assert told.json["identifiers"]["email"]["valid"] == 4
    says_nothing_personal(told.err + err, PEOPLE)
