"""Tells whether two first names may be one person's: spelling, shortening, nickname.

Names of different sex that are one letter apart (Jean and Jeanne, Julie and Julien) are not
compatible, however near: they are often husband and wife at one address, with one mailbox.
"""

from __future__ import annotations

from functools import cache

from rapidfuzz.distance import OSA

from passerelle.identifiers.blocked_values import data_set, read_data
from passerelle.identifiers.name_bearers import Bearers, find_bearers

_FEWEST_BEARERS, _ONE_SEX = 15, 0.97  # people, and the share of them of one sex
_SHORTEST_PREFIX = 3
_ONE_TYPO_FROM, _TWO_TYPOS_FROM = 4, 8
# What French adds to a man's name to make it a woman's.
_FEMININE = ("E", "A", "NE", "LE", "TE", "IE", "IA", "INE", "ETTE", "ENNE", "IANE", "LINE", "NETTE")


def are_compatible_first_names(a_key: str, b_key: str) -> bool:
    """Whether two first-name keys may name one person; a missing name contradicts nothing.

    >>> are_compatible_first_names("JEANPIERRE", "JP"), are_compatible_first_names("JEAN", "JEANNE")
    (True, False)
    """
    if a_key == b_key or not a_key or not b_key:
        return True
    short, long = sorted((a_key, b_key), key=lambda key: (len(key), key))
    if len(short) == 1:
        return long.startswith(short)
    if short in _nicknames().get(long, ()):
        return True
    if _are_of_different_sex(short, long):
        return False
    return _is_short_form(short, long) or _is_typo(short, long)


def _is_short_form(short: str, long: str) -> bool:
    if len(short) >= _SHORTEST_PREFIX and long.startswith(short):
        return True
    return len(short) == 2 and _initials(long) == short


def _initials(name: str) -> str | None:
    """The initials of a compound name whose first half is a usual one: JEANPIERRE gives JP."""
    heads = [head for head in data_set("nicknames", "compound_heads") if name.startswith(head)]
    if not heads:
        return None
    head = max(heads, key=len)
    return head[0] + name[len(head)] if len(name) - len(head) >= _SHORTEST_PREFIX else None


def _is_typo(short: str, long: str) -> bool:
    if len(short) < _ONE_TYPO_FROM:
        return False
    allowed = 2 if len(short) >= _TWO_TYPOS_FROM else 1
    return OSA.distance(short, long, score_cutoff=allowed) <= allowed


def _are_of_different_sex(short: str, long: str) -> bool:
    sexes = _sex(short), _sex(long)
    if None not in sexes:
        return sexes[0] != sexes[1]
    looks_feminine = long.startswith(short) and long[len(short) :] in _FEMININE
    return looks_feminine and sexes[1] != "male" and sexes[0] != "female"


@cache
def _sex(name: str) -> str | None:
    if (known := _borne_by(name)) is not None:
        return known
    head = next((h for h in ("JEAN", "MARIE", "ANNE") if name.startswith(h)), "")
    rest = name[len(head) :]
    if head and len(rest) > _SHORTEST_PREFIX and _is_known(rest):
        return "male" if head == "JEAN" else "female"
    return None


def _is_known(name: str) -> bool:
    return _borne_by(name) is not None


def _borne_by(name: str) -> str | None:
    """The sex that bears a name all but alone; None where both do, or too few people at all."""
    men, women, _families = find_bearers(name) or Bearers()
    if men + women < _FEWEST_BEARERS or max(men, women) < _ONE_SEX * (men + women):
        return None
    return "male" if men > women else "female"


@cache
def _nicknames() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in read_data("nicknames")["groups"]:
        for name in group:
            found.setdefault(name, set()).update(group)
    return {name: frozenset(others) for name, others in found.items()}
