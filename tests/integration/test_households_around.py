"""Judging the households around a change gives what judging all of them gives."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import polars as pl
import pytest

from passerelle.identify import (
    Evidence,
    add_evidence,
    allow_together,
    judge_waiting_households,
    keep_apart,
    resolve_around,
    resolve_profiles,
    restore_edge,
    with_edge_ids,
    withdraw_edge,
)
from passerelle.identify.neighbourhood import Touched
from passerelle.identify.taking_in import resolve_new
from passerelle.store import BulkSession, Store, open_store
from tests.integration.identity_town import RULES

_RECORDS = 90
_SHARED = {"phone": 60, "email": 50, "cookie": 12}
_CHANGES = 12


class SmallTown:
    """Records that say where people live, and hold identifiers that several of them share."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.records = [random.randrange(-(2**62), 2**62) for _ in range(_RECORDS)]
        self.lines = {
            random.randrange(-(2**62), 2**62): kind
            for kind, many in _SHARED.items()
            for _ in range(many)
        }
        held = {
            (record, random.choice(list(self.lines)))
            for record in self.records
            for _ in range(random.randint(1, 3))
        }
        self.edges = with_edge_ids(
            pl.DataFrame(
                [(*ends, "record", "crm", 1, 5, 5, 5, 1) for ends in sorted(held)],
                schema={
                    "left_id": pl.Int64, "right_id": pl.Int64, "kind": pl.String,
                    "source": pl.String, "trusted": pl.Int64, "first_seen_at": pl.Int64,
                    "last_seen_at": pl.Int64, "learned_at": pl.Int64, "observations": pl.Int64,
                },
                orient="row",
            )
        )  # fmt: skip

    def settle(self, bulk: BulkSession) -> None:
        types = dict.fromkeys(self.records, "record") | self.lines
        identifiers = pl.DataFrame(
            [(each, kind, str(each), "personal", 5) for each, kind in types.items()],
            schema={"identifier_id": pl.Int64, "type": pl.String, "value": pl.String,
                    "judgement": pl.String, "learned_at": pl.Int64},
            orient="row",
        )  # fmt: skip
        add_evidence(bulk, Evidence(identifiers, self.edges.drop("edge_id")))
        for record in self.records:
            self._describe(bulk, record)

    def _describe(self, bulk: BulkSession, record: int) -> None:
        pick = self.random.choice
        bulk.execute(
            "insert into records (record_id, source, record_key, content_hash, import_id, "
            "observed_at, learned_at, received_at, first_name_key, birth_date, normalized) "
            "values (?, 'crm', ?, 0, 'i', 5, 5, 5, ?, ?, '{}')",
            (record, str(record), pick(["MARIE", "PIERRE", "JEAN", None]),
             pick(["1960-01-02", "1964-01-02", "1990-01-02", None])),
        )  # fmt: skip
        for observed in self.random.sample(range(9), self.random.randint(1, 2)):
            address = pick([None, *range(1, 40)])
            bulk.execute(
                "insert into residences (record_id, observed_at, address_id, unit, postcode, "
                "last_name_key, name_words, declared_id) values (?, ?, ?, ?, ?, ?, ?, ?)",
                (record, observed, address, pick([None, None, "APT 1", "BAT B"]),
                 f"0{(address or pick(range(9))) % 9}", pick(_NAMES), pick([None, "ROUX MOREL"]),
                 pick([None, None, None, *range(15)])),
            )  # fmt: skip

    def change(self, bulk: BulkSession) -> list[int]:
        """Take back, give back, or decide something; the identifiers that it is about."""
        edge = self.edges.row(self.random.randrange(self.edges.height), named=True)
        pair = (self.random.choice(self.records), self.random.choice(self.records))
        match self.random.randrange(4):
            case 0 | 1:
                withdraw_edge(bulk, edge["edge_id"], reason="wrong", at=9)
            case 2:
                restore_edge(bulk, edge["edge_id"])
            case _ if pair[0] != pair[1] and self.random.random() < 0.5:
                keep_apart(bulk, [pair], reason="two people", at=9)
                return list(pair)
            case _:
                allow_together(bulk, [pair])
                return list(pair)
        return [edge["left_id"], edge["right_id"]]


_NAMES = [f"NAME{n}" for n in range(25)] + ["ROUX", "ROUX", "ROUX"]


def concluded(store: Store) -> tuple[pl.DataFrame, pl.DataFrame]:
    with store.reading() as reading:
        homes = pl.DataFrame(reading.fetch("select * from households order by profile_id"))
        lasting = pl.DataFrame(
            reading.fetch(
                "select profile_id, household_id, valid_from, valid_to from household_memberships "
                "order by profile_id, household_id, valid_from"
            )
        )
    return homes, lasting


@pytest.mark.parametrize("seed", range(3))
def test_judging_around_a_change_gives_what_judging_all_gives(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    store = open_store(f"sqlite:///{tmp_path / 'town.sqlite3'}")
    town = SmallTown(random)
    with store.bulk() as bulk:
        town.settle(bulk)
    resolve_profiles(store, RULES)
    differing = 0
    for _ in range(_CHANGES):
        before = concluded(store)
        with store.bulk() as bulk:
            touched = town.change(bulk)
            resolve_around(bulk, np.unique(np.array(touched, np.int64)), RULES)
        around = concluded(store)
        assert resolve_profiles(store, RULES).changed == 0
        everybody = concluded(store)
        assert around[0].equals(everybody[0])
        assert around[1].equals(everybody[1])
        differing += not before[1].equals(around[1])
    assert differing


@pytest.mark.parametrize("seed", range(3))
def test_households_that_waited_are_judged_as_all_are(tmp_path: Path, seed: int) -> None:
    """Records are taken in whose edges were left out before; who they concern waits."""
    random = Random(100 + seed)
    store = open_store(f"sqlite:///{tmp_path / 'town.sqlite3'}")
    town = SmallTown(random)
    told = town.edges
    late = told.filter(pl.Series([random.random() < 0.4 for _ in range(told.height)]))
    with store.bulk() as bulk:
        town.settle(bulk)
        for edge_id in late["edge_id"]:
            withdraw_edge(bulk, edge_id, reason="not heard yet", at=9)
    resolve_profiles(store, RULES)
    differing = 0
    for some in late.iter_slices(6):
        before = concluded(store)
        with store.bulk() as bulk:
            for edge_id in some["edge_id"]:
                restore_edge(bulk, edge_id)
            let_be_resolved(bulk, some)
        assert judge_waiting_households(store)
        waited = concluded(store)
        assert resolve_profiles(store, RULES).changed == 0
        everybody = concluded(store)
        assert waited[0].equals(everybody[0])
        assert waited[1].equals(everybody[1])
        differing += not before[1].equals(waited[1])
    assert differing


def let_be_resolved(bulk: BulkSession, new: pl.DataFrame) -> None:
    """What taking in does with new evidence once it is stored."""
    ends = new.select("left_id", "right_id").to_numpy()
    touched = np.unique(ends)
    gained = np.bincount(np.searchsorted(touched, ends.ravel()), minlength=len(touched))
    edges = new["edge_id"].to_numpy()
    resolve_new(bulk, Touched(touched, gained.astype(np.int64), edges), new, RULES)
