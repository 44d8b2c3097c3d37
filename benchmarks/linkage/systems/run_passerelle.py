"""passerelle's linkage, with nothing said but the columns to leave and, if asked, the rules."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from benchmarks.linkage.jobs import Job, Outcome, split
from benchmarks.linkage.systems.measured import run_job
from passerelle.linkage import Field, Linkage, LinkageSpec, guess_fields, link
from passerelle.linkage.blocking import Part, Rule


def work(table: pa.Table, job: Job) -> Outcome:
    """Link."""
    tables = split(table, job.sizes)
    fields = guess_fields(pl.DataFrame(table)) if job.rules else None
    spec = LinkageSpec(
        fields=fields,
        rules=_rules(job.rules, fields) if job.rules and fields else None,
        within=len(tables) == 1,
    )
    linkage = link(tables, spec)
    return Outcome(
        clusters=linkage.clusters,
        households=linkage.households,
        candidates=linkage.pairs_compared,
        links=lambda: _links(linkage),
    )


def _rules(asked: tuple[tuple[str, ...], ...], fields: tuple[Field, ...]) -> tuple[Rule, ...]:
    columns = [field.column for field in fields]
    return tuple(Rule(tuple(sorted(Part(columns.index(name)) for name in rule))) for rule in asked)


def _links(linkage: Linkage) -> pa.Table:
    def probability(odds: np.ndarray) -> np.ndarray:
        return 1.0 / (1.0 + np.exp2(-odds.astype(float)))

    return pa.table(
        {
            "left": linkage.pairs.left,
            "right": linkage.pairs.right,
            "probability": probability(linkage.scores.person),
            "household_probability": probability(linkage.scores.household),
        }
    )


if __name__ == "__main__":
    run_job(work)
