"""What has been kept for as long as the policy says, rule by rule, at an instant.

A period ends as `Period` has it: what ends at an instant is kept at that instant still, and due
right after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import polars as pl

from passerelle.consent.policy import Policy, Retention
from passerelle.engine import Engine
from passerelle.lake import Lake
from passerelle.store import ReadSession, to_micros

PROFILE, IDENTIFIER, SUPPRESSION = "profile", "identifier", "suppression"

_CONTACT_OF_EVIDENCE = {
    "account": "account", "click": "click", "form": "form", "link": "click", "login": "login",
    "order": "order",
}  # fmt: skip
"""What counts as a contact, in the policy's words, by the kind of the evidence of it. What people
do not do themselves, such as a mail that is opened, is no contact whatever a policy says."""
_CONTACT_OF_METHOD = {"call": "call", "form": "form", "account": "account", "store": "form",
                      "portal": "account"}  # fmt: skip
_SAID_BY_THEM = ("granted", "informed", "refused", "withdrawn", "objected")
_BUYS = ("order", "receipt")

_COLLECTED = (
    "select p.profile_id, max(case when r.observed_at < r.learned_at then r.observed_at "
    "else r.learned_at end) as at from placements p "
    "join records r on r.record_id = p.identifier_id group by p.profile_id"
)
_EVIDENCE = (
    "select p.profile_id, e.kind, max(e.last_seen_at) as at from edges e "
    "join placements p on p.identifier_id = {end} "
    "where e.withdrawn_at is null and e.kind in ({marks}) group by p.profile_id, e.kind"
)
_SAID = (
    "select p.profile_id, c.method as kind, max(c.occurred_at) as at from consent_events c "
    "join placements p on p.identifier_id = c.subject_id "
    "where c.decision in ({marks}) group by p.profile_id, c.method"
)
_SCHEMA = {"profile_id": pl.Int64, "kind": pl.String, "at": pl.Int64}


@dataclass(frozen=True)
class DueRow:
    """Something that has been kept long enough: what it is, its id, and when its time began."""

    rule: str
    thing: str
    thing_id: int
    began_at: int


@dataclass(frozen=True)
class Kept:
    """Where retention reads: one state of the store, and the lake."""

    reading: ReadSession
    lake: Lake
    engine: Engine


def list_due(kept: Kept, policy: Policy, at: datetime) -> list[DueRow]:
    """All that is due at an instant, by rule."""
    return [
        due
        for name, rule in policy.retention.items()
        if name in RULES
        for due in RULES[name](kept, name, rule, to_micros(rule.period.earliest(at)), policy)
    ]


def _people(
    kept: Kept, name: str, rule: Retention, oldest: int, policy: Policy
) -> Iterator[DueRow]:
    """Profiles whose last contact, or last purchase, lies before the oldest that is kept."""
    words = {*policy.retention["prospects"].counts_as_contact} if (
        "prospects" in policy.retention) else {*rule.counts_as_contact}  # fmt: skip
    contacts = _contacts(kept)
    bought = contacts.filter(pl.col("kind").is_in(_BUYS))["profile_id"].unique()
    counted = contacts.filter(pl.col("kind").is_in([*words, "collection", *_BUYS]))
    last = counted.group_by("profile_id").agg(pl.col("at").max())
    is_customer = pl.col("profile_id").is_in(bought.implode())
    wanted = is_customer if name == "customers" else ~is_customer
    for profile_id, began_at in (
        last.filter(wanted & (pl.col("at") < oldest)).sort("profile_id").iter_rows()
    ):
        yield DueRow(name, PROFILE, profile_id, began_at)


def _cookies(
    kept: Kept, name: str, rule: Retention, oldest: int, policy: Policy
) -> Iterator[DueRow]:
    """Cookies that we have known since before the oldest that is kept, however often seen."""
    del rule, policy
    rows = kept.reading.fetch(
        "select identifier_id, learned_at from identifiers "
        "where type = 'cookie' and learned_at < ? order by identifier_id",
        (oldest,),
    )
    for row in rows.to_pylist():
        yield DueRow(name, IDENTIFIER, row["identifier_id"], row["learned_at"])


def _suppressions(
    kept: Kept, name: str, rule: Retention, oldest: int, policy: Policy
) -> Iterator[DueRow]:
    """Entries of suppression lists that have an end, are over, and were kept for the period."""
    del rule, policy
    rows = kept.reading.fetch(
        "select entry_id, listed_at from suppressions "
        "where expires_at is not null and expires_at < ? and listed_at < ? order by entry_id",
        (oldest, oldest),
    )
    for row in rows.to_pylist():
        yield DueRow(name, SUPPRESSION, row["entry_id"], row["listed_at"])


_Rule = Callable[[Kept, str, Retention, int, Policy], Iterator[DueRow]]

RULES: Mapping[str, _Rule] = MappingProxyType(
    {
        "prospects": _people,
        "customers": _people,
        "cookies": _cookies,
        "suppressions": _suppressions,
    }
)
"""The rules that run by themselves, by the name of the policy's section."""


def _contacts(kept: Kept) -> pl.DataFrame:
    """The last time of each kind of contact with each profile: profile_id, kind, at."""
    reading, frames = kept.reading, []
    collected = pl.DataFrame(reading.fetch(_COLLECTED)).with_columns(kind=pl.lit("collection"))
    frames.append(collected)
    marks = ", ".join("?" * len(_CONTACT_OF_EVIDENCE))
    for end in ("e.left_id", "e.right_id"):
        sql = _EVIDENCE.format(end=end, marks=marks)
        found = pl.DataFrame(reading.fetch(sql, tuple(_CONTACT_OF_EVIDENCE)))
        frames.append(_renamed(found, _CONTACT_OF_EVIDENCE))
    said = reading.fetch(_SAID.format(marks=", ".join("?" * len(_SAID_BY_THEM))), _SAID_BY_THEM)
    frames += [_renamed(pl.DataFrame(said), _CONTACT_OF_METHOD), _receipts(kept)]
    return pl.concat(
        [
            frame.select(pl.col(name).cast(kind) for name, kind in _SCHEMA.items())
            for frame in frames
        ]
    )


def _renamed(found: pl.DataFrame, words: Mapping[str, str]) -> pl.DataFrame:
    return found.with_columns(
        pl.col("kind").cast(pl.String).replace_strict(words, default=None, return_dtype=pl.String)
    ).drop_nulls("kind")


def _receipts(kept: Kept) -> pl.DataFrame:
    """The last receipt of each profile."""
    receipts = kept.lake.files("receipts")
    if not receipts.files:
        return pl.DataFrame(schema=_SCHEMA)
    members = pl.DataFrame(kept.reading.fetch("select profile_id, identifier_id from placements"))
    found = kept.engine.build(
        "consent", "last_receipts",
        {"receipts": receipts, "members": members.cast(pl.Int64).to_arrow()},
    )  # fmt: skip
    return pl.DataFrame(found).select(
        "profile_id",
        kind=pl.lit("receipt"),
        at=pl.col("bought_at").dt.timestamp("us"),
    )
