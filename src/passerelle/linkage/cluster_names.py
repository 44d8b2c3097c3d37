"""Names of clusters that stay from run to run, and what became of the clusters before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Happening = Literal["created", "merged", "split", "moved"]


@dataclass(frozen=True)
class ClusterEvent:
    """Something that happened to clusters.

    created: `cluster` holds only records that were in none before.
    merged: `other` is no more; its largest part is in `cluster` now.
    split: `cluster` is new and made of records that left `other`, which goes on.
    moved: records of `other` are in `cluster` now, and that is neither of these.

    records: how many.
    """

    kind: Happening
    cluster: str
    other: str | None
    records: int


@dataclass(frozen=True)
class Inheritance:
    """Who carries on which name.

    heirs: for each new cluster, the number of the old one whose name it keeps, or -1.
    shares: int64 of shape (overlaps, 3): an old cluster, a new one, the records in both.
    """

    heirs: Ints
    shares: Ints


def inherit(before: Ints, after: Ints) -> Inheritance:
    """A new cluster keeps the name of the old one that it has most records of, and it of it.

    Of equal claims the older cluster's goes first, then the one that begins earlier.

    Args:
        before: For each record, its old cluster (numbered in order of age), or -1.
        after: For each record, its new cluster, numbered from 0.
    """
    count = int(after.max()) + 1 if len(after) else 0
    heirs = np.full(count, -1, np.int64)
    known = before >= 0
    both = before[known].astype(np.int64) * max(1, count) + after[known]
    pairs, records = np.unique(both, return_counts=True)
    shares = np.stack([pairs // max(1, count), pairs % max(1, count), records], axis=1)
    taken: set[int] = set()
    largest_first = shares[np.argsort(-shares[:, 2], kind="stable")]
    for old, new in zip(largest_first[:, 0].tolist(), largest_first[:, 1].tolist(), strict=True):
        if heirs[new] < 0 and old not in taken:
            heirs[new] = old
            taken.add(old)
    return Inheritance(heirs, shares)


def tell_events(
    inheritance: Inheritance,
    old_names: Sequence[str],
    new_names: Sequence[str],
    sizes: Sequence[int],
) -> list[ClusterEvent]:
    """What happened, in the order of the new clusters.

    Args:
        inheritance: Who carries on which name.
        old_names: Of the old clusters.
        new_names: Of the new ones.
        sizes: Records of the new ones.
    """
    survivors = set(inheritance.heirs.tolist())
    shares = list(zip(*inheritance.shares.T.tolist(), strict=True))
    largest: dict[int, int] = {}
    for old, new, _records in sorted(shares, key=lambda each: -each[2]):
        if old not in survivors:
            largest.setdefault(old, new)
    events = []
    known = {new for _old, new, _records in shares}
    for new, name in enumerate(new_names):
        if new not in known:
            events.append(ClusterEvent("created", name, None, sizes[new]))
    for old, new, records in sorted(shares, key=lambda each: (each[1], each[0])):
        if inheritance.heirs[new] == old:
            continue
        events.append(
            ClusterEvent(
                _kind(old, new, inheritance, survivors, largest),
                new_names[new],
                old_names[old],
                records,
            )
        )
    return events


def _kind(
    old: int, new: int, inheritance: Inheritance, survivors: set[int], largest: dict[int, int]
) -> Happening:
    if old not in survivors:
        return "merged" if largest[old] == new else "moved"
    return "split" if inheritance.heirs[new] < 0 else "moved"


def carry_names(
    previous: pa.Table,
    current: pa.Table,
    retired: Collection[str] = (),
    *,
    column: str = "cluster_id",
) -> tuple[pa.Table, tuple[ClusterEvent, ...]]:
    """A run's clusters under the names that an earlier run gave them, and what changed.

    Args:
        previous: The earlier run's records: source, record_id, and the column.
        current: This run's, with these columns among others.
        retired: Names of clusters that were merged away before.
        column: Where a record's cluster stands.
    """
    key = ["source", "record_id"]
    now = pl.DataFrame(current)
    was = pl.DataFrame(previous).select(*key, pl.col(column).alias("was"))
    told = now.join(was, on=key, how="left", maintain_order="left")["was"]
    old_names = was["was"].unique(maintain_order=True)
    new_names = now[column].unique(maintain_order=True)
    before = _numbers(told, old_names)
    after = _numbers(now[column], new_names)
    inheritance = inherit(before, after)
    used = {*old_names.to_list(), *retired}
    names = []
    for heir, name in zip(inheritance.heirs.tolist(), new_names.to_list(), strict=True):
        names.append(old_names[heir] if heir >= 0 else _unused(name, used))
        used.add(names[-1])
    sizes = np.bincount(after, minlength=len(names)).tolist()
    events = tell_events(inheritance, old_names.to_list(), names, sizes)
    named = now.with_columns(pl.Series(column, names, dtype=pl.String).gather(after))
    return named.to_arrow(), tuple(events)


def _numbers(values: pl.Series, order: pl.Series) -> Ints:
    places = pl.DataFrame({"name": order, "at": np.arange(order.len(), dtype=np.int64)})
    found = pl.DataFrame({"name": values}).join(
        places, on="name", how="left", maintain_order="left"
    )
    return found["at"].fill_null(-1).to_numpy()


def _unused(name: str, used: Collection[str]) -> str:
    times, candidate = 1, name
    while candidate in used:
        times += 1
        candidate = f"{name}~{times}"
    return candidate
