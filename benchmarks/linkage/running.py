"""One system, one set, one process: started, waited for, and what it left read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.linkage.jobs import (
    CLUSTERS,
    FIGURES,
    LINKS,
    RECORDS,
    Figures,
    Job,
    read_figures,
    write_job,
)
from benchmarks.linkage.sets import LinkSet
from tools.environment import ROOT, Environment
from tools.side_environments import prepare_beside

Ints = npt.NDArray[np.int64]

PATIENCE = 90.0
"""Seconds after which a system is stopped and its line says so, unless told otherwise."""

_MODULES = "benchmarks.linkage.systems"
_LOCKS = ROOT / "benchmarks" / "linkage" / "peers"


@dataclass(frozen=True)
class System:
    """One way to link: a module of `systems/` in an environment; ours where no peer is named.

    loads_late: whether much is loaded or compiled at first use, so that it is warmed up.
    """

    name: str
    module: str
    peer: str = ""
    variant: str = ""
    loads_late: bool = False


OURS = System("passerelle", "run_passerelle", loads_late=True)
SPLINK = System("Splink", "run_splink", "splink", loads_late=True)
GOLDENMATCH = System("GoldenMatch", "run_goldenmatch", "goldenmatch")
SYSTEMS: Mapping[str, System] = {
    "passerelle": OURS,
    "splink": SPLINK,
    "goldenmatch": GOLDENMATCH,
    "goldenmatch-probabilistic": System(
        "GoldenMatch prob.", "run_goldenmatch", "goldenmatch", "probabilistic"
    ),
    "recordlinkage": System("recordlinkage", "run_recordlinkage", "recordlinkage"),
}


@dataclass(frozen=True)
class Ask:
    """How a set is linked; see `Job`.

    patience: seconds after which the process is stopped.
    """

    rules: tuple[tuple[str, ...], ...] | None = None
    is_warm: bool = True
    wants_links: bool = False
    patience: float = PATIENCE


@dataclass(frozen=True)
class Result:
    """What one process found and took; labels are None where it found nothing."""

    figures: Figures
    clusters: Ints | None = None
    households: Ints | None = None
    links: pl.DataFrame | None = None


def python_of(peer: str) -> Path:
    """The Python of a peer's environment, made if it is not there; this one for passerelle."""
    if not peer:
        return Path(sys.executable)
    folder = ROOT / ".venv-bench" / peer
    return prepare_beside(Environment(ROOT), folder, _LOCKS / f"{peer}.txt")


def run_system(system: System, chosen: LinkSet, ask: Ask, work: Path) -> Result:
    """Link a set in a process of its own."""
    python = python_of(system.peer)
    with tempfile.TemporaryDirectory(prefix="link-", dir=work) as name:
        folder = Path(name)
        (folder / RECORDS).symlink_to(_records_file(chosen, work))
        is_warm = ask.is_warm and system.loads_late
        job = Job(chosen.plan, chosen.sizes, ask.rules, is_warm, ask.wants_links, system.variant)
        write_job(folder, job)
        command = [str(python), "-m", f"{_MODULES}.{system.module}", str(folder)]
        return _result(folder, _run(command, folder, ask.patience))


def _records_file(chosen: LinkSet, work: Path) -> Path:
    path = work / f"{re.sub(r'[^A-Za-z0-9]+', '-', chosen.name)}.parquet"
    if not path.exists():
        chosen.records.write_parquet(path)
    return path


def _run(command: list[str], folder: Path, patience: float) -> Figures:
    started = time.perf_counter()
    said = folder / "said.txt"
    with said.open("w") as output:
        try:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=_environment(folder),
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=patience,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Figures(refusal=f"stopped after {patience:,.0f} s")
    seconds = time.perf_counter() - started
    if done.returncode or not (folder / FIGURES).exists():
        last = said.read_text(errors="replace").strip().splitlines()[-1:]
        return Figures(refusal=f"ended with status {done.returncode}: {' '.join(last)[:200]}")
    return replace(read_figures(folder), process_seconds=seconds)


def _environment(folder: Path) -> dict[str, str]:
    """Without what this process's own start put there; programs keep their notes in the folder."""
    kept = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    return {**kept, "PYTHONPATH": str(ROOT), "GOLDENMATCH_HOME": str(folder)}


def _result(folder: Path, figures: Figures) -> Result:
    if figures.refusal:
        return Result(figures)
    labels = pl.read_parquet(folder / CLUSTERS)
    columns = {name: np.asarray(labels[name].to_numpy(), np.int64) for name in labels.columns}
    links = pl.read_parquet(folder / LINKS) if (folder / LINKS).exists() else None
    return Result(figures, columns["cluster"], columns.get("household"), links)
