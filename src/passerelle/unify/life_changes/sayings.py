"""What records said of people, version after version: names, birth dates and addresses, to compare.

Only trusted sources are heard: anybody may fill in a form as somebody else.
"""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from passerelle.engine import Engine
from passerelle.identifiers import first_name_keys, last_name_keys
from passerelle.lake import Lake
from passerelle.postal import address_keys
from passerelle.store import Store

ADDRESS = ("address_1", "address_2", "address_3", "postcode", "city", "country")
_NAMES = ("title", "first_name", "last_name", "birth_name", "birth_date", "gender")
_ROWS_AT_ONCE = 250_000
_WOMAN = r"(?i)^(mme|mlle|madame|mademoiselle|mrs|ms|miss|f|femme|woman|female)\b"
_MAN = r"(?i)^(m|mr|monsieur|h|homme|man|male)\b"


def read_sayings(store: Store, lake: Lake, engine: Engine) -> pl.DataFrame:
    """One row per version of a record in a profile, in the order in which they came in.

    Columns: profile_id, record_id, source, record_key, said_at (UTC microseconds: when the record
    last changed, null if it does not say), received_at, last_name, first_key, last_key, birth_key,
    birth_date, sex (M or F), place (the key of the address, null without a street and a postcode),
    and the fields of `ADDRESS`.
    """
    trusted = store.arrow("select name as source from sources where trusted = 1")
    placements = store.arrow("select identifier_id, profile_id from placements")
    if not trusted.num_rows or not placements.num_rows:
        return _read(pa.table({name: pa.array([], kind) for name, kind in _EMPTY.items()}))
    versions = engine.build(
        "unify",
        "record_versions",
        {
            "records": lake.files("records"),
            "placements": placements,
            "trusted_sources": trusted,
        },
    )
    starts = range(0, max(versions.num_rows, 1), _ROWS_AT_ONCE)
    return pl.concat([_read(versions.slice(start, _ROWS_AT_ONCE)) for start in starts])


_EMPTY = {
    "profile_id": pa.int64(),
    "record_id": pa.int64(),
    "source": pa.string(),
    "record_key": pa.string(),
    "observed_at": pa.timestamp("us", "UTC"),
    "received_at": pa.timestamp("us", "UTC"),
    "normalized": pa.string(),
}


def _read(versions: pa.Table) -> pl.DataFrame:
    shape = pl.Struct(dict.fromkeys((*_NAMES, *ADDRESS), pl.String))
    said = (
        pl.DataFrame(versions)
        .with_columns(pl.col("normalized").str.json_decode(shape).alias("said"))
        .drop("normalized")
        .unnest("said")
        .with_columns(pl.col("observed_at", "received_at").dt.timestamp("us"))
    )
    told_at = pl.when(pl.col("observed_at") < pl.col("received_at")).then(pl.col("observed_at"))
    sex = pl.coalesce(
        pl.when(pl.col(name).str.contains(_WOMAN))
        .then(pl.lit("F"))
        .when(pl.col(name).str.contains(_MAN))
        .then(pl.lit("M"))
        for name in ("gender", "title")
    )
    return said.with_columns(
        told_at.alias("said_at"),
        first_name_keys(said["first_name"]).alias("first_key"),
        last_name_keys(said["last_name"]).alias("last_key"),
        last_name_keys(said["birth_name"]).alias("birth_key"),
        sex.alias("sex"),
        place_keys().alias("place"),
    ).drop("observed_at", "title", "gender", "first_name", "birth_name")


def place_keys(prefix: str = "") -> pl.Expr:
    """The key of an address by its fields; a postcode that lost its first zero gets it back."""
    postcode = pl.col(f"{prefix}postcode").str.replace_all(r"\s", "")
    whole = pl.when(postcode.str.contains(r"^\d{4}$")).then(pl.lit("0") + postcode)
    street = pl.coalesce(f"{prefix}address_1", f"{prefix}address_2")
    return address_keys(street, whole.otherwise(postcode))
