"""New records linked with those that are known, one or thousands at a time, as a whole run would.

A whole run is one over all records, known and new, in the order of their coming, with what was
learned from the known ones. To be able to end where it ends, each addition works out again what its
records touch: the records that links lead to from them, and no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from passerelle.linkage.adding.growing import Growing
from passerelle.linkage.adding.intake import Intake
from passerelle.linkage.adding.key_index import KeyIndex
from passerelle.linkage.adding.link_graph import LinkGraph, Links
from passerelle.linkage.blocking import rule_keys
from passerelle.linkage.cluster_names import ClusterEvent, inherit, tell_events
from passerelle.linkage.comparing import compare_fully
from passerelle.linkage.deciding import Decisions
from passerelle.linkage.dictionaries import Words
from passerelle.linkage.grouping import find_persons, keep_together, move_in
from passerelle.linkage.linking import Linkage
from passerelle.linkage.records import Records
from passerelle.linkage.scoring import Scorer, Scores

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

_TIMES = 1 << 16
"""A cluster is called after a record: its position times this, and how often that was before."""


@dataclass(frozen=True)
class Added:
    """What became of new records.

    first: the position of the first; the others follow.
    cluster_ids, household_ids: of each.
    events: what happened to clusters, old and new.
    """

    first: int
    cluster_ids: tuple[str, ...]
    household_ids: tuple[str, ...]
    events: tuple[ClusterEvent, ...]


class Linker:
    """All records so far, and which are one person's. Not for two threads at once.

    >>> from passerelle.linkage import link
    >>> mails = [f"person{number % 200}@exemple.fr" for number in range(300)]
    >>> linker = Linker(link(pa.table({"email": mails})))
    >>> added = linker.add(pa.table({"email": ["PERSON107@exemple.fr", "new@exemple.fr"]}))
    >>> added.cluster_ids, [event.kind for event in added.events]
    (('107', '301'), ['created'])
    """

    def __init__(self, linkage: Linkage, names: pl.Series | None = None) -> None:
        """Begin with what a run found.

        Args:
            linkage: The run.
            names: Of its records; clusters are called after their first. Positions unless given.
        """
        records, spec = linkage.records, linkage.spec
        everybody = np.arange(records.count)
        self._model, self._repeats = linkage.model, linkage.repeats
        self._within, self._between, self._decisions = spec.within, spec.between, spec.decisions
        self._scorer = Scorer(linkage.model, records.columns)
        self._intake = Intake(linkage)
        self._codes, self._sources = Growing(records.codes), Growing(records.sources)
        self._clusters = Growing(linkage.clusters.copy())
        self._households = Growing(linkage.households.copy())
        self._names = names.to_list() if names is not None else [str(at) for at in everybody]
        self._called = Growing(linkage.clusters.astype(np.int64) * _TIMES)
        self._times = Growing((linkage.clusters == everybody).astype(np.int16))
        keys = _side_by_side([rule_keys(records, rule) for rule in linkage.rules], records.count)
        self._index = KeyIndex(keys, largest=spec.largest_group)
        self._graph = LinkGraph(records.count, _links_of(linkage))

    @property
    def count(self) -> int:
        """Records so far."""
        return self._codes.count

    @property
    def clusters(self) -> Ints:
        """For each record, the first record of its person."""
        return self._clusters.rows.copy()

    @property
    def households(self) -> Ints:
        """For each record, the first record of its household; as found first, grown since."""
        return self._households.rows.copy()

    def cluster_id(self, record: int) -> str:
        """What the person of a record is called."""
        return self._cluster_name(int(self._called.rows[record]))

    def add(self, table: pa.Table, *, source: int = 0, names: pl.Series | None = None) -> Added:
        """Link new records.

        Args:
            table: Texts, in the columns of the table that they are like, or in aligned ones.
            source: The number of that table.
            names: Of the records; positions unless given.

        Raises:
            InvalidInput: None of the columns is known, or there was no such table.
        """
        first = self.count
        codes = self._intake.read(table, source)
        new = self._take_in(codes, source, names)
        met = self._index.add(self._intake.keys(codes))
        links = self._compared(met.met, met.new)
        self._graph.add(len(new), links)
        parted = self._part(met.outgrown)
        events = self._regroup(self._graph.reached_from(np.concatenate([new, parted])), first)
        return Added(
            first,
            tuple(self._cluster_name(each) for each in self._called.rows[new].tolist()),
            tuple(self._names[each] for each in self._households.rows[new].tolist()),
            tuple(events),
        )

    def _take_in(self, codes: Ints, source: int, names: pl.Series | None) -> Ints:
        """Make room for records that were read; their positions."""
        first = self.count
        new = np.arange(first, first + len(codes), dtype=np.int32)
        self._codes.extend(codes)
        self._sources.extend(np.full(len(new), source, np.int16))
        self._clusters.extend(new)
        self._households.extend(new)
        self._called.extend(np.full(len(new), -1, np.int64))
        self._times.extend(np.zeros(len(new), np.int16))
        self._names.extend(names.to_list() if names is not None else [str(at) for at in new])
        return new

    def _compared(self, left: Ints, right: Ints) -> Links:
        """The links among pairs of records."""
        same = self._sources.rows[left] == self._sources.rows[right]
        allowed = np.where(same, self._within, self._between)
        left, right = left[allowed], right[allowed]
        scores = self._scored(left, right)
        some = (scores.person >= 0) | (scores.household >= 0)
        return Links(left[some], right[some], scores.person[some], scores.household[some])

    def _scored(self, left: Ints, right: Ints) -> Scores:
        records = Records(self._codes.rows, self._intake.columns, self._sources.rows)
        patterns = compare_fully(records, self._repeats, left, right)
        return self._scorer.score(records, left, right, patterns)

    def _part(self, outgrown: tuple[Ints, ...]) -> Ints:
        """Take out the links that only groups found which have become too large; their ends."""
        parted = [np.empty(0, np.int32)]
        for members in outgrown:
            numbers, links = self._graph.among(np.sort(members))
            left, right = (
                self._intake.keys(self._codes.rows[each]) for each in (links.left, links.right)
            )
            gone = ~self._index.share_a_key(left, right) & ~self._is_decided(links)
            self._graph.remove(numbers[gone])
            parted += [links.left[gone], links.right[gone]]
        return np.concatenate(parted)

    def _is_decided(self, links: Links) -> npt.NDArray[np.bool_]:
        """Links that are only there to lead from one record of a decision to the other."""
        return links.household <= _NO_SCORE

    def _regroup(self, around: Ints, first: int) -> list[ClusterEvent]:
        """Find persons anew among records that no link leaves, and homes for those from `first` on.

        Tell what changed.
        """
        _numbers, links = self._graph.among(around)
        left, right = (
            np.searchsorted(around, each).astype(np.int32) for each in (links.left, links.right)
        )
        persons = find_persons(
            self._sources.rows[around],
            (left, right),
            links.person,
            self._decisions_among(around),
            lambda one, other: self._scored(around[one], around[other]).person,
        )
        homes = move_in(persons, around >= first, (left, right), links.household)
        self._clusters.rows[around] = around[persons]
        self._join_homes(around, around[homes])
        return self._call(around, persons)

    def _join_homes(self, around: Ints, found: Ints) -> None:
        """Newcomers move in; a whole run decides all anew, on all that is known of persons."""
        before = self._households.rows[around]
        after = keep_together(before, found)
        gone = np.setdiff1d(before, after)
        if len(gone):  # of a household that is joined to another, some may live outside
            rows = self._households.rows
            outside = np.flatnonzero(np.isin(rows, gone))
            joined = dict(zip(before.tolist(), after.tolist(), strict=True))
            rows[outside] = [joined[each] for each in rows[outside].tolist()]
        self._households.rows[around] = after

    def _decisions_among(self, around: Ints) -> Decisions:
        told = []
        for pairs in (self._decisions.same, self._decisions.different):
            inside = pairs[np.isin(pairs, around).all(axis=1)] if len(pairs) else pairs
            told.append(np.searchsorted(around, inside).astype(np.int32))
        return replace(self._decisions, same=told[0], different=told[1])

    def _call(self, around: Ints, persons: Ints) -> list[ClusterEvent]:
        """Give the clusters of some records their names; tell what happened to them."""
        roots, after = np.unique(persons, return_inverse=True)
        called = self._called.rows[around]
        old, before = np.unique(called, return_inverse=True)
        is_new = int((old < 0).sum())  # -1 stands first
        inheritance = inherit(before - is_new, after)
        codes = [
            int(old[heir + is_new]) if heir >= 0 else self._first_called(int(around[root]))
            for heir, root in zip(inheritance.heirs.tolist(), roots.tolist(), strict=True)
        ]
        self._called.rows[around] = np.array(codes)[after]
        return tell_events(
            inheritance,
            [self._cluster_name(each) for each in old[is_new:].tolist()],
            [self._cluster_name(each) for each in codes],
            np.bincount(after).tolist(),
        )

    def _first_called(self, record: int) -> int:
        times = int(self._times.rows[record])
        self._times.rows[record] += 1
        return record * _TIMES + times

    def _cluster_name(self, code: int) -> str:
        record, times = divmod(code, _TIMES)
        name = str(self._names[record])
        return f"{name}~{times + 1}" if times else name


def _side_by_side(keys: Sequence[Words], count: int) -> Words:
    """Of shape (records, rules), also where no rule finds any pair."""
    return np.stack(keys, axis=1) if keys else np.zeros((count, 0), np.uint64)


_NO_SCORE = np.float32(-1e9)


def _links_of(linkage: Linkage) -> Links:
    scores = linkage.scores
    some = (scores.person >= 0) | (scores.household >= 0)
    # A decision links without a score: without a way between them, two records that people joined
    # would not be found from each other.
    same = np.sort(linkage.spec.decisions.same, axis=1)
    unscored = np.full(len(same), _NO_SCORE)
    return Links(
        np.concatenate([linkage.pairs.left[some], same[:, 0]]),
        np.concatenate([linkage.pairs.right[some], same[:, 1]]),
        np.concatenate([scores.person[some], unscored]),
        np.concatenate([scores.household[some], unscored]),
    )
