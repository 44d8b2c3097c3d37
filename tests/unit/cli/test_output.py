"""What commands print."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from passerelle.cli import output
from passerelle.kernel.language import use_language


@dataclass(frozen=True)
class Count:
    source: str
    rows: int


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("en")


def test_columns_are_aligned_and_numbers_end_together(capsys: pytest.CaptureFixture[str]) -> None:
    columns = ["Source", output.Column("Rows", is_number=True)]
    output.print_table(columns, [("crm", 1234567), ("évènements", 3)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Source", "Rows"]
    assert {len(line) for line in lines if "crm" in line or "ments" in line} == {len(lines[0])}


def test_a_long_value_is_whole_when_it_goes_to_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table(["Value"], [("x" * 500,)])
    assert "x" * 500 in capsys.readouterr().out


def test_a_value_cannot_command_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table(["Name"], [("[red]Jeanne[/red]\x1b[2J\r\x9b1m",)])
    shown = capsys.readouterr().out
    assert "[red]Jeanne[/red]" in shown
    assert not {"\x1b", "\r", "\x9b"} & set(shown)


def test_a_line_end_inside_a_value_cannot_forge_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table(["Name"], [("a\nb",)])
    output.print_fields([("Name", "a\nb")])
    assert "b" not in [line.strip() for line in capsys.readouterr().out.splitlines()]


def test_an_empty_table_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table(["Name"], [], empty="No source yet.")
    assert capsys.readouterr().out == "No source yet.\n"


def test_json_holds_dates_and_dataclasses(capsys: pytest.CaptureFixture[str]) -> None:
    value = {
        "at": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        "on": date(2026, 3, 1),
        "within": timedelta(days=30),
        "file": Path("a.csv"),
        "count": Count("crm", 2),
        "id": np.int64(-1),
    }
    output.print_json(value)
    assert json.loads(capsys.readouterr().out) == {
        "at": "2026-03-01T09:30:00Z",
        "on": "2026-03-01",
        "within": "P30D",
        "file": "a.csv",
        "count": {"source": "crm", "rows": 2},
        "id": -1,
    }


def test_numbers_are_written_the_french_way_in_french() -> None:
    use_language("fr")
    assert output.show_number(1234567.5, decimals=1) == "1\u202f234\u202f567,5"
    assert output.show_share(0.5) == "50,0\u00a0%"


def test_progress_into_a_file_is_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with output.progress("Reading", total=2000) as advance:
        advance(1500)
        advance(500)
    captured = capsys.readouterr()
    assert captured.err.startswith("Reading: 2,000 / 2,000, done in ")
    assert captured.out == ""
