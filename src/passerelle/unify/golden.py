"""Golden records: for each attribute the value that survives, and which record it came from."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

import polars as pl
import pyarrow as pa

from passerelle.engine import Engine
from passerelle.kernel import Misconfigured, load_plugins
from passerelle.kernel.language import _
from passerelle.store import Store, from_micros
from passerelle.unify.survivorship_rule import SurvivorshipRule

ADDRESS_FIELDS = ("address_1", "address_2", "address_3", "postcode", "city", "country")
"""Fields that survive together: half of one address and half of another is nobody's."""

DEFAULT_RULES = MappingProxyType(
    {
        "title": "most_frequent",
        "first_name": "most_frequent",
        "last_name": "most_recent",  # a marriage changes it
        "birth_name": "most_frequent",
        "birth_date": "most_frequent",
        "gender": "most_frequent",
        "email": "most_recent",
        "phone_mobile": "most_recent",
        "phone_home": "most_recent",
        "address": "most_recent",
        "company": "most_recent",
        "language": "most_recent",
    }
)
"""The survivorship rule of each attribute, unless `survivorship.toml` says otherwise."""

DEFAULT_TRUST = MappingProxyType(
    {"crm": 0.9, "loyalty": 0.8, "webshop": 0.7, "till": 0.6, "server": 0.5}
)
"""Trust in a source by its kind, from 0 to 1; 0.2 for kinds not listed."""

_LITTLE_TRUST = 0.2


@dataclass(frozen=True)
class GoldenValue:
    """A value that survived, and why.

    candidates: How many different values the profile's records gave.
    """

    attribute: str
    value: str
    source: str
    record_key: str
    observed_at: datetime
    rule: str
    candidates: int


@dataclass(frozen=True)
class Survivorship:
    """The rules in force: one per attribute, and the trust in each source or kind of source."""

    rules: Mapping[str, str]
    trust: Mapping[str, float]


def list_survivorship_rules() -> Mapping[str, SurvivorshipRule]:
    """Every survivorship rule, by name."""
    return _rules()


def read_survivorship(path: Path) -> Survivorship:
    """The defaults with what `survivorship.toml` changes in them.

    Raises:
        Misconfigured: The file is not TOML, or names an attribute or a rule that does not exist.
    """
    given: dict[str, dict[str, object]] = {}
    if path.exists():
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise Misconfigured(
                _("{path} is not valid TOML: {error}").format(path=path, error=error)
            ) from None
    rules = {**DEFAULT_RULES, **{k: str(v) for k, v in given.get("attributes", {}).items()}}
    unknown = [k for k, v in rules.items() if k not in DEFAULT_RULES or v not in _rules()]
    if unknown:
        raise Misconfigured(
            _("{path}: no such attribute or rule: {names}.").format(
                path=path, names=", ".join(unknown)
            ),
            hint=_("Attributes: {attributes}. Rules: {rules}.").format(
                attributes=", ".join(DEFAULT_RULES), rules=", ".join(_rules())
            ),
        )
    trust = {**DEFAULT_TRUST, **{k: float(str(v)) for k, v in given.get("trust", {}).items()}}
    return Survivorship(rules, trust)


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
    store: Store, engine: Engine, profile_id: int, rules: Survivorship
) -> tuple[GoldenValue, ...]:
    """The golden record of one profile; the address is taken apart into its fields."""
    rows = store.rows(
        "select p.profile_id, r.source, s.kind as source_kind, r.record_key, r.observed_at, "
        "r.normalized from placements p join records r on r.record_id = p.identifier_id "
        "join sources s on s.name = r.source where p.profile_id = ?",
        (profile_id,),
    )
    if not rows:
        return ()
    golden = build_golden_records(engine, pl.DataFrame(rows, schema=_RECORDS), rules)
    values = [
        GoldenValue(
            attribute=row["attribute"],
            value=row["value"],
            source=row["source"],
            record_key=row["record_key"],
            observed_at=from_micros(row["observed_at"]),
            rule=row["rule"],
            candidates=row["candidates"],
        )
        for row in golden.iter_rows(named=True)
    ]
    order = {name: at for at, name in enumerate((*DEFAULT_RULES, *ADDRESS_FIELDS))}
    return tuple(sorted(_apart(values), key=lambda each: order[each.attribute]))


def _apart(values: Iterable[GoldenValue]) -> Iterable[GoldenValue]:
    for each in values:
        if each.attribute != "address":
            yield each
            continue
        for name, text in json.loads(each.value).items():
            yield GoldenValue(
                name, text, each.source, each.record_key, each.observed_at, each.rule,
                each.candidates,
            )  # fmt: skip


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
            dict(rules.trust), default=_LITTLE_TRUST, return_dtype=pl.Float64
        ),
    )
    told = records.select(
        "profile_id",
        "source",
        "record_key",
        "observed_at",
        trust.alias("trust"),
        pl.col("normalized").str.json_decode(shape).alias("said"),
    ).unnest("said")
    address = told.with_columns(
        pl.when(pl.any_horizontal(pl.col("address_1", "postcode").is_not_null()))
        .then(pl.struct(ADDRESS_FIELDS).struct.json_encode().str.replace_all(_NULLS, ""))
        .alias("address")
    )
    long = address.drop(ADDRESS_FIELDS).unpivot(
        on=[*_FIELDS, "address"],
        index=["profile_id", "source", "record_key", "observed_at", "trust"],
        variable_name="field",
    )
    return (
        long.drop_nulls("value")
        .with_columns(
            pl.col("field").replace(dict(_FIELDS)).alias("attribute"),
            pl.col("value").str.replace(r"\{,", "{"),
        )
        .drop("field")
    )


_NULLS = r',?"[a-z_0-9]+":null'


def _preferences(rules: Survivorship) -> pa.Table:
    rows = []
    for attribute, name in rules.rules.items():
        first, second, third, fourth = _rules()[name].order
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


@cache
def _rules() -> dict[str, SurvivorshipRule]:
    return load_plugins(
        "passerelle.unify.survivorship", SurvivorshipRule, group="survivorship_rules"
    )
