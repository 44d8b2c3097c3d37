"""A person follows life changes: imports files, looks at what is proposed, decides, takes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.journeys.command import Told, passerelle
from tests.unit.unify.life_town import death_line

CLIENTS = (
    "Code client;Civilité;Nom;Prénom;Date de naissance;Adresse;CP;Ville\n"
    "C1;Mme;Querrec;Marie;12/04/1961;12 rue Paul Bert;69003;Lyon\n"
    "C2;M.;Roux;Luc;01/02/1975;3 place Bellecour;69002;Lyon\n"
)
MOVERS = (
    "Nom;Prénom;Type;Ancienne adresse;Ancien code postal;Nouvelle adresse;Nouveau code postal;"
    "Nouvelle ville;Date\n"
    "Roux;Luc;individuel;3 place Bellecour;69002;40 rue de Siam;29200;Brest;01/02/2026\n"
    "Nobody;;;;;;;;01/02/2026\n"
)


def run(home: Path, *words: object) -> Told:
    told = passerelle(home, *words)
    assert told.status == 0, told.err
    return told


def import_file(home: Path, name: str, content: bytes, *words: object) -> Any:
    file = home.with_name(name)
    file.write_bytes(content)
    return run(home, *words[:2], file, *words[2:], "--json").json


def golden_city(home: Path, who: str) -> str:
    values = run(home, "profiles", "show", who, "--json").json["golden_record"]
    return next(str(each["value"]) for each in values if each["attribute"] == "city")


def test_a_move_and_a_death_are_imported_followed_and_taken_back(home: Path) -> None:
    import_file(home, "clients.csv", CLIENTS.encode(), "records", "import", "--source", "crm")
    run(home, "profiles", "resolve")
    moved = import_file(
        home, "movers.csv", MOVERS.encode(), "changes", "import", "--kind", "movers",
        "--source", "laposte",
    )  # fmt: skip
    line = death_line("QUERREC*MARIE JOSÉE/", "2", "19610412", "20260110")
    import_file(
        home, "deces.txt", f"{line}\n".encode("latin-1"), "changes", "import", "--kind", "deaths",
        "--source", "insee",
    )  # fmt: skip
    assert (moved["new"], moved["rejected"]) == (1, {"no_old_address": 1})
    assert "known before" in run(home, "changes", "detect").out

    (move,) = run(home, "changes", "list", "--kind", "move", "--json").json
    assert (move["status"], golden_city(home, "C2")) == ("certain", "Brest")
    why = run(home, "profiles", "why", "C2", "crm:C2", "--json").json
    assert [each["change_id"] for each in why["life_changes"]] == [move["change_id"]]
    assert "Life changes that are followed" in run(home, "profiles", "why", "C2", "crm:C2").out
    shown = run(home, "changes", "show", move["change_id"])
    assert "movers.csv, row 2" in shown.out
    assert "last name and address are the same" in shown.out
    run(home, "changes", "refuse", move["change_id"], "--reason", "his son")
    assert golden_city(home, "C2") == "Lyon"
    assert "certain" in run(home, "changes", "undo", move["change_id"]).out
    assert golden_city(home, "C2") == "Brest"

    (death,) = run(home, "changes", "list", "--kind", "death", "--json").json
    run(home, "changes", "confirm", death["change_id"])
    assert "this person died" in run(home, "profiles", "show", "C1").out


def test_rows_of_notices_are_mended_and_replayed(home: Path) -> None:
    import_file(
        home, "movers.csv", MOVERS.encode(), "changes", "import", "--kind", "movers",
        "--source", "laposte",
    )  # fmt: skip
    (row,) = run(home, "quarantine", "list", "--json").json["rows"]
    for cell in ("Ancienne adresse=1 rue Haute", "Ancien code postal=29200",
                 "Nouvelle ville=Brest", "Nouveau code postal=29200"):  # fmt: skip
        run(home, "quarantine", "repair", row["row_id"], "--set", cell)

    told = run(home, "quarantine", "replay", row["row_id"], "--json").json

    assert (told["used"], told["rejected"]) == (1, 0)


@pytest.mark.parametrize("verb", ["show", "confirm", "refuse", "undo"])
def test_an_id_that_is_none_is_refused_with_where_to_find_one(home: Path, verb: str) -> None:
    told = passerelle(home, "changes", verb, "p_0123456789abc")

    assert told.status == 2
    assert "passerelle changes list gives their ids." in told.err


def test_an_empty_base_has_no_changes(home: Path) -> None:
    assert "Nothing in what is known" in run(home, "changes", "detect").out
    assert "changes detect" in run(home, "changes", "list").out
