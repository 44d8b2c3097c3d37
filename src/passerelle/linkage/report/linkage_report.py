"""What the report of a linkage says: figures only, whoever shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from passerelle.linkage.blocking import Part
from passerelle.linkage.explaining import Explanation
from passerelle.linkage.fields import Field
from passerelle.linkage.quality import Quality


@dataclass(frozen=True)
class Totals:
    """Counts of the whole: `duplicates` are the records beyond the first of each person."""

    records: int
    pairs_compared: int
    links: int
    people: int
    households: int

    @property
    def duplicates(self) -> int:
        """Records beyond the first of each person."""
        return self.records - self.people


@dataclass(frozen=True)
class FileRow:
    """One file: its people, and how many of them another file knows too."""

    source: str
    records: int
    people: int
    shared_people: int

    @property
    def duplicates(self) -> int:
        """Records beyond the first that the file has of each person."""
        return self.records - self.people


@dataclass(frozen=True)
class SizeRow:
    """Groups of so many members: `most` is None for the last row, which has no end.

    groups: people by their records, or households by their people. members: of them all.
    """

    least: int
    most: int | None
    groups: int
    members: int


@dataclass(frozen=True, repr=False)  # or a traceback would show people
class Bridge:
    """A link without which a person's records fall apart into two groups.

    left, right: the records that it joins. match_weight: in bits.
    left_side, right_side: records that links still reach from each once it is gone.
    """

    left: str
    right: str
    match_weight: float
    left_side: int
    right_side: int


@dataclass(frozen=True)
class Bridges:
    """How many there are, and the weakest of them, weakest first."""

    count: int
    weakest: tuple[Bridge, ...]


@dataclass(frozen=True, repr=False)  # or a traceback would show people
class PairStory:
    """Two records, and all that speaks for and against them.

    match_weight: in bits, the prior included. is_together: whether both are one person's in the
    end. relation: the most probable.
    """

    left: str
    right: str
    match_weight: float
    match_probability: float
    is_together: bool
    relation: str
    explanation: Explanation


@dataclass(frozen=True)
class Doubtful:
    """Pairs of which the model is unsure: how many there are, and the nearest to one half."""

    count: int
    nearest: tuple[PairStory, ...]


@dataclass(frozen=True)
class WeightHistogram:
    """Candidate pairs by match weight in bits and by most probable relation.

    start: left edge of the first bin; width: of each. Edges are multiples of the width, so 0, from
    which a pair is a link, is one of them. The first and last bin also hold what lies beyond.
    counts: of shape (bins, relations).
    """

    start: float
    width: float
    relations: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class LevelWeight:
    """A level of a field: pairs that reach it, and bits for one person and for one household.

    household: None where no household was learned.
    """

    level: int
    pairs: int
    person: float
    household: float | None


@dataclass(frozen=True)
class FieldWeights:
    """The levels of a field that some pair reaches, strongest agreement first.

    missing: pairs where it says nothing.
    """

    field: Field
    missing: int
    levels: tuple[LevelWeight, ...]


@dataclass(frozen=True)
class SilentColumn:
    """A column that carries nothing, or not always, and why.

    reason: `weak`, `repeats` (`other` says the same), or, of a column that is not compared,
    `empty`, `says_nothing`, `one_table`, `constant`, `rare`, `not_chosen`.
    source: the file, where the column is of one file only.
    """

    column: str
    reason: str
    source: str | None = None
    other: str | None = None


@dataclass(frozen=True)
class RuleRow:
    """A blocking rule: the fields of which parts must agree.

    pairs: candidates that share its key. only: of them, those that no other rule finds.
    skipped: keys on too many records.
    """

    parts: tuple[tuple[Field, Part], ...]
    pairs: int
    only: int
    skipped: int


@dataclass(frozen=True, repr=False)  # or a traceback would show people
class ColumnRow:
    """A field as it was compared.

    filled: share of records with a value that can be compared. distinct: values.
    frequent: the most frequent values and on how many records each is, most frequent first.
    """

    field: Field
    filled: float
    distinct: int
    frequent: tuple[tuple[str, int], ...]


@dataclass(frozen=True, repr=False)  # or a traceback would show people
class LinkageReport:
    """All that the report says; `largest_group`: records that may share a key and be compared."""

    made_at: datetime
    totals: Totals
    quality: Quality
    files: tuple[FileRow, ...]
    people_sizes: tuple[SizeRow, ...]
    household_sizes: tuple[SizeRow, ...]
    doubtful: Doubtful
    bridges: Bridges
    examples: tuple[PairStory, ...]
    histogram: WeightHistogram
    fields: tuple[FieldWeights, ...]
    silent: tuple[SilentColumn, ...]
    rules: tuple[RuleRow, ...]
    largest_group: int
    columns: tuple[ColumnRow, ...]
