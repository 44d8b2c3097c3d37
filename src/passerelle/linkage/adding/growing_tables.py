"""What kernels need of distinct values, where rows of further values are put after the known."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.linkage.adding.growing import Growing
from passerelle.linkage.comparison import Tables
from passerelle.linkage.dictionaries import ASCII, TextTable, are_numeric, sign

_BYTE = 256

_MAY_HOLD_ANY = np.uint64(0xFFFFFFFFFFFFFFFF)
"""A signature that rejects nothing, of a text among numbers: theirs count digits alone."""


class GrowingTables:
    """Tables whose rows grow."""

    def __init__(self, tables: Tables) -> None:
        """Begin with the tables of some values."""
        self._texts = None if tables.texts is None else _GrowingTexts(tables.texts)
        self._places = None if tables.places is None else Growing(tables.places)
        self._rows = [Growing(each) for each in tables.rows]
        self._alike = tables.alike

    @property
    def tables(self) -> Tables:
        """As they are now."""
        return Tables(
            None if self._texts is None else self._texts.table,
            None if self._places is None else self._places.rows,
            tuple(each.rows for each in self._rows),
            self._alike,
        )

    def extend(self, more: Tables) -> None:
        """Put the rows of further values after those that are there."""
        if self._places is not None and more.places is not None:
            before = np.int32(self._rows[0].count)
            self._places.extend(np.where(more.places < 0, more.places, more.places + before))
        if self._texts is not None and more.texts is not None:
            self._texts.extend(more.texts)
        for own, its in zip(self._rows, more.rows, strict=True):
            own.extend(its)


class _GrowingTexts:
    """Characters of texts; those beyond ASCII are numbered as they come, as long as bytes do."""

    def __init__(self, table: TextTable) -> None:
        self._chars, self._lengths = Growing(table.chars), Growing(table.lengths)
        self._signatures, self._overs = Growing(table.signatures), Growing(table.overs)
        self._others = table.others.tolist()
        self._is_numeric = table.is_numeric

    @property
    def table(self) -> TextTable:
        return TextTable(
            self._chars.rows, self._lengths.rows, self._signatures.rows, self._overs.rows,
            np.array(self._others, np.uint32), self._is_numeric,
        )  # fmt: skip

    def extend(self, more: TextTable) -> None:
        chars, signatures, overs = more.chars, more.signatures, more.overs
        if not more.is_ascii:
            chars = self._numbered(more.points)
        if not more.is_ascii or more.is_numeric != self._is_numeric:
            signatures, overs = self._signed(chars, more.lengths)
        self._chars.extend(chars)
        self._lengths.extend(more.lengths)
        self._signatures.extend(signatures)
        self._overs.extend(overs)

    def _numbered(self, points: npt.NDArray[np.uint32]) -> npt.NDArray[Any]:
        """Characters of Unicode by their numbers here."""
        if self._chars.rows.dtype == np.uint32:
            return points
        coming = np.unique(points[points >= ASCII])
        self._others += np.setdiff1d(coming, self._others).tolist()
        if ASCII + len(self._others) > _BYTE:
            self._widen()
            return points
        number = {point: ASCII + at for at, point in enumerate(self._others)}
        numbered = points.copy()
        for point in coming.tolist():
            numbered[points == point] = number[point]
        return numbered.astype(np.uint8)

    def _widen(self) -> None:
        """There are more characters than a byte tells apart: each is its number of Unicode now."""
        points = self.table.points
        self._chars, self._others = Growing(points), []
        signatures, overs = self._signed(points, self._lengths.rows)
        self._signatures, self._overs = Growing(signatures), Growing(overs)

    def _signed(
        self, chars: npt.NDArray[Any], lengths: npt.NDArray[np.uint8]
    ) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint8]]:
        if not self._is_numeric:
            return sign(chars, lengths, is_numeric=False)
        signatures = np.full(len(chars), _MAY_HOLD_ANY)
        overs = np.full(len(chars), 255, np.uint8)
        fit = are_numeric(chars)
        signatures[fit], overs[fit] = sign(chars[fit], lengths[fit], is_numeric=True)
        return signatures, overs
