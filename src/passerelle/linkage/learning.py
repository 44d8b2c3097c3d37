"""Learn, without labels, how often records of one person agree, and of related people.

Latent classes, estimated together by expectation-maximisation on counts of patterns: the same
person, one household, neighbours at one address, namesakes, and unrelated, whose agreement is
chance. A related class learns only the fields that such people share; in all others it is like
chance. That tells it apart.

Source: Fellegi & Sunter (1969), "A Theory for Record Linkage", JASA 64(328), for two classes;
Winkler (1988) for their estimation by EM; the further classes are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from passerelle.linkage.comparison import DIFFERENT, FIRST_FUZZY
from passerelle.linkage.expecting import Expected, Seen, expect, side_by_side
from passerelle.linkage.labels import Calibration
from passerelle.linkage.patterns import Patterns, level_of
from passerelle.linkage.records import Column, Records

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PERSON, HOUSEHOLD, NEIGHBOUR = "person", "household", "neighbour"
NAMESAKE, UNRELATED = "namesake", "unrelated"

_AT_ONE_ADDRESS = (PERSON, HOUSEHOLD, NEIGHBOUR)

_EXACT_AT_FIRST = 0.86  # for one person, before anything is learned
_SPECIAL_AT_FIRST = 0.01
_ADDRESS = ("street", "house_number")
_SHARED_WITHOUT_ADDRESS = 0.5
"""Where no address is known, a household is who shares a mailbox or a phone; else few do."""

_RELATED_AT_FIRST = 0.3  # of the candidates
_ROUNDS = 60
_STILL = 3e-4  # largest change of a probability at which learning has ended
_LEAST_BY_CHANCE = 0.1
"""Of the agreements that were counted: a class may not claim them all and so become certain."""

_OWN_PAIRS = 3.0
"""Pairs a record that share a value, up to which they may be mostly one person's."""

_DEFINING = 0.5
"""Fields on which related people agree at least so often at first define their relation."""

_EXPERIENCE = 10.0
"""Pairs that what is known beforehand counts for, beside those that are seen."""

_AT_LEAST = 0.5  # pairs of each relation, so that none vanishes where few were seen

_FEW = 20.0  # pairs that were found without a field, below which all pairs teach it


@dataclass(frozen=True)
class Model:
    """What was learned.

    relations: the classes; the last is `UNRELATED`.
    priors: their shares of all pairs of records.
    chances: for each field, the probability of each level for unrelated records (u).
    agreements: for each relation and field, the probability of each level (m); level 0 is 1.
    learned: bool of shape (relations, fields): whether m is not u.
    calibration: how labels corrected the odds of being one person.
    """

    relations: tuple[str, ...]
    priors: Floats
    chances: tuple[Floats, ...]
    agreements: tuple[tuple[Floats, ...], ...]
    learned: npt.NDArray[np.bool_]
    calibration: Calibration = field(default_factory=Calibration)

    def weights(self, field: int) -> Floats:
        """Bits of evidence, of shape (relations, levels): log2 of m over u."""
        return np.log2(np.stack([each[field] for each in self.agreements]) / self.chances[field])


def seen_patterns(
    patterns: Patterns, masks: npt.NDArray[np.uint16], counts: Ints, fields: int
) -> Seen:
    """Patterns as levels."""
    return Seen(
        np.stack([level_of(patterns, at) for at in range(fields)], axis=1),
        np.stack([(masks >> np.uint16(at)) & 1 > 0 for at in range(fields)], axis=1),
        counts.astype(float),
    )


def possible_relations(columns: Sequence[Column]) -> tuple[str, ...]:
    """The relations that the fields can tell apart."""
    kinds = {column.field.kind for column in columns}
    shares = {
        relation: sum(relation in column.comparison.related for column in columns)
        for relation in (HOUSEHOLD, NAMESAKE)
    }
    found = [PERSON]
    own = kinds & {"first_name", "birth_date", "full_name"}
    if own and shares[HOUSEHOLD] >= 2:
        found.append(HOUSEHOLD)
        # A name is what tells a family from the other tenants of its house.
        if kinds & {*_ADDRESS} and kinds & {"last_name", "full_name"}:
            found.append(NEIGHBOUR)
    if {"first_name", "last_name"} <= kinds and len(columns) - shares[NAMESAKE] >= 2:
        found.append(NAMESAKE)
    return (*found, UNRELATED)


