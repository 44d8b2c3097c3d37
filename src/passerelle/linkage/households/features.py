"""What is compared between two persons to tell whether they live together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from passerelle.linkage.comparison import DIFFERENT, FIRST_FUZZY
from passerelle.linkage.households.circumstances import chances_of_gaps
from passerelle.linkage.households.home_model import (
    FAMILY,
    NAMESAKE,
    NEIGHBOUR,
    PARTNERS,
    Feature,
)
from passerelle.linkage.households.people import Ints, People, count_holders
from passerelle.linkage.households.sexes import chances_of_sexes
from passerelle.linkage.households.shared_fields import (
    LINE,
    NAME,
    NUMBER,
    PLACE,
    STREET,
    SharedFields,
)
from passerelle.linkage.records import Column

Floats = npt.NDArray[np.float64]

_LEAST_SEEN = 0.1  # pairs of a level that none was seen at
_NEVER = 1e-9  # chance of a level that is not used

_AGREES = {
    PLACE: {FAMILY: 0.95, NEIGHBOUR: 0.98, NAMESAKE: 0.9},
    STREET: {FAMILY: 0.85, NEIGHBOUR: 0.95},
    NUMBER: {FAMILY: 0.85, NEIGHBOUR: 0.5},
    NAME: {FAMILY: 0.95, NAMESAKE: 0.95},
    LINE: {FAMILY: 0.1},
}
"""How often each relation agrees, before anything is learned; those not named are like chance."""

_LEAST = {
    PLACE: {FAMILY: 0.8, NEIGHBOUR: 0.95, NAMESAKE: 0.8},
    STREET: {FAMILY: 0.7, NEIGHBOUR: 0.9},
    NUMBER: {FAMILY: 0.7},
    NAME: {FAMILY: 0.9, NAMESAKE: 0.9},
    LINE: {},
}
"""And how often at least: below it, a class would hold another relation's pairs."""

_LIKE_FAMILY = {PARTNERS: FAMILY}
"""Partners of two names share an address and a phone as a family of one name does: families are
told by their name for certain, so they teach it."""

_FAMILY_GAPS = np.array([1.0, 0.16, 0.20, 0.13, 0.05, 0.04, 0.35, 0.07])
_PARTNER_GAPS = np.array([1.0, 0.31, 0.32, 0.24, 0.08, 0.02, 0.02, 0.01])
"""Years between two of a household: partners are of one generation, a parent is some thirty older.

What partners are is not learned: it is what tells them from neighbours. Source: INSEE Premiere 1613
(2016): three couples in ten are of one age within a year, three are two to four years apart, some
one in ten is ten years apart or more. What lies between, and all of families, is chosen.
"""

_FAMILY_SEXES = np.array([1.0, 0.35, 0.65])
_PARTNER_SEXES = np.array([1.0, 0.08, 0.92])
"""Names of one sex, or of both: partners, and some who share a flat or are parent and child."""

_OTHERS = {
    FAMILY: np.array([1.0, 0.50, 0.20, 0.10, 0.10, 0.06, 0.04]),
    NEIGHBOUR: np.array([1.0, 0.15, 0.05, 0.15, 0.20, 0.25, 0.20]),
}
"""Persons of other names at an address: most households have it alone, neighbours only where the
others are not customers."""


def list_features(
    shared: SharedFields, people: People, years: Ints, sexes: Ints
) -> tuple[Feature, ...]:
    """A feature for each field; then years apart, sexes of names, and others at the address."""
    return (
        *(_field(shared, people, at) for at in range(len(shared.sorts))),
        _circumstance(chances_of_gaps(years), _FAMILY_GAPS, _PARTNER_GAPS, people.pairs),
        _circumstance(chances_of_sexes(sexes), _FAMILY_SEXES, _PARTNER_SEXES, people.pairs),
        Feature(_OTHERS[NEIGHBOUR], people.pairs, experience=_OTHERS, alike_in=_LIKE_FAMILY),
    )


def _circumstance(chances: Floats, family: Floats, partners: Floats, pairs: float) -> Feature:
    return Feature(chances, pairs, experience={FAMILY: family}, given={PARTNERS: partners})


def _field(shared: SharedFields, people: People, at: int) -> Feature:
    column, sort = shared.records.columns[at], shared.sorts[at]
    exact = tuple(column.comparison.exact_levels)
    chances, pairs = _chances(shared, people, at)
    return Feature(
        chances,
        pairs,
        exact=exact,
        experience={
            relation: _expected(column, chances, agrees)
            for relation, agrees in _AGREES[sort].items()
        },
        alike_in={} if sort == NAME else _LIKE_FAMILY,
        alike=exact,
        least=_LEAST[sort],
        mask=1 << at,
    )


def _chances(shared: SharedFields, people: People, at: int) -> tuple[Floats, float]:
    """How often two persons reach each level, and how many pairs of them have values."""
    column, exact = (
        shared.records.columns[at],
        list(shared.records.columns[at].comparison.exact_levels),
    )
    codes = np.ascontiguousarray(shared.records.codes[:, at])
    holders, known = count_holders(codes, people, len(column.exact))
    pairs = max(1.0, known * (known - 1) / 2)
    tries = (holders.sum() / max(1, known)) ** 2  # values of one person against the other's
    chances = shared.chances[at] * tries
    chances[exact] = 0.0
    np.add.at(chances, column.exact, holders * (holders - 1) / 2 / pairs)
    chances[exact] = np.maximum(chances[exact], _LEAST_SEEN / pairs)
    if shared.sorts[at] == LINE:
        chances[FIRST_FUZZY : exact[0]] = _NEVER
    chances[[0, DIFFERENT]] = 0.0
    chances *= min(1.0, 0.5 / chances.sum())
    chances[DIFFERENT] = 1 - chances.sum()
    chances[0] = 1.0
    return chances, pairs


def _expected(column: Column, chances: Floats, agrees: float) -> Floats:
    exact = list(column.comparison.exact_levels)
    shares = np.maximum(column.band_shares, 1e-6)
    told = chances * (1 - agrees)
    told[exact] = agrees * shares / shares.sum()
    told[0] = 0.0
    told /= told.sum()
    told[0] = 1.0
    return np.asarray(told)
