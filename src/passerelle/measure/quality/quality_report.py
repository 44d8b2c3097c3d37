"""The quality report: how good the records of files or of a source are, column by column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

FORMAT = "passerelle-quality-report-1"
"""Changes when a field is renamed or changes meaning; new fields may come without."""

CHANNELS = ("email", "sms", "call", "post")
"""What a customer may be reached by."""


@dataclass(frozen=True)
class Example:
    """Where something was found: a file, its row as a spreadsheet counts, and the value masked."""

    file: str
    row: int
    masked: str


@dataclass(frozen=True)
class Finding:
    """Something that is odd or wrong in cells of a column: a stable code, and how often.

    is_wrong: the cell cannot be used; else it is only suspected.
    """

    code: str
    is_wrong: bool
    cells: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Shape:
    """A way the cells of a column are written: `A` and `a` are runs of letters, `9` one digit."""

    pattern: str
    cells: int


@dataclass(frozen=True)
class FrequentValue:
    """A value that stands in many rows."""

    rows: int
    example: Example


@dataclass(frozen=True)
class Change:
    """A value proposed for another, of which neither is personal: `gmial.com` for `gmail.com`."""

    said: str
    proposed: str
    cells: int


@dataclass(frozen=True)
class ColumnQuality:
    """One column of one file or source, as it is understood.

    confidence: of the field, 0 to 1. distinct: different values, once read. repeated: filled cells
    whose value stands in another row too. is_estimate: these two are estimated from a sample of
    the values. suspicious: cells that can be used and that look odd by themselves. frequent: the
    usable values that stand in most rows, of those that some batch of rows has twice.
    """

    part: str
    column: str
    field: str | None
    confidence: float
    rows: int
    filled: int
    valid: int
    suspicious: int
    distinct: int
    repeated: int
    is_estimate: bool
    findings: tuple[Finding, ...]
    shapes: tuple[Shape, ...]
    frequent: tuple[FrequentValue, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class ChannelReach:
    """Customers by what a channel knows of them; the four add up to all customers.

    now: reached. mendable: reached once all that is proposed is done. unusable: something is said
    that cannot be used. missing: nothing is said.
    """

    channel: str
    now: int
    mendable: int
    unusable: int
    missing: int


@dataclass(frozen=True)
class Gain:
    """What one way of mending would bring.

    cells: values that it changes. customers: customers it touches. reached: by channel, customers
    who cannot be reached by it now and could be once this alone is done.
    """

    code: str
    cells: int
    customers: int
    reached: dict[str, int]


@dataclass(frozen=True)
class DuplicateKey:
    """Rows that repeat a customer, as one exact key alone tells."""

    key: str
    rows: int


@dataclass(frozen=True)
class Customers:
    """How many customers the rows are. repeated: customers in several rows. surplus: rows beyond
    the first of each customer.
    """

    rows: int
    customers: int
    repeated: int
    surplus: int
    letters_saved: int
    keys: tuple[DuplicateKey, ...]


@dataclass(frozen=True)
class AddressLevel:
    """Rows whose address was checked so far and no further, with why.

    level: V0 syntax, V1 commune, V2 street, V3 number. reason: a code of `passerelle.postal`.
    """

    level: str
    reason: str
    rows: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class AddressGain:
    """Rows that one thing about standardizing would better; `duplicate` counts customers."""

    code: str
    rows: int


@dataclass(frozen=True)
class AddressQuality:
    """How far the addresses can be checked, and what standardizing them brings.

    rows: rows that hold an address. judged: those that were standardized; fewer than `rows` where
    they are a sample, drawn evenly by person. The other counts are of these.
    """

    rows: int
    judged: int
    levels: tuple[AddressLevel, ...]
    gains: tuple[AddressGain, ...]


@dataclass(frozen=True)
class RefusedRows:
    """Rows that could not be read, or that wait in quarantine, by reason."""

    reason: str
    rows: int


@dataclass(frozen=True)
class PartQuality:
    """One file, or the rows of a source that came under one mapping."""

    name: str
    rows: int
    layout: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class QualityReport:
    """The whole report. It holds no personal value: examples are masked."""

    format: str
    made_at: datetime
    source: str | None
    parts: tuple[PartQuality, ...]
    columns: tuple[ColumnQuality, ...]
    customers: Customers
    reach: tuple[ChannelReach, ...]
    gains: tuple[Gain, ...]
    addresses: AddressQuality
    refused: tuple[RefusedRows, ...]
    quarantine: tuple[RefusedRows, ...]

    @property
    def rows(self) -> int:
        """Rows of all parts that could be read."""
        return sum(part.rows for part in self.parts)
