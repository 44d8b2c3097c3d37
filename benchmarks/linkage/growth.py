"""How passerelle's seconds, memory and candidates grow with the records of the retailer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.linkage.evaluating import judge_clusters
from benchmarks.linkage.retailer import RECORDS_PER_CUSTOMER
from benchmarks.linkage.running import OURS, Ask, Result, run_system
from benchmarks.linkage.sets import LinkSet, retailer_set
from benchmarks.linkage.tables import count, megabytes, seconds, share, show
from passerelle.kernel import InvalidInput
from passerelle.simulate.spec import MAX_CUSTOMERS

_SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
_PATIENCE = 7_200.0
_HEADS = ("records", "wall s", "CPU s", "peak MB", "candidates", "F1 persons", "remark")


def measure_growth(most: int, work: Path) -> None:
    """Link, with nothing said, the sizes up to the largest, and print the fitted exponents.

    Raises:
        InvalidInput: The largest is below the two sizes that a growth needs.
    """
    sizes = [size for size in _SIZES if size <= most]
    if len(sizes) < 2:
        raise InvalidInput(
            f"Growth up to {most:,} records cannot be seen.",
            hint=f"Ask for --most {_SIZES[1]} or more.",
        )
    measured, rows = [], []
    for size in sizes:
        chosen = retailer_set(min(MAX_CUSTOMERS, round(size / RECORDS_PER_CUSTOMER)), work)
        print(f"· {chosen.name}", flush=True)
        result = run_system(OURS, chosen, Ask(patience=_PATIENCE), work)
        rows.append(_row(chosen, result))
        if result.clusters is not None:
            told = result.figures
            pairs = float(told.candidates or 1)
            measured.append(
                (len(chosen.persons), told.seconds, told.cpu_seconds, told.peak_bytes, pairs)
            )
    grows = [f"{each:.2f}" for each in _exponents(measured)]
    rows.append(["grows as records to the", *(grows or [""] * 4), "", ""])
    show("Growth, with nothing said", _HEADS, rows)


def _row(chosen: LinkSet, result: Result) -> list[str]:
    told = result.figures
    records = count(len(chosen.persons))
    if result.clusters is None:
        return [records, *[""] * 5, told.refusal]
    f1 = judge_clusters(result.clusters, chosen.persons).f1
    times = [seconds(told.seconds), seconds(told.cpu_seconds)]
    return [records, *times, megabytes(told.peak_bytes), count(told.candidates), share(f1), ""]


def _exponents(measured: Sequence[tuple[float, ...]]) -> list[float]:
    """Slopes of the logarithms, by least squares."""
    if len(measured) < 2:
        return []
    logs = np.log(np.array(measured, float))
    return [float(np.polyfit(logs[:, 0], logs[:, at], 1)[0]) for at in range(1, logs.shape[1])]
