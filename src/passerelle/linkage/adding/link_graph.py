"""The links found so far, kept so that those around a few records are found at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.linkage.adding.growing import Growing
from passerelle.linkage.compiling import kernel

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Links:
    """Pairs of records that may be one person, or of one household, with their log2 odds."""

    left: Ints
    right: Ints
    person: Floats
    household: Floats


class LinkGraph:
    """Records and links between them; both grow, links may be taken out again."""

    def __init__(self, records: int, links: Links) -> None:
        """Begin with some records and links, left before right."""
        self._first = Growing(np.full(records, -1, np.int64))
        self._next = Growing(np.empty((0, 2), np.int64))
        self._ends = Growing(np.empty((0, 2), np.int32))
        self._odds = Growing(np.empty((0, 2), np.float32))
        self._is_valid = Growing(np.empty(0, np.bool_))
        self.add(0, links)

    @property
    def _arrays(self) -> tuple[npt.NDArray[Any], ...]:
        return self._ends.rows, self._first.rows, self._next.rows, self._is_valid.rows

    def add(self, records: int, links: Links) -> None:
        """Add records, and links between any."""
        count = len(links.left)
        first = self._ends.count
        self._first.extend(np.full(records, -1, np.int64))
        self._next.extend(np.empty((count, 2), np.int64))
        self._ends.extend(np.stack([links.left, links.right], axis=1))
        self._odds.extend(np.stack([links.person, links.household], axis=1))
        self._is_valid.extend(np.ones(count, np.bool_))
        _thread(self._ends.rows, first, self._first.rows, self._next.rows)

    def remove(self, links: npt.NDArray[np.int64]) -> None:
        """Take out links, by their numbers."""
        self._is_valid.rows[links] = False

    def reached_from(self, records: Ints) -> Ints:
        """All records that some links lead to, in order, those given among them."""
        return np.sort(_walk(np.unique(records), *self._arrays))

    def among(self, records: Ints) -> tuple[npt.NDArray[np.int64], Links]:
        """The links whose ends are both among some records (in order), with their numbers."""
        numbers = np.sort(_among(records, *self._arrays))
        ends, odds = self._ends.rows[numbers].T, self._odds.rows[numbers].T
        return numbers, Links(*(np.ascontiguousarray(each) for each in (*ends, *odds)))


@kernel
def _thread(ends: Any, start: Any, first: Any, following: Any) -> None:
    """Put each link at the head of the lists of both its ends: a list holds 2 * link + side."""
    for link in range(start, len(ends)):
        for side in range(2):
            record = ends[link, side]
            following[link, side] = first[record]
            first[record] = 2 * link + side


@kernel
def _walk(records: Any, ends: Any, first: Any, following: Any, is_valid: Any) -> Any:
    seen = set(records)
    found = list(records)
    at = 0
    while at < len(found):
        place = first[found[at]]
        while place >= 0:
            link, side = place // 2, place % 2
            other = ends[link, 1 - side]
            if is_valid[link] and other not in seen:
                seen.add(other)
                found.append(other)
            place = following[link, side]
        at += 1
    return np.array(found)


@kernel
def _among(records: Any, ends: Any, first: Any, following: Any, is_valid: Any) -> Any:
    inside = set(records)
    found = [np.int64(0) for _none in range(0)]
    for record in records:
        place = first[record]
        while place >= 0:
            link, side = place // 2, place % 2
            if side == 0 and is_valid[link] and ends[link, 1] in inside:
                found.append(link)
            place = following[link, side]
    return np.array(found)
