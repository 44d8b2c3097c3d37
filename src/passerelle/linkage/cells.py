"""Cells of any type as the texts that are compared."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _


def read_texts(table: pa.Table) -> pl.DataFrame:
    """A table's cells as texts, null where a cell is empty.

    A cell that holds several values, or bytes that are no text, says nothing that is compared: its
    column is empty.

    Raises:
        InvalidInput: Two columns have one name.
    """
    names = table.column_names
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput(
            _("Two columns have the same name: {columns}.").format(columns=", ".join(twice)),
            hint=_("Give each column a name of its own."),
        )
    return pl.DataFrame(
        {name: _texts(cells) for name, cells in zip(names, table.columns, strict=True)},
        schema=dict.fromkeys(names, pl.String),
    )


def _texts(cells: pa.ChunkedArray) -> pl.Series:
    # As Polars says numbers and dates; a null array has a type only there.
    values = pl.Series(cells) if not _has_no_text(cells.type) else None
    if values is None:
        return pl.Series([None], dtype=pl.String).new_from_index(0, len(cells))
    return values.cast(pl.String).replace("", None)


def _has_no_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return pa.types.is_nested(kind) or any(
        is_such(kind)
        for is_such in (
            pa.types.is_binary,
            pa.types.is_large_binary,
            pa.types.is_fixed_size_binary,
            pa.types.is_binary_view,
            pa.types.is_duration,
            pa.types.is_interval,
        )
    )
