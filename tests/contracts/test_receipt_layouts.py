"""What every receipt layout promises, held for each file of its folder."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from passerelle.collect.receipts import (
    REASONS,
    RECEIPT_SCHEMA,
    ReceiptFile,
    list_receipt_layouts,
    open_receipts,
)
from passerelle.collect.receipts.receipt_layout import CENTS_FIELDS, LOOSE_FIELDS
from passerelle.files import ROW_NUMBER
from tests.contracts.samples import docstring, list_samples

LAYOUTS = list_receipt_layouts()
every_layout = pytest.mark.parametrize("name", LAYOUTS)


@cache
def samples() -> dict[str, list[Path]]:
    """The sample files by the layout that they are recognised as."""
    found: dict[str, list[Path]] = {}
    for path in list_samples("receipts"):
        found.setdefault(open_receipts(path).layout, []).append(path)
    return found


def read(file: ReceiptFile, size: int = 1000) -> tuple[pl.DataFrame, dict[int, str]]:
    batches = list(file.batches(size))
    refused = {row.row_number: row.reason for batch in batches for row in batch.rejected}
    return pl.concat([batch.frame for batch in batches]), refused


def money(text: object) -> Decimal | None:
    """An amount as a person reads it, French or English."""
    plain = re.sub(r"[^\d,.\-]", "", str(text))
    if plain.rfind(",") > plain.rfind("."):
        plain = plain.replace(".", "").replace(",", ".")
    try:
        return Decimal(plain.replace(",", ""))
    except InvalidOperation:
        return None


@every_layout
def test_it_says_what_it_is_and_does_not_claim_any_file(name: str) -> None:
    layout = LAYOUTS[name]

    assert layout.label
    assert docstring("passerelle.collect.receipts.layouts", "receipt_layouts", name)
    assert layout.recognises([]) == 0
    assert layout.recognises(["Nom", "Prénom", "Courriel"]) == 0


@every_layout
def test_what_its_rows_above_fill_are_columns_it_gives(name: str) -> None:
    assert set(LAYOUTS[name].fill_down) <= {*LOOSE_FIELDS, "status"}


@every_layout
def test_it_reads_rows_that_lack_most_columns(name: str) -> None:
    columns = ["receipt_id", "customer_id", "date", "Name", "Lineitem price", "household_id"]
    frame = pl.DataFrame({ROW_NUMBER: [1, 2], **{column: ["1", None] for column in columns}})

    lines = LAYOUTS[name].read(frame)

    assert lines[ROW_NUMBER].to_list() == [1, 2]
    known = {ROW_NUMBER, *LOOSE_FIELDS, *CENTS_FIELDS}
    extra = set(lines.columns) - known - {"price", "refunded", "status"}
    assert not extra


@every_layout
def test_it_has_a_sample_that_no_other_layout_is_as_sure_of(name: str) -> None:
    assert name in samples(), f"add tests/samples/receipts/{name}.csv"
    for path in samples()[name]:
        file = open_receipts(path)
        if file.rows.pattern is not None:
            continue  # found by how its lines look, not by its columns
        sure = {n: one.recognises(file.columns) for n, one in LAYOUTS.items()}
        assert [n for n in sure if sure[n] >= sure[name]] == [name]


@every_layout
def test_every_row_of_its_samples_is_a_line_or_is_refused_with_a_known_reason(name: str) -> None:
    for path in samples()[name]:
        file = open_receipts(path)

        lines, refused = read(file)

        rows = {number for batch in file.rows.batches(1000) for number in batch.frame[ROW_NUMBER]}
        assert lines.schema == pl.Schema(RECEIPT_SCHEMA)
        assert lines.height > 1
        assert rows <= {*lines[ROW_NUMBER], *refused}
        assert set(refused.values()) <= set(REASONS)
        whole = ("receipt_id", "occurred_at", "channel", "line_number", "amount_cents", "currency")
        assert lines.select(whole).null_count().row(0) == (0,) * len(whole)


@every_layout
def test_the_money_of_its_samples_is_kept_to_the_cent(name: str) -> None:
    for path in samples()[name]:
        file = open_receipts(path)
        lines, refused = read(file)
        loose = pl.concat(
            [LAYOUTS[name].read(batch.frame) for batch in file.rows.batches(1000)], how="diagonal"
        ).filter(~pl.col(ROW_NUMBER).is_in(list(refused)))
        column, unit = ("amount", 100) if "amount" in loose.columns else ("amount_cents", 1)

        told = [amount for amount in map(money, loose[column]) if amount is not None]

        assert len(told) == lines.height
        assert sum(told) * unit == lines["amount_cents"].sum()


@every_layout
def test_lines_and_their_numbers_are_the_same_whatever_the_batches(name: str) -> None:
    for path in samples()[name]:
        whole = read(open_receipts(path))

        by_two = read(open_receipts(path), size=2)

        assert by_two[0].equals(whole[0])
        assert by_two[1] == whole[1]


@every_layout
def test_a_line_of_a_receipt_has_its_number_for_itself(name: str) -> None:
    for path in samples()[name]:
        lines, _ = read(open_receipts(path))

        assert not lines.select("receipt_id", "line_number").is_duplicated().any()


@every_layout
def test_a_row_without_a_number_in_it_is_refused_and_other_receipts_are_as_before(
    name: str, tmp_path: Path
) -> None:
    for path in samples()[name]:
        before, _ = read(open_receipts(path))
        row, receipt = before[ROW_NUMBER][0], before["receipt_id"][0]
        text = path.read_text(encoding="utf-8-sig").splitlines()
        text[row - 1] = re.sub(r"\d", "x", text[row - 1])  # the header is row 1
        spoilt = tmp_path / path.name
        spoilt.write_text("\n".join(text) + "\n", encoding="utf-8")

        after, refused = read(open_receipts(spoilt, layout=name))

        assert row in refused
        others = pl.col("receipt_id") != receipt
        assert after.filter(others).equals(before.filter(others))
