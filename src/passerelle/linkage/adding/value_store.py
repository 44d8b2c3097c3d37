"""A field's distinct values, kept so that records which come later find theirs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from passerelle.linkage.adding.growing import Growing
from passerelle.linkage.adding.known_values import level_and_bits
from passerelle.linkage.blocking import VALUE, keys_of_codes
from passerelle.linkage.dictionaries import Codes, Dictionary, Words, hash_texts
from passerelle.linkage.records import Column, hash_parts


class ValueStore:
    """The values of one field that any record held so far; a code for each, in order of coming."""

    def __init__(self, column: Column) -> None:
        """Begin with the values of some records."""
        self._like = column
        self._first = column.dictionary.values
        self._later: list[str] = []
        self._order = np.argsort(column.hashes)
        self._sorted = column.hashes[self._order]
        self._code_of_later: dict[int, int] = {}
        self._hashes = Growing(column.hashes)
        self._exact = Growing(column.exact)
        self._finer = Growing(column.finer)
        self._parts = {name: Growing(each) for name, each in column.parts.items()}

    def keys(self, part: str, codes: Codes) -> Words:
        """What records with these codes have in a part; 0 where it is missing."""
        of_values = self._hashes if part == VALUE else self._parts[part]
        return keys_of_codes(of_values.rows, codes)

    def take_in(self, read: Dictionary) -> Codes:
        """The codes of records that were just read; values not seen before are kept."""
        hashes = hash_texts(read.values)
        codes = self._find(hashes)
        new = np.flatnonzero(codes < 0)
        if len(new):
            codes[new] = self._hashes.count + np.arange(len(new), dtype=np.int32)
            self._keep(read.values.take(pa.array(new)), hashes[new])
        return np.append(codes, np.int32(-1))[read.codes]

    def column(self, codes: Codes) -> Column:
        """The column of some records, given by their codes, ready to be compared."""
        held = np.unique(codes)
        held = held[held >= 0]
        local = np.searchsorted(held, codes).astype(np.int32)
        local[codes < 0] = -1
        values = self._texts(held)
        counts = np.bincount(local[local >= 0], minlength=len(held)).astype(np.int64)
        like = self._like
        return Column(
            like.field,
            like.comparison,
            Dictionary(local, values, counts),
            like.known,
            self._hashes.rows[held],
            self._exact.rows[held],
            self._finer.rows[held],
            like.comparison.tables(values, like.known.common_words),
            {},
        )

    def _find(self, hashes: Words) -> Codes:
        codes = np.array([self._code_of_later.get(each, -1) for each in hashes.tolist()], np.int32)
        if len(self._sorted):
            at = np.minimum(np.searchsorted(self._sorted, hashes), len(self._sorted) - 1)
            codes = np.where(self._sorted[at] == hashes, self._order[at].astype(np.int32), codes)
        return codes

    def _keep(self, values: pa.Array, hashes: Words) -> None:
        like = self._like
        first = self._hashes.count
        self._later.extend(values.to_pylist())
        self._code_of_later.update(
            zip(hashes.tolist(), range(first, first + len(hashes)), strict=True)
        )
        exact, finer = level_and_bits(like.known, like.comparison, hashes)
        self._hashes.extend(hashes)
        self._exact.extend(exact)
        self._finer.extend(finer)
        if self._parts:
            for name, derived in hash_parts(like.comparison, values).items():
                self._parts[name].extend(derived)

    def _texts(self, codes: npt.NDArray[np.int32]) -> pa.Array:
        """The values of codes in ascending order."""
        border = int(np.searchsorted(codes, len(self._first)))
        first = self._first.take(pa.array(codes[:border])).cast(pa.large_string())
        if border == len(codes):
            return first
        later = [self._later[code - len(self._first)] for code in codes[border:].tolist()]
        return pa.concat_arrays([first, pa.array(later, pa.large_string())])
