"""Splink on DuckDB: learning as its documentation does it, clusters at a probability of 0.95."""

from __future__ import annotations

import logging
import re

import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator

from benchmarks.linkage.jobs import Job, Outcome, split
from benchmarks.linkage.systems.measured import run_job
from benchmarks.linkage.systems.splink_plans import PLANS, RENAMED, Plan, to_rule

_CLUSTERED = 0.95
_SEED = 1
_ID = "unique_id"

# Its default, with which its demos work; ten times as many for larger tables, as it advises.
_RANDOM_PAIRS_FEW, _RANDOM_PAIRS_MANY = 1e6, 1e7
_MANY_RECORDS = 500_000


class _Untrained(logging.Handler):
    """Keeps what Splink says was not learned: then its figures may not be its best."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the names of the comparisons in a warning."""
        text = " ".join(record.getMessage().split())
        found = re.findall(r"Comparison: '(\w+)': ([mu]) values not fully trained", text)
        self.said += [f"{column} ({which})" for column, which in found]


def work(table: pa.Table, job: Job) -> Outcome:
    """Link."""
    plan = PLANS[job.plan]
    heard = _Untrained()
    logging.getLogger("splink").handlers = [heard]
    linker = _linker(table, job, plan)
    _learn(linker, plan, table.num_rows)
    found = linker.inference.predict()
    grouped = linker.clustering.cluster_pairwise_predictions_at_threshold(
        found, threshold_match_probability=_CLUSTERED
    )
    ids = grouped.as_pyarrow_table().select([_ID, "cluster_id"]).sort_by(_ID)
    clusters = ids["cluster_id"].combine_chunks().dictionary_encode().indices
    counted = found.query_sql("select count(*) as pairs from {this}").as_record_list()
    return Outcome(
        clusters=clusters,
        candidates=int(counted[0]["pairs"]),
        links=lambda: _links(found),
        remarks=(f"not fully trained: {', '.join(heard.said)}",) if heard.said else (),
    )


def _linker(table: pa.Table, job: Job, plan: Plan) -> Linker:
    named = table.rename_columns([RENAMED.get(name, name) for name in table.column_names])
    numbered = named.append_column(_ID, pa.array(range(table.num_rows), pa.int64()))
    api = DuckDBAPI()
    tables = [api.register(part) for part in split(numbered, job.sizes)]
    settings = SettingsCreator(
        link_type="dedupe_only" if len(tables) == 1 else "link_only",
        comparisons=plan.comparisons(),
        blocking_rules_to_generate_predictions=[
            to_rule(rule) for rule in (plan.rules if job.rules is None else job.rules)
        ],
        retain_matching_columns=False,
    )
    return Linker(tables if len(tables) > 1 else tables[0], settings)


def _learn(linker: Linker, plan: Plan, records: int) -> None:
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [to_rule(rule) for rule in plan.certain], recall=plan.recall
    )
    pairs = _RANDOM_PAIRS_FEW if records < _MANY_RECORDS else _RANDOM_PAIRS_MANY
    training.estimate_u_using_random_sampling(max_pairs=pairs, seed=_SEED)
    for block in plan.blocks:
        training.estimate_parameters_using_expectation_maximisation(
            to_rule(block), estimate_without_term_frequencies=plan.learns_without_frequencies
        )


def _links(found: object) -> pa.Table:
    table = found.as_pyarrow_table()  # type: ignore[attr-defined]
    return pa.table(
        {
            "left": table[f"{_ID}_l"],
            "right": table[f"{_ID}_r"],
            "probability": table["match_probability"],
        }
    )


if __name__ == "__main__":
    logging.getLogger("splink").setLevel(logging.WARNING)
    run_job(work)
