"""Linking 200,000 records through a Spark Connect server, beside linking in this process."""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import numpy as np
import polars as pl

from passerelle.collect import open_table
from passerelle.engine import DataFile, open_engine
from passerelle.linkage import EngineLinkage, Linkage, LinkageSpec, link, link_on_engine
from passerelle.simulate import RetailerSpec, simulate_retailer
from tests.servers.spark_connect import running_server

RECORDS = 200_000
SAMPLE = 20_000  # of each table
_CUSTOMERS_PER_RECORD = 0.6
_PAIRS_PER_RECORD = 10
_ID_COLUMNS = {
    "crm_customers.csv": "N° client",
    "loyalty_members.csv": "card_number",
    "webshop_customers.csv": "Customer ID",
}


def run(argv: list[str]) -> int:
    """Link all by what a sample taught, here and there, and compare; 1 if anything differs."""
    options = _options(argv)
    with tempfile.TemporaryDirectory(prefix="link-on-spark-") as folder, _server(options) as url:
        tables = _tables(Path(folder), options.records)
        records = sum(table.height for table in tables)
        sample = [table.sample(min(table.height, SAMPLE), seed=1).to_arrow() for table in tables]
        learned_from = sum(each.num_rows for each in sample)
        # Pairs grow as squares: as many as all records may have, on the sample's scale.
        most_pairs = int(_PAIRS_PER_RECORD * records * (learned_from / records) ** 2)
        spec = link(sample, LinkageSpec(most_pairs=most_pairs)).spec
        started = time.perf_counter()
        here = link([table.to_arrow() for table in tables], spec)
        seconds = time.perf_counter() - started
        print(f"{records:,} records, learned from {learned_from:,}")
        print(f"this process: {seconds:.1f} s, {here.pairs.count:,} pairs, "
              f"{len(_kept(here)):,} links", flush=True)  # fmt: skip
        given = DataFile(_write(here, Path(folder, "records.parquet")))
        same = True
        for turn in range(options.turns):
            for name, engine_url in (("DuckDB", ""), ("Spark", url)):
                engine = open_engine(
                    engine_url, memory_limit="4GB", threads=2, spill=str(Path(folder, "spill"))
                )
                started = time.perf_counter()
                there = link_on_engine(engine, given, spec)
                seconds = time.perf_counter() - started
                print(f"turn {turn + 1}, blocked by {name}: {seconds:.1f} s, "
                      f"{len(there.left):,} links; {_differences(here, there)}",
                      flush=True)  # fmt: skip
                same &= _is_same(here, there)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"peak memory of this process {peak:.1f} GB")
        time.sleep(1)  # the client's goodbyes; without a server it would go on trying
    return int(not same)


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench link_on_spark", description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS, help="about as many")
    parser.add_argument("--turns", type=int, default=2, help="the first compiles the kernels")
    parser.add_argument("--url", help="of a server that can read this machine's files")
    return parser.parse_args(argv)


def _server(options: argparse.Namespace) -> AbstractContextManager[str]:
    return nullcontext(options.url) if options.url else running_server()


def _tables(folder: Path, records: int) -> list[pl.DataFrame]:
    spec = RetailerSpec(customers=int(records * _CUSTOMERS_PER_RECORD), seed=3)
    simulate_retailer(spec, folder / "retailer")
    tables = []
    for name, id_column in _ID_COLUMNS.items():
        table = open_table(folder / "retailer" / name)
        frames = [batch.frame.select(table.columns) for batch in table.batches(records)]
        tables.append(pl.concat(frames).drop(id_column))
    share = records / sum(table.height for table in tables)
    return [table.head(int(table.height * share) + 1) for table in tables]


def _write(linkage: Linkage, path: Path) -> Path:
    pl.DataFrame(linkage.table).with_columns(
        pl.Series("record_id", np.arange(linkage.records.count)),
        pl.Series("source", linkage.records.sources),
    ).write_parquet(path)
    return path


def _kept(here: Linkage) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    scores, pairs = here.scores, here.pairs
    kept = np.flatnonzero((scores.person >= 0) | (scores.household >= 0))
    return kept[np.lexsort((pairs.right[kept], pairs.left[kept]))]


def _is_same(here: Linkage, there: EngineLinkage) -> bool:
    kept = _kept(here)
    return (
        np.array_equal(here.pairs.left[kept], there.left)
        and np.array_equal(here.pairs.right[kept], there.right)
        and np.allclose(here.scores.person[kept], there.person, atol=1e-4)
        and np.allclose(here.scores.household[kept], there.household, atol=1e-4)
        and np.array_equal(here.clusters, there.clusters)
    )


def _differences(here: Linkage, there: EngineLinkage) -> str:
    kept = _kept(here)
    ours = set(zip(here.pairs.left[kept].tolist(), here.pairs.right[kept].tolist(), strict=True))
    theirs = set(zip(there.left.tolist(), there.right.tolist(), strict=True))
    odds = (
        float(np.abs(here.scores.person[kept] - there.person).max())
        if ours == theirs and ours
        else float("nan")
    )
    return (
        f"links not there {len(ours - theirs)}, only there {len(theirs - ours)}, "
        f"largest difference of odds {odds:.2g} bits, other clusters "
        f"{int((here.clusters != there.clusters).sum())}"
    )


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
