"""Names of clusters from run to run."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.linkage.cluster_names import ClusterEvent, carry_names


def clusters(**of_records: str) -> pa.Table:
    return pa.table(
        {
            "source": ["crm"] * len(of_records),
            "record_id": list(of_records),
            "cluster_id": list(of_records.values()),
        }
    )


def named(table: pa.Table) -> dict[str, str]:
    return dict(zip(table["record_id"].to_pylist(), table["cluster_id"].to_pylist(), strict=True))


def test_a_cluster_that_grows_keeps_its_name() -> None:
    table, events = carry_names(clusters(a="x", b="x"), clusters(c="c", a="c", b="c", d="d"))
    assert named(table) == {"c": "x", "a": "x", "b": "x", "d": "d"}
    assert events == (ClusterEvent("created", "d", None, 1),)


def test_of_two_that_become_one_the_larger_keeps_its_name() -> None:
    table, events = carry_names(clusters(a="x", b="y", c="y"), clusters(a="a", b="a", c="a"))
    assert set(named(table).values()) == {"y"}
    assert events == (ClusterEvent("merged", "y", "x", 1),)


def test_of_two_alike_the_older_keeps_its_name() -> None:
    table, events = carry_names(clusters(a="x", b="y"), clusters(b="b", a="b"))
    assert set(named(table).values()) == {"x"}
    assert events == (ClusterEvent("merged", "x", "y", 1),)


def test_the_smaller_part_of_a_split_takes_a_new_name_that_nobody_had() -> None:
    table, events = carry_names(
        clusters(a="a", b="a", c="a"), clusters(a="a", b="b", c="b"), retired=["a~2"]
    )
    assert named(table) == {"a": "a~3", "b": "a", "c": "a"}
    assert events == (ClusterEvent("split", "a~3", "a", 1),)


def test_records_that_change_sides_are_moved() -> None:
    before = clusters(a="x", b="x", c="x", d="y", e="y")
    table, events = carry_names(before, clusters(a="a", b="a", c="d", d="d", e="d"))
    assert named(table) == {"a": "x", "b": "x", "c": "y", "d": "y", "e": "y"}
    assert events == (ClusterEvent("moved", "y", "x", 1),)


def test_who_is_gone_is_no_event() -> None:
    table, events = carry_names(clusters(a="x", b="y"), clusters(a="a"))
    assert named(table) == {"a": "x"}
    assert events == ()


partitions = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=14)


@settings(deadline=None)
@given(partitions)
def test_names_tell_clusters_apart_and_events_tell_every_change(
    both: list[tuple[int, int]],
) -> None:
    ids = [f"r{at}" for at in range(len(both))]
    before = clusters(**{name: f"r{both[at][0]}" for at, name in enumerate(ids)})
    after = clusters(**{name: f"r{both[at][1]}" for at, name in enumerate(ids)})

    table, events = carry_names(before, after)

    old, new = named(before), named(table)
    groups = {(new[name], named(after)[name]) for name in ids}
    assert len(groups) == len({each for each, _ in groups}) == len({each for _, each in groups})
    told = {(event.cluster, event.other): event.records for event in events}
    changes: dict[tuple[str, str], int] = {}
    for name in ids:
        if old[name] != new[name]:
            changes[new[name], old[name]] = changes.get((new[name], old[name]), 0) + 1
    assert told == changes
    again, none = carry_names(table, after)
    assert named(again) == new
    assert none == ()
