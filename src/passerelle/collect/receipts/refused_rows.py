"""Rows that were refused: kept so that they can be mended, and read again once they are."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence

import polars as pl

from passerelle.collect.files import ROW_NUMBER, RejectedRow
from passerelle.collect.receipts.layout_choice import get_receipt_layout
from passerelle.collect.receipts.line_positions import LinePositions
from passerelle.collect.receipts.receipt_layout import CENTS_FIELDS, LOOSE_FIELDS
from passerelle.collect.receipts.receipt_lines import (
    REASONS,
    Reading,
    build_lines,
    number_lines,
    rename_columns,
)
from passerelle.kernel.language import _

_REASON = "reason of refusal"  # no column of a file is called that


def refuse_rows(
    frame: pl.DataFrame, lines: pl.DataFrame, reasons: pl.Series, added: pl.DataFrame | None = None
) -> list[RejectedRow]:
    """The refused rows as the file said them, with what they need to be read again alone.

    Args:
        frame: The rows of the file.
        lines: What was read from them, one line each or several.
        reasons: Why each line is refused, or null.
        added: What the rows above say of each line, by canonical field.
    """
    bad = reasons.is_not_null()
    if not bad.any():
        return []
    known = pl.DataFrame([lines[ROW_NUMBER], reasons.alias(_REASON), lines["line_number"]])
    if added is not None:
        known = pl.concat([known, added.drop("line_number", strict=False)], how="horizontal")
    refused = known.filter(bad).unique(ROW_NUMBER, keep="first", maintain_order=True)
    refused = refused.select(one for one in refused if one.null_count() < len(one))
    said = refused.drop(_REASON).join(
        frame.drop(refused.columns[2:], strict=False),
        on=ROW_NUMBER,
        how="left",
        maintain_order="left",
    )
    originals = _as_json(said.drop(ROW_NUMBER))
    rows = zip(refused[ROW_NUMBER], refused[_REASON], originals, strict=True)
    return [RejectedRow(row, reason, _(REASONS[reason]), text) for row, reason, text in rows]


def reread_rows(
    rows: Sequence[tuple[int, str]], details: str
) -> tuple[pl.DataFrame, list[RejectedRow]]:
    """Lines of rows mended by hand, and those refused again: as `ReceiptFile.batches` reads them.

    Args:
        rows: Row number and JSON object of each; a canonical name in it (`occurred_at`) wins over
            the file's own column.
        details: How their file was read, from `ReceiptFile.details`.
    """
    how = json.loads(details)
    layout, mapping = get_receipt_layout(how.pop("layout")), how.pop("mapping")
    frame = _to_frame(rows, mapping.values())
    loose = layout.read(rename_columns(frame, mapping))
    given = {name: frame[name] for name in (*LOOSE_FIELDS, *CENTS_FIELDS) if name in frame.columns}
    loose = loose.with_columns(
        column.fill_null(loose[name].cast(pl.String)) if name in loose.columns else column
        for name, column in given.items()
    )
    lines, reasons = build_lines(loose, Reading(**how))
    lines = number_lines(lines, LinePositions())
    return lines.filter(reasons.is_null()), refuse_rows(frame, lines, reasons)


def _to_frame(rows: Sequence[tuple[int, str]], wanted: Iterable[str]) -> pl.DataFrame:
    cells = [
        {name: _cell(value) for name, value in json.loads(text).items()} for _number, text in rows
    ]
    names = sorted({name for row in cells for name in row}.union(wanted))
    columns = {name: [row.get(name) for row in cells] for name in names}
    numbers = pl.Series(ROW_NUMBER, [number for number, _text in rows], dtype=pl.Int64)
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String)).with_columns(numbers)


def _cell(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _as_json(frame: pl.DataFrame) -> list[str]:
    lines = io.BytesIO()
    frame.write_ndjson(lines)
    return lines.getvalue().decode().split("\n")[: frame.height]
