"""The audit log: what is written stays, and what was changed is found."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from passerelle.kernel import InvalidInput
from passerelle.store import (
    AuditEntry,
    AuditSearch,
    Store,
    check_audit,
    forget_audit_subjects,
    list_audit,
    write_audit,
)
from tests.contracts.store_helpers import OPEN_STORE, run_python

SECRET = b"a secret of the tests, 32 bytes."
AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MARIE, PAUL = 7, -9

WRITE = (
    OPEN_STORE
    + """
from datetime import UTC, datetime
from passerelle.store import AuditEntry, open_store, write_audit
store = open_store(sys.argv[1])
for number in range(int(sys.argv[3])):
    entry = AuditEntry(sys.argv[2], "profile.shown", (number,), at=datetime.now(UTC))
    write_audit(store, [entry], secret=b"a secret of the tests, 32 bytes.")
"""
)


def shown(actor: str, *subjects: int, after: int = 0, **detail: str) -> AuditEntry:
    """An entry about somebody's profile, some seconds after the start."""
    return AuditEntry(actor, "profile.shown", subjects, detail, at=AT + timedelta(seconds=after))


class TestWriting:
    def test_an_entry_is_listed_as_it_was_written(self, store: Store) -> None:
        assert write_audit(store, [shown("anne", MARIE, purpose="complaint")], secret=SECRET) == 1

        (entry,) = list_audit(store, secret=SECRET)
        assert (entry.number, entry.at, entry.actor) == (1, AT, "anne")
        assert (entry.action, dict(entry.detail)) == ("profile.shown", {"purpose": "complaint"})

    def test_it_stands_or_falls_with_what_it_is_about(self, store: Store) -> None:
        with pytest.raises(ZeroDivisionError), store.bulk() as bulk:
            write_audit(bulk, [shown("anne", MARIE)], secret=SECRET)
            raise ZeroDivisionError

        assert list_audit(store, secret=SECRET) == []

    def test_an_entry_that_comes_twice_is_kept_once(self, store: Store) -> None:
        entry = shown("anne", MARIE)
        assert write_audit(store, [entry, entry], secret=SECRET) == 1
        assert write_audit(store, [entry, shown("paul", MARIE)], secret=SECRET) == 1

        assert [each.actor for each in list_audit(store, secret=SECRET)] == ["paul", "anne"]

    def test_two_writers_at_once_keep_one_chain(self, store: Store) -> None:
        writers = [run_python(WRITE, store.url, name, "10") for name in ("anne", "paul")]
        endings = [(each.communicate()[1], each.returncode) for each in writers]

        assert endings == [("", 0)] * 2
        check = check_audit(store, secret=SECRET)
        assert (check.rows, check.is_whole) == (20, True)

    def test_a_word_that_names_a_person_is_refused(self, sqlite_store: Store) -> None:
        for word in ("called by marie@exemple.fr", "06 12 34 56 78 asked", "+33612345678"):
            with pytest.raises(InvalidInput):
                write_audit(sqlite_store, [shown("anne", MARIE, purpose=word)], secret=SECRET)

        assert list_audit(sqlite_store, secret=SECRET) == []

    def test_words_that_name_nobody_pass(self, sqlite_store: Store) -> None:
        words = {"at": "2026-03-01T12:00:00+00:00", "hash": "0123456789" * 6 + "abcd", "rows": "12"}
        assert write_audit(sqlite_store, [shown("anne", MARIE, **words)], secret=SECRET) == 1

    def test_an_action_is_dotted_words(self, sqlite_store: Store) -> None:
        with pytest.raises(ValueError, match="dotted words"):
            write_audit(sqlite_store, [AuditEntry("anne", "Looked at it", at=AT)], secret=SECRET)


