"""Pinned schemas, applied to events."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from passerelle.collect.events import RejectedRow


@dataclass(frozen=True)
class EventSchemas:
    """The schemas that are pinned; none unless somebody pinned one."""

    @classmethod
    def load(cls, folder: Path) -> EventSchemas:
        """The pinned schemas of a folder."""
        del folder
        return cls()

    def apply(self, events: pl.DataFrame) -> tuple[pl.DataFrame, list[RejectedRow]]:
        """The events that may go on, and those to keep aside."""
        return events, []
