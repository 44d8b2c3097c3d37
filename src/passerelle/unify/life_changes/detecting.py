"""Detect life changes: everything that is known is looked at anew, and what was decided stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from passerelle.engine import Engine
from passerelle.kernel import Clock, IdentifierKeys
from passerelle.lake import Lake
from passerelle.store import Store, to_micros
from passerelle.unify.life_changes.change import LEAST_PROBABILITY, PROPOSALS
from passerelle.unify.life_changes.change_store import save_changes
from passerelle.unify.life_changes.children import find_children
from passerelle.unify.life_changes.deaths import find_deaths
from passerelle.unify.life_changes.devices import find_new_devices
from passerelle.unify.life_changes.movers import find_file_moves
from passerelle.unify.life_changes.moves import find_moves, same_places
from passerelle.unify.life_changes.name_changes import find_name_changes
from passerelle.unify.life_changes.notices import read_notices
from passerelle.unify.life_changes.returned_mail import find_returned_mail
from passerelle.unify.life_changes.sayings import read_sayings
from passerelle.unify.life_changes.shops import find_shop_changes


@dataclass(frozen=True)
class DetectionSummary:
    """What detecting came to: changes found by kind, those not known before, and those gone."""

    found: Mapping[str, int]
    new: int
    gone: int


@dataclass(frozen=True)
class Detector:
    """What detecting needs: where facts and changes are, and the keys and clock of their ids."""

    store: Store
    lake: Lake
    engine: Engine
    keys: IdentifierKeys
    clock: Clock


def detect_changes(detector: Detector) -> DetectionSummary:
    """Find life changes in all that is known; people's decisions about known ones stay.

    A change that was known, that nobody decided on, and that is not found again is gone.
    """
    found = _find(detector)
    likely = found.filter(pl.col("probability") >= LEAST_PROBABILITY)
    identified = likely.with_columns(_change_ids(likely, detector.keys)).unique(
        "change_id", keep="first", maintain_order=True
    )
    new, gone = save_changes(detector.store, identified, at=to_micros(detector.clock()))
    by_kind = dict(identified["kind"].value_counts(sort=True).iter_rows())
    return DetectionSummary(by_kind, new, gone)


def _find(detector: Detector) -> pl.DataFrame:
    store, lake, engine = detector.store, detector.lake, detector.engine
    placements = _placements(store)
    sayings = read_sayings(store, lake, engine)
    notices = read_notices(lake, engine)
    receipts = pl.DataFrame(
        engine.build(
            "unify", "shop_receipts", {"receipts": lake.files("receipts"), "placements": placements}
        )
    )
    holders = _holders(store) if notices.returned_mail.height else _NO_HOLDERS
    mail = find_returned_mail(sayings, notices.returned_mail, placements, holders)
    active = receipts.group_by("profile_id").agg(
        pl.col("occurred_at").max().dt.to_string("%Y-%m-%d").alias("active_on")
    )
    deaths = find_deaths(sayings, notices.deaths, active)
    found = [
        find_moves(sayings, _left_places(sayings, mail, deaths)),
        find_file_moves(sayings, notices.movers),
        find_name_changes(sayings),
        deaths,
        find_children(sayings, _households(store)),
        find_new_devices(_device_spans(detector, placements)),
        find_shop_changes(receipts),
        mail,
    ]
    return pl.concat([each.select(PROPOSALS.names()).cast(PROPOSALS) for each in found])


def _left_places(sayings: pl.DataFrame, mail: pl.DataFrame, deaths: pl.DataFrame) -> pl.DataFrame:
    """Addresses at which a postman found nobody of the name: profile_id, place.

    A letter went to one spelling of an address: it came back from all of them. That a letter to
    somebody who died came back says nothing of a move.
    """
    dead = sayings.join(deaths, left_on="record_id", right_on="identifier_id", how="semi")
    letters = mail.filter(pl.col("reason") == "unknown").join(dead, on="profile_id", how="anti")
    both = [
        sayings.select("profile_id", "place", pl.lit(value=False).alias("is_letter")),
        letters.select("profile_id", "place", pl.lit(value=True).alias("is_letter")),
    ]
    placed = same_places(pl.concat(both).drop_nulls("place"))
    return placed.filter("is_letter").select("profile_id", "place")


def _device_spans(detector: Detector, placements: pa.Table) -> pl.DataFrame:
    events = detector.lake.files("events")
    inputs = {"events": events, "placements": placements}
    return pl.DataFrame(detector.engine.build("unify", "device_spans", inputs))


def _placements(store: Store) -> pa.Table:
    rows = store.arrow("select identifier_id, profile_id from placements")
    return rows.cast(pa.schema([("identifier_id", pa.int64()), ("profile_id", pa.int64())]))


_NO_HOLDERS = pl.DataFrame(schema={"customer_id": pl.Int64, "record_id": pl.Int64})


def _holders(store: Store) -> pl.DataFrame:
    rows = store.arrow(
        "select e.right_id as customer_id, e.left_id as record_id from edges e "
        "join identifiers i on i.identifier_id = e.right_id "
        "where i.type = 'customer_number' and e.kind = 'record'"
    )
    return pl.DataFrame(rows).cast(pl.Int64)


def _households(store: Store) -> pl.DataFrame:
    rows = store.arrow("select profile_id, household_id from households")
    return pl.DataFrame(rows).cast(pl.Int64)


def _change_ids(changes: pl.DataFrame, keys: IdentifierKeys) -> pl.Series:
    """The same change has the same id whenever it is found: by its kind, whose it is, and what."""
    told = changes.select(
        pl.concat_str(
            "kind", pl.col("identifier_id").cast(pl.String), "what", separator="\n"
        ).alias("told")
    )["told"]
    return pl.Series("change_id", keys.identifier_ids("life_change", told), dtype=pl.Int64)
