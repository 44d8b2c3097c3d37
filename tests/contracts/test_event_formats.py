"""What every event format promises, held for each file of its folder."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.collect.events import (
    EVENT_SCHEMA,
    REASONS,
    Records,
    list_event_formats,
    read_events,
)

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


@every_format
def test_it_says_what_it_is(name: str) -> None:
    assert FORMATS[name].label
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