def learn(
    records: Records,
    seen: Seen,
    chances: tuple[Floats, ...],
    *,
    all_pairs: float,
    relations: tuple[str, ...],
) -> Model:
    """The model under which the candidates are likeliest.

    Args:
        records: For their columns.
        seen: The candidates' patterns.
        chances: Of levels for unrelated records.
        all_pairs: Pairs that could be, candidates or not.
        relations: The classes, `UNRELATED` last.
    """
    columns = records.columns
    supposed = tuple(
        _coincidences(column, all_pairs, chances[at]) for at, column in enumerate(columns)
    )
    model = first = _first(columns, supposed, relations, seen.counts.sum(), all_pairs)
    for _round in range(_ROUNDS):
        weights = side_by_side([model.weights(at) for at in range(len(columns))])
        expected = expect(model.priors, weights, seen)
        after = _improved(columns, first, chances, model, expected, all_pairs)
        change = max(
            float(np.abs(one[at] - other[at]).max())
            for one, other in zip(model.agreements, after.agreements, strict=True)
            for at in range(len(columns))
        )
        model = after
        if change < _STILL:
            break
    return model


def _first(
    columns: Sequence[Column],
    chances: tuple[Floats, ...],
    relations: tuple[str, ...],
    candidates: float,
    all_pairs: float,
) -> Model:
    learned = np.array(
        [
            [relation == PERSON or relation in column.comparison.related for column in columns]
            for relation in relations
        ]
    )
    learned[-1] = False
    has_address = any(column.field.kind in _ADDRESS for column in columns)
    shared = 0.0 if has_address else _SHARED_WITHOUT_ADDRESS
    agreements = tuple(
        tuple(
            _start(column, chances[at], relation, shared) if learned[number, at] else chances[at]
            for at, column in enumerate(columns)
        )
        for number, relation in enumerate(relations)
    )
    related = _RELATED_AT_FIRST * candidates / (len(relations) - 1)
    priors = _shares(np.full(len(relations), related), all_pairs)
    return Model(relations, priors, chances, agreements, learned)


def _start(column: Column, chances: Floats, relation: str, shared: float) -> Floats:
    """Agreements of a relation before anything is learned; what it shares, so often at least."""
    comparison = column.comparison
    exact = list(comparison.exact_levels)
    start = np.zeros(comparison.level_count)
    shares = np.maximum(column.band_shares, 1e-6)
    if relation == PERSON:
        start[1 : comparison.first_exact] = (1 - _EXACT_AT_FIRST) / (comparison.first_exact - 1)
        start[exact] = _EXACT_AT_FIRST * shares / shares.sum()
        start[comparison.level_count - len(comparison.special) :] = _SPECIAL_AT_FIRST
    else:
        agrees = comparison.related[relation]
        if relation == HOUSEHOLD:
            agrees = max(agrees, shared)
        start = chances * (1 - agrees)
        if relation in comparison.related_at:
            alike = list(comparison.related_at[relation])
            start[alike] = agrees * chances[alike] / chances[alike].sum()
        else:
            start[exact] = agrees * shares / shares.sum()
    start[0] = 0.0
    start /= start.sum()
    start[0] = 1.0
    return start


def _improved(
    columns: Sequence[Column],
    first: Model,
    counted: tuple[Floats, ...],
    model: Model,
    expected: Expected,
    all_pairs: float,
) -> Model:
    priors = _shares(expected.totals, all_pairs)
    related = expected.heard[:, :, :-1].sum(axis=2)
    chances = tuple(
        _by_chance(column, related[at], all_pairs, counted[at]) for at, column in enumerate(columns)
    )
    agreements = tuple(
        tuple(
            _defined(
                column,
                relation,
                _taught(expected, number, at, chances[at], first.agreements[number][at]),
                chances[at],
            )
            if model.learned[number, at]
            else chances[at]
            for at, column in enumerate(columns)
        )
        for number, relation in enumerate(model.relations)
    )
    told = _with_common_bands(columns, model, agreements, expected.totals)
    return Model(model.relations, priors, chances, told, model.learned)


