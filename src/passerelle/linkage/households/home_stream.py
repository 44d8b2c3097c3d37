"""Persons that meet, compared in a stream of blocks: counted to learn from, then scored.

No more than some blocks are in memory at once. Where few meet, the compared pairs are held between
learning and scoring; where many do, every so many persons teach, and all are compared once, to be
scored.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from passerelle.kernel import side_threads
from passerelle.linkage.compiling import kernel
from passerelle.linkage.households.home_model import AT_HOME, RELATIONS, HomeModel
from passerelle.linkage.households.meetings import MeetingPlace, Meetings, Met
from passerelle.linkage.households.people import Ints
from passerelle.linkage.households.people_comparer import PeopleComparer, Told
from passerelle.linkage.kept_pairs import HARDLY_ONE, KEEP_ALL
from passerelle.linkage.memory import Room
from passerelle.linkage.patterns import BITS, PatternCounts, count_patterns
from passerelle.linkage.streaming import count_and_hold, in_turn

T = TypeVar("T")
Floats = npt.NDArray[np.float32]

_TAUGHT = 1 << 24
"""Meetings to learn from; of more, a share is taken. A pair meets some four times, by several rules
and from both sides, and a million pairs teach more than enough."""

_HEAVY = 2  # pairs of records that take as much memory, compared, as one of persons
_THREADS = 2


@dataclass(frozen=True)
class Scored:
    """Pairs of persons, and log2 odds that they live together."""

    left: Ints
    right: Ints
    odds: Floats


@dataclass(frozen=True)
class _Compared:
    met: Met
    told: Told


class MeetingStream:
    """The persons that meet, compared as they are asked for."""

    def __init__(self, meetings: Meetings, comparer: PeopleComparer, room: Room) -> None:
        """Begin; nothing is compared yet.

        Args:
            meetings: Who is compared.
            comparer: How.
            room: How much may be in memory at once.
        """
        self._meetings, self._comparer, self._room = meetings, comparer, room
        self._held: deque[_Compared] | None = None

    def count_patterns(self) -> PatternCounts:
        """How often each pattern came, each with the fields that its pairs were found without."""
        every = max(1, -(-self._meetings.most // _TAUGHT))
        whole, self._held = count_and_hold(
            self._jobs(self._counted, every),
            lambda compared: _HEAVY * len(compared.met.left),
            self._room.held if every == 1 else None,
        )
        return replace(whole, counts=whole.counts * every)

    def score(self, model: HomeModel) -> Scored:
        """All pairs that may live together, where many meet; else all that meet."""
        floor = KEEP_ALL if self._meetings.most <= _TAUGHT else HARDLY_ONE
        parts = []
        with side_threads(_THREADS) as beside:
            for scored in in_turn(beside, self._scoring(model)):
                is_kept = scored.odds >= floor
                parts.append(
                    Scored(scored.left[is_kept], scored.right[is_kept], scored.odds[is_kept])
                )
        none = np.empty(0, np.int32)
        return Scored(
            np.concatenate([none, *(each.left for each in parts)]),
            np.concatenate([none, *(each.right for each in parts)]),
            np.concatenate([none.astype(np.float32), *(each.odds for each in parts)]),
        )

    def _scoring(self, model: HomeModel) -> Iterator[Callable[[], Scored]]:
        if self._held is None:
            yield from self._jobs(lambda place: _scored(model, self._compared(place)), 1)
            return
        while self._held:
            yield partial(_scored, model, self._held.popleft())

    def _jobs(self, work: Callable[[MeetingPlace], T], every: int) -> Iterator[Callable[[], T]]:
        for place in self._meetings.places(every=every, size=self._room.block):
            yield partial(work, place)

    def _compared(self, place: MeetingPlace) -> _Compared:
        met = self._meetings.make(place)
        return _Compared(met, self._comparer.compare(met.left, met.right))

    def _counted(self, place: MeetingPlace) -> tuple[_Compared, PatternCounts]:
        compared = self._compared(place)
        return compared, count_patterns(compared.told.patterns, compared.met.masks)


def _scored(model: HomeModel, compared: _Compared) -> Scored:
    return Scored(compared.met.left, compared.met.right, home_odds(model, compared.told))


def home_odds(model: HomeModel, told: Told) -> Floats:
    """Log2 odds that pairs of persons live together."""
    is_home = np.array([each in AT_HOME for each in range(RELATIONS)])
    odds = _odds(told.patterns, told.finer, np.log2(model.priors), model.all_weights(), is_home)
    return np.asarray(odds, np.float32)


@kernel
def _odds(patterns: Any, finer: Any, priors: Any, weights: Any, is_home: Any) -> Any:
    odds = np.empty(len(patterns), np.float32)
    told = np.empty(len(priors))
    for pair in range(len(patterns)):
        for relation in range(len(priors)):
            told[relation] = priors[relation] + finer[pair, relation]
        for feature in range(len(weights)):
            level = np.int64((patterns[pair] >> np.uint64(BITS * feature)) & np.uint64(15))
            for relation in range(len(priors)):
                told[relation] += weights[feature, level, relation]
        most = told.max()
        together = apart = 0.0
        for relation in range(len(priors)):
            if is_home[relation]:
                together += np.exp2(told[relation] - most)
            else:
                apart += np.exp2(told[relation] - most)
        odds[pair] = np.log2(max(together, 1e-30)) - np.log2(max(apart, 1e-30))
    return odds
