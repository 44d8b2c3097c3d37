"""How fast records are added to known ones: one at a time, and ten thousand at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import pyarrow as pa

from benchmarks.linkage.bounds import (
    MOST_SECONDS_FOR_MANY,
    MOST_SECONDS_FOR_ONE,
    Bound,
)
from benchmarks.linkage.retailer import RECORDS_PER_CUSTOMER
from benchmarks.linkage.sets import retailer_set
from benchmarks.linkage.tables import count, show
from passerelle.kernel import InvalidInput
from passerelle.linkage import Linker, link
from passerelle.simulate.spec import MAX_CUSTOMERS

_SINGLE, _MANY = 300, 10_000
_BEFORE = 20  # single ones that are added before: all that is compiled or grows is ready then
_SPARE = 1.05  # more customers than the average asks for, so that there are records enough
_HEADS = ("added", "to records", "wall ms", "CPU ms", "wall ms, slowest of ten", "of known persons")


@dataclass(frozen=True)
class _Took:
    """Seconds of one addition: on the clock, and of the processor."""

    wall: float
    cpu: float


def measure_additions(known: int, work: Path) -> list[Bound]:
    """Add records that were held back, as they come: known persons' with their typos, and new.

    Args:
        known: Records that are linked before.
        work: A folder for files.

    Raises:
        InvalidInput: There cannot be so many.
    """
    wanted = known + _BEFORE + _SINGLE + _MANY
    customers = round(_SPARE * wanted / RECORDS_PER_CUSTOMER)
    if customers > MAX_CUSTOMERS:
        raise InvalidInput(
            f"No retailer has {wanted:,} records.",
            hint=f"Ask for --most {round(MAX_CUSTOMERS * RECORDS_PER_CUSTOMER / 2):,} or fewer.",
        )
    table = retailer_set(customers, work).records.head(wanted).to_arrow()
    print(f"· {known:,} records are linked", flush=True)
    linker = Linker(link(table.slice(0, known)))
    at = known + _BEFORE
    _add_each(linker, table.slice(known, _BEFORE))
    singles = _add_each(linker, table.slice(at, _SINGLE))
    are_known = sum(int(own) < at for own in linker.clusters[at : at + _SINGLE])
    many = _add(linker, table.slice(at + _SINGLE, _MANY))
    rows = [
        _row("1, median", known, singles, count(are_known)),
        _row(f"{_MANY:,} at once", known, [many], ""),
    ]
    show(f"Additions, {_SINGLE} single ones and then many", _HEADS, rows)
    one = median(each.wall for each in singles)
    return [
        Bound(
            f"one record to {known:,}: median seconds", one, MOST_SECONDS_FOR_ONE, is_most=True
        ),
        Bound(
            f"{_MANY:,} records to {known:,}: seconds", many.wall, MOST_SECONDS_FOR_MANY,
            is_most=True,
        ),
    ]  # fmt: skip


def _add_each(linker: Linker, table: pa.Table) -> list[_Took]:
    return [_add(linker, table.slice(at, 1)) for at in range(table.num_rows)]


def _add(linker: Linker, table: pa.Table) -> _Took:
    wall, cpu = time.perf_counter(), time.process_time()
    linker.add(table)
    return _Took(time.perf_counter() - wall, time.process_time() - cpu)


def _row(what: str, known: int, took: Sequence[_Took], are_known: str) -> list[str]:
    walls = [each.wall for each in took]
    slow = quantiles(walls, n=10)[-1] if len(walls) > 1 else None
    cpu = median(each.cpu for each in took)
    return [what, count(known), _ms(median(walls)), _ms(cpu), _ms(slow), are_known]


def _ms(seconds: float | None) -> str:
    return "" if seconds is None else f"{1_000 * seconds:,.1f}"
