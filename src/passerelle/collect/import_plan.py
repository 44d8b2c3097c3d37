"""What is imported, and how: the identity of an import."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from passerelle.collect.sources import SourceRef


@dataclass(frozen=True)
class ImportPlan:
    """What is imported, how: the same plan of the same content is the same import."""

    source: SourceRef
    kind: str
    file_name: str
    content_id: str
    details: str

    @property
    def base_id(self) -> str:
        """The id shared by every run of this plan."""
        told = "\n".join((self.source.name, self.kind, self.content_id, self.details))
        return blake2b(told.encode(), digest_size=8).hexdigest()
