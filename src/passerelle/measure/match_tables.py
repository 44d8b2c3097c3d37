"""Run the SQL files of the report in order, each over what those before it made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from passerelle.engine import Engine, Input
from passerelle.measure.consents import consents_table
from passerelle.measure.cookies.device_lives import DeviceLives, learn_device_lives
from passerelle.measure.lifetimes import KINDS, lifetimes_table
from passerelle.measure.match_inputs import MatchInputs

HORIZONS = (7, 30, 90)
"""Days of the reach that is predicted and looked back on; the SQL has columns for these."""

STEPS = (0, 1, 3, 7, 14, 30, 60, 90, 180, 400)
"""Where the intervals of age and of days unseen begin, in days (see match-definitions.md)."""


@dataclass(frozen=True)
class MatchTables:
    """What the SQL files answered; the columns are in each file's last select."""

    until: datetime
    devices_per_person: float
    reach: pa.Table
    bindings: pa.Table
    devices: pa.Table
    survival: pa.Table
    totals: dict[str, float]
    breakdown: pa.Table
    device_counts: pa.Table
    sources: pa.Table
    weights: pa.Table
    receipts: pa.Table
    events: pa.Table
    lives: DeviceLives
    people_alive: pa.Table
    rebinding: pa.Table


@dataclass(frozen=True)
class LatestFacts:
    """The span of the events and receipts that are there."""

    first_event_at: datetime | None
    last_event_at: datetime | None
    last_receipt_at: datetime | None

    @property
    def day_after(self) -> date | None:
        """The first day that nothing tells of any more, or None without any fact."""
        ends = [end for end in (self.last_event_at, self.last_receipt_at) if end is not None]
        return max(ends).date() + timedelta(days=1) if ends else None


def find_latest_facts(engine: Engine, inputs: MatchInputs) -> LatestFacts:
    """When the first event, the last event and the last receipt happened."""
    found = engine.build(
        "measure", "latest_facts", {"events": inputs.events, "receipts": inputs.receipts}
    ).to_pylist()
    spans = {row["fact"]: row for row in found}
    return LatestFacts(
        first_event_at=spans["events"]["first_at"] if "events" in spans else None,
        last_event_at=spans["events"]["last_at"] if "events" in spans else None,
        last_receipt_at=spans["receipts"]["last_at"] if "receipts" in spans else None,
    )


def build_match_tables(
    engine: Engine, inputs: MatchInputs, *, as_of: date, devices_per_person: float
) -> MatchTables:
    """Everything that the report counts, from what happened before midnight (UTC) of a day."""
    until = datetime.combine(as_of, time(), UTC)
    run = _Runner(engine, until)
    own = {
        "placements": inputs.placements,
        "records": inputs.records,
        "identifiers": inputs.identifiers,
    }
    people = run("people", **own)
    bindings = run("bindings", **own, edges=inputs.edges, people=people, sources=inputs.sources)
    sightings = run("sightings", events=inputs.events, bindings=bindings)
    lifetimes = lifetimes_table(inputs.lifetimes, _browsers(sightings))
    said = run("device_consents", events=inputs.events, bindings=bindings)
    devices = run(
        "devices",
        bindings=bindings,
        sightings=sightings,
        consents=consents_table(said),
        lifetimes=lifetimes,
        steps=_steps(),
    )
    visits = run("device_visits", events=inputs.events, devices=devices)
    lives = learn_device_lives(devices, visits, lifetimes, until=until)
    survival = run(
        "survival",
        devices=devices,
        sightings=sightings,
        horizons=pa.table({"horizon": pa.array(HORIZONS, pa.int64())}),
        kinds=pa.table({"kind": pa.array(KINDS, pa.string())}),
        steps=_steps(),
    )
    reach = run(
        "reach",
        people=people,
        households=inputs.households,
        contacts=run("contacts", placements=inputs.placements, identifiers=inputs.identifiers),
        devices=devices,
        survival=survival,
    )
    return MatchTables(
        until=until,
        devices_per_person=devices_per_person,
        reach=reach,
        bindings=bindings,
        devices=devices,
        survival=survival,
        totals=run("match_totals", reach=reach).to_pylist()[0],
        breakdown=run("match_breakdown", bindings=bindings, devices=devices, survival=survival),
        device_counts=run("device_counts", reach=reach),
        sources=run("people_by_source", people=people, reach=reach),
        weights=run("survival_weights", devices=devices, survival=survival, reach=reach),
        receipts=run(
            "receipts_identified",
            receipts=inputs.receipts,
            placements=inputs.placements,
            reach=reach,
        ),
        events=run("events_known", events=inputs.events, placements=inputs.placements, reach=reach),
        lives=lives,
        people_alive=run("people_alive", reach=reach, lives=lives.table),
        rebinding=run(
            "rebinding", reach=reach, bindings=bindings, devices=devices, sightings=sightings
        ),
    )


@dataclass(frozen=True)
class _Runner:
    engine: Engine
    until: datetime

    def __call__(self, table: str, **inputs: Input) -> pa.Table:
        return self.engine.build("measure", table, inputs, {"until": self.until})


def _browsers(sightings: pa.Table) -> list[str]:
    return [each for each in pc.unique(sightings["browser"]).to_pylist() if each]


def _steps() -> pa.Table:
    days = range(STEPS[-1] + 1)
    starts = [max(step for step in STEPS if step <= day) for day in days]
    return pa.table({"days": pa.array(days, pa.int64()), "step": pa.array(starts, pa.int64())})
