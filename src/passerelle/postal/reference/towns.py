"""What a look-up in the reference tables answers: communes, towns, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

How = Literal[
    "exact",
    "district",
    "former_name",
    "cedex",
    "spelling",
    "part",
    "other_postcode",
    "name_only",
    "postcode",
]
"""How a town was found, surest first.

exact           the commune's name, as La Poste or INSEE writes it, under the postcode written
district        a borough, or a place that La Poste names under that postcode
former_name     the name of a commune that has changed it or has merged, or of a part of one
cedex           the office or the commune behind a CEDEX code
spelling        the name with letters wrong, or short words left out
part            the name with words missing, or with words that the tables do not have
other_postcode  the name is right and the postcode is another town's or nobody's
name_only       no postcode was written
postcode        no name was read: the postcode's towns, all of them
"""

Place = Literal["anywhere", "end", "start"]

Level = Literal["commune", "borough", "part", "former"]


@dataclass(frozen=True, slots=True)
class Town:
    """A commune as the post reaches it under one postcode.

    `postcode` is empty where the commune has several and none was written.
    """

    insee_code: str
    name: str
    routing_label: str
    postcode: str
    is_cedex: bool = False


@dataclass(frozen=True, slots=True)
class TownMatch:
    """A town that words name: `words[start:end]`, nothing when only the postcode tells.

    `score` goes from 0 to 1 and orders the answers; equal scores are equal answers.
    """

    town: Town
    start: int
    end: int
    score: float
    how: How


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune, a borough of one, or a part that kept its name, in INSEE's code.

    `into` is the code of the commune that has it now, empty for a commune of today; `until` is the
    day from which it was no more, where it is known.
    """

    insee_code: str
    name: str
    level: Level
    into: str = ""
    until: date | None = None
