"""The match report of a million people with eight million events, from tables to the page."""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from passerelle.engine import open_engine
from passerelle.lake import TABLES, LakeFiles
from passerelle.measure import MatchInputs, build_match_report, read_lifetimes, render_html
from passerelle.measure.match_inputs import INSTANT, SCHEMAS

Ints = npt.NDArray[np.int64]

AS_OF = date(2026, 11, 1)
MOST_SECONDS = 20.0
_END = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp()) * 1_000_000
_DAY = 86_400_000_000
_COOKIES = 10_000_000_000  # where the ids of cookies begin, e-mails and records after them
_EMAILS = 20_000_000_000
_RECORDS = 30_000_000_000
_BROWSERS = ("chromium", "android_chrome", "ios_safari", "firefox")
_FILE_ROWS = 1_000_000


def run(argv: list[str]) -> int:
    """Make the tables, time the report; 1 if it takes more than 20 seconds at full size."""
    parser = argparse.ArgumentParser(prog="./dev bench match_report", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=8_000_000)
    parser.add_argument("--lines", type=int, default=4_000_000, help="receipt lines")
    parser.add_argument("--memory", default="4GB")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="match-report-") as folder:
        inputs = _inputs(Path(folder), options)
        engine = open_engine("", memory_limit=options.memory, threads=0, spill=f"{folder}/spill")
        started = time.perf_counter()
        report = build_match_report(
            engine, inputs, made_at=datetime(2026, 11, 22, tzinfo=UTC), as_of=AS_OF
        )
        built = time.perf_counter() - started
        page = render_html(report)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{report.people:,} people, {options.events:,} events, {options.lines:,} receipt lines")
    print(f"report {built:.1f} s, with its page of {len(page) / 1e3:.0f} kB {seconds:.1f} s "
          f"(at most {MOST_SECONDS:.0f}), peak {peak:.1f} GB")  # fmt: skip
    return int(seconds > MOST_SECONDS and options.people >= 1_000_000)


def _inputs(folder: Path, options: argparse.Namespace) -> MatchInputs:
    rng = np.random.default_rng(7)
    count = options.people
    people = np.arange(count)
    cookies = np.arange(count * 3 // 2)
    owner = rng.integers(0, count, len(cookies))
    records = np.arange(count * 2)
    bound = _END - rng.integers(_DAY, 365 * _DAY, len(cookies))
    placed = np.concatenate([_RECORDS + records, _EMAILS + people, _COOKIES + cookies])
    of = np.concatenate([records % count, people, owner])
    return MatchInputs(
        placements=_table("placements", placed, of),
        identifiers=_table(
            "identifiers",
            np.concatenate([_COOKIES + cookies, _EMAILS + people]),
            np.repeat(["cookie", "email"], [len(cookies), count]),
        ),
        edges=_table(
            "edges",
            _COOKIES + cookies,
            _EMAILS + owner,
            np.array(["login", "click", "order"])[rng.integers(0, 3, len(cookies))],
            np.repeat("web", len(cookies)),
            bound,
            bound,
        ),
        households=_table("households", people, people // 2),
        records=_table(
            "records",
            _RECORDS + records,
            np.array(["crm", "loyalty"])[records % 2],
            np.array(["crm", "loyalty"])[records % 2],
            np.full(len(records), _END - 900 * _DAY),
            np.ones(len(records), dtype=bool),
        ),
        sources=_table(
            "sources", np.array(["crm", "loyalty", "web"]), np.array(["crm", "loyalty", "browser"])
        ),
        events=_events(folder, rng, options.events, len(cookies)),
        receipts=_receipts(folder, rng, options.lines, count),
        lifetimes=read_lifetimes(),
    )


def _events(folder: Path, rng: np.random.Generator, rows: int, cookies: int) -> LakeFiles:
    def part(size: int) -> dict[str, pa.Array]:
        # Half of the cookies seen are strangers'.
        cookie = rng.integers(0, cookies * 2, size)
        at = _END - (rng.random(size) ** 2 * 365 * _DAY).astype(np.int64) - 1
        return {
            "source": pa.array(np.repeat("web", size)),
            "cookie_id": pa.array(_COOKIES + cookie),
            "occurred_at": pa.array(at, INSTANT),
            "received_at": pa.array(np.full(size, _END), INSTANT),
            "browser": pa.array(np.array(_BROWSERS)[cookie % len(_BROWSERS)]),
        }

    return _files(folder, "events", rows, part)


def _receipts(folder: Path, rng: np.random.Generator, rows: int, people: int) -> LakeFiles:
    done = 0

    def part(size: int) -> dict[str, pa.Array]:
        nonlocal done
        line = np.arange(done, done + size)
        done += size
        receipt = line // 2
        known = receipt % 2 == 0
        return {
            "source": pa.array(np.repeat("till", size)),
            "receipt_id": pa.array([f"r{each}" for each in receipt.tolist()]),
            "line_id": pa.array(line),
            "content_hash": pa.array(line),
            "channel": pa.array(np.array(["shop", "web"])[receipt % 7 % 2]),
            "occurred_at": pa.array(_END - receipt % 700 * _DAY - 1, INSTANT),
            "received_at": pa.array(np.full(size, _END), INSTANT),
            "email_id": pa.array(_EMAILS + receipt * 7919 % people, mask=~known),
            "amount_cents": pa.array(rng.integers(100, 9_000, size)),
            "currency": pa.array(np.repeat("EUR", size)),
        }

    return _files(folder, "receipts", rows, part)


def _files(folder: Path, name: str, rows: int, part: object) -> LakeFiles:
    schema = TABLES[name].schema
    files = []
    for number, start in enumerate(range(0, rows, _FILE_ROWS)):
        size = min(_FILE_ROWS, rows - start)
        given = part(size)  # type: ignore[operator]  # a function of the size
        columns = [given.get(each.name, pa.nulls(size, each.type)) for each in schema]
        path = folder / f"{name}-{number}.parquet"
        pq.write_table(pa.table(columns, schema=schema), path, compression="zstd")
        files.append(str(path))
    return LakeFiles(name, tuple(files), schema)


def _table(name: str, *columns: npt.NDArray[np.generic]) -> pa.Table:
    schema = SCHEMAS[name]
    return pa.table(
        [pa.array(values).cast(each.type) for values, each in zip(columns, schema, strict=True)],
        schema=schema,
    )
