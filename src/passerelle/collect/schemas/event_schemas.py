"""Pinned schemas, applied to events as they come."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import polars as pl

from passerelle.collect.events import RejectedRow
from passerelle.collect.schemas.schema_file import ALLOW, QUARANTINE, EventSchema, read_schema
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import N_, _

MISMATCH, UNKNOWN_FIELD = "schema_mismatch", "unknown_field"
SCHEMA_REASONS = {
    MISMATCH: N_("The event does not fit the schema of its source."),
    UNKNOWN_FIELD: N_("The event has a field that the schema of its source does not know."),
}
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True)
class Finding:
    """What is wrong with an event: a reason, and where; never what it says there."""

    reason: str
    place: str


class SchemaCheck:
    """One schema, ready to check many events."""

    def __init__(self, schema: EventSchema) -> None:
        self.schema = schema
        self._known = frozenset(schema.fields)
        self._validator = jsonschema_rs.validator_for(dict(schema.schema))

    def find(self, properties: str | None) -> Finding | None:
        """What is wrong with an event's properties (JSON text); None if they fit."""
        told: Any = _decode(properties) if properties else {}
        if not self._validator.is_valid(told):
            error = next(iter(self._validator.iter_errors(told)))
            place = "/".join(map(str, error.instance_path))
            return Finding(MISMATCH, f"/{place}")
        if self.schema.unknown != ALLOW and isinstance(told, dict) and told.keys() - self._known:
            return Finding(UNKNOWN_FIELD, "/" + sorted(told.keys() - self._known)[0])
        return None

    def refuses(self, finding: Finding) -> bool:
        """Whether an event is kept aside for what is wrong with it."""
        choice = self.schema.mismatch if finding.reason == MISMATCH else self.schema.unknown
        return choice == QUARANTINE


@dataclass(frozen=True)
class EventSchemas:
    """The schemas that are pinned, by source and event; none unless somebody pinned one."""

    checks: Mapping[tuple[str, str], SchemaCheck] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> EventSchemas:
        """The pinned schemas of a folder; a file that cannot be used is in force for nothing.

        Events go on coming while somebody edits it; `check_schemas` tells of it.
        """
        files = sorted(folder.glob("*/*.json"))
        return cls(_load(folder, tuple((file, file.stat().st_mtime_ns) for file in files)))

    def apply(self, events: pl.DataFrame) -> tuple[pl.DataFrame, list[RejectedRow]]:
        """The events that may go on, what is wrong in their `schema_note`; and those kept aside."""
        notes = pl.Series("schema_note", [None], dtype=pl.String).new_from_index(0, events.height)
        if not self.checks:
            return events.with_columns(notes), []
        told = events.with_row_index("place").select(
            "place", "source", event_key().alias("event"), "properties", "row_number", "original"
        )
        found: dict[int, str] = {}
        refused: dict[int, RejectedRow] = {}
        for (source, event), part in told.group_by("source", "event"):
            check = self.checks.get((str(source), str(event)))
            if check is None:
                continue
            for place, properties, row, original in part.select(
                "place", "properties", "row_number", "original"
            ).iter_rows():
                finding = check.find(properties)
                if finding is None:
                    continue
                if check.refuses(finding):
                    detail = f"{_(SCHEMA_REASONS[finding.reason])} ({finding.place})"
                    refused[place] = RejectedRow(row, finding.reason, detail, original)
                else:
                    found[place] = finding.reason
        notes = notes.clone().scatter(list(found), list(found.values())) if found else notes
        kept = pl.Series([place not in refused for place in range(events.height)], dtype=pl.Boolean)
        return events.with_columns(notes).filter(kept), [refused[each] for each in sorted(refused)]


def event_key() -> pl.Expr:
    """What a schema calls an event: the name of a track event, else its type."""
    return pl.when(pl.col("type") == "track").then("name").otherwise("type").fill_null("")


@lru_cache(maxsize=4)
def _load(
    folder: Path, _files: tuple[tuple[Path, int], ...]
) -> Mapping[tuple[str, str], SchemaCheck]:
    """The checks of a folder whose files are of these instants."""
    checks = {}
    for path in sorted(folder.glob("*/*.json")):
        with suppress(InvalidInput):
            schema = read_schema(path)
            if schema.pinned:
                checks[schema.source, schema.event] = SchemaCheck(schema)
    return checks
