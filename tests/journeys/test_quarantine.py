"""A person mends rows that could not be used: list, look, repair, replay, drop."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from deltalake import DeltaTable

from tests.journeys.command import Told, passerelle

HEADER = "Code client;Nom;Prénom;Courriel\n"
GOOD = "C1;Martin;Zoé;zoe@exemple.fr\n"
NOBODY = ";;;pas un mail\n"
RAGGED = "C3;Roux;Ana;ana@exemple.fr;de trop\n"


def import_text(home: Path, noun: str, text: str, source: str = "crm") -> dict[str, Any]:
    file = home.with_name(f"{noun}-{abs(hash(text))}.txt")
    file.write_text(text, encoding="utf-8")
    told = passerelle(home, noun, "import", file, "--source", source, "--json")
    assert told.status == 0, told.err
    report: dict[str, Any] = told.json
    return report


def quarantine(home: Path, *words: object) -> Told:
    told = passerelle(home, "quarantine", *words)
    assert told.status == 0, told.err
    return told


def waiting(home: Path, state: str = "waiting") -> dict[str, str]:
    """Ids of rows by reason."""
    rows = quarantine(home, "list", "--state", state, "--json").json["rows"]
    return {row["reason"]: row["row_id"] for row in rows}


def replay(home: Path, *words: object) -> tuple[int, int, int, int]:
    told = quarantine(home, "replay", *words, "--json").json
    return told["replayed"], told["used"], told["rejected"], told["unreadable"]


def in_store(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(home / "store.sqlite3")) as store:
        return store.execute(sql).fetchall()


def in_lake(home: Path, table: str) -> pl.DataFrame:
    return pl.DataFrame(DeltaTable(str(home / "lake" / table)).to_pyarrow_table())


def test_a_row_is_listed_shown_mended_and_replayed(home: Path) -> None:
    import_text(home, "records", HEADER + GOOD + NOBODY)
    row_id = waiting(home)["nothing_to_know_by"]

    listed = quarantine(home, "list")
    shown = quarantine(home, "show", row_id)
    mended = quarantine(home, "repair", row_id, "--set", "Courriel=luc@exemple.fr")
    looked_at = quarantine(home, "show", row_id)

    assert row_id in listed.out
    assert "Fill in one of them and replay, or drop it." in listed.out
    assert "pas un mail" in shown.out
    assert "Columns: Courriel, Code client, Nom, Prénom" in shown.out
    assert f"passerelle quarantine repair {row_id}" in shown.err
    assert "pas un mail" in mended.out  # before
    assert "luc@exemple.fr" in mended.out  # now
    assert f"passerelle quarantine replay {row_id}" in mended.out
    assert "pas un mail" in looked_at.out
    assert "luc@exemple.fr" in looked_at.out
    assert replay(home, row_id) == (1, 1, 0, 0)
    assert "The quarantine is empty" in quarantine(home, "list").out
    assert "luc@exemple.fr" in in_store(home, "select value from identifiers").__repr__()
    # what the source said is still there
    kept = in_store(home, "select original, repaired, state from quarantined_rows")
    assert kept == [('{"Courriel":"pas un mail"}', '{"Courriel": "luc@exemple.fr"}', "replayed")]


def test_a_line_whose_cells_cannot_be_told_apart_takes_them_from_the_person(home: Path) -> None:
    import_text(home, "records", HEADER + GOOD + RAGGED)
    row_id = waiting(home)["too_many_cells"]

    assert replay(home) == (0, 0, 0, 1)
    shown = quarantine(home, "show", row_id)
    quarantine(home, "repair", row_id, "--set", "Nom=Roux", "--set", "Courriel=ana@exemple.fr")
    quarantine(home, "repair", row_id, "--set", "Code client=C3")

    assert "C3;Roux;Ana;ana@exemple.fr;de trop" in shown.out
    assert "Columns: Code client, Nom, Prénom, Courriel" in shown.out
    assert replay(home) == (1, 1, 0, 0)
    (record,) = in_store(home, "select normalized from records where record_key = 'C3'")
    assert json.loads(record[0])["email"] == "ana@exemple.fr"


def test_replaying_twice_does_nothing_the_second_time(home: Path) -> None:
    import_text(home, "records", HEADER + GOOD + NOBODY)
    row_id = waiting(home)["nothing_to_know_by"]
    quarantine(home, "repair", row_id, "--set", "Nom=Petit")

    first = replay(home)
    before = in_store(home, "select * from records"), in_lake(home, "records").height
    second = replay(home)
    named = passerelle(home, "quarantine", "replay", row_id)

    assert (first, second) == ((1, 1, 0, 0), (0, 0, 0, 0))
    assert (in_store(home, "select * from records"), in_lake(home, "records").height) == before
    assert named.status == 2
    assert f"Row '{row_id}' was settled already (replayed)." in named.err


def test_a_row_that_stays_bad_goes_on_waiting_under_its_id(home: Path) -> None:
    import_text(home, "records", HEADER + GOOD + NOBODY + RAGGED)
    row_id = waiting(home)["too_many_cells"]
    quarantine(home, "repair", row_id, "--set", "Courriel=toujours pas")

    told = quarantine(home, "replay")
    again = replay(home)

    assert "rejected again" in told.out
    assert "passerelle quarantine list" in told.err
    assert again == (2, 0, 2, 0)
    rows = quarantine(home, "list", "--json").json["rows"]
    assert {row["row_id"]: row["reason"] for row in rows}[row_id] == "nothing_to_know_by"
    assert len(rows) == 2
    quarantine(home, "repair", row_id, "--set", "Courriel=ana@exemple.fr")
    assert replay(home) == (2, 1, 1, 0)


def test_the_same_bad_row_in_the_next_file_is_the_same_row(home: Path) -> None:
    import_text(home, "records", HEADER + GOOD + NOBODY + RAGGED)
    rows = waiting(home)
    quarantine(home, "repair", rows["nothing_to_know_by"], "--set", "Courriel=luc@exemple.fr")
    replay(home)
    quarantine(home, "repair", rows["too_many_cells"], "--drop")

    report = import_text(home, "records", HEADER + NOBODY + RAGGED + GOOD + NOBODY)

    assert report["rejected"] == {"nothing_to_know_by": 2, "too_many_cells": 1}
    assert waiting(home) == {}
    assert waiting(home, "replayed") == {"nothing_to_know_by": rows["nothing_to_know_by"]}
    assert waiting(home, "dropped") == {"too_many_cells": rows["too_many_cells"]}


def test_a_replay_between_two_imports_of_a_file_is_no_other_file(home: Path) -> None:
    text = HEADER + GOOD + NOBODY
    import_text(home, "records", text)
    quarantine(home, "repair", waiting(home)["nothing_to_know_by"], "--set", "Nom=Petit")
    replay(home)

    assert import_text(home, "records", text)["was_known"]


def test_another_source_has_rows_of_its_own(home: Path) -> None:
    import_text(home, "records", HEADER + GOOD + NOBODY)
    import_text(home, "records", HEADER + GOOD + NOBODY, source="shop")

    assert quarantine(home, "drop", "--source", "shop").out == "1 row dropped.\n"

    rows = quarantine(home, "list", "--json").json["rows"]
    assert [row["source"] for row in rows] == ["crm"]


def test_the_list_says_how_many_more_there_are(home: Path) -> None:
    bad = "".join(f";;;pas un mail {number}\n" for number in range(25))
    import_text(home, "records", HEADER + GOOD + bad + RAGGED)

    some = quarantine(home, "list")
    filtered = quarantine(home, "list", "--reason", "too_many_cells")
    none = quarantine(home, "list", "--source", "nobody")

    assert "6 more rows; see them with --limit" in some.err
    assert "more row" not in filtered.err
    assert "nothing_to_know_by" not in filtered.out
    assert "The quarantine has no such row." in none.out
    assert quarantine(home, "drop", "--reason", "nothing_to_know_by").out == "25 rows dropped.\n"
    assert list(waiting(home)) == ["too_many_cells"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("show", "nowhere"), "There is no row 'nowhere' in quarantine."),
        (("repair", "ROW"), "Say what to change"),
        (("repair", "ROW", "--set", "Nom"), "A change is written COLUMN=VALUE."),
        (("repair", "ROW", "--set", "=x"), "A change is written COLUMN=VALUE."),
        (("repair", "ROW", "--set", "Mail=x"), "The row has no column 'Mail'."),
        (("repair", "ROW", "--set", "Nom=x", "--drop"), "Say what to change"),
        (("repair", "ROW", "--line", "C1;x"), "The line is not a JSON object."),
        (("drop",), "Say which rows to drop."),
        (("drop", "nowhere"), "There is no row 'nowhere' in quarantine."),
        (("list", "--limit", "0"), "0"),
    ],
)
def test_what_cannot_be_done_is_said(home: Path, words: tuple[str, ...], message: str) -> None:
    import_text(home, "records", HEADER + GOOD + NOBODY)
    row_id = waiting(home)["nothing_to_know_by"]

    told = passerelle(home, "quarantine", *(row_id if word == "ROW" else word for word in words))

    assert told.status == 2
    assert message in told.err
    assert "hint: " in told.err
    assert waiting(home) == {"nothing_to_know_by": row_id}


def test_what_is_settled_is_not_changed(home: Path) -> None:
    import_text(home, "records", HEADER + GOOD + NOBODY)
    row_id = waiting(home)["nothing_to_know_by"]
    quarantine(home, "repair", row_id, "--drop")

    for words in (("repair", row_id, "--set", "Nom=x"), ("drop", row_id), ("replay", row_id)):
        told = passerelle(home, "quarantine", *words)

        assert told.status == 2
        assert f"Row '{row_id}' was settled already (dropped)." in told.err


class TestEvents:
    GOOD = '{"type": "track", "event": "Vu", "anonymousId": "a1", "messageId": "m1"}\n'
    BROKEN = '{"type": "identify", "userId": "42", \n'
    NOBODY = '{"type": "track", "event": "Vu", "messageId": "m3", "traits": {"age": 3}}\n'
    ARRAY = "[1, 2]\n"

    def test_a_broken_line_is_given_anew(self, home: Path) -> None:
        import_text(home, "events", self.GOOD + self.BROKEN + self.ARRAY, source="web")
        rows = waiting(home)

        shown = quarantine(home, "show", rows["bad_json"])
        line = '{"type": "identify", "userId": "42", "anonymousId": "a2", "messageId": "m2"}'
        cell = passerelle(home, "quarantine", "repair", rows["bad_json"], "--set", "userId=42")
        untouched = replay(home)
        mended = quarantine(home, "repair", rows["bad_json"], "--line", line)
        used = replay(home, rows["bad_json"])

        assert "--line JSON" in shown.err
        assert cell.status == 2
        assert "--line" in cell.err
        assert untouched == (0, 0, 0, 2)
        assert "m2" in mended.out
        assert used == (1, 1, 0, 0)
        assert in_lake(home, "events")["message_id"].sort().to_list() == ["m1", "m2"]
        assert list(waiting(home)) == ["not_an_object"]

    def test_a_field_inside_an_event_is_changed_by_its_path(self, home: Path) -> None:
        import_text(home, "events", self.GOOD + self.NOBODY, source="web")
        (row_id,) = waiting(home).values()

        wrong = passerelle(home, "quarantine", "repair", row_id, "--set", "type.email=x")
        quarantine(home, "repair", row_id, "--set", "traits.email=luc@exemple.fr")

        assert wrong.status == 2
        assert replay(home) == (1, 1, 0, 0)
        event = in_lake(home, "events").filter(pl.col("message_id") == "m3").row(0, named=True)
        assert event["email_id"] is not None
        assert json.loads(event["original"])["traits"] == {"age": 3, "email": "luc@exemple.fr"}

    def test_lines_that_are_no_text_are_not_replayed_by_themselves(self, home: Path) -> None:
        file = home.with_name("events.jsonl")
        bad = '{"type": "track", "event": "Été", "anonymousId": "a2", "messageId": "m2"}\n'
        file.write_bytes(self.GOOD.encode() * 2 + bad.encode("latin-1"))
        told = passerelle(home, "events", "import", file, "--json")
        assert told.json["rejected"] == {"bad_encoding": 1}

        assert replay(home) == (0, 0, 0, 1)
        quarantine(home, "repair", waiting(home)["bad_encoding"], "--set", "event=Été")

        assert replay(home) == (1, 1, 0, 0)


class TestReceipts:
    HEADER = "N° ticket;Date;N° carte;Montant TTC\n"
    GOOD = "T1;31/01/2026 10:30;CARTE1;10,00\n"
    BAD = "T1;31/01/2026 10:30;CARTE1;dix\nT2;31/02/2026 10:30;CARTE2;5,00\n"
    RAGGED = "T3;31/01/2026\n"

    def test_lines_are_mended_and_take_their_own_place(self, home: Path) -> None:
        import_text(home, "receipts", self.HEADER + self.GOOD + self.BAD + self.RAGGED, "till")
        rows = waiting(home)
        assert set(rows) == {"bad_amount", "bad_date", "too_few_cells"}

        quarantine(home, "repair", rows["bad_amount"], "--set", "Montant TTC=12,50")
        quarantine(home, "repair", rows["bad_date"], "--set", "Date=28/02/2026 10:30")
        assert replay(home) == (2, 2, 0, 1)
        line = '{"N° ticket": "T3", "Date": "31/01/2026 09:00", "Montant TTC": "1,00"}'
        quarantine(home, "repair", rows["too_few_cells"], "--line", line)
        assert replay(home) == (1, 1, 0, 0)

        lines = in_lake(home, "receipts").sort("receipt_id", "line_number")
        assert lines["amount_cents"].to_list() == [1000, 1250, 500, 100]
        assert lines["line_number"].to_list() == [1, 2, 1, 1]
        assert waiting(home) == {}

    def test_rows_are_read_as_their_file_was(self, home: Path) -> None:
        # amounts with a decimal point: 1.234 is no thousand here, nor is 2.500 when replayed
        text = "N° ticket;Date;Montant TTC\nT1;31/01/2026;1.23\nT2;31/01/2026;1.234\nT3;?;2.500\n"
        import_text(home, "receipts", text, source="till")
        (row_id,) = waiting(home).values()

        quarantine(home, "repair", row_id, "--set", "Date=31/01/2026")

        assert replay(home) == (1, 1, 0, 0)
        assert in_lake(home, "receipts")["amount_cents"].sort().to_list() == [123, 123, 250]
