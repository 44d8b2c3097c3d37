"""Exports of the audit log: signed, checked by us and by a stranger, compared with the log."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.kernel import InvalidInput, Misconfigured
from passerelle.store import (
    AuditEntry,
    AuditSigner,
    Store,
    chain_hash,
    check_audit,
    check_export,
    compare_audit,
    export_audit,
    read_audit_signer,
    write_audit,
)
from passerelle.store.audit.merkle import GrowingTree
from tests.conftest import NOW
from tests.unit.store.audit_mutations import COLUMNS, Row, first_difference, mutate
from tools.verify_audit import entry_hash, merkle_root

SECRET = b"a secret of the tests, 32 bytes."
STRANGER = Path(__file__).parents[3] / "tools" / "verify_audit.py"
MUTATIONS = int(os.environ.get("PASSERELLE_TEST_MUTATIONS", "150"))


def fill(store: Store, count: int, *, after: int = 0) -> None:
    entries = [
        AuditEntry(
            f"actor {number % 3}",
            "profile.shown",
            (number % 5,),
            {"purpose": f"réclamation « {number} »"},
            at=NOW + timedelta(seconds=number),
        )
        for number in range(after, after + count)
    ]
    write_audit(store, entries, secret=SECRET)


@pytest.fixture
def signer(tmp_path: Path) -> AuditSigner:
    return read_audit_signer(tmp_path / "audit.key")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere"


def export(store: Store, folder: Path, signer: AuditSigner) -> tuple[int, int]:
    done = export_audit(store, folder, signer=signer, secret=SECRET, at=NOW)
    return done.added, done.head.size


def ask_stranger(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", STRANGER, folder], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.strip() + done.stderr


def put_rows(store: Store, rows: list[Row]) -> None:
    """Make the table hold these rows, as somebody with the database's password could."""
    with store.bulk() as bulk:
        bulk.execute("delete from audit_entries")
        if rows:
            table = pa.Table.from_pylist(rows).select(COLUMNS)
            bulk.put("audit_entries", table, "(number) do nothing")


def rows_of(store: Store) -> list[Row]:
    return store.rows("select * from audit_entries order by number")


def recompute(rows: list[Row]) -> list[Row]:
    """The rows with all hashes made anew, as somebody who knows how could."""
    previous, made = "0" * 64, []
    for row in rows:
        hash_ = chain_hash(previous, [row[name] for name in COLUMNS[:-2]])
        made.append({**row, "previous_hash": previous, "hash": hash_})
        previous = hash_
    return made


