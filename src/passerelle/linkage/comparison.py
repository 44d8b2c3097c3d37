"""What a comparison is: how values of one kind are put right, compared, and blocked by.

A plug-in is one file of `comparisons/` that ends in `PLUGIN = Comparison(...)`. Two values reach
a level: 0 if either is missing, 1 if they differ, then the comparison's own levels of likeness,
weakest first, then exact agreement, in bands from rare values to frequent ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from passerelle.linkage.dictionaries import TextTable

MISSING, DIFFERENT, FIRST_FUZZY = 0, 1, 2

BANDS = (3, 15, 63, 255, 1023)
"""Records that hold a value, at most, for each band of exact agreement; one more above."""

Kernel = Callable[..., None]
"""`kernel(codes, column, left, right, shift, exact, patterns, *tables.arguments)`: level into
patterns."""

Hashes = npt.NDArray[np.uint64]
"""Of texts, in order; see `dictionaries.hash_texts`."""

Normalize = Callable[[pl.Expr], pl.Expr]


def _no_parts(_values: pl.Expr) -> Mapping[str, pl.Expr]:
    return {}


def _no_words(_values: pa.Array) -> pl.Series:
    return pl.Series(dtype=pl.String)


def _no_look(_values: pl.Series) -> bool:
    return False


@dataclass(frozen=True)
class Tables:
    """What a kernel needs of distinct values.

    Rows depend on their own text alone, so that those of further values can be put after them.

    texts: the characters of each row. rows: arrays of what else is known of each.
    places: int32 of shape (values, most), the rows of each value, -1 after the last; None where
        values have one row each, in their order.
    alike: what is the same for all.
    """

    texts: TextTable | None = None
    places: npt.NDArray[np.int32] | None = None
    rows: tuple[npt.NDArray[Any], ...] = ()
    alike: tuple[Any, ...] = ()

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What kernels take, in their order."""
        texts = () if self.texts is None else self.texts.arrays
        places = () if self.places is None else (self.places,)
        return (*texts, *places, *self.rows, *self.alike)


@dataclass(frozen=True)
class Comparison:
    """How values of one kind are compared.

    label: what people call the kind.
    levels: what its levels of likeness mean, weakest first; without missing, different, exact.
    normalize: values made comparable; null for what says nothing.
    tables: what the kernel needs of the distinct values, given the words that tell nothing.
    kernel: compares pairs; see `Kernel`.
    is_banded: whether rare values that agree say more; exact agreement then has a level a band.
    most_records: a value on more records than this is a placeholder and becomes missing.
    common_words: the words that so many of the distinct values hold that they tell nothing.
    parts: what else records may be blocked by: derived values by name.
    related: for each other relation than the same person, by name, how often two such records
        agree exactly before anything is learned; a relation that is not named is like chance.
    related_at: the levels at which they agree, by relation, where it is not exactly: two of one
        family share a word of their whole names.
    headers: column names, folded to words of ASCII, that mean this kind.
    looks_like: whether distinct values are of this kind, where the header says nothing.
    special: levels after exact agreement, which something else than the kernel gives.
    coincidence: share of exact agreements that are taken for chance before anything is learned;
        small for what belongs to one person, so that it links even where nothing else is known.
    least_chance: of exact agreement between two strangers anywhere; fewer agreements than that
        are seen, but never believed to be rarer.
    """

    label: str
    levels: tuple[str, ...]
    normalize: Normalize
    tables: Callable[[pa.Array, Hashes], Tables]
    kernel: Kernel
    is_banded: bool = True
    most_records: int | None = None
    common_words: Callable[[pa.Array], pl.Series] = _no_words
    parts: Callable[[pl.Expr], Mapping[str, pl.Expr]] = _no_parts
    related: Mapping[str, float] = field(default_factory=dict)
    related_at: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    headers: re.Pattern[str] | None = None
    looks_like: Callable[[pl.Series], bool] = _no_look
    special: tuple[str, ...] = ()
    coincidence: float = 1.0
    least_chance: float = 0.0

    @property
    def first_exact(self) -> int:
        """The level of exact agreement on the rarest values."""
        return FIRST_FUZZY + len(self.levels)

    @property
    def bands(self) -> int:
        """How many levels exact agreement has."""
        return len(BANDS) + 1 if self.is_banded else 1

    @property
    def level_count(self) -> int:
        """All levels, missing and different among them."""
        return self.first_exact + self.bands + len(self.special)

    @property
    def exact_levels(self) -> range:
        """The levels of exact agreement, rarest values first."""
        return range(self.first_exact, self.first_exact + self.bands)