def _with_common_bands(
    columns: Sequence[Column],
    model: Model,
    agreements: tuple[tuple[Floats, ...], ...],
    totals: Floats,
) -> tuple[tuple[Floats, ...], ...]:
    """How rare the values are that agree, the same for all who live together.

    That two people share the street of three records says no more of who they are than one of ten:
    else the fields of an address, which are all as rare, would together tell persons from
    households by nothing but the number of their records.
    """
    told = [[*each] for each in agreements]
    for at, column in enumerate(columns):
        exact = list(column.comparison.exact_levels)
        sharing = [
            number
            for number, relation in enumerate(model.relations)
            if relation in _AT_ONE_ADDRESS and model.learned[number, at]
        ]
        counted = sum((totals[each] * told[each][at][exact] for each in sharing), np.zeros(1))
        for each in sharing if np.sum(counted) > 0 else ():
            told[each][at] = told[each][at].copy()
            told[each][at][exact] = told[each][at][exact].sum() * counted / np.sum(counted)
    return tuple(tuple(each) for each in told)


def _coincidences(column: Column, all_pairs: float, counted: Floats) -> Floats:
    """The chances to begin with: that two people share a loyalty card is hardly ever one.

    Where other fields tell more, learning corrects it; where there are none, it is all one knows.
    """
    exact = list(column.comparison.exact_levels)
    chances = counted.copy()
    is_own = _are_own(column, counted[exact], all_pairs)
    chances[exact] *= np.where(is_own, column.comparison.coincidence, 1.0)
    return chances


def _by_chance(
    column: Column,
    related: Floats,
    all_pairs: float,
    counted: Floats,
) -> Floats:
    """Chances of exact agreement without the pairs that agree because they are related.

    An e-mail that two records share is hardly ever a coincidence: nearly all of the pairs that
    are counted for its chance are one person's.
    """
    exact = list(column.comparison.exact_levels)
    told = related[exact]
    chances = counted.copy()
    is_own = _are_own(column, counted[exact], all_pairs)
    anywhere = min(1.0, column.comparison.least_chance / counted[exact].sum())
    least = counted[exact] * np.where(is_own, max(_LEAST_BY_CHANCE, anywhere), 1.0)
    chances[exact] = np.maximum(counted[exact] - told / _comparable(column, all_pairs), least)
    return chances


def _are_own(column: Column, counted: Floats, all_pairs: float) -> npt.NDArray[np.bool_]:
    """Whether agreements may be mostly one person's: who shares a town is mostly somebody else."""
    return counted * _comparable(column, all_pairs) <= _OWN_PAIRS * column.records


def _comparable(column: Column, all_pairs: float) -> float:
    """Pairs of records that both have a value."""
    filled = float((column.dictionary.counts.sum() / column.records) ** 2)
    return max(1.0, all_pairs * filled)


def _taught(
    expected: Expected, relation: int, field: int, chances: Floats, start: Floats
) -> Floats:
    """Levels of a field as the pairs have them that were found without it."""
    levels = slice(len(chances))
    masked = expected.masked[field, levels, relation]
    is_enough = masked[DIFFERENT:].sum() >= _FEW
    heard = masked if is_enough else expected.heard[field, levels, relation]
    counted = heard + np.maximum(chances, 1e-6) / 2 + _EXPERIENCE * start
    counted[0] = 0.0
    counted /= counted.sum()
    counted[0] = 1.0
    return np.asarray(counted)


def _shares(totals: Floats, all_pairs: float) -> Floats:
    """Of all pairs, each relation's; at most half of them are related, in the smallest table."""
    priors: Floats = (totals + _AT_LEAST) / all_pairs
    related = priors[:-1].sum()
    priors[:-1] *= min(1.0, 0.5 / related)
    priors[-1] = 1 - priors[:-1].sum()
    return priors


def _defined(column: Column, relation: str, agreement: Floats, chances: Floats) -> Floats:
    """No less agreement than the relation means: tenants of one house are no household.

    A field that such people share in part only is like chance at its other levels. Where such a
    field disagrees more often, the class has begun to hold another relation's pairs.
    """
    least = column.comparison.related.get(relation, 0.0) if relation != PERSON else 0.0
    clamped = agreement.copy()
    if relation in column.comparison.related_at:
        others = np.ones(len(clamped), np.bool_)
        others[[0, DIFFERENT, *column.comparison.related_at[relation]]] = False
        clamped[others] = chances[others]
        clamped[1:] /= clamped[1:].sum()
    alike = clamped[FIRST_FUZZY:].sum()
    if least < _DEFINING or alike >= least:
        return clamped
    clamped[FIRST_FUZZY:] *= least / alike
    clamped[DIFFERENT] = 1 - least
    return clamped
