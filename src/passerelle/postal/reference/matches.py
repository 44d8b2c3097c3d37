"""What was found, as answers: one for each town, best first, with what each way is worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from passerelle.postal.reference.entries import Entry
from passerelle.postal.reference.towns import How, Town, TownMatch
from passerelle.postal.reference.written import Span

SCORES: MappingProxyType[How, float] = MappingProxyType(
    {
        "exact": 1.0,
        "district": 0.99,
        "cedex": 0.98,
        "former_name": 0.97,
        "spelling": 0.9,
        "part": 0.85,
        "other_postcode": 0.75,
        "name_only": 0.7,
        "postcode": 0.5,
    }
)
"""What each way of finding is worth at best."""

_SURE_FIRST: Sequence[How] = ("exact", "district", "former_name")


@dataclass(frozen=True, slots=True)
class Find:
    """A name found in some of the words, and how many letters are wrong."""

    entry: Entry
    span: Span
    edits: int = 0


def matches_of(found: Sequence[Find], *, how: How | None = None) -> tuple[TownMatch, ...]:
    """One match for each town, best first.

    Of names that are not as they were written (`how` says in which way), those of today count
    before those of the past.
    """
    surest = min((rank_of(each.entry) for each in found), default=0) if how else 0
    matches: list[TownMatch] = []
    for each in found:
        if how is None or rank_of(each.entry) == surest:
            way = how or each.entry.how
            score = SCORES[way] * (1 - each.edits / len(each.entry.key))
            matches.append(TownMatch(each.entry.town, each.span.start, each.span.end, score, way))
    return best_of(matches) if len(matches) > 1 else tuple(matches)


def rank_of(entry: Entry) -> int:
    """How sure a name is: a commune's own first, then a district's, then a former one."""
    return _SURE_FIRST.index(entry.how) if entry.how in _SURE_FIRST else len(_SURE_FIRST)


def best_of(*groups: Iterable[TownMatch]) -> tuple[TownMatch, ...]:
    """Matches of several searches as one answer: the best of each town, best first."""
    best: dict[Town, TownMatch] = {}
    for group in groups:
        for match in group:
            known = best.get(match.town)
            if known is None or known.score < match.score:
                best[match.town] = match
    if len(best) < 2:
        return tuple(best.values())
    return tuple(sorted(best.values(), key=_order))


def is_several(matches: Sequence[TownMatch]) -> bool:
    """Whether the best answer is not alone."""
    return len(matches) > 1 and matches[0].score == matches[1].score


def _order(match: TownMatch) -> tuple[float, str, str]:
    return (-match.score, match.town.insee_code, match.town.postcode)
