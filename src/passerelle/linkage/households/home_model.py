"""Learn, without labels, what tells persons who live together from neighbours and namesakes.

Latent classes as between records, but between persons: a family of one name, partners of two names,
neighbours at one address, namesakes in one place (relatives, often) and unrelated. Each is expected
to share some features; in all others it is like chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from passerelle.linkage.comparison import DIFFERENT
from passerelle.linkage.expecting import Expected, Seen, expect, side_by_side

Floats = npt.NDArray[np.float64]

RELATIONS = 5
FAMILY, PARTNERS, NEIGHBOUR, NAMESAKE, UNRELATED = range(RELATIONS)
AT_HOME = (FAMILY, PARTNERS)
"""Relations of one household."""

_ROUNDS = 60
_STILL = 3e-4  # largest change of a probability at which learning has ended
_EXPERIENCE = 10.0  # pairs that what is known beforehand counts for
_AT_LEAST = 0.5  # pairs of each relation
_FEW = 20.0  # pairs that were found without a feature, below which all pairs teach it
_AT_FIRST = 0.3  # of the pairs, of each relation
_LEAST_BY_CHANCE = 0.1  # of the agreements that were counted


@dataclass(frozen=True, eq=False)
class Feature:
    """Something that pairs of persons agree on, by level; level 0 says nothing.

    chances: of each level, between two persons at random, related ones among them.
    pairs: of persons of whom it is known, met or not.
    exact: the levels that two persons share because they are related, rather than by chance.
    experience: for each relation that learns it, the levels as they are expected.
    given: for each relation of which it is known and not learned, the levels.
    alike_in: relations that share it as another does, and that one.
    alike: levels of agreement, which relations that are defined by it reach.
    least: for such relations, how often at least.
    mask: bit of the field; 0 for what is no field.
    """

    chances: Floats
    pairs: float
    exact: Sequence[int] = ()
    experience: Mapping[int, Floats] = field(default_factory=dict)
    given: Mapping[int, Floats] = field(default_factory=dict)
    alike_in: Mapping[int, int] = field(default_factory=dict)
    alike: Sequence[int] = ()
    least: Mapping[int, float] = field(default_factory=dict)
    mask: int = 0

    @property
    def learned_by(self) -> tuple[int, ...]:
        """The relations in which shared values count for as much as they are rare."""
        return (*self.experience, *self.alike_in)


@dataclass(frozen=True)
class HomeModel:
    """What was learned. priors: of all pairs of persons. agreements: by feature, then relation."""

    priors: Floats
    agreements: tuple[Floats, ...]

    def all_weights(self) -> Floats:
        """Bits of evidence, of shape (features, 16, relations)."""
        return side_by_side([np.log2(told / told[UNRELATED]) for told in self.agreements])


def learn_homes(features: Sequence[Feature], seen: Seen, *, all_pairs: float) -> HomeModel:
    """The model under which what pairs of persons share is likeliest.

    Args:
        features: What is compared.
        seen: What the pairs that met share.
        all_pairs: Pairs of persons, met or not.
    """
    priors = _shares(np.full(RELATIONS, _AT_FIRST * seen.counts.sum() / RELATIONS), all_pairs)
    model = HomeModel(priors, tuple(_first(feature) for feature in features))
    for _round in range(_ROUNDS):
        expected = expect(model.priors, model.all_weights(), seen)
        after = HomeModel(
            _shares(expected.totals, all_pairs),
            tuple(_taught(feature, expected, at) for at, feature in enumerate(features)),
        )
        change = max(
            float(np.abs(one - other).max())
            for one, other in zip(model.agreements, after.agreements, strict=True)
        )
        model = after
        if change < _STILL:
            break
    return model


def _first(feature: Feature) -> Floats:
    told = np.tile(feature.chances, (RELATIONS, 1))
    for relation, experience in feature.experience.items():
        told[relation] = experience
    return _completed(told, feature)


def _completed(told: Floats, feature: Feature) -> Floats:
    for relation, levels in feature.given.items():
        told[relation] = levels
    for relation, other in feature.alike_in.items():
        told[relation] = told[other]
    return told


def _taught(feature: Feature, expected: Expected, at: int) -> Floats:
    chances = _by_chance(feature, expected.heard[at])
    told = np.tile(chances, (RELATIONS, 1))
    for relation, experience in feature.experience.items():
        counted = _counted(feature, expected, at, relation)
        counted = counted + _EXPERIENCE * experience + np.maximum(chances, 1e-6) / 2
        counted[0] = 0.0
        told[relation] = _defined(counted / counted.sum(), feature, relation)
        told[relation, 0] = 1.0
    return _completed(told, feature)


def _by_chance(feature: Feature, heard: Floats) -> Floats:
    """Chances of agreement without the pairs that agree because they are related."""
    exact = list(feature.exact)
    told = heard[exact, :UNRELATED].sum(axis=1)
    counted = feature.chances[exact]
    chances = feature.chances.copy()
    chances[exact] = np.maximum(counted - told / feature.pairs, _LEAST_BY_CHANCE * counted)
    return chances


def _counted(feature: Feature, expected: Expected, at: int, relation: int) -> Floats:
    """Levels as the pairs have them that were found without the feature."""
    levels = slice(DIFFERENT, len(feature.chances))
    without = expected.masked[at, levels, relation]
    is_enough = feature.mask and without.sum() >= _FEW
    told = without if is_enough else expected.heard[at, levels, relation]
    return np.concatenate([[0.0], told])


def _shares(totals: Floats, all_pairs: float) -> Floats:
    """Of all pairs, each relation's; at most half of them are related, in the smallest table."""
    priors = (totals + _AT_LEAST) / all_pairs
    priors[:UNRELATED] *= min(1.0, 0.5 / priors[:UNRELATED].sum())
    priors[UNRELATED] = 1 - priors[:UNRELATED].sum()
    return np.asarray(priors)


def _defined(agreement: Floats, feature: Feature, relation: int) -> Floats:
    """No less agreement than the relation means."""
    least, alike = feature.least.get(relation, 0.0), list(feature.alike)
    share = agreement[alike].sum()
    if share >= least:
        return agreement
    clamped = agreement.copy()
    clamped[alike] *= least / share
    others = [at for at in range(DIFFERENT, len(agreement)) if at not in feature.alike]
    clamped[others] *= (1 - least) / max(clamped[others].sum(), 1e-12)
    return clamped
