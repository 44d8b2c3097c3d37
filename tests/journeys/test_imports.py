"""A person imports a file, and imports it again: what changed is counted right."""

from __future__ import annotations

import gzip
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

from tests.journeys.command import passerelle
from tests.journeys.import_words import (
    HEADER,
    ROWS,
    changed,
    counted,
    csv_of,
    import_records,
    normalized,
    save,
    versions,
)


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
