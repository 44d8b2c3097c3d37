"""Write every set of other countries and other things as a table with the truth beside it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.linkage.abroad.people import COUNTRIES, rows
from benchmarks.linkage.abroad.things import THINGS

_PEOPLE, _THINGS = 2_000, 1_200


def write_all(folder: Path, seed: int) -> None:
    """One Parquet file a set, its truth in the column `person`."""
    for country in COUNTRIES:
        _write(folder, country.name, rows(country, _PEOPLE, seed))
    for name, make in THINGS.items():
        _write(folder, name, make(_THINGS, seed))


def _write(folder: Path, name: str, told: Sequence[tuple[int, dict[str, str]]]) -> None:
    columns = {
        column: [row[column].strip() or None for _number, row in told] for column in told[0][1]
    }
    table = pa.table({**columns, "person": [number for number, _row in told]})
    pq.write_table(table, folder / f"{name}.parquet")


if __name__ == "__main__":
    write_all(Path(sys.argv[1]), int(sys.argv[2]))
