"""What is taken in batch by batch is resolved as all of it at once would be, ids included."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import polars as pl
import pytest

from passerelle.collect import (
    EventsPrepared,
    RecordBatch,
    SourceRef,
    import_records,
    open_table,
    propose_mapping,
)
from passerelle.identifiers import id_texts
from passerelle.identify import (
    Decider,
    TakenIn,
    judge_waiting_households,
    remerge,
    resolve_profiles,
    take_in_events,
    take_in_records,
    unmerge,
)
from passerelle.identify import neighbourhood as walk
from passerelle.kernel import IdentifierKeys
from passerelle.store import BulkSession, Store
from tests.unit.identify.worlds import TIGHT_RULES
from tests.unit.town import Town

START = datetime(2026, 2, 1, tzinfo=UTC)
COLUMNS = {
    "cookie_id": "cookie",
    "previous_cookie_id": "cookie",
    "mobile_id": "mobile_id",
    "login_id": "login",
    "email_id": "email",
    "phone_id": "phone",
}
TABLET = "a-tablet-in-a-shop"
Told = dict[str, str | None]


def prepared(
    keys: IdentifierKeys, told: list[Told], *, kind: str = "browser", days: int = 0
) -> EventsPrepared:
    """Events that name identifiers by the columns of their ids."""
    at = START + timedelta(days=days)
    columns: dict[str, pl.Series] = {}
    for column, type_name in COLUMNS.items():
        values = [each.get(column) for each in told]
        known = iter(
            keys.identifier_ids(
                type_name, id_texts(type_name, [value for value in values if value])
            ).tolist()
        )
        ids = [next(known) if value else None for value in values]
        columns[column] = pl.Series(ids, dtype=pl.Int64)
        columns[f"{column}_value"] = pl.Series(values, dtype=pl.String)
    frame = pl.DataFrame(columns).with_columns(
        pl.Series("evidence_kind", [each.get("kind") for each in told], pl.String),
        pl.lit("firefox").alias("browser"),
        pl.lit(at, pl.Datetime("us", "UTC")).alias("occurred_at"),
        pl.lit(at, pl.Datetime("us", "UTC")).alias("received_at"),
        pl.lit(None, pl.Int64).alias("link_id"),
        pl.lit(None, pl.Int64).alias("link_subject_id"),
        pl.lit(None, pl.String).alias("consent"),
        pl.int_range(pl.len(), dtype=pl.Int64).alias("event_id"),
    )
    return EventsPrepared(SourceRef(f"site-{kind}", kind), 0, len(told), frame, ())


def take_in(store: Store, batch: EventsPrepared) -> TakenIn:
    with store.bulk() as bulk:
        return take_in_events(bulk, batch, TIGHT_RULES)


def tables(store: Store) -> tuple[dict[int, int], dict[int, str]]:
    placements = store.rows("select identifier_id, profile_id from placements")
    refusals = store.rows("select edge_id, reason from refusals")
    return (
        {row["identifier_id"]: row["profile_id"] for row in placements},
        {row["edge_id"]: row["reason"] for row in refusals},
    )


def assert_as_if_all_were_resolved(store: Store, after: object) -> None:
    found = tables(store)
    resolve_profiles(store, TIGHT_RULES)
    assert tables(store) == found, after


def random_event(random: Random) -> Told:
    """Few people and fewer devices: everything is shared by somebody."""
    kind = random.choice(("login", "login", "account", "order", "click", "form", "alias", "open"))
    told: Told = {"kind": kind}
    values = {
        "cookie_id": random.choice((TABLET, *(f"cookie-of-{n}" for n in range(8)))),
        "previous_cookie_id": f"cookie-of-{random.randrange(8)}" if kind == "alias" else None,
        "mobile_id": f"00000000-0000-4000-8000-00000000000{random.randrange(4)}",
        "login_id": f"default:u{random.randrange(9)}",
        "email_id": random.choice(("a@exemple.fr", "b@exemple.fr", "c@exemple.fr")),
        "phone_id": f"+3362345678{random.randrange(3)}",
    }
    for column, value in values.items():
        told[column] = value if random.random() < 0.4 or column.startswith("prev") else None
    return told


def random_record(random: Random) -> dict[str, str]:
    return {
        "record_key": str(random.randrange(9)),
        "first_name": random.choice(("Jean", "Jeanne", "Marie", "Paul", "")),
        "last_name": "Roux",
        "email": random.choice(("a@exemple.fr", "b@exemple.fr", "c@exemple.fr", "")),
        "loyalty_card": f"2901234{random.randrange(5)}",
    }


class Steps:
    """Things that happen to a town, one transaction each."""

    def __init__(self, town: Town, random: Random) -> None:
        self.town, self.random, self.days = town, random, 0
        self.withdrawn: list[int] = []
        self.store = town.warehouse.store
        self.decider = Decider(self.store, TIGHT_RULES, town.warehouse.clock)

    def events(self) -> None:
        self.days += self.random.choice((0, 1, 1, -2))  # some come late
        batch = [random_event(self.random) for _ in range(self.random.randint(1, 9))]
        kind = self.random.choice(("browser", "server"))
        take_in(self.store, prepared(self.town.warehouse.keys, batch, kind=kind, days=self.days))

    def records(self) -> None:
        rows = [random_record(self.random) for _ in range(self.random.randint(1, 4))]
        lines = [";".join(rows[0]), *(";".join(row.values()) for row in rows)]
        path = self.town.folder / f"step-{self.random.getrandbits(60)}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        table = open_table(path)
        mapping = propose_mapping(table.columns, table.sample(), kind="records")
        import_records(
            table, mapping, SourceRef("crm", "crm"), self.town.warehouse, observe=self.hearing
        )

    def hearing(self, batch: RecordBatch) -> Callable[[BulkSession], None]:
        def heard(bulk: BulkSession) -> None:
            keys = self.town.warehouse.keys
            take_in_records(bulk, batch, keys=keys, rules=TIGHT_RULES)

        return heard

    def withdrawal(self) -> None:
        edges = self.store.rows("select edge_id from edges where withdrawn_at is null order by 1")
        if edges:
            self.withdrawn.append(self.random.choice(edges)["edge_id"])
            unmerge(self.decider, self.withdrawn[-1], reason="wrong")

    def restoring(self) -> None:
        if self.withdrawn:
            remerge(self.decider, self.withdrawn.pop(0))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("crowd", [1, 200])
def test_any_batches_taken_in_are_resolved_as_all_of_them_at_once(
    small_town: Town, seed: int, crowd: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "_CROWD", crowd)  # what a tablet of a shop has in a day
    random = Random(seed)
    steps = Steps(small_town, random)
    kinds = (*[steps.events] * 6, steps.records, steps.withdrawal, steps.restoring)

    met: set[str] = set()
    for number in range(24):
        step = random.choice(kinds)
        step()
        assert_as_if_all_were_resolved(steps.store, (number, step.__name__))
        met.update(tables(steps.store)[1].values())

    assert {"shared_by_too_many", "weak_evidence"} < met


def test_both_databases_take_in_alike(
    town: Town, keys: IdentifierKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "_CROWD", 4)
    steps = Steps(town, Random(7))

    for _ in range(8):
        steps.events()
        steps.records()

    assert_as_if_all_were_resolved(steps.store, "all")
    assert len(tables(steps.store)[0]) > 20


def test_a_page_seen_by_a_browser_that_nobody_named_changes_nothing(
    small_town: Town, keys: IdentifierKeys
) -> None:
    store = small_town.warehouse.store

    taken = take_in(store, prepared(keys, [{"cookie_id": "cookie-of-a-stranger", "kind": None}]))

    assert (taken.edges, taken.moved) == (0, 0)
    assert tables(store) == ({}, {})
    assert store.rows("select * from identifiers") == []


def test_who_was_touched_is_told_and_their_household_waits(
    small_town: Town, keys: IdentifierKeys
) -> None:
    store = small_town.warehouse.store
    small_town.hear("crm", "crm", [
        {"record_key": "1", "last_name": "Roux", "email": "a@exemple.fr", "postcode": "69003"},
    ])  # fmt: skip
    small_town.resolve()
    marie = small_town.who("a@exemple.fr")
    login = {"login_id": "default:u1", "cookie_id": "cookie-of-1", "kind": "login"}
    account = {"login_id": "default:u1", "email_id": "a@exemple.fr", "kind": "account"}

    taken = take_in(store, prepared(keys, [login, account], kind="server"))

    assert (taken.edges, taken.new_edges, taken.moved) == (2, 2, 2)
    assert taken.profile_ids.tolist() == [marie]
    assert small_town.who("cookie-of-1") == marie
    assert judge_waiting_households(store) == 1
    assert judge_waiting_households(store) == 0


def test_evidence_repeated_is_counted_and_lets_no_household_wait(
    small_town: Town, keys: IdentifierKeys
) -> None:
    store = small_town.warehouse.store
    login: Told = {"login_id": "default:u1", "cookie_id": "cookie-of-1", "kind": "login"}
    take_in(store, prepared(keys, [login]))
    judge_waiting_households(store)

    again = take_in(store, prepared(keys, [login, login], days=1))

    assert (again.edges, again.new_edges, again.moved) == (1, 0, 0)
    assert store.rows("select observations from edges") == [{"observations": 3}]
    assert judge_waiting_households(store) == 0
