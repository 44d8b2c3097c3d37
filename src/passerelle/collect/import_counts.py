"""What an import came to, in numbers."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

_WHOLE = ("rows", "new", "changed", "outdated", "unchanged", "repeated")


@dataclass
class ImportCounts:
    """What an import came to; counts of identifiers are keyed `type/valid` or `type/reason`.

    Each row is exactly one of the others: new; changed; outdated, so older than what is known,
    and kept in the lake only; unchanged; repeated, so followed in its batch by another row of
    the same thing; or rejected.
    """

    rows: int = 0
    new: int = 0
    changed: int = 0
    outdated: int = 0
    unchanged: int = 0
    repeated: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    identifiers: Counter[str] = field(default_factory=Counter)

    def add(self, other: ImportCounts) -> None:
        """Add a batch's counts."""
        for name in _WHOLE:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.rejected.update(other.rejected)
        self.identifiers.update(other.identifiers)

    @property
    def kept(self) -> int:
        """Rows that were added to the lake."""
        return self.new + self.changed + self.outdated

    def as_known(self) -> ImportCounts:
        """The counts of the same file once more: nothing of it is new."""
        return ImportCounts(
            rows=self.rows,
            unchanged=self.kept + self.unchanged,
            repeated=self.repeated,
            rejected=self.rejected,
            identifiers=self.identifiers,
        )

    def to_json(self) -> str:
        """The counts as JSON, to keep with the import."""
        return json.dumps(self.__dict__)

    @classmethod
    def from_json(cls, text: str) -> ImportCounts:
        """What `to_json` wrote."""
        values = json.loads(text)
        for name in ("rejected", "identifiers"):
            values[name] = Counter(values.get(name, {}))
        return cls(**values)
