"""Link records where they are: blocked in SQL by an engine, compared there by the same kernels.

What was learned on one machine, of all records or of a sample, is given; the engine may be Spark's
many machines. Only links come back, and the values of records in larger groups of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import resources
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.linkage.grouping import find_households, find_persons
from passerelle.linkage.linking import LinkageSpec
from passerelle.linkage.on_engine.keyed_records import KEYED, KeyRecords
from passerelle.linkage.on_engine.scored_candidates import LINKS, ScoreCandidates
from passerelle.linkage.patterns import Patterns

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Batches: TypeAlias = Iterator[pa.RecordBatch]

_MOST_PAIRS = 1_000_000  # scored at once on this machine


class LinkingEngine(Protocol):
    """What linking asks of an engine; an input is whatever the engine can read."""

    def run(
        self, sql: str, inputs: Mapping[str, Any], parameters: Mapping[str, Any] | None = None
    ) -> pa.Table:
        """Run a select."""
        ...

    def map_batches(
        self,
        sql: str,
        inputs: Mapping[str, Any],
        function: Callable[[Batches], Batches],
        *,
        schema: pa.Schema,
        parameters: Mapping[str, Any] | None = None,
    ) -> AbstractContextManager[Any]:
        """What a function makes of a select's rows, as an input of others."""
        ...


@dataclass(frozen=True)
class EngineLinkage:
    """What linking found. Records are numbered from 0, in the order of their ids.

    spec: what they were linked by.
    record_ids: int64, ascending. sources: int16, the table of each.
    left, right: int32, the links: pairs of a person or a household, in order.
    person, household: their log2 odds. patterns: the levels of their fields.
    clusters: int32, for each record the first record of its person.
    households: likewise of its household, by links between records alone: fewer than one machine
        finds, which asks what all records of two persons know.
    """

    spec: LinkageSpec
    record_ids: Longs
    sources: npt.NDArray[np.int16]
    left: Ints
    right: Ints
    person: Floats
    household: Floats
    patterns: Patterns
    clusters: Ints
    households: Ints


def link_on_engine(engine: LinkingEngine, records: object, spec: LinkageSpec) -> EngineLinkage:
    """Link the records of one aligned table, as `link` would by the same spec.

    Args:
        engine: Where they are blocked and compared.
        records: What it reads them from: `record_id` (int64, each once), `source` (the number of
            a table) and the columns of the fields.
        spec: What was learned: `spec` of an earlier run, maybe of a sample. Positions in its
            decisions are in the order of the ids.

    Raises:
        InvalidInput: The spec leaves something to be found, or an id is missing or there twice.
    """
    key, score = _functions(spec)
    record_ids, sources = _everybody(engine, records)
    with engine.map_batches(
        "select * from records", {"records": records}, key, schema=KEYED
    ) as keyed:
        links = _find_links(engine, keyed, score, spec)
        left, right = (
            np.searchsorted(record_ids, links[side].to_numpy()).astype(np.int32)
            for side in ("left_id", "right_id")
        )
        person, household = (
            links[odds].to_numpy().astype(np.float32) for odds in ("person", "household")
        )
        clusters = find_persons(
            sources,
            (left, right),
            person,
            spec.decisions,
            lambda one, other: _score_inside(engine, keyed, score, record_ids, (one, other)),
        )
    households = find_households(score.model, (left, right), household, clusters)
    patterns = links["pattern"].to_numpy().astype(np.uint64)
    return EngineLinkage(
        spec, record_ids, sources, left, right, person, household, patterns, clusters, households
    )


def _functions(spec: LinkageSpec) -> tuple[KeyRecords, ScoreCandidates]:
    fields, rules, model, known = spec.fields, spec.rules, spec.model, spec.known
    if not (fields and rules and model and known) or spec.repeats is None or spec.labels:
        raise InvalidInput(
            _("An engine links by what was learned before."),
            hint=_("Link the records or a sample on one machine, and give the spec of its result."),
        )
    return KeyRecords.of(fields, rules, known), ScoreCandidates(fields, known, spec.repeats, model)


def _everybody(engine: LinkingEngine, records: object) -> tuple[Longs, npt.NDArray[np.int16]]:
    """The ids of all records, in order, and their tables."""
    told = engine.run(
        "select record_id, source from records order by record_id", {"records": records}
    )
    ids = told["record_id"]
    if ids.null_count or not (np.diff(ids.to_numpy()) > 0).all():
        raise InvalidInput(
            _("A record's id is missing or is there twice."),
            hint=_("Give each record a whole number of its own as record_id."),
        )
    return ids.to_numpy(), told["source"].to_numpy().astype(np.int16)


def _find_links(
    engine: LinkingEngine, keyed: object, score: ScoreCandidates, spec: LinkageSpec
) -> pa.Table:
    parameters = {
        "largest_group": spec.largest_group, "within": spec.within, "between": spec.between,
    }  # fmt: skip
    sql = (resources.files("passerelle.linkage") / "sql" / "candidate_pairs.sql").read_text("utf-8")
    with engine.map_batches(
        sql, {"keyed_records": keyed}, score, schema=LINKS, parameters=parameters
    ) as links:
        return engine.run(
            "select left_id, right_id, person, household, pattern from links "
            "order by left_id, right_id",
            {"links": links},
        )


def _score_inside(
    engine: LinkingEngine,
    keyed: object,
    score: ScoreCandidates,
    record_ids: Longs,
    pairs: tuple[Ints, Ints],
) -> Floats:
    """Odds of all pairs inside components: their records are fetched, and scored here."""
    involved = np.unique(np.concatenate(pairs))
    told = engine.run(
        "select record_id, field_values from keyed_records "
        "inner join wanted using (record_id) order by record_id",
        {"keyed_records": keyed, "wanted": pa.table({"record_id": record_ids[involved]})},
    )
    values = told["field_values"].combine_chunks()
    left, right = (np.searchsorted(involved, each).astype(np.int32) for each in pairs)
    odds = np.empty(len(left), np.float32)
    for start in range(0, len(left), _MOST_PAIRS):
        some = slice(start, start + _MOST_PAIRS)
        odds[some] = score.score(values, left[some], right[some])[1].person
    return odds
