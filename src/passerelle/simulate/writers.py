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
from passerelle.simulate.club_file import kids_club
from passerelle.simulate.event_lines import (
    EVENTS_PER_CHUNK,
    EventWords,
    make_words,
    render_event_lines,
)
from passerelle.simulate.events import Events
from passerelle.simulate.life_files import make_life_files, rows_about
from passerelle.simulate.manifest import (
    DEATHS,
    EVENTS_AFTER,
    KIDS_CLUB,
    MOVERS,
    RETURNED_MAIL,
    TRUTH,
)
from passerelle.simulate.output_folder import OutputFolder, ordered_chunks
from passerelle.simulate.partner import partner_frame
from passerelle.simulate.receipt_file import LINES_PER_CHUNK, SCHEMA, receipt_ids, receipt_table
from passerelle.simulate.record_cells import Scribe, Words
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
    life_files_table,
    people_table,
    reach_table,
    receipts_table,
    records_table,
    replaced_devices_table,
    shop_habits_table,
)

_TRUTH_ROWS_PER_CHUNK = 250_000
_COMPRESSION = "zstd"

Report = Callable[[float], None]
"""Called with the share of one file that is written."""
Writer = Callable[[Path, int, Report], None]
"""Writes so many rows to a path."""
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
    write: Writer


def write_files(retailer: Retailer, folder: OutputFolder, *, progress: Progress) -> dict[str, int]:
    """Write every file but the manifest; gives the rows of each."""
    ids = receipt_ids(retailer.trade.receipts)
    tasks = [
        *_customer_files(retailer),
        *_event_files(retailer, ids),
        *_truth_files(retailer, ids),
        *(_life_files(retailer) if retailer.spec.has_life_files else ()),
    ]
    total, before = sum(task.weight for task in tasks), 0.0
    for task in tasks:

        def report(share: float, start: float = before, task: FileTask = task) -> None:
            progress(task.label, (start + share * task.weight) / total)

        report(0.0)
        task.write(folder.file(task.name), task.rows, report)
        before += task.weight
    return {task.name: task.rows for task in tasks}


def _life_files(retailer: Retailer) -> list[FileTask]:
    made = make_life_files(_scribe(retailer), today=retailer.today)
    club, children = kids_club(_scribe(retailer), today=retailer.today)

    def rows_of(frame: pl.DataFrame) -> FrameMaker:
        return lambda _number, part: frame[part]

    def write_lines(path: Path, _rows: int, report: Report) -> None:
        lines = made.deaths["line"].str.join("\n").item() or ""
        path.write_bytes((lines + "\n").encode("latin-1", errors="replace"))
        report(1.0)

    french = CsvStyle(separator=";")
    browsing = retailer.browsing
    truth = [
        life_files_table(pl.concat([made.truth, rows_about("kids_club", children)])),
        shop_habits_table(retailer),
        replaced_devices_table(browsing.devices, browsing.cookies),
    ]
    return [
        FileTask(MOVERS, N_("Movers file"), made.movers.height, 1.0,
                 _csv(rows_of(made.movers), french)),
        FileTask(DEATHS, N_("Deaths file"), made.deaths.height, 1.0, write_lines),
        FileTask(RETURNED_MAIL, N_("Returned mail file"), made.returned_mail.height, 1.0,
                 _csv(rows_of(made.returned_mail), french)),
        FileTask(KIDS_CLUB, N_("Children's club"), club.height, 1.0, _csv(rows_of(club), french)),
        *(FileTask(f"{TRUTH}/{each.name}.parquet", N_("Truth"), each.rows, 1.0,
                   partial(_write_truth, [each])) for each in truth),
    ]  # fmt: skip


def _scribe(retailer: Retailer) -> Scribe:
    words = Words.of(retailer.reference)
    return Scribe(retailer.spec, retailer.reference, retailer.society, retailer.trade, words)


