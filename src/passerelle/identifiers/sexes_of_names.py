"""Tells the sex that a first name is usually of, with how sure that is.

A hint to fill a missing civility with, never to overwrite a declared one. Under nine bearers in
ten of one sex it abstains (Dominique, Camille); a composed name that nobody bears in the table
is judged by its first part that is known, since Jean-Marie is a man and Marie-Pierre a woman.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from passerelle.identifiers.name_bearers import find_bearers
from passerelle.identifiers.name_keys import first_name_key

_LEAST_SURE = 0.9
_PRIOR = 0.5  # bearers of each sex added: five of five are not certainty
_PARTS = re.compile(r"[\s\-\u2010-\u2015]+")


@dataclass(frozen=True)
class SexGuess:
    """The sex (`m` or `f`) most bearers of a first name have.

    probability: share of bearers, in [0.9, 1).
    """

    sex: Literal["m", "f"]
    probability: float


def guess_sex(first_name: str) -> SexGuess | None:
    """The sex of a first name; None where the table does not hold it or both sexes bear it.

    >>> guess_sex("Jean-Zéphyr"), guess_sex("Dominique")
    (SexGuess(sex='m', probability=0.99...), None)
    """
    whole = first_name_key(first_name)
    if whole is None:
        return None
    parts = (first_name_key(part) for part in _PARTS.split(first_name.strip()))
    for key in (whole, *parts):
        bearers = find_bearers(key or "")
        if bearers is not None and bearers.men + bearers.women:
            return _guess(bearers.men, bearers.women)
    return None


def _guess(men: int, women: int) -> SexGuess | None:
    probability = (max(men, women) + _PRIOR) / (men + women + 2 * _PRIOR)
    if probability < _LEAST_SURE:
        return None
    return SexGuess("m" if men > women else "f", probability)
