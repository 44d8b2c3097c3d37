"""From the tables of counts to the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from math import sqrt
from typing import Any

import pyarrow as pa

from passerelle.engine import Engine
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.measure.cautions import find_cautions
from passerelle.measure.cookies.cookie_report import CookieReport, build_cookie_report
from passerelle.measure.match_inputs import MatchInputs
from passerelle.measure.match_report import (
    FORMAT,
    BreakdownRow,
    Definition,
    DeviceCountRow,
    EventRow,
    GapRow,
    MatchReport,
    Reach,
    ReceiptRow,
    ReceiptShares,
    Share,
    SourceRow,
    SurvivalRow,
)
from passerelle.measure.match_tables import (
    HORIZONS,
    MatchTables,
    build_match_tables,
    find_latest_facts,
)
from passerelle.measure.truth_report import TruthInputs, build_truth_report

DEVICES_PER_PERSON = 2.5
"""Browsers and apps a person uses, when nobody has measured it for this base.

Source: LiveRamp's documentation counts 2.5 devices a record; see match-definitions.md.
"""

_NORMAL_95 = 1.96  # half-width of a 95 % interval of a normal distribution, in deviations
_RECEIPT_COUNTS = tuple(name for name in ReceiptRow.__dataclass_fields__ if name != "label")


def build_match_report(
    engine: Engine,
    inputs: MatchInputs,
    *,
    made_at: datetime,
    as_of: date | None = None,
    devices_per_person: float = DEVICES_PER_PERSON,
    truth: TruthInputs | None = None,
) -> MatchReport:
    """How much of the base can be found online, as of a day.

    Args:
        engine: Runs the SQL.
        inputs: What is known.
        made_at: The present instant, for the heading.
        as_of: The report knows what happened before midnight (UTC) of this day; the day after
            the latest event or receipt by default.
        devices_per_person: Devices that a person uses, known to us or not.
        truth: A simulated retailer's truth, to say how true the report is.

    Raises:
        InvalidInput: devices_per_person is not above 0.
    """
    if not devices_per_person > 0:
        raise InvalidInput(
            _("A person has more than 0 devices."),
            hint=_("Leave --devices-per-person out to use {default}.").format(
                default=DEVICES_PER_PERSON
            ),
        )
    facts = find_latest_facts(engine, inputs)
    day = as_of or facts.day_after or made_at.date()
    tables = build_match_tables(engine, inputs, as_of=day, devices_per_person=devices_per_person)
    totals = tables.totals
    cookies = build_cookie_report(tables.lives, tables.people_alive, tables.rebinding)
    definitions = _definitions(tables, cookies)
    receipts = _receipts(tables.receipts)
    return MatchReport(
        format=FORMAT,
        as_of=day,
        made_at=made_at,
        people=int(totals["people"]),
        households=int(totals["households"]),
        devices_per_person=devices_per_person,
        first_event_at=facts.first_event_at,
        last_event_at=facts.last_event_at,
        last_receipt_at=facts.last_receipt_at,
        definitions=definitions,
        reach=tuple(_reach(tables, days) for days in HORIZONS),
        gap=_gap(totals),
        breakdowns=_breakdowns(tables.breakdown),
        device_counts=_sorted(DeviceCountRow, tables.device_counts, lambda row: row.devices),
        sources=_sorted(SourceRow, tables.sources, lambda row: (-row.people, row.source)),
        survival=_survival(tables.survival),
        receipts=receipts,
        events=_sorted(EventRow, tables.events, lambda row: (-row.events, row.source)),
        cautions=find_cautions(tables, facts, receipts),
        cookies=cookies,
        truth=None if truth is None else build_truth_report(engine, truth, tables),
    )


def _definitions(tables: MatchTables, cookies: CookieReport) -> tuple[Definition, ...]:
    totals = tables.totals
    people, homes = totals["people"], totals["households"]
    reach = _reach(tables, 30)
    states_consent = any(
        row["dimension"] == "consent" and row["value"] != "unstated"
        for row in tables.breakdown.to_pylist()
    )
    granted = {
        "with_consent_predicted": Share(totals["reach_30_granted"], people),
        "with_consent_realised": Share(totals["seen_30_granted"], people),
    }
    return (
        Definition("claimed", "people", Share(totals["bound"], people), False, {}),
        Definition(
            "live", "people", Share(totals["live"], people), False,
            {
                "weighted_by_survival": Share(cookies.alive, people, cookies.low, cookies.high),
                "seen_again_in_90_days": _reach(tables, 90).predicted,
                "of_claimed": Share(totals["live"], totals["bound"]),
            } | ({"with_consent": Share(totals["live_granted"], people)} if states_consent else {}),
        ),
        Definition(
            "device", "devices", Share(totals["live_devices"], people * tables.devices_per_person),
            True,
            {"of_devices_ever_bound": Share(totals["live_devices"], totals["devices"])},
        ),
        Definition(
            "household", "households", Share(totals["live_households"], homes), False,
            {
                "claimed": Share(totals["bound_households"], homes),
                "reachable": Share(totals["reach_30_households"], homes),
            },
        ),
        Definition(
            "reachable", "people", reach.predicted, True,
            {"realised": reach.realised} | (granted if states_consent else {}),
        ),
    )  # fmt: skip


def _reach(tables: MatchTables, days: int) -> Reach:
    totals = tables.totals
    people, expected = totals["people"], totals[f"reach_{days}"]
    # Chance of each person, plus the error of the fit; the latter is known for 30 days and
    # stands for the other horizons in proportion.
    scale = expected / totals["reach_30"] if totals["reach_30"] else 0.0
    fit = _fit_variance(tables.weights) * scale
    margin = _NORMAL_95 * sqrt(totals[f"spread_{days}"] + fit)
    predicted = Share(
        expected, people, low=max(expected - margin, 0.0), high=min(expected + margin, people)
    )
    return Reach(days, predicted, Share(totals[f"seen_{days}"], people))


def _fit_variance(weights: pa.Table) -> float:
    """Variance of the predicted reach that the fitted probabilities bring (delta method)."""
    variance = sum(
        row["slope"] ** 2
        * row["probability"]
        * (1 - row["probability"])
        # The weight of ten devices that the cell is drawn with; see survival.sql.
        / (row["fitted_devices"] + 10)
        for row in weights.to_pylist()
        if row["probability"] is not None
    )
    return float(variance)


def _gap(totals: dict[str, float]) -> tuple[GapRow, ...]:
    parts = {
        "seen": "seen_30",
        "alive_unseen": "alive_unseen",
        "dead": "dead",
        "bindable": "bindable",
        "unbindable": "unbindable",
    }
    return tuple(GapRow(reason, int(totals[column])) for reason, column in parts.items())


def _breakdowns(table: pa.Table) -> dict[str, tuple[BreakdownRow, ...]]:
    found: dict[str, list[BreakdownRow]] = {
        name: [] for name in ("type", "evidence", "source", "browser", "age", "consent")
    }
    for row in table.to_pylist():
        found[row.pop("dimension")].append(BreakdownRow(**row))
    by_age = sorted(found.pop("age"), key=lambda row: int(row.value))
    ordered = {
        name: tuple(sorted(rows, key=lambda row: (-row.people, row.value)))
        for name, rows in found.items()
    }
    return ordered | {"age": tuple(by_age)}


def _survival(table: pa.Table) -> tuple[SurvivalRow, ...]:
    counts: dict[tuple[str, int], list[int]] = {}
    for row in table.to_pylist():
        if row["horizon"] == 30 and row["devices"]:
            summed = counts.setdefault((row["kind"], row["age_step"]), [0, 0])
            summed[0] += row["devices"]
            summed[1] += row["returned"]
    return tuple(SurvivalRow(*place, *counts[place]) for place in sorted(counts))


def _receipts(table: pa.Table) -> ReceiptShares | None:
    rows = table.to_pylist()
    if not rows:
        return None
    weights: dict[str, int] = {}
    for row in rows:
        weights[row["currency"]] = weights.get(row["currency"], 0) + row["receipts"]
    currency = max(sorted(weights), key=lambda each: weights[each])
    mine = [row for row in rows if row["currency"] == currency]
    months = {row["month"] for row in mine}
    return ReceiptShares(
        currency=currency,
        total=_summed("all", mine),
        by_channel=tuple(
            _summed(channel, [row for row in mine if row["channel"] == channel])
            for channel in sorted({row["channel"] for row in mine})
        ),
        by_month=tuple(
            _summed(f"{month:%Y-%m}", [row for row in mine if row["month"] == month])
            for month in sorted(months)
        ),
        receipts_in_other_currencies=sum(weights.values()) - weights[currency],
    )


def _summed(label: str, rows: Iterable[dict[str, Any]]) -> ReceiptRow:
    kept = list(rows)
    return ReceiptRow(label, *(sum(row[name] for row in kept) for name in _RECEIPT_COUNTS))


def _sorted(
    kind: Callable[..., Any], table: pa.Table, key: Callable[[Any], Any]
) -> tuple[Any, ...]:
    return tuple(sorted((kind(**row) for row in table.to_pylist()), key=key))
