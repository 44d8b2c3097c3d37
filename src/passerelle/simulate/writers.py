"""Writing the files, a chunk at a time, so that a million customers need little more memory."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from passerelle.kernel.language import N_
from passerelle.simulate.event_lines import (
    EVENTS_PER_CHUNK,
    EventWords,
    event_lines,
    make_words,
)
from passerelle.simulate.events import Events
from passerelle.simulate.manifest import EVENTS_AFTER, TRUTH
from passerelle.simulate.output_folder import OutputFolder, ordered_chunks
from passerelle.simulate.partner import PARTNER_ROWS_PER_CHUNK, partner_frame
from passerelle.simulate.receipt_file import LINES_PER_CHUNK, SCHEMA, receipt_ids, receipt_table
from passerelle.simulate.record_files import (
    RECORDS_PER_CHUNK,
    crm_frame,
    loyalty_frame,
    webshop_frame,
)
from passerelle.simulate.retailer import Progress, Retailer
from passerelle.simulate.truth import (
    TruthTable,
    cookies_tables,
    devices_table,
    people_table,
    reach_table,
    receipts_table,
    records_table,
)

_TRUTH_ROWS_PER_CHUNK = 250_000
_COMPRESSION = "zstd"

Report = Callable[[float], None]
"""Called with the share of one file that is written."""
FrameMaker = Callable[[int, slice], pl.DataFrame]
"""Makes the rows of one chunk, given its number."""


@dataclass(frozen=True)
class CsvStyle:
    """How a system writes its CSV; what its encoding cannot hold becomes a question mark."""

    separator: str = ","
    encoding: str = "utf-8"
    mark: bytes = b""


@dataclass(frozen=True)
class FileTask:
    """One file to write: what to tell the user, its rows, and its share of the time."""

    name: str
    label: str
    rows: int
    weight: float
    write: Callable[[Path, Report], None]


def write_files(retailer: Retailer, folder: OutputFolder, *, progress: Progress) -> dict[str, int]:
    """Write every file but the manifest; gives the rows of each."""
    tasks = [*_customer_files(retailer), *_event_files(retailer), *_truth_files(retailer)]
    total, before = sum(task.weight for task in tasks), 0.0
    for task in tasks:

        def report(share: float, start: float = before, task: FileTask = task) -> None:
            progress(task.label, (start + share * task.weight) / total)

        report(0.0)
        task.write(folder.file(task.name), report)
        before += task.weight
    return {task.name: task.rows for task in tasks}


def _customer_files(retailer: Retailer) -> list[FileTask]:
    world, files = retailer.world, retailer.files
    crm, loyalty, webshop = files.each()
    partner = retailer.partner
    partner_rows = partial(partner_frame, partner, world.contacts)
    return [
        _csv("crm_customers.csv", N_("CRM file"), len(crm), 8.0,
             partial(crm_frame, world, crm), CsvStyle(separator=";", encoding="cp1252")),
        _csv("loyalty_members.csv", N_("Loyalty file"), len(loyalty), 5.0,
             partial(loyalty_frame, world, loyalty), CsvStyle(mark=codecs.BOM_UTF8)),
        _csv("webshop_customers.csv", N_("Web shop file"), len(webshop), 5.0,
             partial(webshop_frame, world, webshop), CsvStyle()),
        _csv("partner.csv", N_("Partner file"), len(partner), 5.0,
             partner_rows, CsvStyle(), chunk=PARTNER_ROWS_PER_CHUNK),
    ]  # fmt: skip


def _event_files(retailer: Retailer) -> list[FileTask]:
    ids = receipt_ids(retailer.receipts)
    words = make_words(
        retailer.traffic,
        retailer.world.catalogue,
        retailer.world.contacts,
        retailer.files.webshop,
        (ids, retailer.totals_cents),
    )
    before, after = retailer.traffic.before, retailer.traffic.after
    return [
        FileTask("receipts.parquet", N_("Receipts"), len(retailer.lines), 15.0,
                 partial(_write_receipts, retailer, ids)),
        FileTask("events.jsonl", N_("Web events"), len(before), 40.0,
                 partial(_write_events, before, words)),
        FileTask(EVENTS_AFTER, N_("Web events of the month after"), len(after), 4.0,
                 partial(_write_events, after, words)),
    ]  # fmt: skip


def _truth_files(retailer: Retailer) -> list[FileTask]:
    world, files, today = retailer.world, retailer.files, retailer.today
    cookies = cookies_tables(world.spec, retailer.browsing, retailer.traffic, retailer.partner)
    ids = receipt_ids(retailer.receipts)
    tables: list[Sequence[TruthTable]] = [
        [people_table(world, files, today=today)],
        [records_table(files)],
        [receipts_table(retailer.receipts, ids)],
        [devices_table(retailer.browsing[0])],
        cookies,
        [reach_table(world, retailer.browsing, retailer.traffic, today=today)],
    ]
    return [
        FileTask(
            f"{TRUTH}/{parts[0].name}.parquet",
            N_("Truth"),
            sum(part.rows for part in parts),
            2.0,
            partial(_write_truth, parts),
        )
        for parts in tables
    ]


def _csv(
    name: str,
    label: str,
    rows: int,
    weight: float,
    make: FrameMaker,
    style: CsvStyle,
    *,
    chunk: int = RECORDS_PER_CHUNK,
) -> FileTask:
    def encoded(number: int, part: slice) -> bytes:
        buffer = io.BytesIO()
        make(number, part).write_csv(buffer, separator=style.separator, include_header=number == 0)
        text = buffer.getvalue()
        if style.encoding == "utf-8":
            return text
        return text.decode().encode(style.encoding, errors="replace")

    def write(path: Path, report: Report) -> None:
        with path.open("wb") as file:
            file.write(style.mark)
            for done, piece in ordered_chunks(rows, chunk, encoded):
                file.write(piece)
                report(done / max(rows, 1))

    return FileTask(name, label, rows, weight, write)


def _write_events(events: Events, words: EventWords, path: Path, report: Report) -> None:
    def text(_number: int, part: slice) -> bytes:
        buffer = io.BytesIO()
        lines = event_lines(events, part, words).to_frame()
        lines.write_csv(buffer, include_header=False, quote_style="never")
        return buffer.getvalue()

    with path.open("wb") as file:
        for done, piece in ordered_chunks(len(events), EVENTS_PER_CHUNK, text):
            file.write(piece)
            report(done / max(len(events), 1))


def _write_receipts(retailer: Retailer, ids: pl.Series, path: Path, report: Report) -> None:
    lines = retailer.lines
    make = partial(
        receipt_table,
        (retailer.receipts, lines),
        ids=ids,
        catalogue=retailer.world.catalogue,
        contacts=retailer.world.contacts,
        files=retailer.files,
    )
    chunks = ordered_chunks(len(lines), LINES_PER_CHUNK, lambda _number, part: make(part))
    with pq.ParquetWriter(path, SCHEMA, compression=_COMPRESSION) as writer:
        for done, table in chunks:
            writer.write_table(table)
            report(done / max(len(lines), 1))


def _write_truth(parts: Sequence[TruthTable], path: Path, report: Report) -> None:
    schema = _plain_strings(parts[0].make(slice(0, 0)).to_arrow().schema)
    with pq.ParquetWriter(path, schema, compression=_COMPRESSION) as writer:
        for part in parts:

            def table(_number: int, rows: slice, part: TruthTable = part) -> pa.Table:
                return part.make(rows).to_arrow().cast(schema)

            for _, piece in ordered_chunks(part.rows, _TRUTH_ROWS_PER_CHUNK, table):
                writer.write_table(piece)
    report(1.0)


def _plain_strings(schema: pa.Schema) -> pa.Schema:
    """The schema with ordinary strings, which every reader of Parquet knows."""
    texts = (pa.large_string(), pa.string_view())
    return pa.schema([(f.name, pa.string() if f.type in texts else f.type) for f in schema])
