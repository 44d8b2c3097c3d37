"""Names of events are counted by themselves up to a bound, as a plain loop does it."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.collect import event_counts
from passerelle.collect.event_counts import ACCEPTED, OTHER_NAMES, count_events
from passerelle.store import Store

HOUR = 3_600_000_000
MOST = 3


@pytest.fixture(autouse=True)
def few_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_counts, "MOST_NAMES", MOST)


STEPS = st.lists(
    st.lists(st.tuples(st.integers(0, 1), st.sampled_from("abcdefgh")), min_size=1, max_size=9),
    max_size=5,
)


def test_names_are_bounded_as_by_a_plain_loop(sqlite_store: Store) -> None:
    sources = (f"source-{number}" for number in range(1_000))

    @given(STEPS)
    @settings(max_examples=40, deadline=None)
    def hold(steps: list[list[tuple[int, str]]]) -> None:
        source = next(sources)
        expected: Counter[tuple[int, str]] = Counter()
        for step in steps:
            for (hour, name), events in sorted(
                Counter(step).items(), key=lambda one: (-one[1], one[0][1])
            ):
                known = {each for at, each in expected if at == hour and each != OTHER_NAMES}
                is_kept = name in known or len(known) < MOST
                expected[hour, name if is_kept else OTHER_NAMES] += events
            with sqlite_store.bulk() as bulk:
                count_events(bulk, tally(source, step))
        assert counted(sqlite_store, source) == expected

    hold()


def tally(source: str, step: list[tuple[int, str]]) -> pl.DataFrame:
    rows = [(hour * HOUR, source, ACCEPTED, name, 1) for hour, name in step]
    return pl.DataFrame(rows, ["hour", "source", "outcome", "event", "events"], orient="row")


def counted(store: Store, source: str) -> dict[tuple[int, str], int]:
    rows = store.rows("select hour, event, events from event_counts where source = ?", (source,))
    return {(row["hour"] // HOUR, row["event"]): row["events"] for row in rows}
