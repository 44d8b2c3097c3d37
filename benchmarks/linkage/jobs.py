"""What one process is asked to link, and what it answers: files of a folder.

Read by the processes of the peers too, whose environments hold pyarrow and nothing of passerelle.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

RECORDS, JOB, FIGURES = "records.parquet", "job.json", "figures.json"
CLUSTERS, LINKS = "clusters.parquet", "links.parquet"


@dataclass(frozen=True)
class Job:
    """One linking.

    plan: the set that the records are of; peers have settings for each.
    sizes: records of each table, in their order; with two tables, only pairs between them count.
    rules: columns that must agree, rule by rule; None leaves them to the system.
    is_warm: whether the system links some records before, so that all it loads is loaded.
    wants_links: whether the scored pairs are written.
    variant: how the system is used, where there are several ways.
    """

    plan: str
    sizes: tuple[int, ...]
    rules: tuple[tuple[str, ...], ...] | None = None
    is_warm: bool = True
    wants_links: bool = False
    variant: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a system found.

    clusters: for each record, a label that it shares with the records of its person.
    households: the same of its household, where the system knows of households.
    candidates: pairs that were compared, where the system says so.
    links: gives scored pairs (left, right, probability), at the system's own lowest score.
    remarks: what the system said that a reader has to know.
    """

    clusters: Sequence[int] | pa.Array
    households: Sequence[int] | pa.Array | None = None
    candidates: int | None = None
    links: Callable[[], pa.Table] | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figures:
    """What a process measured of itself, but for `process_seconds`, which its parent adds.

    seconds, cpu_seconds: of linking alone, from the table in memory to clusters.
    peak_bytes: of the whole process.
    process_seconds: from its start to its end, imports, reading and writing included.
    refusal: why it found nothing.
    """

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    process_seconds: float = 0.0
    candidates: int | None = None
    remarks: tuple[str, ...] = field(default=())
    refusal: str = ""


def write_job(folder: Path, job: Job) -> None:
    """Write down what to link, beside its records."""
    (folder / JOB).write_text(json.dumps(asdict(job)), encoding="utf-8")


def read_job(folder: Path) -> Job:
    """What to link."""
    told = json.loads((folder / JOB).read_text(encoding="utf-8"))
    rules = told["rules"]
    told["rules"] = None if rules is None else tuple(tuple(rule) for rule in rules)
    return Job(**{**told, "sizes": tuple(told["sizes"])})


def write_outcome(folder: Path, outcome: Outcome, job: Job) -> None:
    """Write the clusters, and the scored pairs if they are wanted."""
    columns = {"cluster": pa.array(outcome.clusters)}
    if outcome.households is not None:
        columns["household"] = pa.array(outcome.households)
    pq.write_table(pa.table(columns), folder / CLUSTERS)
    if job.wants_links and outcome.links is not None:
        pq.write_table(outcome.links(), folder / LINKS)


def write_figures(folder: Path, figures: Figures) -> None:
    """Write what was measured."""
    (folder / FIGURES).write_text(json.dumps(asdict(figures)), encoding="utf-8")


def read_figures(folder: Path) -> Figures:
    """What was measured."""
    told = json.loads((folder / FIGURES).read_text(encoding="utf-8"))
    return Figures(**{**told, "remarks": tuple(told["remarks"])})


def split(table: pa.Table, sizes: Sequence[int]) -> list[pa.Table]:
    """The tables of a job."""
    starts = [sum(sizes[:at]) for at in range(len(sizes))]
    return [table.slice(start, size) for start, size in zip(starts, sizes, strict=True)]
