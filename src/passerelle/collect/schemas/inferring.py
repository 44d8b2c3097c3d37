"""Infer schemas from the events that came, and say how well events fit the schemas there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from passerelle.collect.schemas.event_schemas import MISMATCH, UNKNOWN_FIELD, SchemaCheck, event_key
from passerelle.collect.schemas.schema_file import (
    FLAG,
    EventSchema,
    find_schema,
    list_schemas,
    write_schema,
)
from passerelle.collect.sources import find_source_kind
from passerelle.collect.warehouse import Warehouse
from passerelle.engine import Engine

_NAMES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
_RECENT = """
select source, type, name, properties
from (
    select
        source, type, name, properties,
        row_number() over (partition by source, type, name order by received_at desc, event_id)
            as place
    from events
) ranked
where place <= $most
"""


@dataclass(frozen=True)
class SchemaFit:
    """How recent events of one kind fit their schema; `schema` is pinned, proposed or none."""

    source: str
    event: str
    schema: str
    events: int
    mismatches: int
    unknown_fields: int


def infer_schemas(
    warehouse: Warehouse, engine: Engine, folder: Path, *, source: str | None, most: int
) -> list[EventSchema]:
    """Write a schema for each event that has none pinned, from its most recent events.

    A field is required if every event had it. What people wrote in pinned files stays.
    """
    kept = []
    for (name, event), properties in _recent(warehouse, engine, source, most).items():
        known = find_schema(folder, name, event)
        if known is not None and known.pinned:
            continue
        party = "second" if find_source_kind(warehouse.store, name) == "partner" else "first"
        schema = EventSchema(name, event, infer(map(_object, properties)), party=party)
        write_schema(folder, schema)
        kept.append(schema)
    return kept


def check_schemas(
    warehouse: Warehouse, engine: Engine, folder: Path, *, source: str | None, most: int
) -> list[SchemaFit]:
    """How the most recent events of each kind fit the schemas, pinned or not.

    Raises:
        InvalidInput: A schema cannot be used.
    """
    schemas = {(each.source, each.event): each for each in list_schemas(folder)}
    fits = []
    for (name, event), properties in _recent(warehouse, engine, source, most).items():
        schema = schemas.get((name, event))
        if schema is None:
            fits.append(SchemaFit(name, event, "none", len(properties), 0, 0))
            continue
        # Unknown fields are told, whatever the schema says of them.
        strict = EventSchema(name, event, schema.schema, unknown=FLAG)
        check = SchemaCheck(strict)
        found = Counter(each.reason for each in map(check.find, properties) if each is not None)
        state = "pinned" if schema.pinned else "proposed"
        counts = found[MISMATCH], found[UNKNOWN_FIELD]
        fits.append(SchemaFit(name, event, state, len(properties), *counts))
    return fits


def infer(events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The JSON Schema that some objects fit.

    >>> infer([{"a": 1}, {"a": 2.5, "b": "x"}])["properties"]["a"]
    {'type': ['integer', 'number']}
    """
    types: dict[str, set[str]] = {}
    seen: Counter[str] = Counter()
    count = 0
    for event in events:
        count += 1
        for name, value in event.items():
            seen[name] += 1
            types.setdefault(name, set()).add(_type_of(value))
    required = sorted(name for name, times in seen.items() if times == count)
    fields = {name: {"type": _one_or_many(kinds)} for name, kinds in sorted(types.items())}
    return {"type": "object", "properties": fields, "required": required}


def _recent(
    warehouse: Warehouse, engine: Engine, source: str | None, most: int
) -> dict[tuple[str, str], list[str | None]]:
    """The properties of recent events, by source and what a schema calls them."""
    files = warehouse.lake.files("events")
    if not files.files:
        return {}
    told = pl.DataFrame(engine.run(_RECENT, {"events": files}, {"most": most}))
    if source is not None:
        told = told.filter(source=source)
    grouped = told.with_columns(event_key().alias("event")).group_by("source", "event")
    listed = grouped.agg("properties").sort("source", "event")
    return {(name, event): list(properties) for name, event, properties in listed.iter_rows()}


def _object(properties: str | None) -> Mapping[str, Any]:
    told = msgspec.json.decode(properties) if properties else {}
    return told if isinstance(told, dict) else {}


def _type_of(value: object) -> str:
    if value is None:
        return "null"
    return _NAMES.get(type(value), "object")


def _one_or_many(kinds: set[str]) -> str | list[str]:
    return next(iter(kinds)) if len(kinds) == 1 else sorted(kinds)
