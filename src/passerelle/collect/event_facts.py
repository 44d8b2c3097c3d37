"""Events as the lake keeps them: their identifiers as keyed ids, with the source that said them."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from passerelle.collect.identifier_ids import ids_or_null, type_ids_or_null
from passerelle.collect.personal_links import with_links
from passerelle.collect.warehouse import Warehouse
from passerelle.identifiers import normalize_column
from passerelle.lake import TABLES

_IDENTIFIERS = (
    # column of the event, identifier type, column of its id
    ("anonymous_id", "cookie", "cookie_id"),
    ("previous_id", "cookie", "previous_cookie_id"),
    ("mobile_id", "mobile_id", "mobile_id"),
    ("user_id", "login", "login_id"),
    ("email", "email", "email_id"),
    ("phone", "phone", "phone_id"),
)
_LAKE_COLUMNS = tuple(TABLES["events"].schema.names)


def identify_events(events: pl.DataFrame, warehouse: Warehouse) -> pl.DataFrame:
    """The columns that the lake keeps, and those that `EventsPrepared` has beside.

    Args:
        events: Columns of `EVENT_SCHEMA` and `source`.
        warehouse: Whose keys make the ids, and what it holds for nobody's identifiers.

    Returns:
        One row an event; the canonical value of each identifier is in `<id column>_value`.
    """
    columns: list[pl.Series] = []
    for column, type_name, id_column in _IDENTIFIERS:
        raw = events[column]
        if column == "email":
            raw = pl.Series(events.select(pl.coalesce("email", "email_sha256")).to_series())
        values = _canonical(type_name, raw, warehouse)
        columns.append(type_ids_or_null(type_name, values, warehouse.keys).alias(id_column))
        columns.append(values.alias(f"{id_column}_value"))
    message = events.select(pl.concat_str("source", pl.lit(":"), "message_id")).to_series()
    kept = [name for name in events.columns if name in _LAKE_COLUMNS and name != "mobile_id"]
    linked = with_links(events.select(kept), events["properties"], warehouse.keys)
    return linked.with_columns(
        ids_or_null("event", message, warehouse.keys).alias("event_id"), *columns
    )


def facts_of_events(events: pl.DataFrame) -> pa.Table:
    """What the lake keeps of identified events, which say their import_id."""
    return events.select(name for name in _LAKE_COLUMNS if name in events.columns).to_arrow()


def _canonical(type_name: str, raw: pl.Series, warehouse: Warehouse) -> pl.Series:
    blocked = warehouse.blocked.get(type_name, frozenset())
    read = normalize_column(type_name, raw, blocked=blocked)
    is_free = (read.judgements != "blocked").fill_null(False)
    return read.values.zip_with(is_free, _nulls(len(raw)))


def _nulls(length: int) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, length)
