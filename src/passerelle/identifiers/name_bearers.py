"""How often a name is borne as a first name, by men and by women, and as a family name.

Grain: one row a first name that five elected people of France or more bear.

Source: Répertoire national des élus, aggregated; Licence Ouverte 2.0 (`data/README.md`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from math import log
from typing import NamedTuple

import polars as pl

_UNSEEN = 0.5  # bearers counted where the register shows none
_RARE_WORD = -3.0  # log odds of a word that is no first name of the table: most are family names


class Bearers(NamedTuple):
    """How many people bear a name: men and women as a first name, families as a family name."""

    men: int = 0
    women: int = 0
    families: int = 0


@cache
def first_name_table() -> pl.DataFrame:
    """The table: `name` folded to small letters and blanks, `men`, `women`, `families`."""
    file = files("passerelle.identifiers").joinpath("data", "first_names_fr.csv")
    return pl.read_csv(file.read_bytes())


def find_bearers(key: str) -> Bearers | None:
    """The bearers of a first-name key; None where the table does not hold it.

    >>> find_bearers("MARTIN")
    Bearers(men=207, women=0, families=1697)
    """
    return _by_key().get(key)


def first_name_odds(key: str) -> float:
    """Log odds that a word of a name is the first name rather than the family name.

    >>> first_name_odds("JEAN") > 0 > first_name_odds("MARTIN") > first_name_odds("DUPONT")
    True
    """
    bearers = _by_key().get(key)
    if bearers is None:
        return _RARE_WORD
    return log((bearers.men + bearers.women + _UNSEEN) / (bearers.families + _UNSEEN))


@cache
def _by_key() -> Mapping[str, Bearers]:
    key = pl.col("name").str.replace_all(" ", "", literal=True).str.to_uppercase()
    counts = first_name_table().select(key, "men", "women").group_by("name").sum()
    families = first_name_table().select(key, "families").unique("name")
    return {
        name: Bearers(men, women, borne)
        for name, men, women, borne in counts.join(families, on="name").iter_rows()
    }
