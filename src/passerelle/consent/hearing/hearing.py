"""Bring what new events say about consent to the ledger, in the transaction that accepts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from passerelle.collect import SourceRef
from passerelle.consent.channels import CHANNELS, DEVICES
from passerelle.consent.hearing.naming import UNSUBSCRIBED, speaks_of_consent
from passerelle.consent.hearing.statement import Statement, read_statement
from passerelle.consent.ledger import (
    DENIALS,
    Said,
    check_said,
    find_subject_id,
    list_said,
    record,
)
from passerelle.consent.policy import Policy, get_policy, parse_policy, read_default_policy
from passerelle.kernel import IdentifierKeys, InvalidInput, RejectedRecord
from passerelle.store import BulkSession

_ID_COLUMNS = {
    "cookie": "cookie_id",
    "mobile_id": "mobile_id",
    "login": "login_id",
    "email": "email_id",
    "phone": "phone_id",
}
_READ = ("source", "occurred_at", "consent", "properties", "speech", *_ID_COLUMNS.values())
_STATED = ("source", "consent", "cookie_id", "mobile_id")


@dataclass(frozen=True)
class HeardConsents:
    """What became of a batch's statements.

    new: entries that the ledger did not have.
    unusable: how often something said was not believed, by reason.
    """

    new: int = 0
    unusable: Counter[str] = field(default_factory=Counter)


def hear_consents(
    bulk: BulkSession,
    events: pl.DataFrame,
    sources: Mapping[str, SourceRef],
    *,
    keys: IdentifierKeys,
    at: datetime,
) -> HeardConsents:
    """Add to the ledger what events say; an entry that it has already is not added again.

    Until a policy is in force, the one that comes with passerelle says what a signal means: no
    refusal is lost, and without a policy the gate permits nothing.

    Args:
        bulk: The transaction.
        events: New events, with the columns of `EventsPrepared`.
        sources: Who sent them, by name.
        keys: Make ids, and seal the ledger.
        at: When we learned it.
    """
    telling = speaks_of_consent(events)
    if not telling.height:
        return HeardConsents()
    policy = get_policy(bulk, at=at, known_at=at) or parse_policy(read_default_policy()).policy
    unusable: Counter[str] = Counter()
    said: list[Said] = []
    for row in telling.filter(pl.col("speech").is_not_null()).select(_READ).iter_rows(named=True):
        said += _hear_one(row, sources[row["source"]], policy, keys, unusable)
    repeated: list[Said] = []
    for row in _first_of_each(telling).iter_rows(named=True):
        repeated += _hear_one(row, sources[row["source"]], policy, keys, unusable)
    said += changing(bulk, repeated, said)
    return HeardConsents(record(bulk, said, keys=keys, at=at), unusable)


def _first_of_each(telling: pl.DataFrame) -> pl.DataFrame:
    """Of events that repeat a consent beside something else, the first of each device and text."""
    stated = telling.filter(pl.col("speech").is_null()).sort("occurred_at", maintain_order=True)
    return stated.unique(_STATED, keep="first", maintain_order=True).select(_READ)


def _hear_one(
    row: Mapping[str, Any],
    source: SourceRef,
    policy: Policy,
    keys: IdentifierKeys,
    unusable: Counter[str],
) -> list[Said]:
    statement = read_statement(row["speech"], row["consent"], row["properties"], policy)
    if statement is None:
        unusable["nothing_known"] += int(row["speech"] is not None)
        return []
    unusable.update(statement.flaws)
    sound: list[Said] = []
    for each in _all_said(row, statement, source, policy, keys):
        try:
            check_said(each)
        except RejectedRecord as rejected:
            unusable[rejected.reason] += 1
        else:
            sound.append(each)
    if statement.decisions and not sound:
        unusable["nobody"] += 1
    return sound


def _all_said(
    row: Mapping[str, Any],
    statement: Statement,
    source: SourceRef,
    policy: Policy,
    keys: IdentifierKeys,
) -> Iterator[Said]:
    subjects = _subjects(row, statement, keys)
    for purpose, decision in statement.decisions.items():
        basis = policy.purposes[purpose].legal_basis
        if basis == "legal_obligation":
            continue
        is_told = decision == "granted" and basis != "consent"
        for channel in policy.purposes[purpose].rules:
            if statement.channels and channel not in statement.channels:
                continue
            for kind in CHANNELS[channel].subject_types:
                if kind in subjects:
                    yield Said(
                        subject_type=kind,
                        subject_id=subjects[kind],
                        purpose=purpose,
                        channel=channel,
                        decision="informed" if is_told else decision,
                        method=statement.method,
                        notice=_notice(statement, decision, policy),
                        source=source.name,
                        is_trusted=source.is_trusted,
                        occurred_at=row["occurred_at"],
                        evidence=statement.evidence,
                    )


def _subjects(row: Mapping[str, Any], statement: Statement, keys: IdentifierKeys) -> dict[str, int]:
    """Whom it is about: a banner the device that shows it, a form whoever filled it in."""
    known = {kind: row[column] for kind, column in _ID_COLUMNS.items() if row[column] is not None}
    if statement.is_of_device:
        return {kind: known[kind] for kind in DEVICES if kind in known}
    if row["speech"] in UNSUBSCRIBED and "email" not in known:
        return known | _recipient(row["properties"], keys)
    return known


def _recipient(properties: str | None, keys: IdentifierKeys) -> dict[str, int]:
    """The address that a mail was sent to, where only the properties say it."""
    given = pl.Series([properties], dtype=pl.String)
    for name in ("recipient", "email"):
        raw = given.str.json_path_match(f"$.{name}")[0]
        try:
            if raw:
                return {"email": find_subject_id("email", raw, keys)}
        except InvalidInput:
            continue
    return {}


def _notice(statement: Statement, decision: str, policy: Policy) -> str:
    if decision != "granted":
        return ""
    return statement.notice or (policy.signals.notice if statement.is_of_device else "")


def changing(bulk: BulkSession, repeated: list[Said], chosen: Iterable[Said]) -> list[Said]:
    """Of refusals that events repeat, those that change what the ledger holds."""
    if not repeated:
        return []
    last: dict[tuple[object, ...], tuple[datetime, bool]] = {}
    for entry in list_said(bulk, sorted({each.subject_id for each in repeated})):
        _note(last, entry.said)
    for each in chosen:
        _note(last, each)
    kept = []
    for each in sorted(repeated, key=lambda one: one.occurred_at):
        known = last.get(_about(each))
        if known is None or not known[1] or known[0] > each.occurred_at:
            kept.append(each)
            _note(last, each)
    return kept


def _note(last: dict[tuple[object, ...], tuple[datetime, bool]], said: Said) -> None:
    known = last.get(_about(said))
    if known is None or known[0] <= said.occurred_at:
        is_denial = said.decision in DENIALS or said.decision == "objected"
        last[_about(said)] = (said.occurred_at, is_denial)


def _about(said: Said) -> tuple[object, ...]:
    return said.subject_type, said.subject_id, said.purpose, said.channel
