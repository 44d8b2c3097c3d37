"""What every event format promises, held for each file of its folder."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.collect.events import (
    BROWSERS,
    EVENT_SCHEMA,
    EVENT_TYPES,
    REASONS,
    EventFile,
    Records,
    list_event_formats,
    open_events,
    read_events,
)
from tests.contracts.samples import docstring, list_samples

FORMATS = list_event_formats()
_KEYS = (
    "type", "event", "name", "anonymousId", "userId", "timestamp", "context", "properties", "traits",
    "batch", "messageId", "page", "url", "idVisit", "visitorId", "actionDetails", "orderId", "revenue",
    "event_name", "event_timestamp", "event_params", "key", "value", "string_value", "user_pseudo_id",
    "device", "web_info", "browser", "ecommerce", "email", "total",
)  # fmt: skip
_scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12) | st.sampled_from(["track", "identify", "2026-11-22T10:00:00Z", "a@b.fr"])
)  # fmt: skip
_values = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=6)
    ),
    max_leaves=20,
)
_lines = st.one_of(_values.map(json.dumps).map(str.encode), st.binary(max_size=30))
every_format = pytest.mark.parametrize("name", FORMATS)


@cache
def samples() -> dict[str, list[Path]]:
    """The sample files by the format that they are recognised as."""
    found: dict[str, list[Path]] = {}
    for path in list_samples("events"):
        found.setdefault(open_events(path).format, []).append(path)
    return found


def read(file: EventFile, size: int = 1000) -> tuple[pl.DataFrame, list[tuple[int, int, str]]]:
    batches = list(file.batches(size))
    refused = [(e.row_number, e.item, e.reason) for batch in batches for e in batch.rejected]
    return pl.concat([batch.frame for batch in batches]), refused


@every_format
def test_it_says_what_it_is_and_where_its_fields_were_read(name: str) -> None:
    assert FORMATS[name].label
    assert "Source" in docstring("passerelle.collect.events.formats", "event_formats", name)
    assert FORMATS[name].recognises([]) == 0
    assert FORMATS[name].recognises([{}, [], None, 1]) == 0


@every_format
@settings(max_examples=150, deadline=None)
@given(lines=st.lists(_lines, max_size=6))
def test_no_input_crashes_it_and_every_record_is_an_event_or_refused(
    name: str, lines: list[bytes]
) -> None:
    rows = range(1, len(lines) + 1)

    batch = read_events(Records(rows, lines), format=name, content_id="c" * 64)

    assert batch.frame.schema == pl.Schema(EVENT_SCHEMA)
    seen = set(batch.frame["row_number"]) | {row.row_number for row in batch.rejected}
    empty_bodies = {n for n, line in zip(rows, lines, strict=True) if b'"batch": []' in line}
    assert set(rows) - empty_bodies <= seen
    assert {row.reason for row in batch.rejected} <= set(REASONS)
    assert batch.frame["message_id"].null_count() == 0


@every_format
@settings(max_examples=50, deadline=None)
@given(lines=st.lists(_lines, max_size=4))
def test_the_same_records_give_the_same_events_alone_or_together(
    name: str, lines: list[bytes]
) -> None:
    rows = range(1, len(lines) + 1)
    together = read_events(Records(rows, lines), format=name, content_id="c" * 64).frame
    alone = [
        read_events(Records([row], [line]), format=name, content_id="c" * 64).frame
        for row, line in zip(rows, lines, strict=True)
    ]

    assert together.equals(pl.concat([together.clear(), *alone]))


@every_format
def test_it_has_a_sample_that_no_other_format_is_as_sure_of(name: str) -> None:
    assert name in samples(), f"add tests/samples/events/{name}.jsonl"
    for path in samples()[name]:
        records = [json.loads(line) for line in open_events(path).records.sample(50)]
        sure = {n: one.recognises(records) for n, one in FORMATS.items()}
        assert [n for n in sure if sure[n] >= sure[name]] == [name]


@every_format
def test_its_samples_become_events_with_an_id_a_time_and_a_type_that_are_known(name: str) -> None:
    for path in samples()[name]:
        events, refused = read(open_events(path))

        assert events.schema == pl.Schema(EVENT_SCHEMA)
        assert events.height > 1
        assert {reason for _row, _item, reason in refused} <= set(REASONS)
        needed = ("message_id", "occurred_at", "type", "original")
        assert events.select(needed).null_count().row(0) == (0,) * len(needed)
        assert set(events["type"]) <= set(EVENT_TYPES)
        assert set(events["browser"].drop_nulls()) <= set(BROWSERS)
        assert not events["message_id"].is_duplicated().any()


@every_format
def test_its_samples_are_the_same_on_every_reading_and_in_batches_of_any_size(name: str) -> None:
    for path in samples()[name]:
        whole = read(open_events(path))

        again, one_by_one = read(open_events(path)), read(open_events(path), size=1)

        assert again[0].equals(whole[0]) and again[1] == whole[1]
        assert one_by_one[0].equals(whole[0]) and one_by_one[1] == whole[1]


@every_format
def test_somebody_can_be_recognised_in_its_samples(name: str) -> None:
    events = pl.concat([read(open_events(path))[0] for path in samples()[name]])

    assert events["anonymous_id"].drop_nulls().len() > 0
    assert events["user_id"].drop_nulls().len() > 0
