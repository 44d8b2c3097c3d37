"""The simulated retailer's three customer files as one table of common columns, with the truth.

Values are put right by the comparisons of passerelle, for all systems alike: none loses by the
spelling of a phone number or by an accent.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl

from passerelle.linkage import list_comparisons
from passerelle.linkage.alignment import align
from passerelle.linkage.texts.folding import applied
from passerelle.simulate import (
    BrowserRates,
    PartnerRates,
    ReceiptRates,
    RetailerSpec,
    simulate_retailer,
)

COLUMNS = (
    "first_name", "last_name", "birth_date", "email", "phone", "street", "house_number",
    "postcode", "city",
)  # fmt: skip

RECORDS_PER_CUSTOMER = 1.77
"""In the three files together, as they come out of the simulation's rates."""

_FILES = {
    "crm": ("crm_customers.csv", ";", "cp1252", "N° client"),
    "loyalty": ("loyalty_members.csv", ",", "utf-8-sig", "card_number"),
    "webshop": ("webshop_customers.csv", ",", "utf-8", "Customer ID"),
}


def retailer_records(customers: int, work: Path) -> pl.DataFrame:
    """The records: `COLUMNS`, `person` and `household`."""
    with tempfile.TemporaryDirectory(prefix="retailer-", dir=work) as folder:
        out = Path(folder) / "retailer"
        simulate_retailer(_without_traffic(customers), out)
        tables = {source: _read(out, source) for source in _FILES}
        truth = _truth(out)
    keys = pl.concat(
        [
            table.select(pl.lit(source).alias("source"), pl.col(_FILES[source][3]).alias("key"))
            for source, table in tables.items()
        ]
    )
    ids = [id_column for _file, _separator, _encoding, id_column in _FILES.values()]
    aligned = align(list(tables.values()), leave=ids)
    told = keys.join(
        truth, left_on=["source", "key"], right_on=["source", "record_key"], how="left",
        maintain_order="left",
    )  # fmt: skip
    return put_right(aligned.table).with_columns(told["person"], told["household"])


def put_right(table: pl.DataFrame) -> pl.DataFrame:
    """Values as comparisons see them, dates written with hyphens, placeholders taken out."""
    numbered = table.with_columns(table["street"].alias("house_number"))
    columns = {}
    for name in COLUMNS:
        comparison = list_comparisons()[name]
        values = applied(comparison.normalize, numbered[name])
        if comparison.most_records is not None:
            values = values.set(_counts(values) > comparison.most_records, None)
        columns[name] = values
    born = columns["birth_date"].str.replace(r"^(\d{4})(\d{2})(\d{2})$", "$1-$2-$3")
    return pl.DataFrame({**columns, "birth_date": born})


def _counts(values: pl.Series) -> pl.Series:
    """Of each record, how many hold its value; 0 where it holds none."""
    some = pl.col("value").is_not_null()
    counted = pl.when(some).then(pl.len().over("value")).otherwise(0).alias("count")
    return pl.DataFrame({"value": values}).select(counted)["count"]


def _without_traffic(customers: int) -> RetailerSpec:
    """The same records as ever, with hardly a receipt or a visit: nothing here reads them."""
    return RetailerSpec(
        customers=customers,
        receipts=ReceiptRates(
            shop_receipts_per_year=0.01,
            web_receipts_per_year=0.01,
            stranger_receipts_per_year=0.01,
        ),
        browsers=BrowserRates(visits_per_year=0.01, app_opens_per_year=0.01),
        partner=PartnerRates(knows_share=0.01),
    )


def _read(folder: Path, source: str) -> pl.DataFrame:
    file, separator, encoding, _key = _FILES[source]
    text = (folder / file).read_bytes().decode(encoding).encode()
    return pl.read_csv(text, separator=separator, infer_schema=False)


def _truth(folder: Path) -> pl.DataFrame:
    people = pl.read_parquet(
        folder / "truth" / "people.parquet", columns=["person_id", "household_id"]
    )
    records = pl.read_parquet(folder / "truth" / "records.parquet")
    return records.join(people, on="person_id", how="left").rename(
        {"person_id": "person", "household_id": "household"}
    )