class TestExporting:
    def test_each_export_adds_what_is_new_under_a_head(
        self, store: Store, folder: Path, signer: AuditSigner
    ) -> None:
        assert export(store, folder, signer) == (0, 0)
        fill(store, 7)
        assert export(store, folder, signer) == (7, 7)
        assert export(store, folder, signer) == (0, 7)
        fill(store, 4, after=7)
        assert export(store, folder, signer) == (4, 11)

        assert check_export(folder, signer).rows == 11
        assert compare_audit(store, folder).is_whole
        assert ask_stranger(folder) == (0, "The export is whole.")

    def test_one_that_was_stopped_before_it_signed_is_done_again(
        self, sqlite_store: Store, folder: Path, signer: AuditSigner
    ) -> None:
        fill(sqlite_store, 3)
        export(sqlite_store, folder, signer)
        heads = (folder / "heads.jsonl").read_bytes()
        fill(sqlite_store, 2, after=3)
        export(sqlite_store, folder, signer)
        (folder / "heads.jsonl").write_bytes(heads)  # the entries came, their head did not
        fill(sqlite_store, 1, after=5)

        assert check_export(folder, signer).rows == 3
        assert export(sqlite_store, folder, signer) == (3, 6)
        assert check_export(folder, signer).is_whole
        assert ask_stranger(folder)[0] == 0

    def test_a_log_that_is_not_whole_is_not_signed(
        self, sqlite_store: Store, folder: Path, signer: AuditSigner
    ) -> None:
        fill(sqlite_store, 5)
        with sqlite_store.bulk() as bulk:
            bulk.execute("update audit_entries set actor = 'nobody' where number = 2")

        with pytest.raises(InvalidInput, match="nothing was signed"):
            export(sqlite_store, folder, signer)
        assert not folder.exists()

    def test_a_folder_of_another_log_is_not_gone_on_with(
        self, sqlite_store: Store, folder: Path, signer: AuditSigner
    ) -> None:
        fill(sqlite_store, 5)
        export(sqlite_store, folder, signer)
        put_rows(sqlite_store, [])
        with sqlite_store.bulk() as bulk:
            bulk.execute("delete from audit_heads")
        fill(sqlite_store, 6)

        with pytest.raises(InvalidInput, match="nothing was signed"):
            export(sqlite_store, folder, signer)

    def test_a_folder_that_cannot_be_written_to_is_named(
        self, sqlite_store: Store, tmp_path: Path, signer: AuditSigner
    ) -> None:
        fill(sqlite_store, 1)
        (tmp_path / "file").write_text("")
        with pytest.raises(InvalidInput):
            export(sqlite_store, tmp_path / "file", signer)

    def test_the_signing_key_is_made_once_for_its_owner_alone(self, tmp_path: Path) -> None:
        one, other = (read_audit_signer(tmp_path / "audit.key") for _ in range(2))
        assert one.public_pem == other.public_pem
        assert (tmp_path / "audit.key").stat().st_mode & 0o777 == 0o600
        (tmp_path / "audit.key").write_text("no key")
        with pytest.raises(Misconfigured):
            read_audit_signer(tmp_path / "audit.key")


