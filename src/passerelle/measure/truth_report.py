"""How true the report is: beside a simulated retailer's truth, which a real base never has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from passerelle.engine import Engine
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.store import Store

if TYPE_CHECKING:
    from passerelle.measure.match_tables import MatchTables

_FILES = {
    "true_people": ("people", ("person_id", "household_id")),
    "true_records": ("records", ("source", "record_key", "person_id")),
    "true_cookies": ("cookies", ("cookie", "person_id", "died_at")),
    "true_devices": ("devices", ("device_id",)),
    "true_reach": ("reach", ("person_id", "claimed", "alive", "seen_on_bound_cookie", "seen")),
}
_INTEGERS = ("person_id", "household_id", "device_id")


@dataclass(frozen=True)
class TruthInputs:
    """The truth of a simulated retailer, and the names by which we hold the same things.

    held_records: record_id, source, record_key. held_devices: identifier_id, value.
    addressed: profile_id, household_id: the profiles whose records give an address with a street.
    """

    true_people: pa.Table
    true_records: pa.Table
    true_cookies: pa.Table
    true_devices: pa.Table
    true_reach: pa.Table
    held_records: pa.Table
    held_devices: pa.Table
    placements: pa.Table
    households: pa.Table
    addressed: pa.Table


@dataclass(frozen=True)
class TrueRate:
    """A match rate as the report has it from the site's own cookies, and as it truly is.

    Both are shares of people, households or devices; the truth's are of the customers who exist.
    """

    definition: str
    reported: float
    true: float


@dataclass(frozen=True)
class PairCounts:
    """Pairs that belong together, that were put together, and that are both.

    label: the two sources, `all`, `households` or `addressed_households`.
    """

    label: str
    true_pairs: int
    found_pairs: int
    right_pairs: int

    @property
    def precision(self) -> float | None:
        """Of the pairs put together, those that belong together."""
        return self.right_pairs / self.found_pairs if self.found_pairs else None

    @property
    def recall(self) -> float | None:
        """Of the pairs that belong together, those put together."""
        return self.right_pairs / self.true_pairs if self.true_pairs else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        both = self.true_pairs + self.found_pairs
        return 2 * self.right_pairs / both if both else None


@dataclass(frozen=True)
class DeviceTruth:
    """Bound devices of one kind: whose they are, and whether they live.

    right_devices: bound to a profile of their main owner. alive_devices: alive by the rule.
    rightly_alive_devices: alive by the rule and in truth.
    """

    kind: str
    devices: int
    right_devices: int
    alive_devices: int
    truly_alive_devices: int
    rightly_alive_devices: int


@dataclass(frozen=True)
class ReachTruth:
    """The predicted reach in 30 days beside who came back.

    people: profiles compared. brier: mean squared error. calibration_error: mean distance between
    predicted and true shares, over tenths of the prediction, weighted by people.
    """

    people: int
    predicted: float
    came_back: float
    brier: float
    calibration_error: float


@dataclass(frozen=True)
class LivesTruth:
    """Devices of one kind: those expected to be alive beside those that are.

    brier: mean squared error. calibration_error: mean distance between predicted and true shares,
    over tenths of the prediction, weighted by devices.
    """

    kind: str
    devices: int
    predicted: float
    lived: float
    brier: float
    calibration_error: float


@dataclass(frozen=True)
class TruthReport:
    """True rates, and precision and recall of what the report rests on."""

    rates: tuple[TrueRate, ...]
    pairs: tuple[PairCounts, ...]
    households: PairCounts
    addressed_households: PairCounts
    devices: tuple[DeviceTruth, ...]
    reach: ReachTruth
    lives: tuple[LivesTruth, ...] = ()


def read_truth(folder: Path, store: Store) -> TruthInputs:
    """Read the truth that `passerelle simulate retailer` wrote.

    Raises:
        InvalidInput: The folder does not hold it.
    """
    tables = {name: _file(folder, *file) for name, file in _FILES.items()}
    return TruthInputs(
        **tables,
        held_records=store.arrow("select record_id, source, record_key from records"),
        held_devices=store.arrow(
            "select identifier_id, value from identifiers where type in ('cookie', 'mobile_id')"
        ),
        placements=store.arrow("select identifier_id, profile_id from placements"),
        households=store.arrow("select profile_id, household_id from households"),
        addressed=store.arrow(
            "select profile_id, household_id from households where profile_id in ("
            "select p.profile_id from residences r join placements p "
            "on p.identifier_id = r.record_id where r.address_id is not null)"
        ),
    )


def build_truth_report(engine: Engine, truth: TruthInputs, tables: MatchTables) -> TruthReport:
    """Compare what the report found with what is true."""
    told = engine.build(
        "measure",
        "truth_told",
        {
            "true_records": truth.true_records,
            "held_records": truth.held_records,
            "placements": truth.placements,
        },
    )
    devices = _devices(engine, truth, tables, told)
    return TruthReport(
        rates=_rates(engine, truth, tables, devices),
        pairs=_pairs(engine, told),
        households=_households(engine, truth, told, truth.households, "households"),
        addressed_households=_households(
            engine, truth, told, truth.addressed, "addressed_households"
        ),
        devices=devices,
        reach=_reach(engine, truth, tables, told),
        lives=_lives(engine, truth, tables),
    )


def _file(folder: Path, name: str, columns: tuple[str, ...]) -> pa.Table:
    path = folder / f"{name}.parquet"
    try:
        table = pq.read_table(path, columns=list(columns))
    except (OSError, pa.ArrowException):
        raise InvalidInput(
            _("{folder} does not hold the truth of a simulated retailer.").format(folder=folder),
            hint=_("Give the folder `truth` that passerelle simulate retailer wrote."),
        ) from None
    if set(table.column_names) != set(columns):
        raise InvalidInput(
            _("{file} lacks columns of the truth.").format(file=path),
            hint=_("Simulate the retailer again with this version of passerelle."),
        )
    for column in set(columns) & set(_INTEGERS):
        place = table.column_names.index(column)
        table = table.set_column(place, column, table[column].cast(pa.int64()))
    return table


def _rates(
    engine: Engine, truth: TruthInputs, tables: MatchTables, devices: tuple[DeviceTruth, ...]
) -> tuple[TrueRate, ...]:
    true = engine.build(
        "measure",
        "truth_rates",
        {"true_reach": truth.true_reach, "true_people": truth.true_people},
    ).to_pylist()[0]
    ours = next(
        (
            row
            for row in tables.breakdown.to_pylist()
            if row["dimension"] == "type" and row["value"] == "cookie"
        ),
        {"people": 0, "live_people": 0, "live_devices": 0, "reach_30": 0.0},
    )
    truly_alive = sum(each.truly_alive_devices for each in devices if each.kind == "cookie")
    people, whole = tables.totals["people"], true["people"]
    totals = tables.totals
    return (
        TrueRate("claimed", _ratio(ours["people"], people), _ratio(true["claimed"], whole)),
        TrueRate("live", _ratio(ours["live_people"], people), _ratio(true["live"], whole)),
        TrueRate(
            "device",
            _ratio(ours["live_devices"], people * tables.devices_per_person),
            _ratio(truly_alive, truth.true_devices.num_rows),
        ),
        TrueRate(
            "household",
            _ratio(totals["live_households_with_us"], totals["households"]),
            _ratio(true["live_households"], true["households"]),
        ),
        TrueRate("reachable", _ratio(ours["reach_30"], people), _ratio(true["reached"], whole)),
    )


def _pairs(engine: Engine, told: pa.Table) -> tuple[PairCounts, ...]:
    rows = engine.build("measure", "truth_pairs", {"told": told}).to_pylist()
    counts = ("true_pairs", "found_pairs", "right_pairs")
    by_sources = [
        PairCounts(f"{row['left_source']} – {row['right_source']}", *(row[name] for name in counts))
        for row in sorted(rows, key=lambda row: (row["left_source"], row["right_source"]))
    ]
    together = PairCounts("all", *(sum(row[name] for row in rows) for name in counts))
    return (together, *by_sources)


def _households(
    engine: Engine, truth: TruthInputs, told: pa.Table, households: pa.Table, label: str
) -> PairCounts:
    row = engine.build(
        "measure",
        "truth_households",
        {"told": told, "true_people": truth.true_people, "households": households},
    ).to_pylist()[0]
    return PairCounts(label, row["true_pairs"], row["found_pairs"], row["right_pairs"])


def _devices(
    engine: Engine, truth: TruthInputs, tables: MatchTables, told: pa.Table
) -> tuple[DeviceTruth, ...]:
    rows = engine.build(
        "measure",
        "truth_devices",
        {
            "devices": tables.devices,
            "held_devices": truth.held_devices,
            "true_cookies": truth.true_cookies,
            "told": told,
        },
        {"until": tables.until},
    ).to_pylist()
    return tuple(DeviceTruth(**row) for row in sorted(rows, key=lambda row: str(row["kind"])))


def _reach(engine: Engine, truth: TruthInputs, tables: MatchTables, told: pa.Table) -> ReachTruth:
    rows = engine.build(
        "measure",
        "truth_calibration",
        {"reach": tables.reach, "told": told, "true_reach": truth.true_reach},
    ).to_pylist()
    people = sum(row["people"] for row in rows)
    distance = sum(abs(row["predicted"] - row["came_back"]) for row in rows)
    return ReachTruth(
        people=people,
        predicted=sum(row["predicted"] for row in rows),
        came_back=sum(row["came_back"] for row in rows),
        brier=_ratio(sum(row["squared_error"] for row in rows), people),
        calibration_error=_ratio(distance, people),
    )


def _lives(engine: Engine, truth: TruthInputs, tables: MatchTables) -> tuple[LivesTruth, ...]:
    rows = engine.build(
        "measure",
        "truth_lives",
        {
            "devices": tables.devices,
            "lives": tables.lives.table,
            "held_devices": truth.held_devices,
            "true_cookies": truth.true_cookies,
        },
        {"until": tables.until},
    ).to_pylist()
    kinds = sorted({row["kind"] for row in rows})
    return tuple(_lives_of(kind, [row for row in rows if row["kind"] == kind]) for kind in kinds)


def _lives_of(kind: str, rows: list[dict[str, Any]]) -> LivesTruth:
    devices = sum(row["devices"] for row in rows)
    return LivesTruth(
        kind=kind,
        devices=devices,
        predicted=sum(row["predicted"] for row in rows),
        lived=sum(row["lived"] for row in rows),
        brier=_ratio(sum(row["squared_error"] for row in rows), devices),
        calibration_error=_ratio(
            sum(abs(row["predicted"] - row["lived"]) for row in rows), devices
        ),
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
