"""Any order of any operations on the store gives the same profiles: those of a plain reading."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import polars as pl
import pytest
from django.db import connections

from passerelle.identify import (
    Evidence,
    add_evidence,
    allow_together,
    keep_apart,
    resolve_around,
    resolve_profiles,
    restore_edge,
    withdraw_edge,
)
from passerelle.store import BulkSession, Store, open_store
from tests.integration.identity_town import (
    LATER,
    RULES,
    SOURCES,
    AllowTogether,
    Describe,
    KeepApart,
    NetEffect,
    Observe,
    Operation,
    Restore,
    Told,
    Withdraw,
    build_town,
    edge_ids,
    happenings,
    identifiers_of,
    in_another_order,
    without_what_was_taken_back,
)
from tests.servers.databases import Databases
from tests.unit.identify.household_twin import Says, homes_by_hand, lines_by_hand
from tests.unit.identify.twin import resolve_by_hand

Tables = tuple[dict[int, int], dict[int, str], dict[int, int]]


class Teller:
    """Tells a store operations through the front door, as few statements as their order allows."""

    def __init__(self, bulk: BulkSession, types: dict[int, str], ids: dict[Told, int]) -> None:
        self.bulk, self.types, self.ids = bulk, types, ids
        self.observed: dict[Told, list[int]] = {}
        self.described: dict[int, Describe] = {}
        self.learned: dict[int, int] = {}

    def tell(self, operations: Iterable[Operation]) -> None:
        for operation in operations:
            self._tell(operation)
        self._flush()

    def _tell(self, operation: Operation) -> None:
        match operation:
            case Observe(edge, first, last, learned, observations):
                told = self.observed.setdefault(edge, [first, last, learned, 0])
                told[0], told[1] = min(told[0], first), max(told[1], last)
                told[2], told[3] = min(told[2], learned), told[3] + observations
                for end in edge.ends:
                    self.learned.setdefault(end, LATER)
            case Describe():
                known = self.learned.get(operation.record, LATER)
                self.learned[operation.record] = min(known, operation.learned)
                self.described[operation.record] = operation
            case Withdraw(edge):
                self._flush_before(edge)
                withdraw_edge(self.bulk, self.ids[edge], reason="wrong", at=1)
            case Restore(edge):
                self._flush_before(edge)
                restore_edge(self.bulk, self.ids[edge])
            case KeepApart(pair):
                keep_apart(self.bulk, [pair], reason="two people", at=1)
            case AllowTogether(pair):
                allow_together(self.bulk, [pair])

    def _flush_before(self, edge: Told) -> None:
        if edge in self.observed:
            self._flush()

    def _flush(self) -> None:
        add_evidence(self.bulk, Evidence(self._identifiers(), self._edges()))
        _store_records(self.bulk, self.described.values())
        self.observed.clear()
        self.described.clear()
        self.learned.clear()

    def _identifiers(self) -> pl.DataFrame:
        return pl.DataFrame(
            [(i, self.types[i], str(i), "personal", at) for i, at in self.learned.items()],
            schema={
                "identifier_id": pl.Int64,
                "type": pl.String,
                "value": pl.String,
                "judgement": pl.String,
                "learned_at": pl.Int64,
            },
            orient="row",
        )

    def _edges(self) -> pl.DataFrame:
        return pl.DataFrame(
            [
                (*e.ends, e.kind, e.source, int(SOURCES[e.source]), *told)
                for e, told in self.observed.items()
            ],
            schema={
                "left_id": pl.Int64,
                "right_id": pl.Int64,
                "kind": pl.String,
                "source": pl.String,
                "trusted": pl.Int64,
                "first_seen_at": pl.Int64,
                "last_seen_at": pl.Int64,
                "learned_at": pl.Int64,
                "observations": pl.Int64,
            },
            orient="row",
        )


def _store_records(bulk: BulkSession, described: Iterable[Describe]) -> None:
    rows = pl.DataFrame(
        [(d.record, d.observed, d.first_name, d.birth_date, d.household) for d in described],
        schema={
            "record_id": pl.Int64,
            "observed_at": pl.Int64,
            "first_name_key": pl.String,
            "birth_date": pl.String,
            "household_id": pl.Int64,
        },
        orient="row",
    )
    bulk.stage("told", rows.to_arrow())
    bulk.execute(
        "insert into records (record_id, source, record_key, content_hash, import_id, "
        "observed_at, learned_at, received_at, first_name_key, birth_date, normalized) "
        "select record_id, 'crm', record_id, 0, 'i', observed_at, 0, 0, first_name_key, "
        "birth_date, '{}' from told where true on conflict (record_id) do update set "
        "observed_at = excluded.observed_at, first_name_key = excluded.first_name_key, "
        "birth_date = excluded.birth_date"
    )
    bulk.execute("delete from residences where record_id in (select record_id from told)")
    bulk.execute(
        "insert into residences (record_id, observed_at, address_id, last_name_key) "
        "select record_id, observed_at, household_id, 'ROUX' from told"
    )
    bulk.execute("drop table told")


def _in_batches(operations: Sequence[Operation], random: Random) -> Iterator[list[Operation]]:
    left = iter(operations)
    while batch := list(islice(left, random.randint(1, random.choice((10, *[2000] * 9))))):
        yield batch


def _apply(
    store: Store, batch: Sequence[Operation], types: dict[int, str], ids: dict[Told, int]
) -> None:
    touched = {each for operation in batch for each in identifiers_of(operation)}
    with store.bulk() as bulk:
        Teller(bulk, types, ids).tell(batch)
        resolve_around(bulk, np.array(sorted(touched), dtype=np.int64), RULES)


def _tables(store: Store) -> Tables:
    with store.bulk() as bulk:
        placements, refusals, households = (
            dict(pl.DataFrame(bulk.fetch(f"select {columns}")).iter_rows())
            for columns in (
                "identifier_id, profile_id from placements",
                "edge_id, reason from refusals",
                "profile_id, household_id from households",
            )
        )
    return placements, refusals, households


def _by_hand(effect: NetEffect) -> Tables:
    world = effect.world()
    placements, refusals = resolve_by_hand(world, RULES)
    told = [
        Says(placements[record], record, says.observed, says.household, name="ROUX",
             born=None if says.birth_date is None else int(says.birth_date[:4]))
        for record, says in effect.described.items()
    ]  # fmt: skip
    return placements, refusals, homes_by_hand(told, lines_by_hand(world, placements))


@pytest.fixture(params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Store]]:
    """Three empty stores, once on each database."""
    if request.param == "sqlite":
        yield [open_store(f"sqlite:///{tmp_path / name}.sqlite3") for name in "abc"]
        return
    databases: Databases = request.getfixturevalue("databases")
    names = [f"town_{name}_{os.getpid()}" for name in "abc"]
    yield [open_store(databases.create(name, is_migrated=True)) for name in names]
    connections.close_all()
    for name in names:
        databases.drop(name)


def test_any_order_of_any_operations_gives_the_same_profiles(stores: list[Store]) -> None:
    store, another_store, third_store = stores
    random = Random(20260301)
    town = build_town(random, families=72)
    ids = edge_ids(town.edges)
    operations = happenings(town, 100_000 if store.is_sqlite else 25_000)
    effect = NetEffect(town.types, ids=ids)
    refused: Counter[str] = Counter()
    checks = 0

    for batch in _in_batches(operations, random):
        _apply(store, batch, town.types, ids)
        for operation in batch:
            effect.apply(operation)

        found = _tables(store)
        assert found == _by_hand(effect), f"after {checks} checks"
        assert resolve_profiles(store, RULES).changed == 0
        assert _tables(store) == found
        refused.update(found[1].values())
        checks += 1

    assert checks >= len(operations) // 1000
    assert len(refused) == 8, refused
    final = _tables(store)

    for batch in _in_batches(in_another_order(operations, random), random):
        _apply(another_store, batch, town.types, ids)
    assert _tables(another_store) == final

    for batch in _in_batches(without_what_was_taken_back(operations), random):
        _apply(third_store, batch, town.types, ids)
    assert _tables(third_store) == final
