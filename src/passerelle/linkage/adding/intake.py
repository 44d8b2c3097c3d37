"""New records read as codes of values: a few of them without any query, which costs more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.linkage.adding.known_values import are_placeholders
from passerelle.linkage.adding.value_store import ValueStore
from passerelle.linkage.alignment import Origin, align_cells, align_like
from passerelle.linkage.birth_columns import may_be_joined
from passerelle.linkage.blocking import mix_in
from passerelle.linkage.cells import read_texts
from passerelle.linkage.compiling import kernel
from passerelle.linkage.dictionaries import Words, hash_texts
from passerelle.linkage.linking import Linkage
from passerelle.linkage.records import Column, read_values
from passerelle.linkage.texts.folding import FEW, applied_to_few

Codes = npt.NDArray[np.int32]

Cells = Mapping[str, Sequence[str | None]]
"""Texts of each column, row by row."""

_TEXTS = (pa.string(), pa.large_string())


class Intake:
    """What turns new records into codes: all values that were seen, and where columns stand."""

    def __init__(self, linkage: Linkage) -> None:
        """Begin with the values of a run."""
        self._fields = linkage.fields
        self._known = [each.known for each in linkage.records.columns]
        self._names, self._given = linkage.table.column_names, linkage.columns
        self._stores = [ValueStore(column) for column in linkage.records.columns]
        self._seen_origins: dict[tuple[int, tuple[str, ...]], Mapping[str, Origin]] = {}
        self._parts = list(dict.fromkeys(part for rule in linkage.rules for part in rule.parts))
        places = [[self._parts.index(part) for part in rule.parts] for rule in linkage.rules]
        self._rule_parts = np.array([at for each in places for at in each], np.int64)
        self._rule_starts = np.cumsum([0, *(len(each) for each in places)]).astype(np.int64)

    @property
    def columns(self) -> tuple[Column, ...]:
        """All values so far, field by field."""
        return tuple(store.column for store in self._stores)

    def read(self, table: pa.Table, source: int) -> Codes:
        """Records as a run reads them: int32 of shape (records, fields), -1 for no value.

        Raises:
            InvalidInput: None of the columns is known, or there was no such table.
        """
        origins = self._origins(source, tuple(table.column_names))
        cells = _few_cells(table)
        if cells is not None:
            return self._read_few(align_cells(cells, origins, self._names))
        aligned = align_like(read_texts(table), origins, self._names).to_arrow()
        codes = [
            store.codes_of(hash_texts(each.values), partial(_picked, each.values))[each.codes]
            for store, each in zip(
                self._stores, read_values(aligned, self._fields, self._known), strict=True
            )
        ]
        return np.stack(codes, axis=1)

    def keys(self, codes: Codes) -> Words:
        """The key of each record by each rule, uint64 of shape (records, rules); 0 is none."""
        parts = np.empty((len(codes), len(self._parts)), np.uint64)
        for at, part in enumerate(self._parts):
            parts[:, at] = self._stores[part.field].keys(part.name, codes[:, part.field])
        keys = np.ones((len(codes), len(self._rule_starts) - 1), np.uint64)
        _mix_parts(parts, self._rule_parts, self._rule_starts, keys)
        return keys

    def _read_few(self, cells: Cells) -> Codes:
        texts = [
            applied_to_few(store.column.comparison.normalize, cells[store.column.field.column])
            for store in self._stores
        ]
        flat = [text for each in texts for text in each]
        hashes = hash_texts(pa.array(flat, pa.large_string())).reshape(len(texts), -1)
        codes = []
        for store, values, own in zip(self._stores, texts, hashes, strict=True):
            own[are_placeholders(store.column.known, own)] = 0
            codes.append(store.codes_of(own, partial(_taken, values))[:-1])
        return np.stack(codes, axis=1)

    def _origins(self, source: int, names: tuple[str, ...]) -> Mapping[str, Origin]:
        """Where the aligned columns stand in a table of some columns."""
        if (source, names) not in self._seen_origins:
            self._seen_origins[source, names] = self._find_origins(source, names)
        return self._seen_origins[source, names]

    def _find_origins(self, source: int, names: tuple[str, ...]) -> Mapping[str, Origin]:
        if not 0 <= source < len(self._given):
            raise InvalidInput(
                _("There is no table {number}.").format(number=source),
                hint=_("The run that is known had {count}.").format(count=len(self._given)),
            )
        given = self._given[source]
        origins = {name: _or_itself(given.get(name), name) for name in self._names}
        known = {each for origin in origins.values() for each in origin.columns}
        if not known & set(names):
            raise InvalidInput(
                _("None of the columns is known."),
                hint=_("Columns that are: {columns}.").format(columns=", ".join(sorted(known))),
            )
        return origins


def _or_itself(origin: Origin | None, name: str) -> Origin:
    """An aligned column may also be given as it is."""
    if origin is None or origin.is_joined:
        return origin or Origin((name,))
    return Origin((*origin.columns, name))


def _few_cells(table: pa.Table) -> Cells | None:
    """The cells of a few records, if all are texts that stand for themselves."""
    names = tuple(table.column_names)
    if not 0 < table.num_rows <= FEW or len(set(names)) < len(names) or may_be_joined(names):
        return None
    if not all(
        pa.types.is_string(each) or pa.types.is_large_string(each) for each in table.schema.types
    ):
        return None
    return {name: [cell or None for cell in column] for name, column in table.to_pydict().items()}


def _picked(values: pa.Array, places: npt.NDArray[np.int64]) -> pa.Array:
    return values.take(pa.array(places))


def _taken(values: Sequence[str | None], places: npt.NDArray[np.int64]) -> pa.Array:
    return pa.array([values[at] for at in places], pa.large_string())


@kernel
def _mix_parts(parts: Any, rule_parts: Any, rule_starts: Any, keys: Any) -> None:
    """Make keys of the parts of each rule."""
    for rule in range(len(rule_starts) - 1):
        for at in range(rule_starts[rule], rule_starts[rule + 1]):
            mix_in(keys[:, rule], parts[:, rule_parts[at]])
