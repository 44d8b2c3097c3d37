"""Rows that were refused: kept so that they can be mended, and read again once they are."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence

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


def refuse_rows(
    frame: pl.DataFrame,
    loose: pl.DataFrame,
    lines: pl.DataFrame,
    reasons: pl.Series,
    fill_down: Sequence[str],
) -> list[RejectedRow]:
    """The refused rows: as the file said them, and what the rows around them say of them."""
    bad = reasons.is_not_null()
    if not bad.any():
        return []
    around = [name for name in fill_down if name in loose.columns and name not in frame.columns]
    known = pl.DataFrame([lines[ROW_NUMBER], lines["line_number"], *(loose[n] for n in around)])
    refused = (
        known.filter(bad)
        .with_columns(reasons.filter(bad).alias("reason"))
        .unique(ROW_NUMBER, keep="first", maintain_order=True)
    )
    said = refused.drop("reason").join(
        frame.drop("line_number", strict=False), on=ROW_NUMBER, how="left", maintain_order="left"
    )
    return [
        RejectedRow(row, reason, _(REASONS[reason]), original)
        for row, reason, original in zip(
            refused[ROW_NUMBER], refused["reason"], _as_json(said.drop(ROW_NUMBER)), strict=True
        )
    ]


def _as_json(frame: pl.DataFrame) -> list[str]:
    lines = io.BytesIO()
    frame.write_ndjson(lines)
    return lines.getvalue().decode().split("\n")[: frame.height]


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
    cells = [{name: _cell(value) for name, value in json.loads(row).items()} for _, row in rows]
    names = sorted({name for row in cells for name in row})
    frame = pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String), orient="row")
    frame = frame.with_columns(
        pl.Series(ROW_NUMBER, [number for number, _ in rows], dtype=pl.Int64)
    )
    missing = [column for column in mapping.values() if column not in names]
    frame = frame.with_columns(pl.lit(None, pl.String).alias(column) for column in missing)
    loose = layout.read(rename_columns(frame, mapping))
    given = [pl.coalesce(pl.lit(frame[n]), *([n] if n in loose.columns else [])).alias(n)
             for n in (*LOOSE_FIELDS, *CENTS_FIELDS) if n in frame.columns]  # fmt: skip
    loose = loose.with_columns(given)
    lines, reasons = build_lines(loose, Reading(**how))
    lines = number_lines(lines, LinePositions())
    refused = refuse_rows(frame, loose, lines, reasons, layout.fill_down)
    return lines.filter(reasons.is_null()), refused


def _cell(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)
