"""Answers in the same few Arrow types, whichever engine gave them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.types as kinds

INSTANT = pa.timestamp("us", tz="UTC")


def same_types(answer: pa.Table) -> pa.Table:
    """The answer with whole numbers in 64 bits, fractions as float64, instants in UTC.

    Raises:
        pyarrow.ArrowInvalid: A whole number, such as a sum, does not fit into 64 bits.
    """
    fields = [pa.field(each.name, _same(each.type)) for each in answer.schema]
    return answer.cast(pa.schema(fields))


def _same(kind: pa.DataType) -> pa.DataType:
    if kinds.is_integer(kind) or (kinds.is_decimal(kind) and kind.scale == 0):
        return pa.int64()
    if kinds.is_floating(kind) or kinds.is_decimal(kind):
        return pa.float64()
    if kinds.is_large_string(kind) or kinds.is_string_view(kind) or kinds.is_null(kind):
        return pa.string()
    if kinds.is_timestamp(kind) and kind.tz is not None:
        return INSTANT
    return kind
