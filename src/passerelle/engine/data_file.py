"""A file of rows that a person names, as the engine reads and writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True)
class DataFile:
    """Parquet if the file says so itself, else CSV with a header.

    columns: what the query calls each column, and its name in the file; all of them if empty.
    """

    path: Path
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_parquet(self) -> bool:
        """Whether it begins as Parquet does, whatever it is called."""
        with self.path.open("rb") as file:
            return file.read(4) == b"PAR1"

    @property
    def selection(self) -> str:
        """The columns as a select lists them."""
        quoted = (
            '"{}" as {}'.format(name.replace('"', '""'), called)
            for called, name in self.columns.items()
        )
        return ", ".join(quoted) or "*"


def is_csv_name(path: Path) -> bool:
    """Whether what is written there should be CSV; Parquet otherwise."""
    return path.suffix.lower() == ".csv"
