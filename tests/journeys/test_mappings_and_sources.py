"""A person says how a file is to be understood, and who says it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.journeys.command import passerelle
from tests.journeys.import_words import (
    PEOPLE,
    ROWS,
    counted,
    csv_of,
    import_records,
    refused,
    save,
    says_nothing_personal,
)

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
