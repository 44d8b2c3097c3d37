"""Purchase files: the layouts people have, what is refused, and lines that keep their number."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from passerelle.collect.receipts import (
    RECEIPT_SCHEMA,
    ReceiptFile,
    detect_layout,
    list_receipt_layouts,
    open_receipts,
)
from passerelle.kernel import InvalidInput

SAMPLES = Path(__file__).parents[3] / "samples" / "receipts"
HEADER = "N° ticket;Date;Montant TTC"


def read(file: ReceiptFile, size: int = 1000) -> tuple[pl.DataFrame, list[tuple[int, str]]]:
    batches = list(file.batches(size))
    frame = pl.concat([batch.frame for batch in batches])
    return frame, [(row.row_number, row.reason) for batch in batches for row in batch.rejected]


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "layout", "lines", "cents"),
    [
        ("tickets_fr.csv", "generic", 4, 4990 + 101250 + 1900 - 1900),
        ("shopify_orders.csv", "shopify_orders", 4, 6980 + 2500 + 4000 - 1500),
        ("passerelle.csv", "passerelle", 3, 4990 + 2400 - 4990),
        ("complete_journey.csv", "complete_journey", 3, 249),
        ("cdnow.txt", "cdnow", 5, 1177 + 1200 + 7700 + 2076 + 2933),
    ],
)
def test_each_sample_is_recognised_and_read(name: str, layout: str, lines: int, cents: int) -> None:
    file = open_receipts(SAMPLES / name)

    frame, _ = read(file)

    assert file.layout == layout
    assert frame.schema == pl.Schema(RECEIPT_SCHEMA)
    assert (frame.height, frame["amount_cents"].sum()) == (lines, cents)


def test_a_french_till_writes_local_times_commas_and_returns() -> None:
    frame, _ = read(open_receipts(SAMPLES / "tickets_fr.csv"))

    assert frame["occurred_at"].to_list()[1:] == [
        datetime(2026, 7, 14, 8, 30, tzinfo=UTC),
        datetime(2026, 12, 31, 17, 5, tzinfo=UTC),
        datetime(2026, 1, 2, 8, 15, tzinfo=UTC),
    ]
    assert frame["line_number"].to_list() == [1, 2, 1, 1]
    assert frame["loyalty_card"].to_list() == ["29012345", "29012345", None, "29067890"]
    assert set(frame["currency"]) == {"EUR"}


def test_lines_that_cannot_be_used_are_refused_with_their_reason() -> None:
    (batch,) = open_receipts(SAMPLES / "tickets_fr.csv").batches(100)

    assert [(row.row_number, row.reason) for row in batch.rejected] == [
        (6, "bad_date"),
        (7, "bad_amount"),
        (8, "no_receipt_id"),
    ]
    assert json.loads(batch.rejected[0].original)["Date"] == "31/02/2026"
    assert "31/02" in batch.rejected[0].detail


def test_an_order_of_shopify_says_who_bought_on_its_first_row_only() -> None:
    for size in (100, 1):
        frame, rejected = read(open_receipts(SAMPLES / "shopify_orders.csv"), size)

        assert frame["email"].to_list()[:2] == ["jane@example.com"] * 2
        assert (
            frame["occurred_at"].to_list()[:2] == [datetime(2026, 10, 7, 7, 50, 20, tzinfo=UTC)] * 2
        )
        assert frame["channel"].to_list() == ["web", "web", "shop", "shop"]
        assert rejected == [(5, "not_a_sale")]


def test_a_refund_is_a_line_of_its_own() -> None:
    frame, _ = read(open_receipts(SAMPLES / "shopify_orders.csv"))

    refund = frame.filter(pl.col("line_number") == 0).to_dicts()
    assert [(line["receipt_id"], line["amount_cents"]) for line in refund] == [("#1002", -1500)]


def test_lines_keep_the_same_number_whatever_the_batches(tmp_path: Path) -> None:
    rows = [f"T-{n % 5};01/02/2026;1,00" for n in range(37)]
    file = open_receipts(write(tmp_path / "tickets.csv", HEADER, *rows))

    whole, _ = read(file, 1000)
    parts, _ = read(file, 4)
    resumed = pl.concat([batch.frame for batch in file.batches(4, start=5)])

    assert whole.select("receipt_id", "line_number").n_unique() == 37
    assert parts.equals(whole)
    assert resumed.equals(whole.slice(20))


def test_a_mended_line_takes_its_own_place_in_the_receipt(tmp_path: Path) -> None:
    rows = ["T-1;01/02/2026;1,00", "T-1;31/02/2026;2,00", "T-1;01/02/2026;3,00"]
    file = open_receipts(write(tmp_path / "tickets.csv", HEADER, *rows))
    (batch,) = file.batches(100)
    mended = {**json.loads(batch.rejected[0].original), "Date": "01/02/2026"}

    again = open_receipts(
        write(tmp_path / "mended.jsonl", json.dumps(mended)), details=file.details
    )
    (replayed,) = again.batches(100)

    assert batch.frame["line_number"].to_list() == [1, 3]
    assert replayed.frame["line_number"].to_list() == [2]
    assert replayed.frame["amount_cents"].to_list() == [200]


def test_a_mended_line_of_an_order_remembers_what_its_first_row_said(tmp_path: Path) -> None:
    text = (SAMPLES / "shopify_orders.csv").read_text(encoding="utf-8").replace(",30.00,", ",x,")
    file = open_receipts(write(tmp_path / "orders.csv", text.rstrip()))
    (batch,) = file.batches(100)
    row = next(row for row in batch.rejected if row.row_number == 3)
    mended = {**json.loads(row.original), "Lineitem price": "30.00"}

    again = open_receipts(
        write(tmp_path / "mended.jsonl", json.dumps(mended)), details=file.details
    )
    (replayed,) = again.batches(100)

    (line,) = replayed.frame.to_dicts()
    assert (line["email"], line["line_number"], line["amount_cents"]) == (
        "jane@example.com",
        2,
        2500,
    )


def test_a_person_may_name_the_columns(tmp_path: Path) -> None:
    file = write(
        tmp_path / "odd.csv", "A,B,C,D", "1,2026-02-01 10:00,12.50,x", "1,2026-02-01 10:00,2.00,y"
    )
    mapping = {"receipt_id": "A", "occurred_at": "B", "amount_cents": "C", "product_id": "D"}

    frame, _ = read(open_receipts(file, mapping=mapping, timezone="UTC"))

    assert frame["amount_cents"].to_list() == [1250, 200]
    assert frame["product_id"].to_list() == ["x", "y"]


def test_a_mapping_that_names_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    file = write(tmp_path / "odd.csv", "A,B", "1,2")

    with pytest.raises(InvalidInput, match="no column Z"):
        open_receipts(file, mapping={"receipt_id": "Z"})
    with pytest.raises(InvalidInput, match="no field colour"):
        open_receipts(file, mapping={"colour": "A"})


@pytest.mark.parametrize(
    ("amounts", "cents"),
    [
        (["1,234.50", "1,234"], [123450, 123400]),
        (["1.234,50", "1,25"], [123450, 125]),
        (["1\u202f234,50 €", "(3,00)"], [123450, -300]),
        (["12", "-0,5"], [1200, -50]),
    ],
)
def test_amounts_are_read_as_the_file_writes_them(
    tmp_path: Path, amounts: list[str], cents: list[int]
) -> None:
    rows = [f"T-{n};01/02/2026;{amount}" for n, amount in enumerate(amounts)]

    frame, rejected = read(open_receipts(write(tmp_path / "t.csv", HEADER, *rows)))

    assert (frame["amount_cents"].to_list(), rejected) == (cents, [])


def test_dates_are_american_when_some_day_says_so(tmp_path: Path) -> None:
    rows = ["1,12/31/2025,5.00", "2,02/01/2026,5.00"]
    file = write(tmp_path / "t.csv", "Order ID,Date,Amount", *rows)

    frame, _ = read(open_receipts(file, timezone="UTC"))

    assert frame["occurred_at"].dt.date().cast(pl.String).to_list() == ["2025-12-31", "2026-02-01"]


def test_local_times_at_the_change_of_the_clocks_are_kept(tmp_path: Path) -> None:
    rows = ["1;29/03/2026 02:30;1", "2;25/10/2026 02:30;1"]  # skipped; twice
    frame, rejected = read(open_receipts(write(tmp_path / "t.csv", HEADER, *rows)))

    assert not rejected
    assert frame["occurred_at"].to_list() == [
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    ]


def test_a_receipt_with_a_total_and_no_lines_is_one_line(tmp_path: Path) -> None:
    file = write(tmp_path / "t.csv", "Ticket;Date;Total", "1;01/02/2026;10,00", "2;01/02/2026;")

    frame, rejected = read(open_receipts(file))

    assert frame.select("receipt_id", "amount_cents", "line_number").rows() == [("1", 1000, 1)]
    assert rejected == [(3, "no_amount")]


def test_without_an_amount_price_times_quantity_is_one(tmp_path: Path) -> None:
    header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
    file = write(
        tmp_path / "retail.csv",
        header,
        "536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850,United Kingdom",
        "C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,14527,United Kingdom",
    )

    frame, _ = read(open_receipts(file, timezone="Europe/London", currency="GBP"))

    assert frame["amount_cents"].to_list() == [1530, -2750]
    assert frame["customer_number"].to_list() == ["17850", "14527"]


def test_the_same_rows_in_parquet_and_in_csv_are_the_same_lines(tmp_path: Path) -> None:
    typed = pl.read_csv(SAMPLES / "complete_journey.csv", try_parse_dates=True)
    typed.write_parquet(tmp_path / "transactions.parquet")

    from_parquet, _ = read(open_receipts(tmp_path / "transactions.parquet"))
    from_csv, _ = read(open_receipts(SAMPLES / "complete_journey.csv"))

    assert from_parquet.drop("row_number").equals(from_csv.drop("row_number"))


def test_a_line_of_a_text_file_that_does_not_fit_is_refused_as_it_came() -> None:
    (batch,) = open_receipts(SAMPLES / "cdnow.txt").batches(100)

    assert [(row.row_number, row.reason, row.original) for row in batch.rejected] == [
        (5, "bad_line", " 00003 1997XX12  5   77.00")
    ]
    assert batch.frame["receipt_id"].n_unique() == 5


def test_a_file_without_receipts_names_its_columns(tmp_path: Path) -> None:
    file = write(tmp_path / "contacts.csv", "Nom,Prénom", "Martin,Jane")

    with pytest.raises(InvalidInput) as caught:
        open_receipts(file)
    assert "Prénom" in caught.value.hint


def test_a_truncated_parquet_file_an_unknown_zone_and_a_missing_file_are_errors(
    tmp_path: Path,
) -> None:
    whole = tmp_path / "whole.parquet"
    pl.DataFrame({"receipt_id": ["1"] * 100}).write_parquet(whole)
    cut = tmp_path / "cut.parquet"
    cut.write_bytes(whole.read_bytes()[:-20])

    with pytest.raises(InvalidInput, match="damaged or cut off"):
        open_receipts(cut)
    with pytest.raises(InvalidInput, match="No time zone"):
        open_receipts(SAMPLES / "tickets_fr.csv", timezone="Mars/Olympus")
    with pytest.raises(InvalidInput, match="no file"):
        open_receipts(tmp_path / "nothing.csv")


def test_the_layouts_are_plug_ins() -> None:
    assert {"passerelle", "complete_journey", "cdnow", "shopify_orders", "generic"} <= set(
        list_receipt_layouts()
    )
    assert detect_layout(["colour"]) is None
