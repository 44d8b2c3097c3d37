"""The few Arrow types that mean the same in every database: 64-bit integers, floats and texts."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.types as kinds


def stageable(rows: pa.Table) -> pa.Table:
    """The rows as both databases take them.

    Raises:
        TypeError: A column has a type that they do not share, or none because all of it is null.
    """
    fields = [pa.field(each.name, _staged(each)) for each in rows.schema]
    return rows.cast(pa.schema(fields))


def returned(rows: pa.Table) -> pa.Table:
    """The rows of a select with its small integers and truth values as 64-bit integers."""
    fields = [
        pa.field(each.name, pa.int64() if _is_whole(each.type) else each.type)
        for each in rows.schema
    ]
    return rows.cast(pa.schema(fields))


def _staged(field: pa.Field) -> pa.DataType:
    kind = field.type.value_type if kinds.is_dictionary(field.type) else field.type
    if _is_whole(kind):
        return pa.int64()
    if kinds.is_floating(kind):
        return pa.float64()
    if kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind):
        return pa.large_string()
    raise TypeError(
        f"column {field.name!r} is {field.type}: give it int64, float64 or string "
        "(instants are microseconds, see to_micros)"
    )


def _is_whole(kind: pa.DataType) -> bool:
    return bool(kinds.is_integer(kind) or kinds.is_boolean(kind))
