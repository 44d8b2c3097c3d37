"""Choose what records are blocked by: rules that find most of the true pairs for few candidates.

Nobody says which pairs are true. So each field is taken to agree between two records of one person
as often as was learned, or as experience says at first; true pairs are drawn from that, and rules
are taken one by one: the next is the one that finds most drawn pairs not found yet for each
candidate it adds.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from passerelle.linkage.blocking import VALUE, Part, Rule, find_groups, list_parts
from passerelle.linkage.records import Records, sample_records

Floats = npt.NDArray[np.float64]

AGREE_AT_FIRST = 0.85
"""How often a field is the same on two records of one person, where both have it."""

# Errors come together: one clerk, one bad line. Of the true pairs these shares have so many of the
# mean's errors; with the mean alone, a handful of rules would seem to find all.
_QUALITIES = ((0.5, 0.3), (0.3, 1.0), (0.2, 2.75))
_PART_AGREES = 0.5  # how often a derived value still is the same where the whole is not
_DRAWN = 16_384
_LEAST_GAIN = 0.0001  # share of the true pairs that a further rule has to find
_SAMPLE = 60_000  # records on which pairs of a rule are counted
_MOST_RULES = 24
LARGEST_GROUP = 2_000
"""Records of one key at most: more are a placeholder or a large town, and pairs grow as squares."""


def choose_rules(
    records: Records, *, most_pairs: int, agree: Floats | None = None, seed: int = 0
) -> tuple[Rule, ...]:
    """The rules, best first.

    Args:
        records: What is blocked.
        most_pairs: Candidates at most, as estimated.
        agree: For each field, how often two records of one person that have it agree.
        seed: Of the draws.
    """
    random = np.random.default_rng(seed)
    if agree is None:
        agree = np.full(len(records.columns), AGREE_AT_FIRST)
    parts = list_parts(records)
    found = _drawn(records, parts, agree, random)
    rules = [
        Rule(some)
        for size in (1, 2, 3)
        for some in combinations(parts, size)
        if len({part.field for part in some}) == size
        and (size < 3 or all(part.name == VALUE for part in some))
    ]
    sample = sample_records(records, _SAMPLE, random)
    scale = (records.count / max(1, sample.count)) ** 2
    costs = {rule: _cost(sample, rule, scale, most_pairs) for rule in rules}
    cheap = [rule for rule in rules if costs[rule] is not None]
    finds = {
        rule: np.logical_and.reduce([found[parts.index(part)] for part in rule.parts])
        for rule in cheap
    }
    return _greedy(cheap, finds, {rule: costs[rule] or 0.0 for rule in cheap}, most_pairs)


def _drawn(
    records: Records, parts: Sequence[Part], agree: Floats, random: np.random.Generator
) -> list[npt.NDArray[np.bool_]]:
    """For each part, in which of the drawn true pairs it agrees."""
    shares, errors = zip(*_QUALITIES, strict=True)
    quality = random.choice(np.array(errors), _DRAWN, p=np.array(shares))
    wholes = []
    for at in range(len(records.columns)):
        filled = float((records.codes[:, at] >= 0).mean())
        same = np.maximum(1 - (1 - agree[at]) * quality, agree[at] / 2)
        wholes.append(random.random(_DRAWN) < same * filled**2)
    return [
        wholes[part.field]
        if part.name == VALUE
        else wholes[part.field] | (random.random(_DRAWN) < _PART_AGREES)
        for part in parts
    ]


def _cost(sample: Records, rule: Rule, scale: float, most_pairs: int) -> float | None:
    """Candidates of a rule, or None if they are too many or too many groups are too large."""
    if len(rule.parts) == 1 and rule.parts[0].name == VALUE:
        counts = np.bincount(sample.codes[:, rule.parts[0].field] + 1)[1:].astype(float)
        pairs = float((counts * (counts - 1) / 2).sum()) * scale
        return pairs if pairs <= most_pairs else None
    groups = find_groups(sample, rule, largest=LARGEST_GROUP)
    pairs = groups.pairs * scale
    return pairs if pairs <= most_pairs and not groups.skipped else None


def _greedy(
    rules: list[Rule],
    finds: dict[Rule, npt.NDArray[np.bool_]],
    costs: dict[Rule, float],
    most_pairs: int,
) -> tuple[Rule, ...]:
    chosen: list[Rule] = []
    covered = np.zeros(_DRAWN, bool)
    spent = 0.0
    while len(chosen) < _MOST_RULES:
        best, best_worth = None, 0.0
        for rule in rules:
            if rule in chosen or spent + costs[rule] > most_pairs:
                continue
            gain = float((finds[rule] & ~covered).mean())
            worth = gain / (costs[rule] + most_pairs / 100)
            if gain >= _LEAST_GAIN and worth > best_worth:
                best, best_worth = rule, worth
        if best is None:
            break
        chosen.append(best)
        covered |= finds[best]
        spent += costs[best]
    return tuple(chosen)
