"""What to know before a number of the report is used."""

from __future__ import annotations

from datetime import timedelta

from passerelle.measure.match_report import Caution, ReceiptShares
from passerelle.measure.match_tables import LatestFacts, MatchTables

FEW_PEOPLE = 1_000  # fewer make a share uncertain by more than three points
FEW_FITTED_DEVICES = 500
_STALE = timedelta(days=2)
_FIT_NEEDS = timedelta(days=60)  # 30 days to look back on, and as many before to know devices from


def find_cautions(
    tables: MatchTables, facts: LatestFacts, receipts: ReceiptShares | None
) -> tuple[Caution, ...]:
    """The cautions that hold, the weightiest first."""
    found = [*_of_base(tables), *_of_events(tables, facts), *_of_devices(tables)]
    if receipts is not None and receipts.receipts_in_other_currencies:
        found.append(Caution("other_currencies", receipts.receipts_in_other_currencies))
    return tuple(found)


def _of_base(tables: MatchTables) -> list[Caution]:
    people = tables.totals["people"]
    if not people:
        return [Caution("no_people")]
    return [Caution("few_people", people)] if people < FEW_PEOPLE else []


def _of_events(tables: MatchTables, facts: LatestFacts) -> list[Caution]:
    if facts.last_event_at is None or facts.first_event_at is None:
        return [Caution("no_events")]
    found = []
    silent = tables.until - facts.last_event_at
    if silent > _STALE:
        found.append(Caution("events_end_early", silent.days))
    if tables.until - facts.first_event_at < _FIT_NEEDS:
        found.append(Caution("events_too_short", (tables.until - facts.first_event_at).days))
    return found


def _of_devices(tables: MatchTables) -> list[Caution]:
    totals = tables.totals
    found = []
    fitted = sum(row["devices"] for row in tables.survival.to_pylist() if row["horizon"] == 30)
    if totals["devices"] and fitted < FEW_FITTED_DEVICES:
        found.append(Caution("few_fitted_devices", fitted))
    elsewhere = totals["live"] - totals["live_with_us"]
    if elsewhere:
        found.append(Caution("only_partner_cookies", elsewhere))
    consents = {
        row["value"]: row["devices"]
        for row in tables.breakdown.to_pylist()
        if row["dimension"] == "consent"
    }
    if totals["devices"] and set(consents) <= {"unstated"}:
        found.append(Caution("no_consent_stated", totals["devices"]))
    elif consents.get("unstated"):
        found.append(Caution("consent_unstated", consents["unstated"]))
    return found
