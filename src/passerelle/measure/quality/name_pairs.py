"""Checks each first name against its last name: the two columns may be the wrong way round."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from passerelle.identifiers import swap_probability
from passerelle.measure.quality.checked import kept, proposed_once

_SURE = 0.9  # probability from which a row is said to be the wrong way round
_FAMILY_NAME = "Dupont"  # borne by nobody as a first name: beside it, another is weighed alone
_NAMES = 300_000  # last names remembered


def find_swapped(first_names: pl.Series, last_names: pl.Series) -> pl.Series:
    """The last name that each row should have, which is in its first name; null elsewhere.

    Each different last name is weighed once, and pairs only where it is rather a first name.

    >>> find_swapped(pl.Series(["Sylvie", "Dupont"]), pl.Series(["Dupont", "Sylvie"])).to_list()
    [None, 'Dupont']
    """
    suspects = proposed_once(last_names, _or_none)
    pairs = pl.DataFrame({"first": kept(first_names, suspects.is_not_null()), "last": suspects})
    distinct = pairs.drop_nulls().unique()
    is_swapped = [swap_probability(first, last) >= _SURE for first, last in distinct.iter_rows()]
    swapped = distinct.filter(pl.Series(is_swapped, dtype=pl.Boolean))
    told = pairs.join(
        swapped.with_columns(meant="first"), on=["first", "last"], how="left", maintain_order="left"
    )
    return told["meant"]


@lru_cache(maxsize=_NAMES)
def _or_none(last_name: str) -> str | None:
    """The name, if by itself it is rather a first name."""
    return last_name if swap_probability(_FAMILY_NAME, last_name) >= _SURE else None
