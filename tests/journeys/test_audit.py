"""A person shows who did what with personal data: list, export, verify, change the master key."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from passerelle.bootstrap import open_passerelle
from passerelle.settings import read_settings
from passerelle.store import Clear
from tests.journeys.command import PROJECT, environment, passerelle

CUSTOMERS = "Code client;Nom;Prénom;Courriel\nC1;Martin;Zoé;zoe@exemple.fr\n"


def test_who_read_a_profile_is_shown_exported_and_verified(home: Path, tmp_path: Path) -> None:
    file, folder = tmp_path / "clients.csv", tmp_path / "elsewhere"
    file.write_text(CUSTOMERS, encoding="utf-8")
    assert passerelle(home, "records", "import", file, "--source", "crm").status == 0
    assert passerelle(home, "profiles", "resolve").status == 0

    shown = passerelle(home, "--as", "anne", "--why", "complaint 7", "profiles", "show",
                       "zoe@exemple.fr", "--role", "marketer")  # fmt: skip
    assert shown.status == 0
    assert "z•••@e•••" in shown.out
    (entry,) = passerelle(home, "audit", "list", "--profile", "zoe@exemple.fr", "--json").json
    assert (entry["action"], entry["detail"]["purpose"]) == ("profile.shown", "complaint 7")

    exported = passerelle(home, "audit", "export", "--out", folder, "--json")
    assert exported.json["added"] == 1
    stranger = subprocess.run(
        [sys.executable, "-I", PROJECT / "tools" / "verify_audit.py", folder],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (stranger.returncode, stranger.stdout) == (0, "The export is whole.\n")
    assert passerelle(home, "audit", "verify", "--export", folder).status == 0

    with closing(sqlite3.connect(home / "store.sqlite3")) as store:
        store.execute("update audit_entries set actor = 'nobody' where number = 1")
        store.commit()
    told = passerelle(home, "audit", "verify", "--export", folder)
    assert told.status == 1
    assert "record 1 is not what was written" in told.err
    assert passerelle(home, "audit", "export", "--out", folder).status == 2


def test_the_master_key_is_changed_and_values_are_still_read(home: Path) -> None:
    opened = open_passerelle(read_settings(environment(home)))
    with opened.store.bulk() as bulk:
        (sealed,) = opened.vault.seal_many(bulk, [Clear(7, "city", "Lyon")])

    rotated = passerelle(home, "keys", "rotate", "--json")
    assert rotated.json == {"wrapped": 1, "version": 2}

    with opened.store.reading() as reading:
        assert opened.vault.open(reading, 7, "city", sealed) == "Lyon"
    (entry,) = passerelle(home, "audit", "list", "--action", "keys", "--json").json
    assert entry["detail"] == {"keys": "1", "version": "2"}
