"""Standardizes addresses of the rows: how far each can be checked, and what that brings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from passerelle.measure.quality.address_sample import PIECES, AddressSample
from passerelle.measure.quality.masks import mask
from passerelle.measure.quality.quality_report import (
    AddressGain,
    AddressLevel,
    AddressQuality,
    Example,
)
from passerelle.postal import (
    AddressFields,
    Gazetteer,
    PostalAddress,
    fold,
    match_keys,
    standardize_address,
)

LINE_LENGTH = 38
"""Characters of a line of an address: AFNOR NF Z10-011."""

GAINS = (
    "parts_read",
    "postcode_filled",
    "postcode_corrected",
    "city_filled",
    "city_corrected",
    "former_town",
    "line_shortened",
    "duplicate",
)
"""What standardizing brings, in the order of the report."""

_EXAMPLES = 3  # of each level and reason
_BY_REASON = {"town_corrected": "city_corrected", "former_town": "former_town"}


@dataclass(frozen=True)
class _Judged:
    """What is kept of one address once standardized."""

    level: str
    reason: str
    building: str
    gains: tuple[str, ...]


def judge_addresses(
    sample: AddressSample, customers: npt.NDArray[np.int64], gazetteer: Gazetteer
) -> AddressQuality:
    """How good the addresses of the rows are; each different one is standardized once.

    Args:
        sample: The rows.
        customers: For each row of all, the number of its customer.
        gazetteer: The reference tables.
    """
    rows = sample.judged()
    distinct = rows.select(PIECES).unique()
    found = [_judge(written, gazetteer) for written in distinct.fill_null("").iter_rows()]
    told = rows.join(
        distinct.with_columns(at=pl.int_range(pl.len())),
        on=list(PIECES),
        nulls_equal=True,
        maintain_order="left",
    )
    gains: Counter[str] = Counter()
    for at, count in told["at"].value_counts().iter_rows():
        gains.update(dict.fromkeys(found[at].gains, count))
    judged = told.with_columns(
        pl.Series(name, [getattr(found[at], name) for at in told["at"]], dtype=pl.String)
        for name in ("level", "reason", "building")
    )
    gains["duplicate"] = _count_duplicates(judged, customers)
    return AddressQuality(
        rows=sample.rows,
        judged=rows.height,
        levels=tuple(_levels(judged)),
        gains=tuple(AddressGain(code, gains[code]) for code in GAINS if gains[code]),
    )


def _judge(written: tuple[str, ...], gazetteer: Gazetteer) -> _Judged:
    *lines, postcode, city, country = written
    address = standardize_address(
        AddressFields(lines=tuple(lines), postcode=postcode, city=city, country=country),
        gazetteer=gazetteer,
    )
    return _Judged(
        level=address.level.value,
        reason=address.reason,
        building=match_keys(address).building,
        gains=_gains(address, lines, postcode, city),
    )


def _gains(address: PostalAddress, lines: list[str], postcode: str, city: str) -> tuple[str, ...]:
    """What the standardized address has over the written one; nothing where no town was found."""
    if not address.insee_code:
        return ()
    everything = fold(" ".join([*lines, city])).split()
    found = []
    if not postcode and address.postcode in everything:
        found.append("parts_read")
    elif not postcode:
        found.append("postcode_filled")
    elif "".join(postcode.split()) != address.postcode:
        found.append("postcode_corrected")
    if not city and not set(fold(address.city).split()) <= set(everything):
        found.append("city_filled")
    elif address.reason in _BY_REASON:
        found.append(_BY_REASON[address.reason])
    if any(len(line) > LINE_LENGTH for line in lines):
        found.append("line_shortened")
    return tuple(found)


def _levels(judged: pl.DataFrame) -> Iterator[AddressLevel]:
    """The levels from the worst, the most frequent reason first."""
    grouped = judged.group_by("level", "reason").agg(
        rows=pl.len(),
        file=pl.col("file").head(_EXAMPLES),
        number=pl.col("number").head(_EXAMPLES),
        said=pl.concat_str(PIECES, separator=" ", ignore_nulls=True).head(_EXAMPLES),
    )
    order = grouped.sort("level", "rows", "reason", descending=[False, True, False])
    for level, reason, rows, *cells in order.iter_rows():
        places = zip(*cells, strict=True)
        examples = tuple(Example(file, number, mask(said)) for file, number, said in places)
        yield AddressLevel(level, reason, rows, examples)


def _count_duplicates(judged: pl.DataFrame, customers: npt.NDArray[np.int64]) -> int:
    """Customers who are another one, by the same name in the same building, however spelt."""
    homes = judged.select(
        "name", "building", customer=pl.Series(customers[judged["row"].to_numpy()])
    ).filter(pl.col("name").is_not_null() & (pl.col("building") != ""))
    firsts = homes.with_columns(first=pl.col("customer").min().over("name", "building")).filter(
        pl.col("first") != pl.col("customer")
    )
    pairs = firsts.select("first", "customer").unique().to_numpy()
    if not len(pairs):
        return 0
    ends, at = np.unique(pairs, return_inverse=True)
    links = at.reshape(pairs.shape)
    graph = coo_array((np.ones(len(links), np.int8), links.T), shape=(len(ends), len(ends)))
    return len(ends) - int(connected_components(graph, directed=False)[0])
