"""Golden records: for each attribute the value that survives, and which record it came from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import polars as pl
import pyarrow as pa

from passerelle.collect import DECLARED_KIND
from passerelle.engine import Engine
from passerelle.kernel import format_id
from passerelle.store import Store, from_micros
from passerelle.unify.life_changes.change import CHANGE_PREFIX, LifeChange
from passerelle.unify.life_changes.change_store import list_changes
from passerelle.unify.life_changes.following import (
    find_death,
    find_residence,
    list_name_changes,
)
from passerelle.unify.survivorship_rules import (
    DEFAULT_RULES,
    LITTLE_TRUST,
    Survivorship,
    list_survivorship_rules,
)

ADDRESS_FIELDS = ("address_1", "address_2", "address_3", "postcode", "city", "country")
"""Fields that survive together: half of one address and half of another is nobody's."""


@dataclass(frozen=True)
class GoldenValue:
    """A value that survived, and why.

    rule: The survivorship rule; `declared` for what the person said when signed in, which comes
        before all that others say; the kind of a life change that gave it.
    candidates: How many different values the profile's records gave.
    """

    attribute: str
    value: str
    source: str
    record_key: str
    observed_at: datetime
    rule: str
    candidates: int


def build_golden_records(
    engine: Engine, records: pl.DataFrame, rules: Survivorship
) -> pl.DataFrame:
    """The values that survive.

    Args:
        engine: Runs the choice.
        records: profile_id, source, source_kind, record_key, observed_at, normalized; one row per
            record of the profiles.
        rules: The rules in force.

    Returns:
        profile_id, attribute, value, source, record_key, observed_at, rule, candidates.
    """
    attributes = _attributes(records, rules)
    answer = engine.build(
        "unify",
        "golden_records",
        {"attributes": attributes.to_arrow(), "preferences": _preferences(rules)},
    )
    return pl.DataFrame(answer).sort("profile_id", "attribute")


def get_golden_record(
    store: Store, engine: Engine, profile_id: int, rules: Survivorship, *, on: date | None = None
) -> tuple[GoldenValue, ...]:
    """The golden record of one profile; the address is taken apart into its fields.

    Life changes that are certain or confirmed are followed: a move gives the new address, a change
    of name the new one with `former_name` beside it, a death `deceased_on`. It is empty for a
    profile of devices and logins that no record tells anything about.
    """
    return get_golden_records(store, engine, [profile_id], rules, on=on)[profile_id]


def get_golden_records(
    store: Store,
    engine: Engine,
    profile_ids: Sequence[int],
    rules: Survivorship,
    *,
    on: date | None = None,
    follow_changes: bool = True,
) -> Mapping[int, tuple[GoldenValue, ...]]:
    """The golden records of some profiles, at most a few hundred; see `get_golden_record`.

    Args:
        store: Where records and life changes are.
        engine: Runs the choice.
        profile_ids: The profiles.
        rules: The survivorship rules in force.
        on: The day as of which life changes are followed; None for all that are believed.
        follow_changes: Whether they are followed at all.
    """
    found: dict[int, list[GoldenValue]] = {profile_id: [] for profile_id in profile_ids}
    marks = ", ".join("?" * len(found))
    rows = found and store.rows(
        "select p.profile_id, r.source, s.kind as source_kind, r.record_key, r.observed_at, "  # noqa: S608
        "r.normalized from placements p join records r on r.record_id = p.identifier_id "
        f"join sources s on s.name = r.source where p.profile_id in ({marks})",
        list(found),
    )
    if rows:
        golden = build_golden_records(engine, pl.DataFrame(rows, schema=_RECORDS), rules)
        for row in golden.iter_rows(named=True):
            found[row["profile_id"]] += _values(row)
    if follow_changes and found:
        for change in _by_profile(list_changes(store, profile_ids=list(found))).values():
            profile_id = change[0].profile_id
            found[profile_id] = _followed(found[profile_id], change, on)
    return {
        profile_id: tuple(sorted(values, key=lambda each: _ORDER[each.attribute]))
        for profile_id, values in found.items()
    }


def golden_address(values: Iterable[GoldenValue]) -> tuple[dict[str, str] | None, str | None]:
    """The address of a golden record by its fields, and the day it was said; None without one."""
    parts = [each for each in values if each.attribute in ADDRESS_FIELDS]
    if not parts:
        return None, None
    said_on = max(each.observed_at for each in parts).date().isoformat()
    return {each.attribute: each.value for each in parts}, said_on


def _by_profile(changes: Iterable[LifeChange]) -> dict[int, list[LifeChange]]:
    grouped: dict[int, list[LifeChange]] = {}
    for change in changes:
        grouped.setdefault(change.profile_id, []).append(change)
    return grouped


