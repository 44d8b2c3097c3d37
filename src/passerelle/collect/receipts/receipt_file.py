"""Open a file of purchases, whatever till or shop wrote it, and read it as canonical lines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from pathlib import Path

import polars as pl

from passerelle.collect.mapping.date_order import learn_date_order
from passerelle.collect.receipts.amounts import uses_decimal_point
from passerelle.collect.receipts.layout_choice import (
    check_zone,
    choose_layout,
    get_receipt_layout,
    list_receipt_layouts,
)
from passerelle.collect.receipts.line_positions import LinePositions
from passerelle.collect.receipts.receipt_layout import LOOSE_FIELDS, ReceiptLayout
from passerelle.collect.receipts.receipt_lines import (
    Reading,
    build_lines,
    number_lines,
    rename_columns,
)
from passerelle.collect.receipts.refused_rows import add_canonical, refuse_rows
from passerelle.collect.receipts.row_file import RowFile, open_rows
from passerelle.files import ReadLimits, RejectedRow

_SAMPLE_ROWS = 1_000
_HASH_BYTES = 1 << 20
_SHOP = "shop"
_AMOUNTS = ("amount", "total")


@dataclass(frozen=True)
class ReceiptBatch:
    """Some receipt lines, in the order of the file, and the rows that were refused.

    `frame` has the columns of `RECEIPT_SCHEMA`, one row a line.
    """

    number: int
    frame: pl.DataFrame
    rejected: tuple[RejectedRow, ...]


@dataclass(frozen=True)
class ReceiptFile:
    """A file of purchases that was understood: its layout, and its lines on demand."""

    path: Path
    layout: str
    columns: tuple[str, ...]
    mapping: Mapping[str, str]
    reading: Reading
    rows: RowFile = field(repr=False)

    @property
    def details(self) -> str:
        """How the file is read, as JSON: given back to `open_receipts`, it is read alike."""
        how = {"layout": self.layout, "mapping": dict(self.mapping), **asdict(self.reading)}
        return json.dumps(how, ensure_ascii=False)

    @cached_property
    def content_id(self) -> str:
        """SHA-256 of the file's bytes, in hexadecimal: the same file is recognised anywhere."""
        state = hashlib.sha256()
        with self.path.open("rb") as stream:
            while block := stream.read(_HASH_BYTES):
                state.update(block)
        return state.hexdigest()

    def batches(self, size: int, *, start: int = 0) -> Iterator[ReceiptBatch]:
        """The lines of `size` rows at a time, from batch `start` on; the first is number 0.

        Batch `k` of a size is the same on every run: earlier ones are read again to count the
        lines of receipts that go on.
        """
        layout = get_receipt_layout(self.layout)
        positions = LinePositions()
        above: pl.DataFrame | None = None
        for batch in self.rows.batches(size):
            named = rename_columns(batch.frame, self.mapping)
            loose = said = add_canonical(layout.read(named), batch.frame)
            if layout.fill_down:
                loose, above = _fill_down(loose, above, layout.fill_down)
            lines, reasons = build_lines(loose, self.reading)
            lines = number_lines(lines, positions)
            if batch.number >= start:
                refused = refuse_rows(batch.frame, lines, reasons, _added(said, loose))
                rejected = sorted([*batch.rejected, *refused], key=lambda row: row.row_number)
                good = lines.filter(reasons.is_null())
                yield ReceiptBatch(batch.number, good, tuple(rejected))


def open_receipts(  # noqa: PLR0913 - what the person may override
    path: Path,
    *,
    layout: str | None = None,
    mapping: Mapping[str, str] | None = None,
    timezone: str = "Europe/Paris",
    currency: str = "EUR",
    sheet: str | None = None,
    password: str | None = None,
    details: str | None = None,
    limits: ReadLimits | None = None,
) -> ReceiptFile:
    """Open a file of purchases: CSV, Excel, JSON, Parquet or plain text, also in .gz or .zip.

    Args:
        path: The file. What it is is found from its content, not from its name.
        layout: The name of its layout, when it is not found by itself.
        mapping: Columns of the file by canonical field, which win over the layout.
        timezone: Where local times without zone were taken.
        currency: The currency of amounts that do not say.
        sheet: The sheet of a workbook, or the file of a .zip.
        password: The password of a .zip.
        details: How an earlier file was read (its `details`), to read rows of it alike: they win
            over layout, mapping, timezone, currency and what a sample of the rows would say.
        limits: How far the file may go.

    Raises:
        InvalidInput: The file cannot be read, or its layout is unknown.
    """
    how = json.loads(details) if details else {}
    layout, mapping = how.get("layout", layout), how.get("mapping", mapping) or {}
    layouts = list_receipt_layouts().items()
    patterns = {name: one.text_line for name, one in layouts if one.text_line}
    rows = open_rows(path, patterns, sheet=sheet, password=password, limits=limits or ReadLimits())
    name = choose_layout(path, layout, rows, mapping)
    if how:
        reading = Reading(**{one.name: how[one.name] for one in fields(Reading)})
    else:
        reading = _learn(rows, get_receipt_layout(name), mapping, check_zone(timezone), currency)
    return ReceiptFile(path, name, rows.columns, mapping, reading, rows)


def _learn(
    rows: RowFile, layout: ReceiptLayout, mapping: Mapping[str, str], timezone: str, currency: str
) -> Reading:
    """How the file writes amounts and dates, from its first rows."""
    sample = layout.read(rename_columns(rows.sample(_SAMPLE_ROWS), mapping))
    amounts = [sample[name] for name in _AMOUNTS if name in sample.columns]
    return Reading(
        timezone=layout.timezone or timezone,
        currency=layout.currency or currency,
        channel=_SHOP,
        decimal_point=all(map(uses_decimal_point, amounts)),
        date_order=_date_order(sample),
    )


def _date_order(sample: pl.DataFrame) -> str:
    """Day first unless some date of the sample says otherwise."""
    texts = [sample[n] for n in ("occurred_at",) if sample.schema.get(n) == pl.String]
    return learn_date_order(texts, default="dmy") if texts else "dmy"


def _fill_down(
    loose: pl.DataFrame, above: pl.DataFrame | None, names: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Each line with what only the first line of its receipt says, and the last line for later."""
    held = loose if above is None else pl.concat([above, loose], how="vertical_relaxed")
    filled = held.with_columns(
        pl.col(name).forward_fill().over("receipt_id") for name in names if name in held.columns
    )
    return filled.tail(loose.height), filled.tail(1)


def _added(said: pl.DataFrame, filled: pl.DataFrame) -> pl.DataFrame:
    """What the rows above add to each line: null where the row said it itself."""
    names = [name for name in LOOSE_FIELDS if name in said.columns and name != "refusal"]
    return pl.DataFrame(
        [filled[n].zip_with(said[n].is_null(), filled[n].clear(filled.height)) for n in names]
    )
