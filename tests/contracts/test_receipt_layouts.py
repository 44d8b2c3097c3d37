"""What every receipt layout promises, held for each file of its folder."""

from __future__ import annotations

import polars as pl
import pytest

from passerelle.collect.files import ROW_NUMBER
from passerelle.collect.receipts import list_receipt_layouts
from passerelle.collect.receipts.receipt_layout import CENTS_FIELDS, LOOSE_FIELDS

LAYOUTS = list_receipt_layouts()
every_layout = pytest.mark.parametrize("name", LAYOUTS)


@every_layout
def test_it_says_what_it_is_and_does_not_claim_any_file(name: str) -> None:
    layout = LAYOUTS[name]

    assert layout.label
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
