"""Gathers what one column holds, batch by batch, in a memory that does not grow with the rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from dataclasses import field as made_by

import polars as pl

from passerelle.measure.quality.checked import Checked, first_of
from passerelle.measure.quality.frequency import is_too_frequent
from passerelle.measure.quality.masks import count_shapes, mask
from passerelle.measure.quality.quality_report import (
    Change,
    ColumnQuality,
    Example,
    Finding,
    FrequentValue,
    Shape,
)
from passerelle.measure.quality.value_tally import ValueTally, value_hashes

_EXAMPLES = 3  # of each finding
_SHOWN = 8  # shapes and frequent values
_CHANGES = 50  # that the report lists
_MOST_KEPT = 5_000  # shapes, or changes, before the rare ones are dropped
_LOOKED_AT = 30  # most frequent values of a batch: what is frequent in all is frequent in some
_TRACKED = 2_000  # values that may turn out to be the most frequent


@dataclass
class _Told:
    """A finding under way."""

    is_wrong: bool
    cells: int = 0
    examples: list[Example] = made_by(default_factory=list)


@dataclass
class ColumnProfile:
    """One column of one part, as far as it was read."""

    part: str
    column: str
    field: str | None
    confidence: float
    capacity: int
    rows: int = 0
    filled: int = 0
    refused: int = 0
    suspicious: int = 0
    _found: dict[str, _Told] = made_by(default_factory=dict, repr=False)
    _shapes: Counter[str] = made_by(default_factory=Counter, repr=False)
    _changes: Counter[tuple[str, str]] = made_by(default_factory=Counter, repr=False)
    _tracked: dict[int, Example] = made_by(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._tally = ValueTally(self.capacity)

    def add(self, file: str, numbers: pl.Series, cells: pl.Series, checked: Checked) -> None:
        """Take in a batch.

        Args:
            file: Where the rows are.
            numbers: Their row numbers.
            cells: Trimmed texts, null where blank.
            checked: What checking them gave.
        """
        self.rows += cells.len()
        self.filled += cells.len() - cells.null_count()
        self.refused += checked.refusals.len() - checked.refusals.null_count()
        place = _Place(file, numbers, cells)
        self._tell_refusals(place, checked)
        self._tell_suspicions(place, checked)
        self._count_values(place, checked)
        self._shapes.update(count_shapes(cells))
        self._shapes = _bounded(self._shapes)

    def finish(self) -> ColumnQuality:
        """What the column holds."""
        valid = self.filled - self.refused
        frequent = self._frequent()
        return ColumnQuality(
            part=self.part,
            column=self.column,
            field=self.field,
            confidence=self.confidence,
            rows=self.rows,
            filled=self.filled,
            valid=valid,
            suspicious=self.suspicious,
            distinct=self._tally.distinct,
            repeated=self._tally.repeated,
            is_estimate=self._tally.is_estimate,
            findings=self._findings([each for each in frequent if self._is_odd(each.rows)]),
            shapes=tuple(Shape(*each) for each in self._shapes.most_common(_SHOWN)),
            frequent=tuple(frequent[:_SHOWN]),
            changes=tuple(
                Change(said, proposed, cells)
                for (said, proposed), cells in self._changes.most_common(_CHANGES)
            ),
        )

    def _tell_refusals(self, place: _Place, checked: Checked) -> None:
        for code, cells in checked.refusals.drop_nulls().value_counts().iter_rows():
            self._tell(code, place, (checked.refusals == code).fill_null(False), cells, wrong=True)

    def _tell_suspicions(self, place: _Place, checked: Checked) -> None:
        is_usable = checked.values.is_not_null()
        odd = is_usable & False
        proposed = {code: each.is_not_null() for code, each in checked.proposals.items()}
        for code, where in {**checked.suspicions, **proposed}.items():
            cells = int(where.sum())
            if cells:
                self._tell(code, place, where.fill_null(False), cells, wrong=False)
                odd |= where.fill_null(False) & is_usable
        self.suspicious += int(odd.sum())
        for changes in checked.changes.values():
            told = changes.drop_nulls().group_by("said", "proposed").len()
            self._changes.update({(said, meant): count for said, meant, count in told.iter_rows()})
            self._changes = _bounded(self._changes)

    def _tell(self, code: str, place: _Place, where: pl.Series, cells: int, *, wrong: bool) -> None:
        told = self._found.setdefault(code, _Told(wrong))
        told.cells += cells
        if len(told.examples) < _EXAMPLES:
            told.examples += place.examples(where, _EXAMPLES - len(told.examples))

    def _count_values(self, place: _Place, checked: Checked) -> None:
        hashes = value_hashes(first_of(checked.values, place.cells))
        self._tally.add(hashes.drop_nulls().to_frame().group_by("hash").len("rows"))
        usable = pl.DataFrame({"hash": hashes, "at": range(hashes.len())}).filter(
            checked.values.is_not_null()
        )
        most = (
            usable.group_by("hash")
            .agg(rows=pl.len(), at=pl.col("at").min())
            .filter(pl.col("rows") > 1)
            .top_k(_LOOKED_AT, by="rows")
        )
        for hashed, at in most.select("hash", "at").iter_rows():
            if len(self._tracked) < _TRACKED or hashed in self._tracked:
                self._tracked.setdefault(hashed, place.example(at))

    def _frequent(self) -> list[FrequentValue]:
        rows = self._tally.rows_of(list(self._tracked))
        found = [FrequentValue(count, self._tracked[hashed]) for hashed, count in rows.items()]
        return sorted(found, key=lambda each: (-each.rows, each.example.row, each.example.masked))

    def _is_odd(self, rows: int) -> bool:
        return is_too_frequent(self.field, rows, valid=self.filled - self.refused)

    def _findings(self, odd: list[FrequentValue]) -> tuple[Finding, ...]:
        told = [
            Finding(code, each.is_wrong, each.cells, tuple(each.examples))
            for code, each in self._found.items()
        ]
        if odd:
            examples = tuple(each.example for each in odd[:_EXAMPLES])
            told.append(Finding("too_frequent", False, sum(e.rows for e in odd), examples))
        return tuple(sorted(told, key=lambda each: (not each.is_wrong, -each.cells, each.code)))


@dataclass(frozen=True)
class _Place:
    """Where the cells of a batch are."""

    file: str
    numbers: pl.Series
    cells: pl.Series = made_by(repr=False)

    def examples(self, where: pl.Series, most: int) -> list[Example]:
        """The first cells for which a condition holds."""
        return [self.example(at) for at in where.arg_true().head(most)]

    def example(self, at: int) -> Example:
        """One cell, masked; a dash for a blank one."""
        cell = self.cells[at]
        return Example(self.file, int(self.numbers[at]), "–" if cell is None else mask(cell))


def _bounded(counts: Counter) -> Counter:  # type: ignore[type-arg]
    """The counts, without the rarest when there are too many."""
    if len(counts) <= 2 * _MOST_KEPT:
        return counts
    return Counter(dict(counts.most_common(_MOST_KEPT)))
