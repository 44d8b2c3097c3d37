"""French first names, surnames, streets and places, from open tables shipped with the package.

Origin and licence of each table: data/README.md beside this file.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl

from passerelle.simulate.randomness import Floats, Ints

FIRST_DECADE = 1930
DECADES = 10
_NAME_FASHION_YEARS = 12.0  # spread of a first name's births around its median year; chosen


@dataclass(frozen=True)
class Reference:
    """The tables to draw people from, with how often each entry occurs."""

    first_names: pl.Series
    first_name_weights: tuple[tuple[Floats, ...], tuple[Floats, ...]]
    """By sex (0 men, 1 women), then by decade of birth."""
    surnames: pl.Series
    surname_weights: Floats
    streets: pl.Series
    street_weights: Floats
    postcodes: pl.Series
    communes: pl.Series
    place_weights: Floats
    place_departments: Ints
    """Number of the department (97x for overseas), -1 for Corsica's letters."""


@cache
def load_reference() -> Reference:
    """Read the shipped tables, once per process."""
    first = _table("first_names")
    surnames = _table("surnames")
    streets = _table("streets")
    places = _table("places")
    postcodes = places["postcode"]
    head = postcodes.str.slice(0, 2).cast(pl.Int64).to_numpy()
    overseas = postcodes.str.slice(0, 3).cast(pl.Int64).to_numpy()
    return Reference(
        first_names=first["first_name"],
        first_name_weights=(_by_decade(first, "men"), _by_decade(first, "women")),
        surnames=surnames["surname"],
        surname_weights=_numbers(surnames["people"]),
        streets=streets["street"],
        street_weights=_numbers(streets["weight"]),
        postcodes=postcodes,
        communes=places["commune"],
        place_weights=_numbers(places["weight"]),
        place_departments=np.where(head == 97, overseas, head),
    )


def _table(name: str) -> pl.DataFrame:
    packed = files("passerelle.simulate").joinpath("data", f"{name}.csv.gz").read_bytes()
    return pl.read_csv(gzip.decompress(packed), infer_schema=False)


def _numbers(column: pl.Series) -> Floats:
    return column.cast(pl.Float64).to_numpy()


def _by_decade(first: pl.DataFrame, sex: str) -> tuple[Floats, ...]:
    counts = _numbers(first[sex])
    median = _numbers(first["median_birth_year"])
    middles = [FIRST_DECADE + 10 * decade + 5 for decade in range(DECADES)]
    return tuple(
        counts * np.exp(-((median - _within_table(year)) ** 2) / (2 * _NAME_FASHION_YEARS**2))
        for year in middles
    )


def _within_table(year: int) -> int:
    """The table's people are elected adults: the young borrow the names of its youngest."""
    return min(max(year, 1940), 1992)
