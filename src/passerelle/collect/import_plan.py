"""What is imported, and how: the identity of an import."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from passerelle.collect.sources import SourceRef


@dataclass(frozen=True)
class ImportPlan:
    """What is imported, how: the same plan of the same content is the same import.

    details: How the file is read, as text that is given back to read rows of it alike.
    batch_rows: Rows a transaction; an import that goes on keeps the size it began with.
    replayed: The quarantined rows that the file is made of, by line; none for a file of a source.
    is_in_lake: Whether its facts go to the lake, and not to the store alone.
    """

    source: SourceRef
    kind: str
    file_name: str
    content_id: str
    details: str
    batch_rows: int
    replayed: tuple[str, ...] = ()
    is_in_lake: bool = True

    @property
    def base_id(self) -> str:
        """The id shared by every run of this plan."""
        told = "\n".join((self.source.name, self.kind, self.content_id, self.details))
        return blake2b(told.encode(), digest_size=8).hexdigest()
