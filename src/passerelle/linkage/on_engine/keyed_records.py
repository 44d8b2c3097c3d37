"""Records made ready to be blocked and compared anywhere: their values put right, and their keys.

A batch at a time, from what is known alone: a record becomes the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import polars as pl
import pyarrow as pa

from passerelle.linkage.adding.known_values import KnownValues
from passerelle.linkage.blocking import VALUE, Part, Rule, keys_of_codes, mixed_keys
from passerelle.linkage.compiling import keep_compiled
from passerelle.linkage.dictionaries import Dictionary, Words, encode, hash_texts
from passerelle.linkage.fields import Field, list_comparisons
from passerelle.linkage.records import Records, hash_parts, make_column, read_values

KEYED = pa.schema(
    [
        ("record_id", pa.int64()),
        ("source", pa.int64()),
        ("field_values", pa.list_(pa.string())),
        ("rule_keys", pa.list_(pa.int64())),
    ]
)
"""field_values: one a field, null where it is missing. rule_keys: of the rules that it has one of;
two records have a number in common if they share the key of a rule."""

_ROWS = 65_536  # worked on at once: each turn costs some milliseconds whatever its size


@dataclass(frozen=True)
class KeyRecords:
    """Batches of texts to batches of `KEYED`, row by row.

    A batch has `record_id`, `source` and the columns of the fields.
    """

    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]
    known: tuple[KnownValues, ...]

    @classmethod
    def of(
        cls, fields: tuple[Field, ...], rules: tuple[Rule, ...], known: Sequence[KnownValues]
    ) -> KeyRecords:
        """With no more of what is known than it needs: it travels to every machine."""
        return cls(fields, rules, tuple(_placeholders_alone(each) for each in known))

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Key each batch."""
        prepare_kernels()
        for rows in gathered(batches):
            yield self._keyed(rows)

    def _keyed(self, batch: pa.Table) -> pa.RecordBatch:
        columns = list(dict.fromkeys(field.column for field in self.fields))
        texts = pl.DataFrame(batch.select(columns)).with_columns(
            pl.all().cast(pl.String).replace("", None)
        )
        read = read_values(texts.to_arrow(), self.fields, self.known)
        return pa.record_batch(
            [
                pa.array(batch["record_id"].to_numpy().astype(np.int64)),
                pa.array(batch["source"].to_numpy().astype(np.int64)),
                _as_lists(read),
                self._keys(read, batch.num_rows),
            ],
            schema=KEYED,
        )

    def _keys(self, read: Sequence[Dictionary], count: int) -> pa.Array:
        @cache
        def keys_of(part: Part) -> Words:
            return _part_keys(self.fields[part.field], read[part.field], part.name)

        keys = np.zeros((count, len(self.rules)), np.uint64)
        for number, rule in enumerate(self.rules):
            of_rule = mixed_keys(count, [keys_of(part) for part in rule.parts])
            # Two rules of other fields have the same key where the fields hold the same text.
            own = np.full(count, number + 1, np.uint64)
            keys[:, number] = mixed_keys(count, [of_rule, own])
        has_key = keys != 0
        return pa.ListArray.from_arrays(
            _offsets(has_key.sum(axis=1)), pa.array(keys[has_key].view(np.int64))
        )


def prepare_kernels() -> None:
    """Keep compiled what a process that has just begun will compile."""
    list_comparisons()  # their kernels are known once they are loaded
    keep_compiled()


def gathered(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The rows of several batches at a time."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(each.num_rows for each in waiting) >= _ROWS:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)


def read_keyed(values: pa.Array, fields: Sequence[Field], known: Sequence[KnownValues]) -> Records:
    """Records that can be compared, of `field_values`.

    Levels and bits depend on two values and on what is known, never on the other records.
    """
    columns = tuple(
        make_column(
            field, encode(pa.compute.list_element(values, at).cast(pa.large_string())), each
        )
        for at, (field, each) in enumerate(zip(fields, known, strict=True))
    )
    codes = np.stack([each.dictionary.codes for each in columns], axis=1)
    return Records(np.ascontiguousarray(codes), columns, np.zeros(len(values), np.int16))


def _part_keys(field: Field, read: Dictionary, name: str) -> Words:
    if name == VALUE:
        return keys_of_codes(hash_texts(read.values), read.codes)
    of_values = hash_parts(list_comparisons()[field.kind], read.values)[name]
    return keys_of_codes(of_values, read.codes)


def _as_lists(read: Sequence[Dictionary]) -> pa.Array:
    """The values of each record, field after field."""
    count = len(read[0].codes)
    columns = [
        each.values.cast(pa.string()).take(pa.array(each.codes, mask=each.codes < 0))
        for each in read
    ]
    by_record = np.arange(count * len(read)).reshape(len(read), count).T.ravel()
    flat = pa.concat_arrays(columns).take(pa.array(by_record))
    return pa.ListArray.from_arrays(_offsets(np.full(count, len(read))), flat)


def _offsets(sizes: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> pa.Array:
    return pa.array(np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32))


def _placeholders_alone(known: KnownValues) -> KnownValues:
    return replace(known, hashes=known.hashes[:0], exact=known.exact[:0], finer=known.finer[:0])
