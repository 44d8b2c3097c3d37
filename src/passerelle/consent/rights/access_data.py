"""All that is known of one person, section by section; nothing of anybody else's.

Source: GDPR, article 15: what is processed, why, where it comes from, who received it, how long it
is kept, and the logic of what is concluded.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

import polars as pl

from passerelle.collect import (
    find_notices_of,
    find_quarantined_of,
    lake_rows_of,
    read_traces,
)
from passerelle.consent.ledger import list_said
from passerelle.consent.policy import get_policy
from passerelle.consent.rights.destinations import list_deliveries
from passerelle.consent.rights.installation import Installation
from passerelle.consent.rights.requests import KINDS, list_requests
from passerelle.identify import (
    EVIDENCE_KINDS,
    PROFILE_PREFIX,
    REFUSAL_REASONS,
    HeldEdge,
    get_edges,
    get_likeness_reasons,
    get_parts,
    get_values,
)
from passerelle.kernel import format_id
from passerelle.kernel.language import N_, _, current_language
from passerelle.store import Store, from_micros
from passerelle.unify import get_golden_record, list_changes

Row = dict[str, Any]
Rows = list[Row]

TITLES = MappingProxyType(
    {
        "golden_record": N_("What we believe about you"),
        "sources": N_("Who told us"),
        "records": N_("What each of them said"),
        "identifiers": N_("Numbers and addresses that are yours"),
        "evidence": N_("Why we believe that they are yours"),
        "household": N_("Your household"),
        "receipts": N_("What you bought"),
        "events": N_("What you did online"),
        "consents": N_("What you said about consent"),
        "life_changes": N_("Changes in your life that we noticed"),
        "notices": N_("Notices of moves, deaths and returned mail about you"),
        "quarantine": N_("Rows about you that we could not use"),
        "purposes": N_("What we use your data for, and by what right"),
        "retention": N_("How long we keep what"),
        "recipients": N_("Who received your data"),
        "logic": N_("How conclusions are drawn"),
        "requests": N_("What you asked for before"),
    }
)
"""The sections, in the order in which a person reads them."""

PORTABLE = ("records", "identifiers", "receipts", "events", "consents")
"""What a person gave or did, which they may take elsewhere. Source: GDPR, article 20."""

_LOGIC = (
    N_("Records and devices are joined when evidence says that they are one person's: the same "
       "e-mail address, phone, card or login. Each piece of evidence is listed with its source."),
    N_("Records without a common identifier are compared by name, birth date and address; the "
       "probability that they are one person's is listed with what each field added to it."),
    N_("Of several values of one attribute, one is kept by a fixed rule, such as the most recent."),
    N_("No decision with a legal effect is taken without a human being."),
)  # fmt: skip


@dataclass(frozen=True)
class AccessData:
    """What is known of one person.

    sections: rows by section of `TITLES`; values are texts, numbers, instants or null.
    """

    profile_id: int
    made_at: datetime
    sections: Mapping[str, Rows] = field(repr=False)


def read_access_data(of: Installation, profile_id: int) -> AccessData:
    """All that is known of one person, from every place of the registry.

    Raises:
        InvalidInput: There is no such profile.
    """
    store = of.warehouse.store
    parts = get_parts(store, profile_id)
    person = _Person(of, parts.profile_id, frozenset(i.identifier_id for i in parts.identifiers))
    sections = {name: _READERS[name](person) for name in TITLES}
    return AccessData(parts.profile_id, of.warehouse.clock(), sections)


@dataclass(frozen=True)
class _Person:
    of: Installation
    profile_id: int
    ids: frozenset[int]

    @property
    def store(self) -> Store:
        """The store."""
        return self.of.warehouse.store

    def lake(self, table: str, columns: str, order: str) -> Rows:
        """Rows of the lake that are about the person."""
        files = self.of.warehouse.lake.files(table)
        if not files.files:
            return []
        wanted = pl.DataFrame({"id": sorted(self.ids)}, schema={"id": pl.Int64}).to_arrow()
        named = (f"{name} in (select id from wanted)" for name in lake_rows_of(table, self.ids))  # noqa: S608
        found = self.of.engine.run(
            f"select {columns} from told where {' or '.join(named)} order by {order}",  # noqa: S608
            {"told": files, "wanted": wanted},
        )
        rows: Rows = found.to_pylist()
        return rows


def _golden(person: _Person) -> Rows:
    values = get_golden_record(
        person.store, person.of.engine, person.profile_id, person.of.survivorship
    )
    return [
        {"attribute": each.attribute, "value": each.value, "source": each.source,
         "observed_at": each.observed_at, "rule": each.rule, "candidates": each.candidates}
        for each in values
    ]  # fmt: skip


def _sources(person: _Person) -> Rows:
    told = {
        row["source"]
        for table in ("records", "events", "receipts")
        for row in person.lake(table, "distinct source", "source")
    }
    kinds = {row["name"]: row["kind"] for row in person.store.rows("select * from sources")}
    return [{"source": name, "kind": kinds.get(name)} for name in sorted(told)]


def _records(person: _Person) -> Rows:
    return person.lake(
        "records",
        "source, record_key, received_at, observed_at, original, normalized",
        "source, record_key, received_at",
    )


def _receipts(person: _Person) -> Rows:
    return person.lake(
        "receipts",
        "source, receipt_id, line_number, occurred_at, channel, store_id, product_id, "
        "product_label, quantity, amount_cents, discount_cents, currency, received_at",
        "occurred_at, source, receipt_id, line_number, received_at",
    )


def _events(person: _Person) -> Rows:
    return person.lake(
        "events",
        "source, type, name, occurred_at, received_at, browser, page_url, referrer_host, "
        "campaign_source, campaign_name, order_id, total_cents, currency, consent, original",
        "occurred_at, source, message_id",
    )


def _identifiers(person: _Person) -> Rows:
    values = get_values(person.store, person.ids)
    return [
        {"type": each.type, "value": each.value, "judgement": each.judgement}
        for each in sorted(values.values(), key=lambda each: (each.type, each.value))
    ]


def _evidence(person: _Person) -> Rows:
    """Evidence between what is theirs, and of what their own records hold.

    What ties them to somebody else's record or device names nobody: it is that person's too.
    """
    edges = get_edges(person.store, person.ids)
    values = get_values(person.store, {e for g in edges for e in (g.left_id, g.right_id)})
    likenesses = get_likeness_reasons(person.store, [each.edge_id for each in edges])
    rows = []
    for edge in edges:
        kind = EVIDENCE_KINDS.get(edge.kind)
        likeness = likenesses.get(edge.edge_id)
        rows.append(
            {
                "one": _shown(person, edge, edge.left_id, values),
                "other": _shown(person, edge, edge.right_id, values),
                "why": _(kind.label) if kind else edge.kind,
                "source": edge.source,
                "first_seen_at": from_micros(edge.first_seen_at),
                "last_seen_at": from_micros(edge.last_seen_at),
                "followed": edge.is_followed,
                "why_not": _(REFUSAL_REASONS[edge.refusal]) if edge.refusal else None,
                "match_probability": likeness.match_probability if likeness else None,
                "weights": json.dumps({s.field: s.weight for s in likeness.steps})
                if likeness
                else None,
            }
        )
    return rows


def _shown(person: _Person, edge: HeldEdge, end: int, values: Mapping[int, Any]) -> str:
    other = edge.right_id if end == edge.left_id else edge.left_id
    told = values.get(end)
    # What a record of theirs holds is theirs, even where others use it too.
    is_held = edge.kind == "record" and end == edge.right_id and other in person.ids
    if told is None or not (end in person.ids or is_held):
        return _("somebody else's")
    return f"{told.type}: {told.value}"


def _household(person: _Person) -> Rows:
    """Since when they live with how many others, who are not named."""
    rows = person.store.rows(
        "select valid_from, valid_to, (select count(*) from household_memberships o "
        "where o.household_id = m.household_id and o.profile_id <> m.profile_id) as others "
        "from household_memberships m where profile_id = ? order by valid_from, household_id",
        (person.profile_id,),
    )
    return [
        {
            "others": row["others"],
            "since": from_micros(row["valid_from"]),
            "until": None if row["valid_to"] is None else from_micros(row["valid_to"]),
        }
        for row in rows
    ]


def _consents(person: _Person) -> Rows:
    with person.store.reading() as reading:
        said = list_said(reading, sorted(person.ids))
    return [
        {
            "occurred_at": each.said.occurred_at,
            "recorded_at": each.recorded_at,
            "about": each.said.subject_type,
            "purpose": each.said.purpose,
            "channel": each.said.channel,
            "decision": each.said.decision,
            "method": each.said.method,
            "notice": each.said.notice or None,
            "source": each.said.source,
            "valid_until": each.said.valid_until,
            "evidence": each.said.evidence or None,
        }
        for each in said
    ]


def _life_changes(person: _Person) -> Rows:
    found = list_changes(person.store, profile_ids=[person.profile_id])
    return [
        {"kind": each.kind, "happened_on": each.happened_on, "learned_at": each.learned_at,
         "source": each.source, "probability": each.probability}
        for each in found
    ]  # fmt: skip


def _notices(person: _Person) -> Rows:
    lake, engine = person.of.warehouse.lake, person.of.engine
    traces = read_traces(person.store, person.ids)
    found = find_notices_of(engine, lake, traces)
    if not found:
        return []
    wanted = pl.DataFrame({"id": found}, schema={"id": pl.Int64}).to_arrow()
    rows: Rows = engine.run(
        "select source, kind, received_at, file_name, happened_on, original from told "
        "where notice_id in (select id from wanted) order by received_at, row_number",
        {"told": lake.files("notices"), "wanted": wanted},
    ).to_pylist()
    return rows


def _quarantine(person: _Person) -> Rows:
    traces = read_traces(person.store, person.ids)
    with person.store.reading() as reading:
        found = find_quarantined_of(reading, traces)
    rows: Rows = []
    for row_id in found:
        rows += person.store.rows(
            "select source, kind, reason, detail, original, repaired, state "
            "from quarantined_rows where row_id = ?",
            (row_id,),
        )
    return rows


def _purposes(person: _Person) -> Rows:
    policy = _policy(person)
    language = current_language()
    return [] if policy is None else [
        {"purpose": key, "label": each.label.get(language) or key, "legal_basis": each.legal_basis,
         "channels": ", ".join(sorted(each.rules))}
        for key, each in policy.purposes.items()
    ]  # fmt: skip


def _retention(person: _Person) -> Rows:
    policy = _policy(person)
    return [] if policy is None else [
        {"what": key, "kept_for": str(each.period), "from": each.begins, "source": each.source}
        for key, each in policy.retention.items()
    ]  # fmt: skip


def _policy(person: _Person) -> Any:
    now = person.of.warehouse.clock()
    with person.store.reading() as reading:
        return get_policy(reading, at=now, known_at=now)


def _recipients(person: _Person) -> Rows:
    """Destinations that know them, and what became of each deletion there."""
    known = [
        {"recipient": each.name, "receipt": None}
        for each in person.of.destinations
        if each.find_reference(person.profile_id) is not None
    ]
    return known + [
        {"recipient": row["destination"], "receipt": row["receipt"]}
        for request in _own_requests(person)
        for row in list_deliveries(person.store, request.request_id)
    ]


def _logic(_person: _Person) -> Rows:
    return [{"logic": _(each)} for each in _LOGIC]


def _requests(person: _Person) -> Rows:
    return [
        {"request": each.name, "kind": _(KINDS[each.kind]), "received_at": each.received_at,
         "state": each.state, "settled_at": each.settled_at}
        for each in _own_requests(person)
    ]  # fmt: skip


def _own_requests(person: _Person) -> Sequence[Any]:
    return [each for each in list_requests(person.store) if each.profile_id in person.ids]


_READERS: Mapping[str, Callable[[_Person], Rows]] = {
    "golden_record": _golden,
    "sources": _sources,
    "records": _records,
    "identifiers": _identifiers,
    "evidence": _evidence,
    "household": _household,
    "receipts": _receipts,
    "events": _events,
    "consents": _consents,
    "life_changes": _life_changes,
    "notices": _notices,
    "quarantine": _quarantine,
    "purposes": _purposes,
    "retention": _retention,
    "recipients": _recipients,
    "logic": _logic,
    "requests": _requests,
}


def person_name(profile_id: int) -> str:
    """A profile's id as people see it."""
    return format_id(profile_id, PROFILE_PREFIX)
