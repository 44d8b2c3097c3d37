"""Given names that one person bears: Bob and Robert, Manu and Emmanuel.

Two names are variants when one name of the tables can stand for both. That does not chain:
Bob is Robert and Roberta, who are not each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.linkage.compiling import kernel
from passerelle.linkage.dictionaries import Codes

_TABLES = ("given_names_en.csv", "given_names_fr.csv", "given_names_other.csv")
MOST_ROOTS = 24
"""Names that one can stand for at most; further ones are left out."""


@dataclass(frozen=True)
class Roots:
    """For each text the names that it can stand for.

    codes: int32 of shape (texts, MOST_ROOTS), ascending; -1 after the last.
    """

    codes: Codes


@cache
def _table() -> pl.DataFrame:
    """Every name and variant, without blanks, with the codes of the names it can stand for."""
    folder = files("passerelle.linkage").joinpath("data")
    pairs = pl.concat(
        pl.read_csv(folder.joinpath(name).read_bytes(), infer_schema=False) for name in _TABLES
    ).select(pl.all().str.replace_all(" ", "", literal=True))
    itself = pairs.select("name", pl.col("name").alias("variant"))
    whole = pl.concat([pairs, itself]).unique(maintain_order=True)
    return (
        whole.with_columns(
            pl.col("name").rank("dense").cast(pl.Int32).alias("root") - pl.lit(1, pl.Int32)
        )
        .group_by("variant")
        .agg(pl.col("root").sort().head(MOST_ROOTS))
        .sort("variant")
    )


def find_roots(names: pl.Series) -> Roots:
    """The roots of folded names; a name that no table holds has none.

    >>> bob, robert, marie = find_roots(pl.Series(["bob", "robert", "marie"])).codes
    >>> sorted(set(bob) & set(robert) - {-1}) != [], sorted(set(bob) & set(marie) - {-1})
    (True, [])
    """
    asked = pl.DataFrame({"variant": names.str.replace_all(" ", "", literal=True)})
    found = (
        asked.with_row_index("at")
        .join(_table(), on="variant", maintain_order="left")
        .explode("root")
        .with_columns(pl.int_range(pl.len()).over("at").alias("place"))
    )
    codes = np.full((names.len(), MOST_ROOTS), -1, np.int32)
    codes[found["at"].to_numpy(), found["place"].to_numpy()] = found["root"].to_numpy()
    return Roots(codes)


@kernel
def share_root(roots: Any, one: Any, others: Any, other: Any) -> Any:
    """Whether two texts can stand for one name; both lists ascend."""
    at = 0
    there = 0
    width = roots.shape[1]
    while at < width and there < width and roots[one, at] >= 0 and others[other, there] >= 0:
        if roots[one, at] == others[other, there]:
            return True
        if roots[one, at] < others[other, there]:
            at += 1
        else:
            there += 1
    return False


def no_roots(count: int) -> npt.NDArray[np.int32]:
    """Roots of texts that are no given names."""
    return np.full((count, 1), -1, np.int32)
