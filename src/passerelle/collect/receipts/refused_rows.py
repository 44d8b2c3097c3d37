"""Rows that were refused, kept so that each can be mended and read again by itself."""

from __future__ import annotations

import io

import polars as pl

from passerelle.collect.receipts.receipt_layout import CENTS_FIELDS, LOOSE_FIELDS
from passerelle.collect.receipts.receipt_lines import REASONS
from passerelle.files import ROW_NUMBER, RejectedRow
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


def add_canonical(loose: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """Loose lines, with what columns of the file say under canonical names and the layout left out.

    A mended row brings `line_number` and what only its receipt's first row had said.
    """
    names = [
        name
        for name in (*LOOSE_FIELDS, *CENTS_FIELDS)
        if frame.schema.get(name) == pl.String
        and (name not in loose.columns or loose[name].null_count())
    ]
    if not names:
        return loose
    given = frame.select(ROW_NUMBER, *names)
    there = loose.select(ROW_NUMBER).join(given, on=ROW_NUMBER, how="left", maintain_order="left")
    return loose.with_columns(
        loose[name].cast(pl.String).fill_null(there[name]) if name in loose.columns else there[name]
        for name in names
    )


def _as_json(frame: pl.DataFrame) -> list[str]:
    lines = io.BytesIO()
    frame.write_ndjson(lines)
    return lines.getvalue().decode().split("\n")[: frame.height]
