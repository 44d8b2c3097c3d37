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
import pyarrow as pa

from passerelle.identifiers import first_name_variants
from passerelle.linkage.compiling import kernel
from passerelle.linkage.dictionaries import Codes, hash_texts
from passerelle.linkage.texts.folding import applied

_TABLES = ("given_names_en.csv", "given_names_other.csv")  # beside the French one of identifiers
MOST_ROOTS = 24
"""Names that one can stand for at most; further ones are left out."""


@dataclass(frozen=True)
class Roots:
    """For each text the names that it can stand for.

    codes: int32 of shape (texts, MOST_ROOTS), ascending; -1 after the last.
    """

    codes: Codes


@cache
def _table() -> tuple[npt.NDArray[np.uint64], Codes]:
    """Hashes of every name and variant, without blanks, in order; the codes of their roots.

    The last row of codes has none.
    """
    folder = files("passerelle.linkage").joinpath("data")
    others = [
        pl.read_csv(folder.joinpath(name).read_bytes(), infer_schema=False) for name in _TABLES
    ]
    pairs = pl.concat([*others, first_name_variants()]).select(
        pl.all().str.replace_all(" ", "", literal=True)
    )
    itself = pairs.select("name", pl.col("name").alias("variant"))
    roots = (
        pl.concat([pairs, itself])
        .unique(maintain_order=True)
        .with_columns(
            pl.col("name").rank("dense").cast(pl.Int32).alias("root") - pl.lit(1, pl.Int32)
        )
        .sort("root")
        .group_by("variant", maintain_order=True)
        .agg(pl.col("root").head(MOST_ROOTS))
    )
    codes = np.full((roots.height + 1, MOST_ROOTS), -1, np.int32)
    hashes = hash_texts(pa.array(roots["variant"].to_arrow()))
    order = np.argsort(hashes)
    for row, its in enumerate(roots["root"].gather(order).to_list()):
        codes[row, : len(its)] = its
    return hashes[order], codes


def find_roots(names: pl.Series) -> Roots:
    """The roots of folded names; a name that no table holds has none.

    >>> bob, robert, marie = find_roots(pl.Series(["bob", "robert", "marie"])).codes
    >>> sorted(set(bob) & set(robert) - {-1}) != [], sorted(set(bob) & set(marie) - {-1})
    (True, [])
    """
    hashes, codes = _table()
    asked = hash_texts(pa.array(applied(_without_blanks, names).to_arrow()))
    at = np.minimum(np.searchsorted(hashes, asked), len(hashes) - 1)
    return Roots(codes[np.where(hashes[at] == asked, at, len(hashes))])


def _without_blanks(names: pl.Expr) -> pl.Expr:
    return names.str.replace_all(" ", "", literal=True)


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
