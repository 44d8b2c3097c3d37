"""passerelle records, receipts, events, quarantine: what people and programs read."""

from __future__ import annotations

import pytest

from passerelle.collect import DECLARED_KIND, SOURCE_KINDS
from passerelle.kernel.language import LANGUAGES
from tests.unit.cli.conftest import CUSTOMERS, TICKETS, Shell

every_language = pytest.mark.parametrize("language", LANGUAGES)


@every_language
def test_a_dry_run_shows_the_mapping_and_imports_nothing(shell: Shell, language: str) -> None:
    file = shell.file("clients.csv", CUSTOMERS)

    shown = shell.run("records", "import", file, "--source", "crm", "--dry-run", language=language)

    assert "Courriel" in shown and "email" in shown
    assert "zoe@exemple.fr" in shown  # one of three examples
    assert shell.json("quarantine", "list")["rows"] == []
    assert shell.json("profiles", "find", "zoe@exemple.fr") == []


def test_an_import_reports_rows_and_identifiers_and_twice_changes_nothing(shell: Shell) -> None:
    file = shell.file("clients.csv", CUSTOMERS)

    first = shell.json("records", "import", file, "--source", "crm")
    again = shell.json("records", "import", file, "--source", "crm")

    assert (first["rows"], first["new"], first["rejected"]) == (4, 3, {"nothing_to_know_by": 1})
    assert first["identifiers"]["email"]["valid"] == 3
    assert again["was_known"] is True


def test_an_import_may_resolve_the_profiles_around_what_is_new(shell: Shell) -> None:
    shell.run("records", "import", shell.file("c.csv", CUSTOMERS), "--source", "crm", "--resolve")

    assert len(shell.json("profiles", "find", "zoe@exemple.fr")) == 1


@every_language
def test_a_report_of_an_import_is_a_table_in_the_reader_s_language(
    shell: Shell, language: str
) -> None:
    file = shell.file("clients.csv", CUSTOMERS)

    report = shell.run("records", "import", file, "--source", "crm", language=language)

    assert "nothing_to_know_by" in report
    assert "passerelle quarantine list" in report


def test_a_mapping_that_is_saved_can_be_used(shell: Shell) -> None:
    file = shell.file("clients.csv", CUSTOMERS)
    saved = str(shell.folder / "mapping.toml")
    words = ("records", "import", file, "--source", "crm")

    shell.run(*words, "--dry-run", "--save-mapping", saved)

    assert shell.json(*words, "--mapping", saved)["new"] == 3


def test_a_rejected_row_is_shown_mended_and_replayed(shell: Shell) -> None:
    shell.run("records", "import", shell.file("clients.csv", CUSTOMERS), "--source", "crm")
    (waiting,) = shell.json("quarantine", "list")["rows"]
    row = waiting["row_id"]
    assert waiting["row_number"] == 5
    assert "75002" in shell.run("quarantine", "show", row)

    shell.run("quarantine", "repair", row, "--set", "Courriel=luc@exemple.fr")
    done = shell.json("quarantine", "replay")

    assert (done["replayed"], done["used"]) == (1, 1)
    assert shell.json("quarantine", "list")["rows"] == []
    shell.run("profiles", "resolve")
    assert len(shell.json("profiles", "find", "luc@exemple.fr")) == 1


@every_language
def test_an_empty_quarantine_says_so(shell: Shell, language: str) -> None:
    assert shell.run("quarantine", "list", language=language).strip()


def test_a_dropped_row_waits_no_more(shell: Shell) -> None:
    shell.run("records", "import", shell.file("clients.csv", CUSTOMERS), "--source", "crm")
    (waiting,) = shell.json("quarantine", "list")["rows"]

    shell.run("quarantine", "repair", waiting["row_id"], "--drop")

    assert shell.json("quarantine", "list")["rows"] == []


@pytest.mark.parametrize("change", [(), ("--set", "Courriel")])
def test_a_change_that_changes_nothing_is_refused(shell: Shell, change: tuple[str, ...]) -> None:
    shell.run("records", "import", shell.file("clients.csv", CUSTOMERS), "--source", "crm")
    (waiting,) = shell.json("quarantine", "list")["rows"]

    assert "--set" in shell.complaint("quarantine", "repair", waiting["row_id"], *change)


def test_purchases_are_imported_to_the_line(shell: Shell) -> None:
    file = shell.file("tickets.csv", TICKETS)

    first = shell.json("receipts", "import", file)
    again = shell.json("receipts", "import", file)

    assert (first["rows"], first["new"]) == (2, 2)
    assert again["was_known"] is True


@pytest.mark.parametrize("noun", ["records", "receipts", "events"])
@every_language
def test_a_file_that_is_not_there_is_a_sentence_and_a_hint(
    shell: Shell, noun: str, language: str
) -> None:
    complaint = shell.complaint(
        noun, "import", str(shell.folder / "gone.csv"), "--source", "crm", language=language
    )

    assert "gone.csv" in complaint
    assert len(complaint.strip().splitlines()) >= 2


def test_the_kinds_of_source_that_help_lists_are_those_there_are() -> None:
    from passerelle.cli.import_options import _KINDS

    assert set(_KINDS) == set(SOURCE_KINDS) - {DECLARED_KIND}


def test_the_states_of_a_row_that_help_lists_are_those_there_are() -> None:
    from passerelle.cli.quarantine import _STATES
    from passerelle.collect.quarantine import STATES

    assert _STATES == STATES


def test_the_channels_and_types_of_links_are_those_there_are() -> None:
    from passerelle.cli.links import _CHANNELS, _TYPES
    from passerelle.identify import SUBJECT_TYPES
    from passerelle.ingest import CHANNELS

    assert (_CHANNELS, _TYPES) == (CHANNELS, SUBJECT_TYPES)
