"""A person imports a file of consents, and mends what could not be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import Workbook

from tests.journeys.command import passerelle

WIDE = (
    "Courriel;Téléphone;optin_email;optin_sms;stop_courrier;N° client;date_optin\n"
    "marie@exemple.fr;06 44 60 12 03;O;N;non;C1;03/02/2025\n"
    "theo@exemple.fr;;oui;;oui;C2;\n"
    "zoe@exemple.fr;;peut-être;;;C3;03/02/2025\n"
)
LONG = (
    "email,purpose,channel,decision,date,notice,method\n"
    "marie@exemple.fr,news,email,granted,2025-02-03T10:00:00Z,account@1,store\n"
    "marie@exemple.fr,news,email,withdrawn,2025-03-03T10:00:00Z,,\n"
    "pas un mail,news,email,refused,2025-03-03,,\n"
    "theo@exemple.fr,news,email,granted,2025-02-03,account@9,\n"
)


def import_file(home: Path, file: Path, *words: str) -> dict[str, Any]:
    told = passerelle(home, "consent", "import", file, "--source", "crm", *words, "--json")
    assert told.status == 0, told.err
    report: dict[str, Any] = told.json
    return report


def written(home: Path, name: str, text: str) -> Path:
    file = home.with_name(name)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_wide_file_keeps_refusals_of_rows_that_lack_a_date(home: Path) -> None:
    report = import_file(home, written(home, "wide.csv", WIDE), "--notice", "account@1")
    # Marie's e-mail and two purposes of her phone; Théo's letters, closed without a date.
    assert report["new"] == 4
    assert report["rejected"] == {"no_date": 1, "unknown_answer": 1}


def test_a_file_that_comes_again_after_another_adds_nothing(home: Path) -> None:
    wide = written(home, "wide.csv", WIDE)
    import_file(home, wide, "--notice", "account@1")
    import_file(home, written(home, "long.csv", LONG))
    again = import_file(home, wide, "--notice", "account@1")
    assert not again["was_known"] and again["new"] == 0


def test_a_long_file_says_one_thing_a_row(home: Path) -> None:
    report = import_file(home, written(home, "long.csv", LONG))
    assert report["new"] == 2
    assert report["rejected"] == {"nobody": 1, "unknown_notice": 1}


@pytest.mark.parametrize("ending", ["xlsx", "parquet"])
def test_a_workbook_and_a_parquet_file_are_read_alike(home: Path, ending: str) -> None:
    file = home.with_name(f"wide.{ending}")
    frame = pl.read_csv(WIDE.encode(), separator=";", infer_schema=False)
    if ending == "xlsx":
        book = Workbook()
        sheet = book.create_sheet("accords", 0)
        for row in (tuple(frame.columns), *frame.rows()):
            sheet.append(row)
        book.save(file)
    else:
        frame.write_parquet(file)
    assert import_file(home, file, "--notice", "account@1")["new"] == 4


def test_a_row_is_mended_and_replayed(home: Path) -> None:
    import_file(home, written(home, "wide.csv", WIDE), "--notice", "account@1")
    rows = passerelle(home, "quarantine", "list", "--json").json["rows"]
    row_id = next(row["row_id"] for row in rows if row["reason"] == "no_date")
    told = passerelle(home, "quarantine", "repair", row_id, "--set", "date_optin=04/02/2025")
    assert told.status == 0, told.err
    done = passerelle(home, "quarantine", "replay", row_id, "--json")
    assert done.status == 0, done.err
    assert done.json["used"] == 1
    assert passerelle(home, "consent", "verify", "--json").json["is_whole"]


def test_a_mapping_names_columns_and_a_file_without_answers_is_refused(home: Path) -> None:
    file = written(home, "own.csv", "Adresse;Accord;Le\nmarie@exemple.fr;oui;2025-02-03\n")
    refused = passerelle(home, "consent", "import", file, "--source", "crm")
    assert refused.status == 2
    columns = '[columns]\n"Adresse" = "email"\n"Accord" = "yes:email"\n"Le" = "date"\n'
    mapping = written(home, "own.toml", columns)
    words = ("--mapping", str(mapping), "--notice", "account@1")
    assert import_file(home, file, *words)["new"] == 1
