"""Matching hashed e-mails with cookie sightings, beside the bare hash join of the same files."""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from passerelle.engine import open_engine
from passerelle.measure import match_hashed_files

LEFT, RIGHT = 10_000_000, 50_000_000
MOST_RATIO = 1.5
_COOKIES_PER_SIGHTING = 1 / 3
_EMAILS_PER_LEFT = 2  # half of the e-mails behind the cookies are not on the left


def run(argv: list[str]) -> int:
    """Make both files, time the bare join and the product's, print the ratio; 1 if above 1.5."""
    options = _options(argv)
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="hashed-match-") as folder:
        left, right = Path(folder, "emails.parquet"), Path(folder, "sightings.parquet")
        _make(left, right, options)
        os.sync()  # or the first turn shares the disk with what was just made
        print(f"{options.left:,} hashed e-mails ({_size(left)}), "
              f"{options.right:,} sightings ({_size(right)}), {options.memory}, "
              f"{options.threads} threads")  # fmt: skip
        engine = open_engine(
            "", memory_limit=options.memory, threads=options.threads, spill=f"{folder}/spill"
        )
        joins, products = [], []
        for turn in range(options.turns):
            bare = _timed(lambda: _bare_join(left, right, Path(folder, "bare.parquet"), options))
            product = _timed(
                lambda: match_hashed_files(
                    engine, left, right, on="email_sha256", out=Path(folder, "matches.parquet")
                )
            )
            print(f"turn {turn + 1}: bare join {bare:.1f} s, product {product:.1f} s, "
                  f"ratio {product / bare:.2f}", flush=True)  # fmt: skip
            joins.append(bare)
            products.append(product)
    ratio = min(products) / min(joins)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"best of {options.turns}: ratio {ratio:.2f} (at most {MOST_RATIO}), peak {peak:.1f} GB")
    return int(ratio > MOST_RATIO)


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench hashed_match", description=__doc__)
    parser.add_argument("--left", type=int, default=LEFT, help="hashed e-mails")
    parser.add_argument("--right", type=int, default=RIGHT, help="cookie sightings")
    parser.add_argument("--memory", default="4GB", help="most memory of either side")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--folder", help="where the files go; they take about 4 GB at full size")
    return parser.parse_args(argv)


def _connect(options: argparse.Namespace, folder: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        config={
            "memory_limit": options.memory,
            "threads": options.threads,
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": "false",
        }
    )
    connection.execute("set enable_progress_bar = false")
    return connection


def _make(left: Path, right: Path, options: argparse.Namespace) -> None:
    cookies = max(1, int(options.right * _COOKIES_PER_SIGHTING))
    emails = options.left * _EMAILS_PER_LEFT
    with _connect(options, left.parent) as connection:
        connection.execute(
            f"copy (select sha256(concat('person', i)) as email_sha256 "
            f"from range({options.left}) t(i)) to '{left}' (format parquet, compression zstd)"
        )
        connection.execute(
            f"copy (select sha256(concat('person', hash(cookie) % {emails})) as email_sha256, "
            f"concat('c-', md5(cast(cookie as varchar))) as cookie, "
            f"timestamp '2026-01-01' + to_seconds(hash(i * 7) % 26000000) as seen_at "
            f"from (select i, hash(i) % {cookies} as cookie from range({options.right}) t(i))) "
            f"to '{right}' (format parquet, compression zstd)"
        )


def _bare_join(left: Path, right: Path, out: Path, options: argparse.Namespace) -> None:
    """The rows that match, as DuckDB joins and writes them when nothing else is asked."""
    with _connect(options, out.parent) as connection:
        connection.execute(
            "copy (select s.email_sha256, s.cookie, s.seen_at "
            f"from read_parquet('{right}') s join read_parquet('{left}') e "
            f"on e.email_sha256 = s.email_sha256) to '{out}' (format parquet, compression zstd)"
        )


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:,.0f} MB"