class TestWhatIsFound:
    def test_random_changes_of_the_log_are_all_found_and_the_first_bad_record_is_named(
        self, sqlite_store: Store, folder: Path, signer: AuditSigner
    ) -> None:
        fill(sqlite_store, 30)
        export(sqlite_store, folder, signer)
        before = rows_of(sqlite_store)
        missed = []
        for seed in range(MUTATIONS):
            after = mutate(before, random.Random(seed))
            put_rows(sqlite_store, after)
            expected = first_difference(before, after)
            if check_audit(sqlite_store, secret=SECRET).first_bad != expected:
                missed.append((seed, expected))

        assert missed == []

    def test_on_postgresql_too(self, postgresql_store: Store) -> None:
        fill(postgresql_store, 12)
        before = rows_of(postgresql_store)
        found = {}
        for seed in range(20):
            after = mutate(before, random.Random(seed))
            put_rows(postgresql_store, after)
            check = check_audit(postgresql_store, secret=SECRET)
            found[seed] = (check.first_bad, first_difference(before, after))

        assert [seed for seed, (one, other) in found.items() if one != other] == []

    @pytest.mark.parametrize("number", [1, 4, 9])
    def test_a_log_made_anew_from_a_record_on_is_told_by_an_export(
        self, store: Store, folder: Path, signer: AuditSigner, number: int
    ) -> None:
        fill(store, 9)
        export(store, folder, signer)
        rows = rows_of(store)
        rows[number - 1]["actor"] = "somebody else"
        put_rows(store, recompute(rows))

        check = check_audit(store, secret=SECRET)
        assert (check.first_bad, check.is_sealed) == (None, False)  # the secret is not theirs
        assert compare_audit(store, folder).first_bad == number

    def test_a_store_put_back_from_a_backup_is_told_by_an_export(
        self, sqlite_store: Store, folder: Path, signer: AuditSigner
    ) -> None:
        fill(sqlite_store, 5)
        rows = rows_of(sqlite_store)
        (head,) = sqlite_store.rows("select * from audit_heads")
        fill(sqlite_store, 2, after=5)
        export(sqlite_store, folder, signer)
        put_rows(sqlite_store, rows)
        with sqlite_store.bulk() as bulk:
            bulk.execute(
                "update audit_heads set number = ?, hash = ?, seal = ?",
                (head["number"], head["hash"], head["seal"]),
            )

        assert check_audit(sqlite_store, secret=SECRET).is_whole  # by itself it cannot know
        assert compare_audit(sqlite_store, folder).first_bad == 6

    def test_random_changes_of_an_export_are_all_found_by_us_and_by_a_stranger(
        self, sqlite_store: Store, folder: Path, signer: AuditSigner, tmp_path: Path
    ) -> None:
        fill(sqlite_store, 10)
        export(sqlite_store, folder, signer)
        before = rows_of(sqlite_store)
        told = []
        for seed in range(12):
            after = mutate(before, random.Random(seed))
            copy = tmp_path / str(seed)
            shutil.copytree(folder, copy)
            write_lines(copy / "entries-000000000001.jsonl", after)
            expected = first_difference(before, after)
            ours = check_export(copy, signer)
            status, words = ask_stranger(copy)
            if expected > len(before):  # put in after the end: it was never signed
                told.append(ours.is_whole and status == 0)
            else:
                told.append(
                    ours.first_bad == expected and status == 1 and f"record {expected} " in words
                )

        assert told == [True] * 12

    def test_an_export_made_anew_is_not_signed(
        self, sqlite_store: Store, folder: Path, signer: AuditSigner
    ) -> None:
        fill(sqlite_store, 5)
        export(sqlite_store, folder, signer)
        fill(sqlite_store, 5, after=5)
        export(sqlite_store, folder, signer)
        rows = rows_of(sqlite_store)
        rows[7]["actor"] = "somebody else"
        anew = recompute(rows)
        write_lines(folder / "entries-000000000006.jsonl", anew[5:])

        assert check_export(folder, signer).first_bad == 6
        assert ask_stranger(folder) == (1, "a record from 6 to 10 is not what was signed")
        tree = GrowingTree()
        for row in anew:
            tree.add(bytes.fromhex(row["hash"]))
        heads = [json.loads(line) for line in (folder / "heads.jsonl").read_text().splitlines()]
        heads[1]["root"] = tree.root()
        write_lines(folder / "heads.jsonl", heads)
        assert not check_export(folder, signer).is_whole
        assert ask_stranger(folder)[0] == 1

    def test_an_export_that_another_key_signed_is_not_ours(
        self, sqlite_store: Store, folder: Path, signer: AuditSigner, tmp_path: Path
    ) -> None:
        fill(sqlite_store, 5)
        export(sqlite_store, folder, signer)
        other = read_audit_signer(tmp_path / "other.key")
        assert not check_export(folder, other).is_whole

    def test_heads_that_cannot_be_read_are_refused(
        self, sqlite_store: Store, folder: Path, signer: AuditSigner
    ) -> None:
        fill(sqlite_store, 1)
        export(sqlite_store, folder, signer)
        (folder / "heads.jsonl").write_bytes(b"{\n")
        with pytest.raises(InvalidInput):
            check_export(folder, signer)


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=40))
def test_the_tree_is_that_of_rfc_6962(leaves: list[bytes]) -> None:
    tree = GrowingTree()
    for leaf in leaves:
        tree.add(leaf)

    assert tree.root() == _rfc_6962(leaves).hex()
    assert tree.root() == merkle_root(leaves).hex()


@given(
    st.text(), st.text(alphabet=st.characters(max_codepoint=255)), st.integers(-(2**63), 2**63 - 1)
)
def test_a_stranger_hashes_as_we_do(actor: str, detail: str, at: int) -> None:
    entry = {"number": 1, "entry_id": "e", "happened_at": at, "actor": actor, "action": "a.b",
             "subjects": "[]", "detail": detail}  # fmt: skip
    assert entry_hash("0" * 64, entry) == chain_hash("0" * 64, list(entry.values()))


def _rfc_6962(leaves: list[bytes]) -> bytes:
    """As the RFC writes it down, with the largest power of two less than the number of leaves."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0]).digest()
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\1" + _rfc_6962(leaves[:split]) + _rfc_6962(leaves[split:])).digest()
