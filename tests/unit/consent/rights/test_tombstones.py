"""The tombstone journal survives crashes, and shows every change."""

from __future__ import annotations

from pathlib import Path

import pytest

from passerelle.consent import TombstoneJournal
from passerelle.kernel import IdentifierKeys, Misconfigured
from tests.conftest import NOW


@pytest.fixture
def journal(tmp_path: Path, keys: IdentifierKeys) -> TombstoneJournal:
    made = TombstoneJournal(tmp_path / "apart" / "tombstones.jsonl", keys)
    for number in range(1, 4):
        made.append(number * 10, number, {number, -number}, at=NOW)
    return made


def test_lines_are_read_as_they_were_written(journal: TombstoneJournal) -> None:
    assert [(each.number, each.request_id, each.ids) for each in journal.read()] == [
        (1, 10, (-1, 1)), (2, 20, (-2, 2)), (3, 30, (-3, 3)),
    ]  # fmt: skip
    assert journal.find(20) == journal.read()[1]
    assert journal.find(99) is None


def test_a_line_that_a_crash_cut_is_written_again(journal: TombstoneJournal) -> None:
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole[:-7])
    assert [each.number for each in journal.read()] == [1, 2]
    journal.append(30, 3, {3, -3}, at=NOW)
    assert journal.path.read_bytes() == whole


def test_only_its_owner_may_read_it(journal: TombstoneJournal) -> None:
    assert journal.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("place", [0, 1])
def test_a_line_that_is_taken_out_is_missed(journal: TombstoneJournal, place: int) -> None:
    lines = journal.path.read_bytes().splitlines(keepends=True)
    journal.path.write_bytes(b"".join(lines[:place] + lines[place + 1 :]))
    with pytest.raises(Misconfigured):
        journal.read()


@pytest.mark.parametrize("was", [b'"ids":[-2,2]', b'"profile_id":2', b'"at":17'])
def test_a_line_that_is_changed_is_missed(journal: TombstoneJournal, was: bytes) -> None:
    body = journal.path.read_bytes()
    at = body.find(was) + len(was) - 1
    digit = b"9" if body[at : at + 1] != b"9" else b"8"
    changed = body[:at] + (b"3]" if was.endswith(b"]") else digit) + body[at + 1 :]
    journal.path.write_bytes(changed)
    with pytest.raises(Misconfigured):
        journal.read()


def test_another_installation_cannot_write_it(journal: TombstoneJournal) -> None:
    other = TombstoneJournal(journal.path, IdentifierKeys(b"another secret, 32 bytes as well"))
    with pytest.raises(Misconfigured):
        other.read()


def test_a_journal_that_was_lost_goes_on_behind_what_the_store_knows(
    journal: TombstoneJournal,
) -> None:
    assert journal.read_last_number() == 3
    journal.path.unlink()
    assert journal.read_last_number() == 0
    assert journal.append(40, 4, {4}, at=NOW, mark=3).number == 4
    assert [each.number for each in journal.read()] == [4]
