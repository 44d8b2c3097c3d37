"""Town-hall addresses by halves of the departments: one to learn from, one to be judged by."""

from __future__ import annotations

import csv
import os
import re
from dataclasses import dataclass
from pathlib import Path

_NUMBER = re.compile(
    r"(\d{1,5}(?:\s*(?:[-/]|,| à | et )\s*\d{1,5})?)\s*"
    r"(bis|ter|quater|quinquies|[A-Za-z](?=\s))?,?\s+(.+)",
    re.IGNORECASE,
)


class DataMissing(Exception):
    """PASSERELLE_SHARED does not name the folder with the test data."""


@dataclass(frozen=True)
class Gold:
    """An address as its town hall writes it, in parts."""

    department: str
    number: str
    street: str
    postcode: str
    city: str
    commune: str
    line_4: str

    @property
    def is_seen(self) -> bool:
        """Whether rules may be learned from it: every second department of those there are."""
        digits = int(self.department.replace("A", "0").replace("B", "0")[:3])
        return digits % 4 == 0


def shared_data() -> Path:
    """The folder of French test data."""
    folder = Path(os.environ.get("PASSERELLE_SHARED", "")) / "data" / "fr"
    if "PASSERELLE_SHARED" not in os.environ or not folder.is_dir():
        raise DataMissing("set PASSERELLE_SHARED to the folder that holds data/fr")
    return folder


def town_halls() -> list[Gold]:
    """Every town hall with a street line and a town line."""
    found = []
    with (shared_data() / "mairies_adresses.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            postcode, _, city = row["ligne6"].partition(" ")
            if not row["ligne4"].strip() or not re.fullmatch(r"\d{5}", postcode) or not city:
                continue
            if "cedex" in city.lower() or re.search(r"\b(BP|CS)\b", row["ligne4"]):
                continue
            number, street = split_number(row["ligne4"])
            code = row["code_insee"]
            department = code[:3] if code.startswith("97") else code[:2]
            found.append(
                Gold(department, number, street, postcode, city, code, row["ligne4"].strip())
            )
    return found


def split_number(line: str) -> tuple[str, str]:
    """A street line as a town hall writes it, in number and street."""
    found = _NUMBER.fullmatch(line.strip())
    if found is None:
        return "", line.strip()
    return " ".join(filter(None, (found[1], found[2]))), found[3]
