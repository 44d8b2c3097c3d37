"""From a linkage to the figures of its report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.linkage.linking import Linkage
from passerelle.linkage.quality import estimate_quality
from passerelle.linkage.report.bridges import find_bridges
from passerelle.linkage.report.field_figures import list_columns, list_silent, weigh_fields
from passerelle.linkage.report.linkage_report import FileRow, LinkageReport, SizeRow, Totals
from passerelle.linkage.report.pair_choice import find_doubtful, find_examples
from passerelle.linkage.report.rule_finds import count_finds
from passerelle.linkage.report.weight_histogram import count_weights
from passerelle.linkage.scoring import LINKED

Ints = npt.NDArray[np.int64]

_SIZES = (1, 2, 3, 4, 5, 6, 11, 21, 51)
"""From which members on a group is in each row of sizes."""


def build_linkage_report(
    linkage: Linkage, *, sources: Sequence[str], names: pl.Series, made_at: datetime
) -> LinkageReport:
    """The report: its size does not depend on how many records there are.

    Args:
        linkage: What linking found.
        sources: Names of the files, in their order.
        names: All records' names, file after file.
        made_at: The present instant, for the heading.
    """
    return LinkageReport(
        made_at=made_at,
        totals=count_totals(linkage),
        quality=estimate_quality(linkage),
        files=_files(linkage, sources),
        people_sizes=_sizes(np.bincount(linkage.clusters)),
        household_sizes=_sizes(np.bincount(linkage.households[_is_first(linkage.clusters)])),
        doubtful=find_doubtful(linkage, names),
        bridges=find_bridges(linkage, names),
        examples=find_examples(linkage, names),
        histogram=count_weights(linkage),
        fields=weigh_fields(linkage),
        silent=list_silent(linkage, sources),
        rules=count_finds(linkage),
        largest_group=linkage.spec.largest_group,
        columns=list_columns(linkage),
    )


def count_totals(linkage: Linkage) -> Totals:
    """Records, pairs, links, people and households."""
    return Totals(
        records=len(linkage.clusters),
        pairs_compared=linkage.pairs_compared,
        links=int(np.count_nonzero(linkage.scores.person >= LINKED)),
        people=int(np.count_nonzero(_is_first(linkage.clusters))),
        households=int(np.count_nonzero(_is_first(linkage.households))),
    )


def _is_first(groups: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Which records their group is called after: one of each."""
    return np.asarray(groups == np.arange(len(groups)))


def _files(linkage: Linkage, sources: Sequence[str]) -> tuple[FileRow, ...]:
    inside = [linkage.records.sources == at for at in range(len(sources))]
    people = [_marked(linkage.clusters[each], len(linkage.clusters)) for each in inside]
    files_of_person = sum((each.astype(np.int16) for each in people), np.zeros(1, np.int16))
    return tuple(
        FileRow(
            name,
            int(np.count_nonzero(inside[at])),
            int(np.count_nonzero(people[at])),
            int(np.count_nonzero(people[at] & (files_of_person > 1))),
        )
        for at, name in enumerate(sources)
    )


def _marked(places: npt.NDArray[np.int32], count: int) -> npt.NDArray[np.bool_]:
    marks = np.zeros(count, np.bool_)
    marks[places] = True
    return marks


def _sizes(sizes: Ints) -> tuple[SizeRow, ...]:
    """Rows of groups by how many members they have; who is called after no record has none."""
    rows = []
    for at, least in enumerate(_SIZES):
        after = _SIZES[at + 1] if at + 1 < len(_SIZES) else None
        inside = sizes[(sizes >= least) & (sizes < (after or np.inf))]
        if len(inside):
            most = None if after is None else after - 1
            rows.append(SizeRow(least, most, len(inside), int(inside.sum())))
    return tuple(rows)