def _followed(
    values: list[GoldenValue], changes: Sequence[LifeChange], on: date | None
) -> list[GoldenValue]:
    """Golden values with what life changes make of them."""
    said, said_on = golden_address(values)
    here = find_residence(said, said_on, changes, on)
    if here is not None and here.change is not None:
        values = [each for each in values if each.attribute not in ADDRESS_FIELDS]
        values += [_told(name, text, here.change) for name, text in here.address.items()]
    for change in list_name_changes(changes, on):
        old, new = str(change.details["from"]), str(change.details["to"])
        values = [each for each in values if each.attribute not in ("last_name", "former_name")]
        values += [_told("last_name", new, change), _told("former_name", old, change)]
    death = find_death(changes, on)
    if death is not None and death.happened_on is not None:
        values = [*values, _told("deceased_on", death.happened_on, death)]
    return values


def _told(attribute: str, value: str, change: LifeChange) -> GoldenValue:
    """A golden value that a life change gives: its record is the change, its rule the kind."""
    return GoldenValue(
        attribute=attribute,
        value=value,
        source=change.source,
        record_key=format_id(change.change_id, CHANGE_PREFIX),
        observed_at=change.learned_at,
        rule=change.kind,
        candidates=1,
    )


def _values(row: Mapping[str, Any]) -> Iterator[GoldenValue]:
    """A value that survived; for an address, one for each of its fields."""
    whole = row["attribute"] == "address"
    parts = json.loads(row["value"]) if whole else {row["attribute"]: row["value"]}
    for attribute, value in parts.items():
        yield GoldenValue(
            attribute=attribute,
            value=value,
            source=row["source"],
            record_key=row["record_key"],
            observed_at=from_micros(row["observed_at"]),
            rule=row["rule"],
            candidates=row["candidates"],
        )


_GIVEN_BY_CHANGES = ("former_name", "deceased_on")

_ORDER = {name: at for at, name in enumerate((*DEFAULT_RULES, *ADDRESS_FIELDS, *_GIVEN_BY_CHANGES))}

_RECORDS = {
    "profile_id": pl.Int64,
    "source": pl.String,
    "source_kind": pl.String,
    "record_key": pl.String,
    "observed_at": pl.Int64,
    "normalized": pl.String,
}

# A record's second e-mail address is a candidate for the e-mail address.
_FIELDS = MappingProxyType({"email_2": "email"} | {k: k for k in DEFAULT_RULES if k != "address"})


def _attributes(records: pl.DataFrame, rules: Survivorship) -> pl.DataFrame:
    wanted = (*_FIELDS, *ADDRESS_FIELDS)
    shape = pl.Struct(dict.fromkeys(wanted, pl.String))
    trust = pl.coalesce(
        pl.col("source").replace_strict(dict(rules.trust), default=None, return_dtype=pl.Float64),
        pl.col("source_kind").replace_strict(
            dict(rules.trust), default=LITTLE_TRUST, return_dtype=pl.Float64
        ),
    )
    told = records.select(
        "profile_id",
        "source",
        "record_key",
        "observed_at",
        trust.alias("trust"),
        (pl.col("source_kind") == DECLARED_KIND).cast(pl.Int64).alias("is_declared"),
        pl.col("normalized").str.json_decode(shape).alias("said"),
    ).unnest("said")
    address = told.with_columns(
        pl.when(pl.any_horizontal(pl.col("address_1", "address_2", "postcode").is_not_null()))
        .then(_as_json(ADDRESS_FIELDS))
        .alias("address")
    )
    long = address.drop(ADDRESS_FIELDS).unpivot(
        on=[*_FIELDS, "address"],
        index=["profile_id", "source", "record_key", "observed_at", "trust", "is_declared"],
        variable_name="field",
    )
    return (
        long.drop_nulls("value")
        .with_columns(
            pl.col("field").replace(dict(_FIELDS)).alias("attribute"),
        )
        .drop("field")
        .unique()  # an e-mail address that a record gives twice is one vote
    )


def _as_json(fields: Sequence[str]) -> pl.Expr:
    """The fields that are there, as one JSON object."""
    written = pl.struct(fields).struct.json_encode().str.replace_all(_NULLS, "")
    return written.str.replace(r"^\{,", "{")


_NULLS = r',?"[a-z_0-9]+":null'  # inside a text each quote has a backslash before it


def _preferences(rules: Survivorship) -> pa.Table:
    rows = []
    for attribute, name in rules.rules.items():
        first, second, third, fourth = list_survivorship_rules()[name].order
        rows.append(
            {
                "attribute": attribute,
                "rule": name,
                "first_by": first,
                "second_by": second,
                "third_by": third,
                "fourth_by": fourth,
            }
        )
    return pa.Table.from_pylist(rows)
