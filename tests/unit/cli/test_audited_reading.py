"""Reading of personal data: noted with who and what for, and shown as the role sees it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from passerelle.kernel import InvalidInput, Misconfigured
from passerelle.store import AuditEntry, Store, WaitingAudit, check_audit, list_audit
from tests.conftest import NOW
from tests.unit.cli.conftest import Shell

SECRET = b"a secret of the tests, 32 bytes."
READINGS = {
    "profile.found": ("profiles", "find", "zoe@exemple.fr"),
    "profile.shown": ("profiles", "show", "zoe@exemple.fr"),
    "profile.explained": ("profiles", "why", "zoe@exemple.fr", "zoe@exemple.fr"),
    "consent.shown": ("consent", "show", "zoe@exemple.fr"),
    "quarantine.listed": ("quarantine", "list"),
}


def test_every_reading_is_noted(shop: Shell) -> None:
    for words in READINGS.values():
        shop.json(*words)

    noted = [each["action"] for each in shop.json("audit", "list")]
    assert noted == list(reversed(READINGS))
    assert "profile.explained" in shop.run("audit", "list")


def test_a_reading_says_for_whom_and_what_for(shop: Shell) -> None:
    shop.run("--as", "anne", "--why", "complaint 12", "profiles", "show", "zoe@exemple.fr")

    (entry,) = shop.json("audit", "list", "--profile", "zoe@exemple.fr", "--limit", "1")
    assert entry["actor"].endswith(" as anne")
    assert entry["detail"] == {"purpose": "complaint 12"}
    assert shop.json("audit", "verify")["log"]["is_whole"]


def test_a_purpose_that_names_the_person_is_refused_and_nothing_shown(shop: Shell) -> None:
    done = shop.invoke(
        "--why", "for zoe@exemple.fr", "profiles", "find", "zoe@exemple.fr", language="en"
    )

    assert done.exit_code == 2
    assert "Martin" not in done.stdout


def test_a_role_sees_what_it_may(shop: Shell) -> None:
    everything = shop.run("profiles", "show", "zoe@exemple.fr", "--json")
    assert "zoe@exemple.fr" in everything

    for role in ("analyst", "marketer"):
        seen = shop.run("profiles", "show", "zoe@exemple.fr", "--role", role, "--json")
        assert "zoe@exemple.fr" not in seen
        assert "Martin" not in seen
    dpo = shop.run("profiles", "show", "zoe@exemple.fr", "--role", "dpo", "--json")
    assert dpo == everything


def test_a_role_finds_people_without_seeing_them(shop: Shell) -> None:
    (seen,) = shop.json("profiles", "find", "zoe@exemple.fr", "--role", "shop")
    assert (seen["first_name"], seen["email"], seen["city"]) == ("Zoé", "z•••@e•••", None)


def test_an_unknown_role_is_refused(shop: Shell) -> None:
    done = shop.invoke("profiles", "find", "zoe@exemple.fr", "--role", "king", language="en")
    assert done.exit_code == 2
    assert "Martin" not in done.stdout


class TestWaiting:
    @pytest.fixture
    def waiting(self, home: Path) -> WaitingAudit:
        return WaitingAudit(home, SECRET)

    def test_entries_enter_the_log_once_in_their_order(
        self, sqlite_store: Store, waiting: WaitingAudit
    ) -> None:
        entries = [
            AuditEntry("anne", "profile.shown", (each,), at=NOW + timedelta(seconds=each))
            for each in range(3)
        ]
        waiting.add([entries[2]])
        waiting.add(entries[:2])

        assert waiting.take_in(sqlite_store, at=NOW) == 3
        waiting.add(entries)
        assert waiting.take_in(sqlite_store, at=NOW) == 0
        times = [each.at for each in list_audit(sqlite_store, secret=SECRET)]
        assert times == [each.at for each in reversed(entries)]
        assert check_audit(sqlite_store, secret=SECRET).is_whole

    def test_a_line_that_was_changed_or_cut_is_told(
        self, sqlite_store: Store, waiting: WaitingAudit, home: Path
    ) -> None:
        waiting.add([AuditEntry("anne", "profile.shown", at=NOW) for _ in range(3)])
        file = home / "audit-waiting.jsonl"
        lines = file.read_bytes().splitlines()
        file.write_bytes(b"\n".join([lines[0], lines[1].replace(b"anne", b"paul"), lines[2][:90]]))

        waiting.take_in(sqlite_store, at=NOW)
        told = {each.action: dict(each.detail) for each in list_audit(sqlite_store, secret=SECRET)}
        assert told == {"profile.shown": {}, "audit.line_refused": {"lines": "2"}}

    def test_what_was_taken_and_not_written_is_taken_again(
        self, sqlite_store: Store, waiting: WaitingAudit, home: Path
    ) -> None:
        waiting.add([AuditEntry("anne", "profile.shown", at=NOW)])
        (home / "audit-waiting.jsonl").rename(home / "audit-waiting.7-20260301")  # killed there
        waiting.add([AuditEntry("paul", "profile.shown", at=NOW)])

        assert waiting.take_in(sqlite_store, at=NOW) == 2
        assert list(home.glob("audit-waiting.*-*")) == []

    def test_who_reads_does_not_wait_for_who_writes(self, shop: Shell, home: Path) -> None:
        store = Store(f"sqlite:///{home / 'store.sqlite3'}")
        with store.bulk():
            assert store.is_being_written()
        assert not store.is_being_written()

    def test_what_cannot_be_noted_is_not_shown(self, waiting: WaitingAudit, home: Path) -> None:
        (home / "audit-waiting.jsonl").mkdir()
        with pytest.raises(Misconfigured, match="cannot be noted"):
            waiting.add([AuditEntry("anne", "profile.shown", at=NOW)])

    def test_no_value_of_a_person_waits(self, waiting: WaitingAudit, home: Path) -> None:
        entry = AuditEntry("anne", "profile.shown", (7,), {"purpose": "0612345678"}, at=NOW)
        with pytest.raises(InvalidInput):
            waiting.add([entry])
        assert not (home / "audit-waiting.jsonl").exists()
        waiting.add([AuditEntry("anne", "profile.shown", (7,), at=NOW)])
        line = (home / "audit-waiting.jsonl").read_text().partition(" ")[2]
        assert json.loads(line)["subject_ids"] == [7]
