"""Candidates in a stream: whatever is held at once, the same links and the same figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from passerelle.kernel import InvalidInput
from passerelle.linkage import Linkage, LinkageSpec, estimate_quality, link, measure_accuracy
from passerelle.linkage.candidates import Candidates
from passerelle.linkage.comparing import PairComparer
from passerelle.linkage.kept_pairs import HARDLY_ONE, Kept, Sieve
from passerelle.linkage.labels import Labels
from passerelle.linkage.memory import Room
from passerelle.linkage.report.building import count_totals
from passerelle.linkage.report.field_figures import weigh_fields
from passerelle.linkage.report.weight_histogram import count_weights
from passerelle.linkage.streaming import ComparedStream
from tests.unit.linkage.linked_town import linked_town, town_tables

ENOUGH = 2_000_000_000  # bytes


def stream_of(linkage: Linkage, room: Room) -> ComparedStream:
    candidates = Candidates(
        linkage.records, linkage.rules, largest=2_000, within=True, between=True
    )
    return ComparedStream(candidates, PairComparer(linkage.records, linkage.repeats), room)


def sifted(linkage: Linkage, *, floor: float = HARDLY_ONE, most: int = 10**9) -> Kept:
    sieve = Sieve(
        floor=floor,
        most=most,
        relations=len(linkage.model.relations),
        fields=len(linkage.fields),
    )
    sieve.take(linkage.pairs, linkage.patterns, linkage.scores)
    return sieve.kept()


def with_kept(linkage: Linkage, kept: Kept) -> Linkage:
    return replace(
        linkage,
        pairs=kept.pairs,
        patterns=kept.patterns,
        scores=kept.scores,
        unkept=kept.unkept,
    )


@pytest.mark.parametrize("held", [0, 10**9])
def test_small_blocks_give_what_one_block_gives(held: int) -> None:
    linkage = linked_town()
    stream = stream_of(linkage, Room(block=300, held=held))

    counts = stream.count_patterns()
    kept, finds = stream.keep(linkage.records, linkage.model)

    assert counts.counts.sum() == linkage.pairs.count
    assert (kept.pairs.left == linkage.pairs.left).all()
    assert (kept.pairs.right == linkage.pairs.right).all()
    assert (kept.patterns == linkage.patterns).all()
    assert (kept.scores.person == linkage.scores.person).all()
    assert finds == linkage.finds


def test_what_is_not_kept_is_counted() -> None:
    linkage = linked_town()

    kept = sifted(linkage)

    forgotten = linkage.pairs.count - kept.pairs.count
    below = (linkage.scores.person < HARDLY_ONE) & (linkage.scores.household < 0)
    assert 0 < forgotten <= below.sum()
    assert kept.unkept.count == forgotten
    assert kept.unkept.by_weight.sum() == forgotten
    assert (kept.unkept.by_level.sum(axis=1) == forgotten).all()
    assert not kept.unkept.by_weight[kept.unkept.weights >= HARDLY_ONE].any()


def test_figures_are_those_of_all_candidates() -> None:
    linkage = linked_town()
    told = with_kept(linkage, sifted(linkage))
    labels = Labels(
        linkage.pairs.left[:40], linkage.pairs.right[:40], linkage.scores.person[:40] >= 0
    )

    assert count_totals(told) == count_totals(linkage)
    assert weigh_fields(told) == weigh_fields(linkage)
    assert sum(map(sum, count_weights(told).counts)) == linkage.pairs.count
    assert count_weights(told) == count_weights(linkage)
    one, other = estimate_quality(told), estimate_quality(linkage)
    assert one.kept == other.kept
    assert one.recall == pytest.approx(other.recall, abs=1e-9)
    for few, all_ in zip(
        measure_accuracy(told, labels), measure_accuracy(linkage, labels), strict=True
    ):
        assert few.precision == pytest.approx(all_.precision)
        assert few.recall == pytest.approx(all_.recall, abs=1e-3)


def test_where_room_is_short_only_links_are_kept_and_fewer_is_an_error() -> None:
    linkage = linked_town()
    scores = linkage.scores
    links = int(((scores.person >= 0) | (scores.household >= 0)).sum())
    examples = 2 + linkage.pairs.count // 4096

    kept = sifted(linkage, most=links + examples)

    assert links <= kept.pairs.count <= links + examples
    assert kept.pairs.count + kept.unkept.count == linkage.pairs.count
    with pytest.raises(InvalidInput, match="links"):
        sifted(linkage, most=links // 2)


def test_a_bound_of_memory_changes_no_link() -> None:
    linkage = linked_town()

    bounded = link(town_tables(), LinkageSpec(memory=ENOUGH))

    assert (bounded.clusters == linkage.clusters).all()
    assert (bounded.pairs.left == linkage.pairs.left).all()
    assert np.array_equal(bounded.scores.person, linkage.scores.person)


def test_too_little_memory_is_refused_with_what_is_needed() -> None:
    with pytest.raises(InvalidInput) as refused:
        link(town_tables(), LinkageSpec(memory=100_000_000))
    needed = int(str(refused.value.hint).split()[1])
    assert "96 MiB" in refused.value.message
    assert needed > 100

    link(town_tables(), LinkageSpec(memory=ENOUGH // 2))
