"""People use their rights, through the command line."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from passerelle.bootstrap import open_passerelle
from passerelle.settings import read_settings
from passerelle.store import check_audit, list_audit
from tests.journeys.command import environment, passerelle

HEADER = "N° client;Nom;Prénom;Date de naissance;Courriel;Téléphone;Adresse;CP;Ville\n"
MARIE = '1;Quidam;Marie;1984-03-14;famille.quidam@exemple.fr;0644601201;"=1+2 rue des Lilas";69003;Lyon\n'
PAUL = "2;Quidam;Paul;1980-01-02;famille.quidam@exemple.fr;0644601202;12 rue des Lilas;69003;Lyon\n"
RECEIPTS = (
    "N° ticket;Magasin;Date;Heure;N° client;Article;Quantité;Montant TTC\n"
    "T-1;Lyon;07/03/2026;11:42;1;Pull;1;39,90\n"
    "T-2;Lyon;07/03/2026;11:43;2;Veste;1;59,90\n"
)


@pytest.fixture
def family(home: Path, tmp_path: Path) -> Path:
    """Two people who share an address and a mailbox."""
    (tmp_path / "people.csv").write_text(HEADER + MARIE + PAUL)
    (tmp_path / "tickets.csv").write_text(RECEIPTS)
    for command in (
        ("records", "import", tmp_path / "people.csv", "--source", "crm"),
        ("receipts", "import", tmp_path / "tickets.csv", "--source", "tills"),
        ("profiles", "resolve"),
    ):
        told = passerelle(home, *command)
        assert told.status == 0, told.err
    return home


def ask(home: Path, *arguments: str) -> Any:
    told = passerelle(home, "rights", *arguments, "--json")
    assert told.status == 0, told.err
    return told.json


def archive_of(home: Path, *arguments: str) -> dict[str, bytes]:
    path = ask(home, *arguments)["archive"]
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_access_hands_over_all_of_one_person_and_nothing_of_another(family: Path) -> None:
    files = archive_of(family, "access", "0644601201", "--proof", "logged_in")
    data = json.loads(files["data.json"])
    assert {each["value"] for each in data["golden_record"]} >= {"Marie", "Quidam", "Lyon"}
    assert [each["receipt_id"] for each in data["receipts"]] == ["T-1"]
    assert [each["others"] for each in data["household"]] in ([1], [])
    assert data["logic"]
    everything = b"".join(files.values())
    assert b"famille.quidam@exemple.fr" in everything
    for others in (b"Paul", b"PAUL", b"44601202", b"T-2", b"1980"):
        assert others not in everything


def test_the_archive_says_the_hash_of_each_of_its_files(family: Path) -> None:
    files = archive_of(family, "access", "0644601201", "--proof", "in_person")
    told = json.loads(files.pop("manifest.json"))["files"]
    assert {name: each["sha256"] for name, each in told.items()} == {
        name: sha256(body).hexdigest() for name, body in files.items()
    }
    assert {"index.html", "data.json", "csv/records.csv"} <= files.keys()


def test_no_cell_of_the_archive_is_a_formula(family: Path) -> None:
    files = archive_of(family, "access", "0644601201", "--proof", "in_person")
    cells = [
        cell
        for name, body in files.items()
        if name.endswith(".csv")
        for row in csv.reader(io.StringIO(body.decode("utf-8-sig")))
        for cell in row
    ]
    assert [cell for cell in cells if cell.startswith(("=", "@", "\t", "\r"))] == []
    assert any(cell.startswith("'=") for cell in cells)


def test_portability_hands_over_what_the_person_gave_alone(family: Path) -> None:
    files = archive_of(family, "portability", "0644601201", "--proof", "logged_in")
    data = json.loads(files["data.json"])
    assert "golden_record" not in data
    assert data["records"]


def test_erasing_one_leaves_the_other_with_the_family_mailbox(family: Path) -> None:
    before = passerelle(family, "profiles", "show", "0644601202", "--json").json
    erased = ask(family, "erase", "0644601201", "--proof", "in_person")
    assert (erased["state"], erased["remaining"]) == ("done", {})
    assert passerelle(family, "profiles", "find", "0644601201", "--json").json == []
    after = passerelle(family, "profiles", "show", "0644601202", "--json").json
    assert after["golden_record"] == before["golden_record"]
    assert [each["what"] for each in after["timeline"]] == [
        each["what"] for each in before["timeline"]
    ]
    (found,) = passerelle(family, "profiles", "find", "famille.quidam@exemple.fr", "--json").json
    assert found["profile_id"] == after["profile_id"]


def test_a_request_waits_for_a_proof_and_is_then_run(family: Path) -> None:
    waiting = ask(family, "erase", "0644601201")
    assert waiting["state"] == "received"
    assert ask(family, "run") == []
    assert passerelle(family, "rights", "prove", waiting["request"], "signed_link").status == 0
    (done,) = ask(family, "run")
    assert (done["state"], done["proof"]) == ("done", "signed_link")
    receipt = family / "rights" / waiting["request"] / "receipt.json"
    assert sha256(receipt.read_bytes()).hexdigest() == done["receipt_sha256"]
    shown = ask(family, "show", waiting["request"])
    assert [each["step"] for each in shown["steps"]] == ["received", "proved", "running", "done"]


@pytest.mark.parametrize(("kind", "reason"), [("restrict", "restricted"), ("object", "objected")])
def test_what_somebody_stops_is_permitted_no_more(family: Path, kind: str, reason: str) -> None:
    assert passerelle(family, "consent", "policy", "apply").status == 0
    assert ask(family, kind, "0644601201", "--proof", "signed_link")["state"] == "done"
    told = passerelle(family, "consent", "show", "0644601201", "--json").json
    reasons = {each["reason"] for each in told["verdicts"]}
    assert reason in reasons
    other = passerelle(family, "consent", "show", "0644601202", "--json").json
    assert reason not in {each["reason"] for each in other["verdicts"]}


def test_a_refusal_is_on_record_with_its_reason(family: Path) -> None:
    waiting = ask(family, "access", "0644601201")
    closed = passerelle(family, "rights", "close", waiting["request"], "--reason", "asked twice")
    assert closed.status == 0
    shown = ask(family, "show", waiting["request"])
    assert (shown["state"], shown["steps"][-1]["detail"]) == ("refused", "asked twice")


def test_a_rectification_is_settled_once_the_values_are_corrected(family: Path) -> None:
    waiting = ask(family, "rectify", "0644601201", "--proof", "logged_in")
    assert waiting["state"] == "running"
    assert ask(family, "run") == []
    assert passerelle(family, "rights", "close", waiting["request"], "--done").status == 0
    assert ask(family, "show", waiting["request"])["state"] == "done"


def test_the_audit_log_tells_of_each_step(family: Path) -> None:
    ask(family, "erase", "0644601201", "--proof", "in_person")
    opened = open_passerelle(read_settings(environment(family)))
    secret = opened.keys.secret
    assert check_audit(opened.store, secret=secret).is_whole
    told = [each.action for each in list_audit(opened.store, secret=secret)]
    assert told == ["rights.done", "rights.running", "rights.proved", "rights.received"]


def test_corrected_values_win_over_what_files_say_again(family: Path) -> None:
    corrected = ask(
        family, "rectify", "0644601201", "--set", "last_name=Kermadec",
        "--set", "birth_date=1981-02-03", "--proof", "in_person",
    )  # fmt: skip
    assert corrected["state"] == "done"

    def last_name() -> str:
        sheet = passerelle(family, "profiles", "show", "0644601201", "--json").json
        return next(
            each["value"] for each in sheet["golden_record"] if each["attribute"] == "last_name"
        )

    assert last_name() == "Kermadec"
    passerelle(family, "profiles", "resolve")
    assert last_name() == "Kermadec"
    wrong = passerelle(family, "rights", "rectify", "0644601201", "--set", "email=a@exemple.fr")
    assert wrong.status == 2