def _customer_files(retailer: Retailer) -> list[FileTask]:
    society, partner = retailer.society, retailer.partner
    scribe = _scribe(retailer)
    files = retailer.trade.files
    crm = CsvStyle(separator=";", encoding="cp1252")
    loyalty = CsvStyle(mark=codecs.BOM_UTF8)
    return [
        FileTask("crm_customers.csv", N_("CRM file"), len(files.crm), 8.0,
                 _csv(partial(crm_frame, scribe), crm)),
        FileTask("loyalty_members.csv", N_("Loyalty file"), len(files.loyalty), 5.0,
                 _csv(partial(loyalty_frame, scribe), loyalty)),
        FileTask("webshop_customers.csv", N_("Web shop file"), len(files.webshop), 5.0,
                 _csv(partial(webshop_frame, scribe), CsvStyle())),
        FileTask("partner.csv", N_("Partner file"), len(partner), 5.0,
                 _csv(partial(partner_frame, partner, society.contacts), CsvStyle())),
    ]  # fmt: skip


def _event_files(retailer: Retailer, ids: pl.Series) -> list[FileTask]:
    trade, traffic, emails = retailer.trade, retailer.traffic, retailer.society.contacts.emails
    words = make_words(traffic, trade, emails, ids)
    receipts = partial(receipt_table, trade, emails, ids)
    return [
        FileTask("receipts.parquet", N_("Receipts"), len(trade.lines), 15.0,
                 partial(_write_receipts, receipts)),
        FileTask("events.jsonl", N_("Web events"), len(traffic.before), 40.0,
                 partial(_write_events, traffic.before, words)),
        FileTask(EVENTS_AFTER, N_("Web events of the month after"), len(traffic.after), 4.0,
                 partial(_write_events, traffic.after, words)),
    ]  # fmt: skip


def _truth_files(retailer: Retailer, ids: pl.Series) -> list[FileTask]:
    tables: list[Sequence[TruthTable]] = [
        [people_table(retailer)],
        [records_table(retailer.trade.files)],
        [receipts_table(retailer.trade.receipts, ids)],
        [devices_table(retailer.browsing.devices)],
        cookies_tables(retailer),
        [reach_table(retailer)],
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


def _csv(make: FrameMaker, style: CsvStyle) -> Writer:
    def encoded(number: int, part: slice) -> bytes:
        buffer = io.BytesIO()
        make(number, part).write_csv(buffer, separator=style.separator, include_header=number == 0)
        text = buffer.getvalue()
        if style.encoding == "utf-8":
            return text
        return text.decode().encode(style.encoding, errors="replace")

    def write(path: Path, rows: int, report: Report) -> None:
        with path.open("wb") as file:
            file.write(style.mark)
            for done, piece in ordered_chunks(rows, RECORDS_PER_CHUNK, encoded):
                file.write(piece)
                report(done / max(rows, 1))

    return write


def _write_events(events: Events, words: EventWords, path: Path, rows: int, report: Report) -> None:
    def text(_number: int, part: slice) -> bytes:
        buffer = io.BytesIO()
        lines = render_event_lines(events, part, words).to_frame()
        lines.write_csv(buffer, include_header=False, quote_style="never")
        return buffer.getvalue()

    with path.open("wb") as file:
        for done, piece in ordered_chunks(rows, EVENTS_PER_CHUNK, text):
            file.write(piece)
            report(done / max(rows, 1))


def _write_receipts(
    make: Callable[[slice], pa.Table], path: Path, rows: int, report: Report
) -> None:
    chunks = ordered_chunks(rows, LINES_PER_CHUNK, lambda _number, part: make(part))
    with pq.ParquetWriter(path, SCHEMA, compression=_COMPRESSION) as writer:
        for done, table in chunks:
            writer.write_table(table)
            report(done / max(rows, 1))


def _write_truth(parts: Sequence[TruthTable], path: Path, _rows: int, report: Report) -> None:
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