class TestListing:
    def test_entries_are_found_by_whom_they_are_about(self, store: Store) -> None:
        entries = [shown("a", MARIE), shown("b", PAUL), shown("c", MARIE, PAUL)]
        write_audit(store, entries, secret=SECRET)

        about = list_audit(store, AuditSearch(subject_id=MARIE), secret=SECRET)
        assert [each.actor for each in about] == ["c", "a"]
        assert list_audit(store, AuditSearch(subject_id=12345), secret=SECRET) == []

    def test_entries_are_found_by_who_what_and_when(self, store: Store) -> None:
        write_audit(
            store,
            [
                shown("anne"),
                shown("anne", after=60),
                AuditEntry("anne", "profiles.exported", at=AT),
                AuditEntry("paul", "profile", at=AT),
            ],
            secret=SECRET,
        )

        def numbers(search: AuditSearch) -> list[int]:
            return [each.number for each in list_audit(store, search, secret=SECRET)]

        assert numbers(AuditSearch(actor="paul")) == [4]
        assert numbers(AuditSearch(action="profile")) == [4, 2, 1]
        assert numbers(AuditSearch(since=AT + timedelta(seconds=30))) == [2]
        assert numbers(AuditSearch(limit=1)) == [4]

    def test_nothing_in_the_log_says_who_it_is_about(self, sqlite_store: Store) -> None:
        write_audit(sqlite_store, [shown("anne", MARIE), shown("anne", PAUL)], secret=SECRET)

        rows = sqlite_store.rows("select subjects from audit_entries order by number")
        marie, paul = (json.loads(each["subjects"]) for each in rows)
        assert len(marie[0]) == 32
        assert marie != paul
        assert str(MARIE) not in marie

    def test_a_person_who_is_forgotten_is_found_no_more_and_the_chain_is_whole(
        self, store: Store
    ) -> None:
        write_audit(store, [shown("anne", MARIE), shown("anne", PAUL)], secret=SECRET)
        with store.bulk() as bulk:
            assert forget_audit_subjects(bulk, [MARIE, 12345]) == 1

        assert list_audit(store, AuditSearch(subject_id=MARIE), secret=SECRET) == []
        assert len(list_audit(store, AuditSearch(subject_id=PAUL), secret=SECRET)) == 1
        assert check_audit(store, secret=SECRET).is_whole

        write_audit(store, [shown("anne", MARIE)], secret=SECRET)  # a new salt, a new pseudonym
        assert [
            e.number for e in list_audit(store, AuditSearch(subject_id=MARIE), secret=SECRET)
        ] == [3]


CHANGES = {
    "edited": ("update audit_entries set actor = 'nobody' where number = 3", 3),
    "moved in time": ("update audit_entries set happened_at = 0 where number = 3", 3),
    "taken out": ("delete from audit_entries where number = 3", 3),
    "the first taken out": ("delete from audit_entries where number = 1", 1),
    "put in": (
        "insert into audit_entries select 6, 'x', happened_at, actor, action, subjects, detail, "
        "hash, hash from audit_entries where number = 5",
        6,
    ),
    "put in before": (
        "insert into audit_entries select 0, 'x', happened_at, actor, action, subjects, detail, "
        "hash, hash from audit_entries where number = 5",
        1,
    ),
    "exchanged": (
        "update audit_entries set number = case number when 2 then -4 else -2 end "
        "where number in (2, 4); update audit_entries set number = -number where number < 0",
        2,
    ),
    "cut off": ("delete from audit_entries where number > 3", 4),
    "emptied": ("delete from audit_entries", 1),
}


@pytest.mark.parametrize("how", CHANGES)
def test_what_was_done_to_the_log_is_found(store: Store, how: str) -> None:
    write_audit(store, [shown(f"actor{each}", each) for each in range(5)], secret=SECRET)
    assert check_audit(store, secret=SECRET).is_whole
    statements, bad = CHANGES[how]
    with store.bulk() as bulk:
        for statement in statements.split("; "):
            bulk.execute(statement)

    check = check_audit(store, secret=SECRET)
    assert (check.first_bad, check.is_whole) == (bad, False)


def test_a_log_cut_off_with_its_head_moved_is_found(store: Store) -> None:
    write_audit(store, [shown(f"actor{each}", each) for each in range(5)], secret=SECRET)
    with store.bulk() as bulk:
        bulk.execute("delete from audit_entries where number > 3")
        bulk.execute(
            "update audit_heads set number = 3, "
            "hash = (select hash from audit_entries where number = 3)"
        )

    check = check_audit(store, secret=SECRET)
    assert (check.is_sealed, check.is_whole) == (False, False)


def test_an_empty_log_is_whole(store: Store) -> None:
    assert check_audit(store, secret=SECRET).is_whole
