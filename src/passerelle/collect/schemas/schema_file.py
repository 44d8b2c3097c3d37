"""Schema files: what an event of a source looks like, written for people and for programs.

A file is a JSON Schema of the event's `properties` (of its traits, for identify). What passerelle
adds is under `x-passerelle`: whose event it is, whether the schema is in force (`pinned`), and what
becomes of fields that it does not know and of events that do not fit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import jsonschema_rs

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

ALLOW, FLAG, QUARANTINE = "allow", "flag", "quarantine"
UNKNOWN_CHOICES = (ALLOW, FLAG, QUARANTINE)
MISMATCH_CHOICES = (FLAG, QUARANTINE)
PARTIES = ("first", "second", "third")

_OURS = "x-passerelle"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LONGEST_NAME = 60


@dataclass(frozen=True)
class EventSchema:
    """What an event of a source looks like.

    Args:
        source: Whose event.
        event: Name of a track event, else its type.
        schema: JSON Schema of its properties.
        pinned: Whether it is in force.
        unknown: What becomes of an event with a field that the schema does not know.
        mismatch: What becomes of an event that does not fit.
        party: Whose data it is: `first` (ours), `second` (a partner's own), `third` (bought).
    """

    source: str
    event: str
    schema: Mapping[str, Any]
    pinned: bool = False
    unknown: str = ALLOW
    mismatch: str = FLAG
    party: str = "first"

    @property
    def fields(self) -> Mapping[str, Any]:
        """The fields that the schema knows, at the first level."""
        known = self.schema.get("properties", {})
        return known if isinstance(known, dict) else {}


def schema_path(folder: Path, source: str, event: str) -> Path:
    """The file of a schema: named after its event, as far as file names allow."""
    plain = re.sub(r"[^\w-]+", "-", event).strip("-")[:_LONGEST_NAME]
    if plain != event:
        plain += "-" + blake2b(event.encode(), digest_size=3).hexdigest()
    return folder / source / f"{plain}.json"


def read_schema(path: Path) -> EventSchema:
    """The schema of a file.

    Raises:
        InvalidInput: It is no JSON Schema, or does not say whose event it is.
    """
    try:
        told = json.loads(path.read_bytes())
        ours = told.pop(_OURS)
        schema = EventSchema(schema=told, **ours)
        jsonschema_rs.validator_for(told)
    except (ValueError, KeyError, TypeError, AttributeError):  # also what jsonschema_rs raises
        raise _unusable(path) from None
    sound = (
        schema.unknown in UNKNOWN_CHOICES
        and schema.mismatch in MISMATCH_CHOICES
        and schema.party in PARTIES
    )
    if not sound:
        raise _unusable(path)
    return schema


def write_schema(folder: Path, schema: EventSchema) -> Path:
    """Write a schema's file, the words of passerelle first."""
    path = schema_path(folder, schema.source, schema.event)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    ours = asdict(replace(schema, schema={}))
    del ours["schema"]
    told = {"$schema": _DIALECT, "title": schema.event, _OURS: ours, **schema.schema}
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(path)
    return path


def list_schemas(folder: Path) -> list[EventSchema]:
    """Every schema of a folder.

    Raises:
        InvalidInput: A file cannot be used.
    """
    return [read_schema(path) for path in sorted(folder.glob("*/*.json"))]


def find_schema(folder: Path, source: str, event: str) -> EventSchema | None:
    """The schema of an event, if there is one."""
    path = schema_path(folder, source, event)
    return read_schema(path) if path.is_file() else None


def _unusable(path: Path) -> InvalidInput:
    return InvalidInput(
        _("The schema {name} cannot be used.").format(name=f"{path.parent.name}/{path.name}"),
        hint=_("Mend it, or write it anew with: passerelle schema infer"),
    )
