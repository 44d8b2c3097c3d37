"""Candidates compared in a stream of blocks: counted to learn from, then scored and sifted.

No more than some blocks are in memory at once. Where candidates are few, the compared ones are
held between learning and scoring; where they are many, learning takes a fair share of them and
the stream is compared once, to be scored.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from passerelle.kernel import SideThreads, side_threads
from passerelle.linkage.candidates import Block, BlockPlace, Candidates, RuleFinds
from passerelle.linkage.comparing import PairComparer
from passerelle.linkage.kept_pairs import HARDLY_ONE, KEEP_ALL, Kept, Sieve
from passerelle.linkage.learning import Model
from passerelle.linkage.memory import Room
from passerelle.linkage.patterns import PatternCounts, Patterns, add_counts, count_patterns
from passerelle.linkage.records import Records
from passerelle.linkage.scoring import Scorer, Scores

T = TypeVar("T")
Ints = npt.NDArray[np.int32]
Score = Callable[[Ints, Ints, Patterns], Scores]

_TAUGHT = 1 << 25
"""Pairs of groups to learn from; of more, a share is taken. Half of them, or fewer, are distinct
candidates, far more than the probabilities of some sixty levels need."""

_FEW = 1 << 23  # pairs of groups, up to which all candidates are kept
_THREADS = 2
_AHEAD = 1  # blocks that are begun beside those that the threads work on
_MERGED = 16  # blocks whose counts are put together at a time


@dataclass(frozen=True)
class _Compared:
    block: Block
    patterns: Patterns


@dataclass(frozen=True)
class _Scored:
    block: Block
    patterns: Patterns
    scores: Scores


class ComparedStream:
    """The candidates of a run, compared as they are asked for."""

    def __init__(self, candidates: Candidates, comparer: PairComparer, room: Room) -> None:
        """Begin; nothing is compared yet.

        Args:
            candidates: What is compared.
            comparer: How.
            room: How much may be in memory at once.
        """
        self._candidates, self._comparer, self._room = candidates, comparer, room
        self._held: deque[_Compared] | None = None

    def count_patterns(self) -> PatternCounts:
        """How often each pattern came, each with the fields that its pairs were found without."""
        every = max(1, -(-self._candidates.most // _TAUGHT))
        whole, self._held = count_and_hold(
            self._jobs(self._counted, every),
            lambda compared: compared.block.pairs.count,
            self._room.held if every == 1 else None,
        )
        return replace(whole, counts=whole.counts * every)

    def keep(self, records: Records, model: Model) -> tuple[Kept, tuple[RuleFinds, ...]]:
        """Score all candidates; keep those that may matter, and what each rule found."""
        floor = KEEP_ALL if self._candidates.most <= _FEW else HARDLY_ONE
        sieve = Sieve(
            floor=floor,
            most=self._room.kept,
            relations=len(model.relations),
            fields=len(records.columns),
        )
        scorer = Scorer(model, records.columns)
        finds = self._candidates.no_finds()
        with side_threads(_THREADS) as beside:
            for scored in in_turn(beside, self._scoring(partial(scorer.score, records))):
                sieve.take(scored.block.pairs, scored.patterns, scored.scores)
                finds += scored.block.finds
        return sieve.kept(), self._candidates.tell(finds)

    def _jobs(self, work: Callable[[BlockPlace], T], every: int) -> Iterator[Callable[[], T]]:
        for place in self._candidates.places(every=every, size=self._room.block):
            yield partial(work, place)

    def _scoring(self, score: Score) -> Iterator[Callable[[], _Scored]]:
        if self._held is None:
            yield from self._jobs(lambda place: _scored(score, self._compared(place)), 1)
            return
        while self._held:
            yield partial(_scored, score, self._held.popleft())

    def _compared(self, place: BlockPlace) -> _Compared:
        block = self._candidates.make(place)
        pairs = block.pairs
        return _Compared(block, self._comparer.compare(pairs.left, pairs.right, threads=1))

    def _counted(self, place: BlockPlace) -> tuple[_Compared, PatternCounts]:
        compared = self._compared(place)
        counts = count_patterns(compared.patterns, compared.block.masks)
        return compared, counts


def _scored(score: Score, compared: _Compared) -> _Scored:
    pairs = compared.block.pairs
    scores = score(pairs.left, pairs.right, compared.patterns)
    return _Scored(compared.block, compared.patterns, scores)


def count_and_hold(
    jobs: Iterable[Callable[[], tuple[T, PatternCounts]]],
    size: Callable[[T], int],
    most: int | None,
) -> tuple[PatternCounts, deque[T] | None]:
    """The counts of all jobs together; and what they compared, or None if it is too much to hold.

    Args:
        jobs: Compare and count blocks.
        size: How much room a block takes.
        most: Room that may be taken; None to hold nothing.
    """
    held: deque[T] | None = None if most is None else deque()
    number, parts = 0, list[PatternCounts]()
    with side_threads(_THREADS) as beside:
        for compared, counts in in_turn(beside, jobs):
            number += size(compared)
            if held is not None:
                held.append(compared)
            if most is not None and number > most:
                held = None
            parts.append(counts)
            if len(parts) == _MERGED:
                parts = [add_counts(parts)]
    return add_counts(parts), held


def in_turn(beside: SideThreads, jobs: Iterable[Callable[[], T]]) -> Iterator[T]:
    """What jobs give, in their order, while the next ones are at work."""
    begun: deque[Future[T]] = deque()
    for job in jobs:
        begun.append(beside.start(job))
        if len(begun) >= _THREADS + _AHEAD:
            yield begun.popleft().result()
    while begun:
        yield begun.popleft().result()
