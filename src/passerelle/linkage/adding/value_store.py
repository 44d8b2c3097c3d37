"""A field's distinct values, kept so that records which come later find theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from passerelle.linkage.adding.growing import Growing
from passerelle.linkage.adding.growing_tables import GrowingTables
from passerelle.linkage.adding.known_values import level_and_bits
from passerelle.linkage.blocking import VALUE, keys_of_codes
from passerelle.linkage.dictionaries import Codes, Words
from passerelle.linkage.records import Column, hash_parts

Places = npt.NDArray[np.int64]


class ValueStore:
    """The values of one field that any record held so far; a code for each, in order of coming."""

    def __init__(self, column: Column) -> None:
        """Begin with the values of some records."""
        self._order = np.argsort(column.hashes).astype(np.int32)
        self._sorted = column.hashes[self._order]
        self._code_of_later: dict[int, int] = {}
        self._hashes = Growing(column.hashes)
        self._exact = Growing(column.exact)
        self._finer = Growing(column.finer)
        self._tables = GrowingTables(column.tables)
        self._parts = {name: Growing(each) for name, each in column.parts.items()}
        self._column = column

    @property
    def column(self) -> Column:
        """All values, ready to be compared; its dictionary is that of the first records."""
        return self._column

    def keys(self, part: str, codes: Codes) -> Words:
        """What records with these codes have in a part; 0 where it is missing."""
        of_values = self._hashes if part == VALUE else self._parts[part]
        return keys_of_codes(of_values.rows, codes)

    def codes_of(self, hashes: Words, values: Callable[[Places], pa.Array]) -> Codes:
        """The codes of some values, and -1 after them; those not seen before are kept.

        Args:
            hashes: Of the values; 0 for what is missing.
            values: Gives those at some places, as a run puts them right.
        """
        codes = np.append(self._find(hashes), np.int32(-1))
        new = np.flatnonzero((codes[:-1] < 0) & (hashes != 0))
        if len(new):
            _distinct, places, numbers = np.unique(
                hashes[new], return_index=True, return_inverse=True
            )
            order = np.argsort(np.argsort(places))  # in their order of coming
            codes[new] = self._hashes.count + order[numbers]
            first = new[np.sort(places)]
            self._keep(values(first), hashes[first])
        return codes

    def _find(self, hashes: Words) -> Codes:
        later = self._code_of_later
        codes = np.array([later.get(each, -1) for each in hashes.tolist()], np.int32)
        if len(self._sorted):
            at = np.minimum(np.searchsorted(self._sorted, hashes), len(self._sorted) - 1)
            codes = np.where(self._sorted[at] == hashes, self._order[at], codes)
        return codes

    def _keep(self, values: pa.Array, hashes: Words) -> None:
        like = self._column
        first = self._hashes.count
        self._code_of_later.update(
            zip(hashes.tolist(), range(first, first + len(hashes)), strict=True)
        )
        exact, finer = level_and_bits(like.known, like.comparison, hashes)
        self._hashes.extend(hashes)
        self._exact.extend(exact)
        self._finer.extend(finer)
        self._tables.extend(like.comparison.tables(values, like.known.common_words))
        if self._parts:
            for name, derived in hash_parts(like.comparison, values).items():
                self._parts[name].extend(derived)
        self._column = replace(
            like,
            hashes=self._hashes.rows,
            exact=self._exact.rows,
            finer=self._finer.rows,
            tables=self._tables.tables,
        )
