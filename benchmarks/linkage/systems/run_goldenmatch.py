"""GoldenMatch as it configures itself: in its usual way, or by its probabilistic one."""

from __future__ import annotations

import os
from typing import Any

os.environ["GOLDENMATCH_AUTOCONFIG_MEMORY"] = "0"  # else a run learns from the runs before

import goldenmatch
import pyarrow as pa

from benchmarks.linkage.jobs import Job, Outcome, split
from benchmarks.linkage.systems.measured import run_job

_PROBABILISTIC = "probabilistic"


def work(table: pa.Table, job: Job) -> Outcome:
    """Link; where it is not confident of its configuration, it is asked to go on."""
    config = None
    if job.variant == _PROBABILISTIC:
        config = goldenmatch.auto_configure_probabilistic_df(table)
    if len(job.sizes) > 1:
        return _between(*split(table, job.sizes), config)
    remarks: tuple[str, ...] = ()
    try:
        found = goldenmatch.dedupe_df(table, config=config)
    except Exception as error:
        if type(error).__name__ != "ControllerNotConfidentError":
            raise
        remarks = ("it refused its own configuration; run with confidence_required=False",)
        found = goldenmatch.dedupe_df(table, config=config, confidence_required=False)
    clusters = list(range(table.num_rows))
    for group in found.clusters.values():
        for member in group["members"]:
            clusters[member] = min(group["members"])
    return Outcome(clusters=clusters, remarks=remarks)


def _between(left: pa.Table, right: pa.Table, config: Any) -> Outcome:
    """Of two tables, components of the matches: it gives pairs there, no clusters."""
    found = goldenmatch.match_df(left, right, config=config, confidence_required=False)
    count = left.num_rows + right.num_rows
    if found.matched is None or not found.matched.num_rows:
        return Outcome(clusters=list(range(count)))
    pairs = zip(
        found.matched["__target_row_id__"].to_pylist(),
        found.matched["__ref_row_id__"].to_pylist(),
        strict=True,
    )
    return Outcome(clusters=_components(count, pairs))


def _components(count: int, pairs: Any) -> list[int]:
    parent = list(range(count))

    def root(record: int) -> int:
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    for one, other in pairs:
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    return [root(record) for record in range(count)]


if __name__ == "__main__":
    run_job(work)
