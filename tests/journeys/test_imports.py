"""A person imports files: what changed is counted right, and whatever is wrong is said plainly."""

from __future__ import annotations

import gzip
import io
import json
import random
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from deltalake import DeltaTable

from tests.journeys.command import Told, passerelle

HEADER = ["Code client", "Nom", "Prénom", "Courriel", "Tél. portable", "Né le", "Modifié le"]
ROWS = [
    ["C1", "Martin", "Zoé", "zoe@exemple.fr", "06 41 00 00 01", "12/05/1975", "01/02/2025 10:00"],
    ["C2", "Petit", "Luc", "luc@exemple.fr", "06 41 00 00 02", "13/06/1980", "01/02/2025 10:00"],
    ["C3", "Roux", "Ana", "ana@exemple.fr", "06 41 00 00 03", "14/07/1990", "01/02/2025 10:00"],
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


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


class TestTheSameAgain:
    def test_a_file_imported_twice_changes_nothing(self, home: Path, tmp_path: Path) -> None:
        file = save(tmp_path, csv_of(ROWS))
        first = import_records(home, file)

        again = passerelle(home, "records", "import", file, "--source", "crm")

        assert counted(first) == (3, 0, 0, 0)
        assert again.status == 0
        assert "This file was imported before; nothing changed." in again.out
        assert counted(import_records(home, file)) == (0, 0, 0, 3)
        assert len(versions(home, "C1")) == 1

    def test_the_same_file_is_known_in_another_language_and_under_another_name(
        self, home: Path, tmp_path: Path
    ) -> None:
        file = save(tmp_path, csv_of(ROWS))
        first = import_records(home, file)
        told = passerelle(
            home, "--language", "fr", "records", "import", file, "--source", "crm", "--json"
        )

        renamed = import_records(home, file.rename(tmp_path / "renamed.txt"))

        assert told.json["was_known"]
        assert renamed["was_known"]
        assert told.json["import_id"] == renamed["import_id"] == first["import_id"]

    def test_rows_in_another_order_are_all_unchanged(self, home: Path, tmp_path: Path) -> None:
        import_records(home, save(tmp_path, csv_of(ROWS)))
        shuffled = random.Random(1).sample(ROWS, len(ROWS))

        report = import_records(home, save(tmp_path, csv_of(shuffled[::-1]), "shuffled.csv"))

        assert counted(report) == (0, 0, 0, 3)

    @pytest.mark.parametrize("form", ["xlsx", "jsonl", "parquet", "gz", "zip"])
    def test_the_same_rows_in_another_format_are_unchanged(
        self, home: Path, tmp_path: Path, form: str
    ) -> None:
        import_records(home, save(tmp_path, csv_of(ROWS)))

        report = import_records(home, in_format(tmp_path, form))

        assert counted(report) == (0, 0, 0, 3)


def in_format(folder: Path, form: str) -> Path:
    """The rows in a file of another kind, each cell as text."""
    file = folder / f"clients.{form}"
    cells = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    if form == "xlsx":
        book = openpyxl.Workbook()
        for row in (HEADER, *ROWS):
            book.active.append(row)  # type: ignore[union-attr]
        book.save(file)
    elif form == "jsonl":
        file.write_text("".join(json.dumps(row) + "\n" for row in cells))
    elif form == "parquet":
        pl.DataFrame(cells).write_parquet(file)
    elif form == "gz":
        file.write_bytes(gzip.compress(csv_of(ROWS).encode()))
    else:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("clients.csv", csv_of(ROWS))
    return file


class TestChanges:
    def test_new_changed_and_unchanged_are_counted_apart(self, home: Path, tmp_path: Path) -> None:
        import_records(home, save(tmp_path, csv_of(ROWS)))
        later = [
            *changed(ROWS, "C2", Courriel="luc.petit@exemple.fr", **{"Modifié le": "02/02/2025"}),
            ["C4", "Morel", "Ugo", "ugo@exemple.fr", "", "", ""],
        ]

        report = import_records(home, save(tmp_path, csv_of(later), "later.csv"))

        assert counted(report) == (1, 1, 0, 2)
        assert normalized(home, "C2")["email"] == "luc.petit@exemple.fr"
        assert len(versions(home, "C2")) == 2

    def test_a_file_that_comes_again_after_another_is_said_again(
        self, home: Path, tmp_path: Path
    ) -> None:
        undated = [row[:-1] for row in ROWS]
        first = save(tmp_path, csv_of(undated, HEADER[:-1]), "first.csv")
        other = [[*row[:3], f"new.{row[3]}", *row[4:]] for row in undated]
        second = save(tmp_path, csv_of(other, HEADER[:-1]), "second.csv")

        reports = [import_records(home, file) for file in (first, second, first, first)]

        assert [counted(each) for each in reports] == [
            (3, 0, 0, 0),
            (0, 3, 0, 0),
            (0, 3, 0, 0),
            (0, 0, 0, 3),
        ]
        assert normalized(home, "C1")["email"] == "zoe@exemple.fr"
        assert len(versions(home, "C1")) == 3

    def test_a_row_that_loses_a_cell_is_changed_and_the_cell_is_gone(
        self, home: Path, tmp_path: Path
    ) -> None:
        import_records(home, save(tmp_path, csv_of(ROWS)))
        poorer = changed(ROWS, "C1", **{"Tél. portable": ""})

        report = import_records(home, save(tmp_path, csv_of(poorer), "poorer.csv"))

        assert counted(report) == (0, 1, 0, 2)
        assert normalized(home, "C1").get("phone_mobile") is None
        assert "06 41 00 00 01" in versions(home, "C1")[0]

    def test_an_older_version_is_kept_and_does_not_win(self, home: Path, tmp_path: Path) -> None:
        import_records(home, save(tmp_path, csv_of(ROWS)))
        older = changed(ROWS, "C1", Courriel="old@exemple.fr", **{"Modifié le": "01/01/2024 09:00"})

        report = import_records(home, save(tmp_path, csv_of(older), "older.csv"))

        assert counted(report) == (0, 0, 1, 2)
        assert normalized(home, "C1")["email"] == "zoe@exemple.fr"
        assert "old@exemple.fr" in versions(home, "C1")[1]
        passerelle(home, "profiles", "resolve")  # and it still is evidence of who is who
        assert passerelle(home, "profiles", "find", "old@exemple.fr").status == 0

    def test_whichever_file_comes_first_the_later_change_is_known(self, tmp_path: Path) -> None:
        old = save(tmp_path, csv_of(ROWS), "old.csv")
        newer = changed(ROWS, "C1", Courriel="new@exemple.fr", **{"Modifié le": "01/03/2025 09:00"})
        new = save(tmp_path, csv_of(newer), "new.csv")

        for home, files in (("old new", (old, new)), ("new old", (new, old))):
            for file in files:
                import_records(tmp_path / home, file)

        one, other = (edges_and_records(tmp_path / home) for home in ("old new", "new old"))
        assert one == other
        assert normalized(tmp_path / "new old", "C1")["email"] == "new@exemple.fr"

    def test_of_rows_with_one_key_the_last_change_is_known_and_all_are_kept(
        self, home: Path, tmp_path: Path
    ) -> None:
        twice = [
            *changed(ROWS, "C1", Courriel="last@exemple.fr", **{"Modifié le": "03/02/2025"}),
            *changed(ROWS[:1], "C1", Courriel="first@exemple.fr"),
            ROWS[1],
        ]

        report = import_records(home, save(tmp_path, csv_of(twice)))

        assert counted(report) == (3, 0, 0, 0)
        assert report["repeated"] == 2
        assert normalized(home, "C1")["email"] == "last@exemple.fr"
        assert len(versions(home, "C1")) == 2
        assert len(versions(home, "C2")) == 1


def edges_and_records(home: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(home / "store.sqlite3")) as store:
        return {
            "edges": store.execute(
                "select edge_id, kind, observations, first_seen_at, last_seen_at from edges "
                "order by edge_id"
            ).fetchall(),
            "records": store.execute(
                "select record_id, content_hash, observed_at, normalized from records "
                "order by record_id"
            ).fetchall(),
        }


def test_the_numbers_of_a_report_are_those_of_the_file(home: Path, tmp_path: Path) -> None:
    text = csv_of(
        [
            *ROWS,
            ["C4", "Blanc", "Éva", "eva@exemple.fr", "06 41 00 00 04", "31/02/1980", ""],
            ["C5", "Noir", "Tom", "tom(at)exemple.fr", "12", "01/01/2999", ""],
            ["C6", "Vert", "Léo", "leo@exemple", "+33 6 41 00 00 06", "15/08/1971", ""],
            ["C7", "", "", "", "", "", ""],
            ["", "", "", "pas un mail", "", "", ""],
            ["C1", *ROWS[0][1:]],
            ["C8", "Gris", "Max"],
            ["C9", "Brun", "Lou", "lou@exemple.fr", "", "", "", "trop", "de", "cellules"],
        ]
    )

    report = import_records(home, save(tmp_path, text))

    assert report["rows"] == 11
    assert counted(report) == (7, 0, 0, 0)
    assert report["repeated"] == 1
    assert report["rejected"] == {
        "nothing_to_know_by": 1,
        "too_few_cells": 1,
        "too_many_cells": 1,
    }
    assert report["identifiers"] == {
        "birth_date": {"valid": 5, "invalid": {"impossible": 1, "future": 1}},
        "customer_number": {"valid": 8, "invalid": {}},
        "email": {
            "valid": 5,
            "invalid": {"no_at_sign": 2, "invalid_domain": 1},
        },
        "phone": {"valid": 6, "invalid": {"short_number": 1}},
    }
    shown = passerelle(
        tmp_path / "shown", "records", "import", tmp_path / "clients.csv", "--source", "crm"
    )
    assert re.search(r"rows read\s+11\n", shown.out)
    assert re.search(r"rejected\s+3\n", shown.out)


# bad input


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


MENDABLE = {
    # a row of the file: how it is counted
    "a cell of a million characters": (f"C9;{'x' * 10**6};;a9@exemple.fr;;;", "cell_too_long"),
    "a NUL": ("C9;Nom\0;;a9@exemple.fr;;;", "nul_bytes"),
    "too few cells": ("C9;Nom9;Prénom9", "too_few_cells"),
    "too many cells": ("C9;Nom9;Prénom9;a9@exemple.fr;;;;trop;ici", "too_many_cells"),
    "a quote that never closes": ('C9;"Nom9;Prénom9;a9@exemple.fr;;;', "unclosed_quote"),
    "nobody": (";;;;;;Hier matin", "nothing_to_know_by"),
}


@pytest.mark.parametrize("case", MENDABLE)
def test_a_row_that_is_bad_waits_and_its_neighbours_go_on(
    home: Path, tmp_path: Path, case: str
) -> None:
    line, reason = MENDABLE[case]
    file = save(tmp_path, csv_of(ROWS[:2]) + line + "\n" + ";".join(ROWS[2]) + "\n")

    told = passerelle(home, "records", "import", file, "--source", "crm", "--json")

    assert told.status == 0, told.err
    assert told.json["rejected"] == {reason: 1}
    assert told.json["new"] == 3
    says_nothing_personal(told, PEOPLE, line)


def test_odd_cells_are_kept_as_they_were_said(home: Path, tmp_path: Path) -> None:
    rows = [
        ["C1", "=HYPERLINK(1)", "Zoé", "zoe@exemple.fr", "0641000001", "", ""],
        ["C2", "Garc\u0327on", "José", "jose@exemple.fr", "0641000002", "", ""],
    ]
    mixed = csv_of(rows).encode() + "C3;Éluère;Noël;noel@exemple.fr;0641000003;;\n".encode("cp1252")

    told = passerelle(home, "records", "import", save(tmp_path, mixed), "--source", "crm", "--json")

    assert told.status == 0, told.err
    assert told.json["new"] == 3
    assert "=HYPERLINK(1)" in versions(home, "C1")[0]
    assert normalized(home, "C3")["last_name"] == "Éluère"
    says_nothing_personal(told, "HYPERLINK;Éluère;Noël;José")


def test_two_columns_of_one_name_are_both_kept(home: Path, tmp_path: Path) -> None:
    text = "Nom;Courriel;Courriel\nMartin;;zoe@exemple.fr\nPetit;luc@exemple.fr;\n"

    report = import_records(home, save(tmp_path, text))

    assert report["identifiers"]["email"]["valid"] == 2


def test_amounts_are_read_as_people_write_them(home: Path, tmp_path: Path) -> None:
    text = (
        "N° ticket;Date;N° carte;Montant TTC\n"
        "T1;31/01/2026 10:30;CARTE1;1 234,56 €\n"
        "T2;31/01/2026 10:31;CARTE2;-12,00\n"
        "T3;31/02/2026 10:32;CARTE3;5,00\n"
        "T4;31/01/2026 10:33;CARTE4;gratuit\n"
    )
    file = save(tmp_path, text, "tickets.csv")

    told = passerelle(home, "receipts", "import", file, "--json")

    assert told.status == 0, told.err
    assert told.json["rejected"] == {"bad_date": 1, "bad_amount": 1}
    lines = pl.DataFrame(DeltaTable(str(home / "lake" / "receipts")).to_pyarrow_table())
    assert sorted(lines["amount_cents"]) == [-1200, 123456]
    says_nothing_personal(told, "CARTE1;CARTE2;CARTE3;gratuit;1 234,56")


def test_a_line_of_a_receipt_that_was_said_before_the_last_is_said_again(
    home: Path, tmp_path: Path
) -> None:
    header = "N° ticket;Date;Montant TTC\n"
    first = save(tmp_path, header + "T1;31/01/2026 10:30;10,00\n", "first.csv")
    second = save(tmp_path, header + "T1;31/01/2026 10:30;12,00\n", "second.csv")

    reports = [
        passerelle(home, "receipts", "import", file, "--json").json
        for file in (first, second, first, first)
    ]

    assert [counted(each) for each in reports] == [
        (1, 0, 0, 0),
        (0, 1, 0, 0),
        (0, 1, 0, 0),
        (0, 0, 0, 1),
    ]


MAPPINGS = {
    "no file": (None, "cannot be read"),
    "no TOML": ("Courriel = email", "is not valid TOML"),
    "no columns": ('kind = "records"\n', "has no [columns]"),
    "an unknown field": ('[columns]\n"Courriel" = "mail"\n', "'mail' for 'Courriel'"),
    "an unknown key": ('sort = "x"\n[columns]\n"Courriel" = "email"\n', "'sort'"),
    "an unknown column": ('[columns]\n"Mail" = "email"\n', "a column 'Mail'"),
    "nobody": ('[columns]\n"Né le" = "birth_date"\n', "No column is understood as a name"),
    "nothing": ('[columns]\n"Courriel" = ""\n', "No column is understood as a name"),
    "receipts": (
        'kind = "receipts"\n[columns]\n"Courriel" = "email"\n',
        "This mapping is for receipts, not for records.",
    ),
}


@pytest.mark.parametrize("case", MAPPINGS)
def test_a_mapping_that_cannot_be_followed_is_refused(
    home: Path, tmp_path: Path, case: str
) -> None:
    text, message = MAPPINGS[case]
    mapping = tmp_path / "mapping.toml"
    if text is not None:
        mapping.write_text(text)
    file = save(tmp_path, csv_of(ROWS))

    told = passerelle(home, "records", "import", file, "--source", "crm", "--mapping", mapping)

    assert told.status == 2, told
    assert message in told.err
    assert "\nhint: " in told.err
    says_nothing_personal(told, PEOPLE)


def test_a_mapping_that_cannot_be_written_is_said(home: Path, tmp_path: Path) -> None:
    file = save(tmp_path, csv_of(ROWS))
    place = tmp_path / "nowhere" / "mapping.toml"

    err = refused(home, "records", "import", file, "--source", "crm", "--save-mapping", place)

    assert f"The mapping cannot be written to {place}" in err


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a/b", "a\nb", "../crm", "a" * 65, "crm;", "é\u200bx", "😀"]
)
@pytest.mark.parametrize("noun", ["records", "events", "receipts"])
def test_a_source_has_a_name_that_can_be_shown_anywhere(
    home: Path, tmp_path: Path, noun: str, name: str
) -> None:
    file = save(tmp_path, csv_of(ROWS))

    err = refused(home, noun, "import", file, "--source", name)

    assert "A source is named with 1 to 64 letters, digits, dots, hyphens or underscores." in err
    assert not home.exists()


