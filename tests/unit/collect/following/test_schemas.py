"""Schemas that sources declare are inferred, checked and, once pinned, applied to what comes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from passerelle.collect import EventSchema, check_schemas, infer_schemas, write_schema
from passerelle.kernel import InvalidInput
from tests.event_logs import reception, track
from tests.unit.collect.following.base import Base


def seen(message: str, **properties: Any) -> dict[str, Any]:
    return track(message, properties=properties)


def folder_of(base: Base) -> Path:
    return base.home / "schemas"


@pytest.fixture
def inferred(small_base: Base) -> EventSchema:
    """The schema of the events that came: a price, and mostly a name."""
    small_base.receive(reception(seen("m-1", price=1.5, name="a"), seen("m-2", price=2.5)))
    small_base.follow()
    (schema,) = infer_schemas(
        small_base.warehouse, small_base.engine, folder_of(small_base), source="web", most=100
    )
    return schema


def pin(base: Base, schema: EventSchema, **choices: str) -> None:
    write_schema(folder_of(base), replace(schema, pinned=True, **choices))


def test_what_every_event_has_is_required(inferred: EventSchema) -> None:
    assert inferred.event == "Product Viewed"
    assert inferred.schema["required"] == ["price"]
    assert inferred.fields == {"name": {"type": "string"}, "price": {"type": "number"}}


@pytest.mark.parametrize(
    ("choice", "kept", "note"), [("flag", 2, "schema_mismatch"), ("quarantine", 1, None)]
)
def test_an_event_that_does_not_fit_is_flagged_or_kept_aside(
    small_base: Base, inferred: EventSchema, choice: str, kept: int, note: str | None
) -> None:
    pin(small_base, inferred, mismatch=choice)
    small_base.receive(reception(seen("m-3", price="dear"), seen("m-4", price=3.5)))

    small_base.follow()

    notes = dict(small_base.lake().select("message_id", "schema_note").iter_rows())
    assert len(notes) == 2 + kept
    assert notes.get("m-3") == note
    assert notes["m-4"] is None
    rows = {("web", "events", "schema_mismatch"): 1} if choice == "quarantine" else {}
    assert small_base.quarantine() == rows


@pytest.mark.parametrize(("choice", "note"), [("allow", None), ("flag", "unknown_field")])
def test_an_unknown_field_is_what_its_schema_says(
    small_base: Base, inferred: EventSchema, choice: str, note: str | None
) -> None:
    pin(small_base, inferred, unknown=choice)
    small_base.receive(reception(seen("m-3", price=1.5, colour="red")))

    small_base.follow()

    assert small_base.lake().filter(message_id="m-3")["schema_note"].to_list() == [note]


def test_a_check_counts_what_does_not_fit(small_base: Base, inferred: EventSchema) -> None:
    small_base.receive(reception(seen("m-3", price="dear"), seen("m-4", price=1.5, colour="red")))
    small_base.follow()

    (fit,) = check_schemas(
        small_base.warehouse, small_base.engine, folder_of(small_base), source=None, most=100
    )

    assert (fit.schema, fit.events, fit.mismatches, fit.unknown_fields) == ("proposed", 4, 1, 1)


def test_a_pinned_schema_is_not_written_over(small_base: Base, inferred: EventSchema) -> None:
    pin(small_base, inferred)

    written = infer_schemas(
        small_base.warehouse, small_base.engine, folder_of(small_base), source=None, most=100
    )

    assert written == []


def test_a_broken_file_stops_no_event_and_is_told_of(
    small_base: Base, inferred: EventSchema
) -> None:
    pin(small_base, inferred, mismatch="quarantine")
    (path,) = folder_of(small_base).glob("*/*.json")
    path.write_text("{", encoding="utf-8")
    small_base.receive(reception(seen("m-3", price="dear")))

    small_base.follow()

    assert small_base.lake().height == 3
    with pytest.raises(InvalidInput, match="cannot be used"):
        check_schemas(
            small_base.warehouse, small_base.engine, folder_of(small_base), source=None, most=9
        )
