"""Open a file of purchases, whatever till or shop wrote it, and read it as canonical lines."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from passerelle.collect.files import ROW_NUMBER, ReadLimits, RejectedRow
from passerelle.collect.receipts.amounts import uses_decimal_point
from passerelle.collect.receipts.line_positions import LinePositions
from passerelle.collect.receipts.local_times import writes_month_first
from passerelle.collect.receipts.receipt_layout import CENTS_FIELDS, ReceiptLayout
from passerelle.collect.receipts.receipt_lines import RECEIPT_SCHEMA, Reading, build_lines
from passerelle.collect.receipts.row_file import RowFile, open_rows
from passerelle.kernel import InvalidInput, load_plugins
from passerelle.kernel.language import _

_SAMPLE_ROWS = 1_000
_SURE_ENOUGH = 0.5
_HASH_BYTES = 1 << 20
_SHOP = "shop"
_GENERIC = "generic"
_AMOUNTS = ("amount", "total")
_SHOWN_COLUMNS = 30


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
        """How the file is read, for the record of its import."""
        how = {"layout": self.layout, "timezone": self.reading.timezone}
        return json.dumps({**how, **({"mapping": dict(self.mapping)} if self.mapping else {})})

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
            loose = layout.read(_rename(batch.frame, self.mapping))
            if layout.fill_down:
                loose, above = _fill_down(loose, above, layout.fill_down)
            lines, reasons = build_lines(loose, self.reading)
            good = reasons.is_null()
            frame = _number_lines(lines.filter(good), positions)
            if batch.number >= start:
                refused = loose.select(ROW_NUMBER).filter(~good)[ROW_NUMBER]
                rejected = [*batch.rejected, *_reject(batch.frame, refused, reasons.filter(~good))]
                rejected.sort(key=lambda row: row.row_number)
                yield ReceiptBatch(batch.number, frame, tuple(rejected))


def open_receipts(  # noqa: PLR0913 - what the person may override
    path: Path,
    *,
    layout: str | None = None,
    mapping: Mapping[str, str] | None = None,
    timezone: str = "Europe/Paris",
    currency: str = "EUR",
    sheet: str | None = None,
    password: str | None = None,
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
        limits: How far the file may go.

    Raises:
        InvalidInput: The file cannot be read, or its layout is unknown.
    """
    patterns = {
        name: one.text_line for name, one in list_receipt_layouts().items() if one.text_line
    }
    rows = open_rows(path, patterns, sheet=sheet, password=password, limits=limits or ReadLimits())
    name = _choose_layout(path, layout, rows, mapping or {})
    chosen = get_receipt_layout(name)
    sample = chosen.read(_rename(rows.sample(_SAMPLE_ROWS), mapping or {}))
    reading = Reading(
        timezone=chosen.timezone or _check_zone(timezone),
        currency=chosen.currency or currency,
        channel=_SHOP,
        decimal_point=all(uses_decimal_point(sample[n]) for n in _AMOUNTS if n in sample.columns),
        month_first="occurred_at" in sample.columns and writes_month_first(sample["occurred_at"]),
    )
    return ReceiptFile(path, name, rows.columns, mapping or {}, reading, rows)


def list_receipt_layouts() -> dict[str, ReceiptLayout]:
    """Every receipt layout, by name."""
    return load_plugins(
        "passerelle.collect.receipts.layouts", ReceiptLayout, group="receipt_layouts"
    )


def get_receipt_layout(name: str) -> ReceiptLayout:
    """A receipt layout by name.

    Raises:
        InvalidInput: There is none of that name.
    """
    layouts = list_receipt_layouts()
    if name not in layouts:
        raise InvalidInput(
            _("No receipt layout is called {name!r}.").format(name=name),
            hint=_("The layouts are: {names}.").format(names=", ".join(layouts)),
        )
    return layouts[name]


def detect_layout(columns: Sequence[str]) -> tuple[str, float] | None:
    """The most likely layout of a file with these columns, and how sure; None if none fits.

    >>> detect_layout(["household_id", "basket_id", "sales_value", "transaction_timestamp"])
    ('complete_journey', 1.0)
    """
    sureness = {name: one.recognises(columns) for name, one in list_receipt_layouts().items()}
    best = max(sureness, key=lambda name: sureness[name], default=None)
    return None if best is None or not sureness[best] else (best, sureness[best])


def _choose_layout(path: Path, given: str | None, rows: RowFile, mapping: Mapping[str, str]) -> str:
    if given is not None or rows.pattern is not None:
        return given or str(rows.pattern)
    if mapping:
        _check_mapping(mapping, rows.columns)
        return _GENERIC
    found = detect_layout(rows.columns)
    if found is None or found[1] < _SURE_ENOUGH:
        raise InvalidInput(
            _(
                "No column of {name} was recognised as a receipt number, a date and an amount."
            ).format(name=path.name),
            hint=_("Name them with --mapping. The columns are: {columns}.").format(
                columns=", ".join(rows.columns[:_SHOWN_COLUMNS])
            ),
        )
    return found[0]


def _check_mapping(mapping: Mapping[str, str], columns: Sequence[str]) -> None:
    unknown = [field for field in mapping if field not in RECEIPT_SCHEMA]
    missing = [column for column in mapping.values() if column not in columns]
    if unknown:
        raise InvalidInput(
            _("A receipt has no field {names}.").format(names=", ".join(unknown)),
            hint=_("The fields are: {names}.").format(names=", ".join(RECEIPT_SCHEMA)),
        )
    if missing:
        raise InvalidInput(
            _("The file has no column {names}.").format(names=", ".join(missing)),
            hint=_("Its columns are: {names}.").format(names=", ".join(columns[:_SHOWN_COLUMNS])),
        )


def _check_zone(timezone: str) -> str:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput(
            _("No time zone is called {name!r}.").format(name=timezone),
            hint=_("Write it like Europe/Paris."),
        ) from error
    return timezone


def _rename(frame: pl.DataFrame, mapping: Mapping[str, str]) -> pl.DataFrame:
    """The frame with the columns that a person named under their canonical names."""
    named = [
        pl.col(column).alias(CENTS_FIELDS.get(wanted, wanted)) for wanted, column in mapping.items()
    ]
    return frame.with_columns(named)


def _fill_down(
    loose: pl.DataFrame, above: pl.DataFrame | None, names: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Each line with what only the first line of its receipt says, and the last line for later."""
    held = loose if above is None else pl.concat([above, loose], how="vertical_relaxed")
    filled = held.with_columns(
        pl.col(name).forward_fill().over("receipt_id") for name in names if name in held.columns
    )
    return filled.tail(loose.height), filled.tail(1)


def _number_lines(lines: pl.DataFrame, positions: LinePositions) -> pl.DataFrame:
    if not lines["line_number"].null_count():
        return lines
    return lines.with_columns(
        pl.col("line_number").fill_null(positions.number(lines["receipt_id"]))
    )


def _reject(frame: pl.DataFrame, rows: pl.Series, reasons: pl.Series) -> list[RejectedRow]:
    if not len(rows):
        return []
    refused = rows.to_frame(ROW_NUMBER).join(
        frame, on=ROW_NUMBER, how="left", maintain_order="left"
    )
    said = io.BytesIO()
    refused.drop(ROW_NUMBER).write_ndjson(said)
    originals = said.getvalue().decode().splitlines()
    return [
        RejectedRow(row, reason, "", original)
        for row, reason, original in zip(rows, reasons, originals, strict=True)
    ]
