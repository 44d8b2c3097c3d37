"""Ids of columns of canonical values."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from passerelle.identifiers import get_identifier_type, id_texts
from passerelle.kernel import IdentifierKeys


def type_ids(type_name: str, values: pl.Series, keys: IdentifierKeys) -> pl.Series:
    """The identifier id of each canonical value of a type; no value may be null."""
    texts = id_texts(type_name, values.to_list())
    return pl.Series("identifier_id", keys.identifier_ids(type_name, texts), dtype=pl.Int64)


def type_ids_or_null(type_name: str, values: pl.Series, keys: IdentifierKeys) -> pl.Series:
    """The identifier id of each canonical value of a type; null stays null."""
    return _spread(values, lambda some: type_ids(type_name, some, keys))


def ids_or_null(namespace: str, texts: pl.Series, keys: IdentifierKeys) -> pl.Series:
    """Keyed ids of texts that are no identifiers, such as a household's; null stays null."""
    return _spread(texts, lambda some: pl.Series(keys.identifier_ids(namespace, some)))


def may_link(type_name: str, judgements: pl.Series) -> pl.Series:
    """Whether values judged so can be followed from one record to another."""
    judged = get_identifier_type(type_name).judgements
    known = {kind: each.may_link for kind, each in judged.items()}
    return judgements.replace_strict(known, default=True, return_dtype=pl.Boolean)


def _spread(texts: pl.Series, identify: Callable[[pl.Series], pl.Series]) -> pl.Series:
    some = texts.is_not_null()
    ids = pl.DataFrame({"at": some.arg_true()}).with_columns(
        identify(texts.filter(some)).alias("id").cast(pl.Int64)
    )
    rows = pl.DataFrame({"at": pl.int_range(texts.len(), dtype=pl.UInt32, eager=True)})
    return rows.join(ids, on="at", how="left", maintain_order="left")["id"]
