"""The ledger keeps what was said, once, and shows whatever was done to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from passerelle.consent import Said, check_ledger, find_subject_id, list_said, record
from passerelle.consent.ledger import is_end_sealed
from passerelle.kernel import IdentifierKeys, InvalidInput, RejectedRecord
from passerelle.store import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_grant(subject_id: int = 7, **changes: object) -> Said:
    said = Said(
        subject_type="email",
        subject_id=subject_id,
        purpose="news",
        channel="email",
        decision="granted",
        method="form",
        source="crm",
        is_trusted=True,
        occurred_at=NOW - timedelta(days=3),
        notice="account@1",
    )
    return replace(said, **changes)  # type: ignore[arg-type]


def keep(store: Store, keys: IdentifierKeys, *said: Said, at: datetime = NOW) -> int:
    with store.bulk() as bulk:
        return record(bulk, said, keys=keys, at=at)


def change(store: Store, sql: str) -> None:
    with store.bulk() as bulk:
        bulk.execute(sql)


def test_what_was_said_is_read_as_it_was_said(store: Store, keys: IdentifierKeys) -> None:
    said = [
        a_grant(valid_until=NOW, adult_from=NOW - timedelta(days=9), evidence="ab" * 32),
        a_grant(decision="objected", scope="person", purpose="*", channel="*", notice=""),
        a_grant(decision="lifted", lifts="objected", scope="person", purpose="*", notice=""),
        a_grant(subject_id=8),
    ]
    assert keep(store, keys, *said) == 4
    with store.reading() as reading:
        assert [each.said for each in list_said(reading, [7, 8])] == said
        assert [each.said for each in list_said(reading, [8])] == said[3:]
        assert {each.recorded_at for each in list_said(reading, [7])} == {NOW}


def test_what_is_said_again_is_kept_once(store: Store, keys: IdentifierKeys) -> None:
    assert keep(store, keys, a_grant(), a_grant()) == 1
    assert keep(store, keys, a_grant(), at=NOW + timedelta(days=1)) == 0
    assert keep(store, keys, a_grant(occurred_at=NOW)) == 1
    assert check_ledger(store, keys).rows == 2


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"purpose": "*"}, "unspecific_grant"),
        ({"channel": "*"}, "unspecific_grant"),
        ({"notice": ""}, "no_notice"),
        ({"scope": "person"}, "permission_of_a_person"),
        ({"decision": "agreed"}, "unknown_word"),
        ({"channel": "fax"}, "unknown_word"),
        ({"lifts": "objected"}, "bad_lift"),
        ({"decision": "lifted", "lifts": "granted"}, "bad_lift"),
        ({"is_trusted": False}, "not_trusted"),
        ({"is_trusted": False, "evidence": "x"}, "not_trusted"),
        ({"is_trusted": False, "subject_type": "cookie"}, "not_trusted"),
        ({"is_trusted": False, "decision": "deceased", "scope": "person"}, "not_trusted"),
        ({"is_trusted": False, "decision": "objected", "scope": "person"}, "not_trusted"),
        ({"is_trusted": False, "decision": "lifted", "lifts": "objected"}, "not_trusted"),
    ],
)
def test_what_cannot_be_said_is_refused_and_nothing_is_kept(
    sqlite_store: Store, keys: IdentifierKeys, changes: dict[str, object], reason: str
) -> None:
    with pytest.raises(RejectedRecord) as refused:
        keep(sqlite_store, keys, a_grant(), a_grant(**changes))
    assert refused.value.reason == reason
    assert check_ledger(sqlite_store, keys).rows == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"subject_type": "cookie", "evidence": "x"},
        {"decision": "refused", "notice": ""},
        {"decision": "withdrawn", "purpose": "*", "channel": "*", "notice": ""},
        {"decision": "objected", "notice": ""},
    ],
)
def test_a_browser_may_refuse_and_may_consent_for_itself_with_a_proof(
    sqlite_store: Store, keys: IdentifierKeys, changes: dict[str, object]
) -> None:
    assert keep(sqlite_store, keys, a_grant(is_trusted=False, **changes)) == 1


def test_a_whole_ledger_is_whole(store: Store, keys: IdentifierKeys) -> None:
    assert check_ledger(store, keys).is_whole
    for number in range(5):
        keep(store, keys, *(a_grant(10 * number + each) for each in range(4)))
    check = check_ledger(store, keys)
    assert (check.rows, check.is_whole) == (20, True)


@pytest.mark.parametrize(
    ("sql", "first_bad"),
    [
        ("update consent_events set decision = 'refused' where number = 4", 4),
        ("update consent_events set occurred_at = occurred_at + 1 where number = 9", 9),
        ("delete from consent_events where number = 3", 3),
        ("delete from consent_events where number = 1", 1),
        ("update consent_events set number = 99 where number = 6", 6),
        ("update consent_events set previous_hash = hash where number = 5", 5),
    ],
)
def test_the_first_row_that_was_touched_is_named(
    store: Store, keys: IdentifierKeys, sql: str, first_bad: int
) -> None:
    keep(store, keys, *(a_grant(number) for number in range(10)))
    change(store, sql)
    assert check_ledger(store, keys).first_bad == first_bad


@pytest.mark.parametrize(
    "sql",
    [
        "delete from consent_events where number = 10",
        "delete from consent_events",
        "delete from consent_heads",
        "update consent_heads set number = 9",
        "update consent_heads set seal = 'x'",
    ],
)
def test_a_cut_end_is_missed(store: Store, keys: IdentifierKeys, sql: str) -> None:
    keep(store, keys, *(a_grant(number) for number in range(10)))
    change(store, sql)
    assert not check_ledger(store, keys).is_whole
    with store.reading() as reading:
        assert not is_end_sealed(reading, keys)


def test_somebody_without_the_secret_cannot_seal(store: Store, keys: IdentifierKeys) -> None:
    keep(store, IdentifierKeys(b"another secret, also of 32 bytes"), a_grant())
    assert not check_ledger(store, keys).is_whole


def test_any_change_of_any_value_is_found(sqlite_store: Store, keys: IdentifierKeys) -> None:
    dice = Random(4)
    keep(sqlite_store, keys, *(a_grant(number) for number in range(40)))
    texts = (
        "subject_type",
        "scope",
        "purpose",
        "channel",
        "decision",
        "method",
        "notice",
        "source",
    )
    numbers = ("event_id", "subject_id", "is_trusted", "occurred_at", "recorded_at")
    for _turn in range(60):
        row, column = dice.randint(1, 40), dice.choice(texts + numbers)
        more = "|| 'x'" if column in texts else "+ 1"
        less = f"substr({column}, 1, length({column}) - 1)" if column in texts else f"{column} - 1"
        change(
            sqlite_store,
            f"update consent_events set {column} = {column} {more} where number = {row}",
        )
        assert check_ledger(sqlite_store, keys).first_bad == row
        change(sqlite_store, f"update consent_events set {column} = {less} where number = {row}")
        assert check_ledger(sqlite_store, keys).is_whole


def test_a_subject_is_the_same_in_any_spelling(keys: IdentifierKeys) -> None:
    spellings = {find_subject_id("phone", raw, keys) for raw in ("06 12 34 56 78", "+33612345678")}
    assert len(spellings) == 1
    with pytest.raises(InvalidInput, match="no value of type email"):
        find_subject_id("email", "nonsense", keys)
    with pytest.raises(InvalidInput, match="can consent"):
        find_subject_id("birth_date", "1980-01-01", keys)
