"""Retention: each rule on the day before and the day after, what counts, and undoing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from passerelle.consent import (
    Gate,
    Said,
    apply_policy,
    count_due,
    find_subject_id,
    hold_due,
    list_holds,
    read_default_policy,
    record,
    select_audience,
    undo_holds,
    vacuum_holds,
)
from passerelle.consent.retention.due import RULES
from passerelle.consent.suppression import ListFile, import_list
from passerelle.files import open_table
from passerelle.kernel import InvalidInput
from tests.unit.town import Town

EMAIL = "marie@exemple.fr"
MICRO = timedelta(microseconds=1)
ENDS = (
    (datetime(2024, 2, 29, 10, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)),
    (datetime(2023, 3, 26, 1, 30, tzinfo=UTC), datetime(2026, 3, 26, 1, 30, tzinfo=UTC)),  # DST
    (datetime(2023, 1, 31, 23, 59, tzinfo=UTC), datetime(2026, 1, 31, 23, 59, tzinfo=UTC)),
)


@pytest.fixture
def told(town: Town) -> Town:
    store = town.warehouse.store
    apply_policy(store, lambda: datetime(2015, 1, 2, tzinfo=UTC), read_default_policy())
    return town


def a_prospect(town: Town, since: datetime) -> int:
    town.hear("crm", "crm", [
        {"record_key": "1", "last_name": "Durand", "email": EMAIL,
         "updated_at": since.isoformat()},
    ])  # fmt: skip
    town.resolve()
    with town.warehouse.store.bulk() as bulk:
        bulk.execute("update records set observed_at = ?", (_micros(since),))
    return town.who(EMAIL)


def due(town: Town, at: datetime) -> dict[str, int]:
    counts = count_due(town.warehouse.store, town.warehouse.lake, town.engine, at)
    return {each.rule: each.due for each in counts if each.due}


def hold(town: Town, at: datetime) -> int:
    return hold_due(town.warehouse.store, town.warehouse.lake, town.engine, at)


def _micros(at: datetime) -> int:
    return int((at - datetime(1970, 1, 1, tzinfo=UTC)) / MICRO)


@pytest.mark.parametrize(("since", "ends"), ENDS)
def test_a_prospect_is_due_right_after_three_years(
    told: Town, since: datetime, ends: datetime
) -> None:
    a_prospect(told, since)
    assert due(told, ends - timedelta(days=1)) == {}
    assert due(told, ends) == {}
    assert due(told, ends + MICRO) == {"prospects": 1}
    assert due(told, ends + timedelta(days=1)) == {"prospects": 1}


@pytest.mark.parametrize(("kind", "counts"), [("click", True), ("login", True), ("open", False)])
def test_a_click_is_a_contact_and_an_open_is_not(told: Town, kind: str, counts: bool) -> None:
    since = datetime(2020, 1, 1, tzinfo=UTC)
    a_prospect(told, since)
    later = datetime(2023, 6, 1, tzinfo=UTC)
    ids = told.warehouse.store.rows("select edge_id from edges limit 1")
    with told.warehouse.store.bulk() as bulk:
        bulk.execute(
            "update edges set kind = ?, last_seen_at = ? where edge_id = ?",
            (kind, _micros(later), ids[0]["edge_id"]),
        )
    at = datetime(2024, 1, 1, tzinfo=UTC)
    assert due(told, at) == ({} if counts else {"prospects": 1})
    assert due(told, later.replace(year=2026) + MICRO) == {"prospects": 1}


def test_who_ordered_is_a_customer_until_three_years_after(told: Town) -> None:
    a_prospect(told, datetime(2020, 1, 1, tzinfo=UTC))
    with told.warehouse.store.bulk() as bulk:
        bulk.execute("update edges set kind = 'order', last_seen_at = ?",
                     (_micros(datetime(2022, 5, 1, tzinfo=UTC)),))  # fmt: skip
    assert due(told, datetime(2025, 5, 1, tzinfo=UTC)) == {}
    assert due(told, datetime(2025, 5, 1, tzinfo=UTC) + MICRO) == {"customers": 1}


def test_a_cookie_is_due_thirteen_months_after_it_was_made_however_often_seen(told: Town) -> None:
    told.hear("crm", "crm", [{"record_key": "1", "cookie": "c" * 20, "email": EMAIL}])
    told.resolve()
    made = datetime(2025, 1, 31, 8, tzinfo=UTC)
    with told.warehouse.store.bulk() as bulk:
        bulk.execute("update identifiers set learned_at = ? where type = 'cookie'",
                     (_micros(made),))  # fmt: skip
    ends = datetime(2026, 3, 1, tzinfo=UTC)  # February has no 31st: the month is over
    assert due(told, ends).get("cookies") is None
    assert due(told, ends + MICRO)["cookies"] == 1


def test_a_list_that_is_over_goes_when_it_was_kept_for_three_years(told: Town) -> None:
    path = told.folder / "list.csv"
    path.write_text("telephone\n06 87 41 52 36\n", encoding="utf-8")
    listed, until = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
    file = ListFile(open_table(path), "old", ("phone",), listed, until)
    import_list(told.warehouse.store, file, told.warehouse.keys, listed)
    assert due(told, until.replace(year=2024)) == {}
    assert due(told, until.replace(year=2024) + MICRO) == {"suppressions": 1}


def test_what_is_held_is_hidden_at_once_comes_back_when_undone_and_goes_at_a_vacuum(
    told: Town,
) -> None:
    store, keys = told.warehouse.store, told.warehouse.keys
    profile_id = a_prospect(told, datetime(2020, 1, 1, tzinfo=UTC))
    now = datetime(2024, 1, 1, tzinfo=UTC)
    grant(told, datetime(2023, 12, 1, tzinfo=UTC))
    asks = Gate(store, keys, lambda: now + timedelta(days=1))
    assert asks.may(profile_id, "news", "email").reason == "permitted"
    assert hold(told, datetime(2026, 12, 2, tzinfo=UTC)) == 1
    late = Gate(store, keys, lambda: datetime(2026, 12, 2, tzinfo=UTC))
    assert late.may(profile_id, "news", "email").reason == "restricted"
    assert select_audience(late, told.engine, "news", "email") == []
    assert hold(told, datetime(2026, 12, 2, tzinfo=UTC)) == 0  # again: nothing new
    assert undo_holds(store, rule="customers") == 0
    assert undo_holds(store) == 1
    assert late.may(profile_id, "news", "email").reason != "restricted"
    hold(told, datetime(2026, 12, 2, tzinfo=UTC))
    erased: list[tuple[Sequence[int], Sequence[int]]] = []
    later = datetime(2027, 1, 1, tzinfo=UTC)
    assert vacuum_holds(store, lambda *ids: erased.append(ids), held_before=later) == 1
    assert erased == [([profile_id], [])]
    with store.reading() as reading:
        assert list_holds(reading) == []


def grant(town: Town, at: datetime, **what: Any) -> None:
    keys = town.warehouse.keys
    said = Said(
        subject_type="email", subject_id=find_subject_id("email", EMAIL, keys), purpose="news",
        channel="email", decision="granted", method="form", source="crm", is_trusted=True,
        occurred_at=at, notice="account@1", **what,
    )  # fmt: skip
    with town.warehouse.store.bulk() as bulk:
        record(bulk, [said], keys=keys, at=at)


def test_an_erasure_that_fails_leaves_what_is_held(told: Town) -> None:
    a_prospect(told, datetime(2020, 1, 1, tzinfo=UTC))
    hold(told, datetime(2024, 1, 1, tzinfo=UTC))

    def cannot(*_ids: Sequence[int]) -> None:
        raise InvalidInput("It cannot.")

    with pytest.raises(InvalidInput):
        vacuum_holds(told.warehouse.store, cannot, held_before=datetime(2025, 1, 1, tzinfo=UTC))
    with told.warehouse.store.reading() as reading:
        assert len(list_holds(reading)) == 1


def test_without_a_policy_nothing_is_held(town: Town) -> None:
    with pytest.raises(InvalidInput):
        hold(town, datetime(2026, 1, 1, tzinfo=UTC))
    assert set(RULES) == {"prospects", "customers", "cookies", "suppressions"}