def test_a_source_is_one_however_its_accents_are_typed(home: Path, tmp_path: Path) -> None:
    file = save(tmp_path, csv_of(ROWS))

    first = import_records(home, file, source="magasin-évry")
    again = import_records(home, file, source="magasin-e\u0301vry")

    assert again["was_known"]
    assert first["import_id"] == again["import_id"]


def test_a_source_keeps_its_kind(home: Path, tmp_path: Path) -> None:
    file = save(tmp_path, csv_of(ROWS))
    import_records(home, file)

    err = refused(home, "records", "import", file, "--source", "crm", "--kind", "partner")

    assert "Source 'crm' is known as 'crm', not 'partner'." in err


def test_an_error_of_our_own_shows_no_value(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_mapping: object, frame: pl.DataFrame) -> None:
        raise ValueError(f"cannot map {frame.row(0)}") from KeyError(frame.row(1)[3])

    monkeypatch.setattr("passerelle.collect.record_imports.apply_mapping", fail)
    file = save(tmp_path, csv_of(ROWS))

    told = passerelle(home, "records", "import", file, "--source", "crm")

    assert told.status == 70
    assert "ValueError" in told.err
    assert "collect/record_imports.py:" in told.err
    assert "hint: " in told.err
    says_nothing_personal(told, PEOPLE)
    monkeypatch.undo()
    assert counted(import_records(home, file)) == (3, 0, 0, 0)
