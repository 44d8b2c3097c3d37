"""A linking in this process, measured: wall and processor seconds, peak memory."""

from __future__ import annotations

import contextlib
import re
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.linkage.jobs import (
    RECORDS,
    Figures,
    Job,
    Outcome,
    read_job,
    split,
    write_figures,
    write_outcome,
)

Work = Callable[[pa.Table, Job], Outcome]

_WARM_RECORDS = 1_000
_LONGEST_REFUSAL = 200  # characters; some errors hold a whole profile of the table


def run_job(work: Work) -> None:
    """Do the job of the folder that the command line names."""
    folder = Path(sys.argv[1])
    job = read_job(folder)
    table = pq.read_table(folder / RECORDS)
    if job.is_warm:
        _warm_up(work, table, job)
    wall, cpu = time.perf_counter(), _cpu_seconds()
    try:
        outcome = work(table, job)
    except Exception as error:  # a peer's refusal is a result
        write_figures(folder, Figures(refusal=_told(error)))
        return
    seconds, cpu_seconds = time.perf_counter() - wall, _cpu_seconds() - cpu
    figures = Figures(seconds, cpu_seconds, _peak_bytes(), 0.0, outcome.candidates, outcome.remarks)
    write_outcome(folder, outcome, job)
    write_figures(folder, figures)


def _warm_up(work: Work, table: pa.Table, job: Job) -> None:
    """Link few records, so that what is loaded or compiled at first use does not count.

    Of so few, some systems learn nothing and say so; they are loaded all the same.
    """
    each = _WARM_RECORDS // len(job.sizes)
    parts = [part.slice(0, each) for part in split(table, job.sizes)]
    some = replace(job, sizes=tuple(part.num_rows for part in parts))
    with contextlib.suppress(Exception):
        work(pa.concat_tables(parts), some)


def _cpu_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _peak_bytes() -> int:
    """The most memory this process held.

    `ru_maxrss` remembers, on Linux, the process that started this one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found.group(1)) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _told(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:_LONGEST_REFUSAL]
