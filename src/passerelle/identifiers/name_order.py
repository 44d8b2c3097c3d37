"""Tells the first name from the last where neither place nor capitals say which is which.

Every way of cutting the words in two, first names before or after, is weighed by how often each
word is borne as a first name and as a family name. Bernard Dominique in capitals is most likely
Dominique Bernard: both are first names, and Bernard is a family name ten times as often.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import exp

from passerelle.identifiers.blocked_values import data_set
from passerelle.identifiers.name_bearers import find_bearers, first_name_odds
from passerelle.identifiers.name_keys import first_name_key

_MOST_FIRST_NAMES = 3
_FAMILY = -8.0  # log odds of a particle and its word: it is a family name
_INITIAL = 4.0  # log odds of `J.` or `J.-P.`
# Log odds that the first name was written first: people write so, files in capitals do not.
_WRITTEN_FIRST, _WRITTEN_FIRST_IN_CAPITALS = 3.0, 0.3
_SWAPPED_BY_CHANCE = 0.02  # share of rows whose two columns were filled the wrong way round

_INITIALS = re.compile(r"[^\W\d_]\.?(?:-?[^\W\d_]\.?)*")


def is_initials(word: str) -> bool:
    """Whether a word is `J.`, `J.-P.`, `J-P` or a lone capital.

    >>> [is_initials(word) for word in ("J.", "J.-P.", "J-P", "J", "JP", "d")]
    [True, True, True, True, False, False]
    """
    letters = [c for c in word if c.isalpha()]
    is_short = len(letters) == 1 or "." in word or "-" in word
    pieces = re.split(r"[.\-]", word)
    is_cut = all(len(piece) <= 1 for piece in pieces)
    return is_short and is_cut and bool(letters) and word == word.upper() != word.lower()


def is_particle(word: str) -> bool:
    """Whether a word is one that belongs to the family name after it: de, le, van, Saint."""
    plain = (first_name_key(word) or "").lower()
    return not word.endswith(".") and plain in data_set("name_words", "particles")


def cut_by_odds(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """First names and last names of words all in one case; one family name has no first name."""
    units = _units(words)
    if len(units) < 2:
        return [], list(words)
    is_in_capitals = "".join(words) == "".join(words).upper()
    written_first = _WRITTEN_FIRST_IN_CAPITALS if is_in_capitals else _WRITTEN_FIRST
    total = sum(_odds(unit) for unit in units)
    best = max(
        (2 * _first_odds(units[:count]) - total + written_first, count)
        for count in range(1, min(_MOST_FIRST_NAMES, len(units) - 1) + 1)
    )
    turned = max(
        (2 * _first_odds(units[-count:]) - total, count)
        for count in range(1, min(_MOST_FIRST_NAMES, len(units) - 1) + 1)
    )
    if best[0] >= turned[0]:
        return _flat(units[: best[1]]), _flat(units[best[1] :])
    return _flat(units[-turned[1] :]), _flat(units[: -turned[1]])


def swap_probability(first_name: str, last_name: str) -> float:
    """How likely the two columns of a name were filled the wrong way round, from 0 to 1.

    >>> swap_probability("Dupont", "Sylvie") > 0.9, swap_probability("Sylvie", "Dupont") < 0.001
    (True, True)
    """
    first, last = first_name.split(), last_name.split()
    if not first or not last:
        return 0.0
    as_said = sum(map(_odds, _units(first))) - sum(map(_odds, _units(last)))
    odds = exp(max(-700.0, min(700.0, -as_said))) * _SWAPPED_BY_CHANCE
    return odds / (1 + odds)


def _units(words: Sequence[str]) -> list[list[str]]:
    """The words, each particle bound to the word it precedes."""
    units: list[list[str]] = []
    is_bound = False
    for word in words:
        if is_bound:
            units[-1].append(word)
        else:
            units.append([word])
        is_bound = is_particle(word)
    return units


def _first_odds(units: Sequence[list[str]]) -> float:
    """Log odds that all these units are first names; a composed name of the table counts as one."""
    alone = sum(map(_odds, units))
    joined = first_name_key("".join(_flat(units))) or ""
    if len(units) < 2 or find_bearers(joined) is None:
        return alone
    return max(alone, len(units) * first_name_odds(joined))


def _odds(unit: list[str]) -> float:
    if len(unit) > 1:
        return _FAMILY
    if is_initials(unit[0]):
        return _INITIAL
    parts = re.split(r"[\-\u2010\u2011]", unit[0])
    whole = first_name_key(unit[0]) or ""
    if len(parts) > 1 and find_bearers(whole) is None:
        return sum(first_name_odds(first_name_key(part) or "") for part in parts) / len(parts)
    return first_name_odds(whole)


def _flat(units: Sequence[list[str]]) -> list[str]:
    return [word for unit in units for word in unit]
