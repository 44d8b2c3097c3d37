"""The figures of the report, beside what plain counting says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from passerelle.linkage import (
    LinkageReport,
    LinkageSpec,
    build_linkage_report,
    explain_pair,
    link,
)
from passerelle.linkage.report.bridges import find_bridges, sides_of_bridges
from passerelle.linkage.report.linkage_report import Bridge
from passerelle.linkage.report.weight_histogram import count_weights
from tests.unit.linkage.linked_town import linked_town, town_names, town_tables

MADE_AT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def report() -> LinkageReport:
    linkage = linked_town()
    return build_linkage_report(
        linkage, sources=["shop", "site"], names=town_names(linkage), made_at=MADE_AT
    )


def reachable(count: int, edges: Iterable[tuple[int, int]], start: int) -> set[int]:
    """Nodes that edges reach from one, by plain union."""
    group = list(range(count))
    for one, other in edges:
        old, new = group[one], group[other]
        group = [new if each == old else each for each in group]
    return {node for node in range(count) if group[node] == group[start]}


def test_totals_are_those_of_the_linkage(report: LinkageReport) -> None:
    linkage, totals = linked_town(), report.totals
    assert totals.records == len(linkage.clusters) == sum(row.records for row in report.files)
    assert totals.people == len(set(linkage.clusters.tolist()))
    assert totals.households == len(set(linkage.households.tolist()))
    assert totals.duplicates == totals.records - totals.people > 100
    assert totals.links == (linkage.scores.person >= 0).sum()


def test_each_file_counts_its_own_people(report: LinkageReport) -> None:
    linkage = linked_town()
    people = [
        set(linkage.clusters[linkage.records.sources == source].tolist()) for source in (0, 1)
    ]
    for row, own, others in zip(report.files, people, reversed(people), strict=True):
        assert row.people == len(own)
        assert row.shared_people == len(own & others)


def test_every_person_and_every_record_is_in_one_row_of_sizes(report: LinkageReport) -> None:
    sizes = Counter(linked_town().clusters.tolist()).values()
    assert sum(row.groups for row in report.people_sizes) == report.totals.people
    assert sum(row.members for row in report.people_sizes) == report.totals.records
    assert {row.least: row.groups for row in report.people_sizes if row.most == row.least} == {
        size: count for size, count in Counter(sizes).items() if size <= 5
    }
    assert sum(row.members for row in report.household_sizes) == report.totals.people


def test_every_pair_is_in_one_bin_and_zero_is_an_edge(report: LinkageReport) -> None:
    linkage, histogram = linked_town(), report.histogram
    counts = np.array(histogram.counts)
    assert counts.sum() == linkage.pairs.count
    zero = -histogram.start / histogram.width
    assert zero == int(zero)
    assert counts[int(zero) :].sum() == report.totals.links
    edges = histogram.start + histogram.width * np.arange(len(counts) + 1)
    assert (np.histogram(linkage.scores.person, edges)[0] == counts.sum(axis=1)).all()
    assert len(counts) <= 60


def test_the_likeliest_relation_is_that_of_the_explanation() -> None:
    linkage = linked_town()
    names = linkage.model.relations
    chance = np.random.default_rng(1)
    for at in chance.choice(linkage.pairs.count, 12, replace=False).tolist():
        left, right = int(linkage.pairs.left[at]), int(linkage.pairs.right[at])
        told = explain_pair(linkage.table, linkage.model, linkage.fields, left, right)
        likeliest = names[int(linkage.scores.likeliest[at])]
        assert told.probabilities[likeliest] == pytest.approx(max(told.probabilities.values()))


def test_a_rule_alone_finds_what_is_lost_without_it(report: LinkageReport) -> None:
    linkage, tables = linked_town(), town_tables()
    assert len(report.rules) == len(linkage.rules) > 2
    whole = LinkageSpec(fields=linkage.fields, model=linkage.model)
    for at, row in enumerate(report.rules):
        others = (*linkage.rules[:at], *linkage.rules[at + 1 :])
        without = link(tables, replace(whole, rules=others))
        alone = link(tables, replace(whole, rules=(linkage.rules[at],)))
        assert linkage.pairs.count - without.pairs.count == row.only
        assert alone.pairs.count == row.pairs


def test_bridges_are_the_edges_whose_removal_splits_a_graph() -> None:
    chance = np.random.default_rng(3)
    for _time in range(60):
        count = int(chance.integers(2, 14))
        pairs = [(one, other) for one in range(count) for other in range(one + 1, count)]
        edges = [pair for pair in pairs if chance.random() < 1.6 / count]
        left, right = (np.array([each[side] for each in edges], np.int32) for side in (0, 1))

        left_sides, right_sides = sides_of_bridges(count, left, right)

        for at, (one, other) in enumerate(edges):
            rest = [*edges[:at], *edges[at + 1 :]]
            on_left, on_right = (reachable(count, rest, node) for node in (one, other))
            expected = (0, 0) if other in on_left else (len(on_left), len(on_right))
            assert (left_sides[at], right_sides[at]) == expected


def test_a_long_chain_is_all_bridges() -> None:
    ends = np.arange(200_000, dtype=np.int32)
    left_sides, right_sides = sides_of_bridges(200_001, ends, ends + 1)
    assert (left_sides == ends + 1).all()
    assert (left_sides + right_sides == 200_001).all()


def test_a_link_between_two_groups_is_told_and_one_to_a_single_record_is_not() -> None:
    ends = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5), (5, 6), (7, 8), (9, 10)]
    left, right = (np.array([each[side] for each in ends], np.int32) for side in (0, 1))
    weights = np.array([9, 9, 9, 4, 9, 9, 9, 1, 2, -3], np.float32)
    linkage = linked_town()
    joined = replace(
        linkage,
        pairs=replace(linkage.pairs, left=left, right=right),
        scores=replace(linkage.scores, person=weights),
        clusters=np.array([0, 0, 0, 0, 0, 0, 0, 7, 7, 9, 9], np.int32),
    )

    found = find_bridges(joined, pl.Series([f"r{at}" for at in range(11)]))

    assert found.count == 1
    assert found.weakest == (Bridge("r2", "r3", 4.0, left_side=3, right_side=4),)


def test_doubtful_pairs_are_the_nearest_to_one_half(report: LinkageReport) -> None:
    linkage = linked_town()
    distance = np.abs(linkage.scores.person)
    assert report.doubtful.count == (distance < 6.64).sum()
    shown = [abs(each.match_weight) for each in report.doubtful.nearest]
    assert shown == sorted(shown)
    assert len(shown) <= 25
    if shown:
        assert shown[0] == pytest.approx(distance.min())


def test_a_story_adds_up_to_its_weight_and_names_its_records(report: LinkageReport) -> None:
    relations = [each.relation for each in report.examples]
    assert set(relations) <= set(linked_town().model.relations)
    assert max(Counter(relations).values()) <= 3
    for each in (*report.doubtful.nearest, *report.examples):
        probabilities = each.explanation.probabilities
        assert probabilities["person"] == pytest.approx(1 / (1 + 2**-each.match_weight), abs=1e-3)
        assert each.left.startswith("r")
        steps = each.explanation.so_far
        assert len(steps) == 1 + len(each.explanation.evidence)
        bits = sum(one.weight for one in each.explanation.evidence)
        assert steps[-1] == pytest.approx(each.explanation.prior + bits)


def test_levels_and_missing_values_make_up_all_pairs(report: LinkageReport) -> None:
    for each in report.fields:
        assert each.missing + sum(level.pairs for level in each.levels) == linked_town().pairs.count


def test_a_column_is_counted_as_it_was_compared(report: LinkageReport) -> None:
    mails = [str(each) for table in town_tables() for each in table["Courriel"].to_pylist() if each]
    row = next(each for each in report.columns if each.field.kind == "email")
    assert row.distinct == len(set(mails))
    assert row.filled == pytest.approx(len(mails) / report.totals.records)
    assert row.frequent[0][1] == max(Counter(mails).values())


def test_a_column_that_carries_nothing_says_why(report: LinkageReport) -> None:
    assert ("Fax", "empty", "shop") in [
        (each.column, each.reason, each.source) for each in report.silent
    ]


def test_reasons_are_told_apart() -> None:
    names = [f"name{at}" for at in range(300)]
    one = {
        "nom": names,
        "constant": ["x"] * 300,
        "rare": ["y", "z", *[""] * 298],
        "created_at": [f"2024-01-{1 + at % 28:02} 10:00" for at in range(300)],
    }
    found = link(pa.table(one))
    told = build_linkage_report(found, sources=["one"], names=town_names(found), made_at=MADE_AT)
    reasons = {each.column: each.reason for each in told.silent}
    assert reasons == {"constant": "constant", "rare": "rare", "created_at": "says_nothing"}


def test_no_pair_makes_an_empty_histogram_and_no_bridge() -> None:
    rows = pa.table({"nom": ["Martin", "Petit"], "prenom": ["Zoé", "Luc"]})
    found = link(rows)
    assert sum(map(sum, count_weights(found).counts)) == found.pairs.count
    assert find_bridges(found, town_names(found)).count == 0
