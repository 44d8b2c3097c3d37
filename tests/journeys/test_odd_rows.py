"""A person imports rows that are odd: they wait or are kept as said, and the rest goes on."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable

from tests.journeys.command import passerelle
from tests.journeys.import_words import (
    PEOPLE,
    ROWS,
    counted,
    csv_of,
    import_records,
    normalized,
    save,
    says_nothing_personal,
    versions,
)

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
