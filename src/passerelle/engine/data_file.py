"""A file of rows that a person names, as the engine reads and writes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DataFile:
    """Parquet if the file says so itself, else CSV with a header."""

    path: Path

    @property
    def is_parquet(self) -> bool:
        """Whether it begins as Parquet does, whatever it is called."""
        with self.path.open("rb") as file:
            return file.read(4) == b"PAR1"


def is_csv_name(path: Path) -> bool:
    """Whether what is written there should be CSV; Parquet otherwise."""
    return path.suffix.lower() == ".csv"
