"""The reference tables in memory: communes, postcodes and CEDEX codes, as compact as they go.

Rows are kept as the text they were written in, one text a code, and taken apart when somebody asks:
as objects they would be three times as large, and slow down whoever makes objects beside them.
They come from files of three layouts (see `data/README.md`), packaged and loaded: what is loaded
later is added to what is there, and replaces what it names anew.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import cast

from passerelle.postal.reference.towns import Commune, How, Level

PACKAGED = Path(__file__).parent / "data"
COLUMNS = {
    "communes": ("insee_code", "name", "kind", "into", "until"),
    "postcodes": ("postcode", "insee_code", "place", "how", "label"),
    "cedex": ("postcode", "label", "insee_code"),
}
"""The layout of each table, by its name."""

_CELL, _ROW = "\x1f", "\x1e"  # the separators of ASCII for units and records
_LONGEST_CHAIN = 16  # of mergers; a loop in a file ends here


@dataclass(frozen=True, slots=True)
class Reach:
    """One name under one postcode; `place` is empty for the commune's own name."""

    insee_code: str
    place: str
    how: How
    label: str


class Tables:
    """Everything that is known of communes and postcodes, by code and by postcode.

    Attributes:
        names: Of the communes and boroughs of today, by INSEE code.
        boroughs: The city of each borough.
        ended: Names of communes that a later list has no more, by code.
    """

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.boroughs: dict[str, str] = {}
        self.ended: dict[str, str] = {}
        self._earlier: dict[str, str] = {}
        self._absorbed: dict[str, str] = {}
        self._reaches: dict[str, str] = {}
        self._cedex: dict[str, str] = {}

    def earlier(self, insee_code: str) -> list[Commune]:
        """What a code named that is no more, and the parts that have it."""
        return [
            Commune(insee_code, name, cast(Level, level), into, _day(until))
            for name, level, into, until in _rows(self._earlier, insee_code)
        ]

    def absorbed(self, insee_code: str) -> tuple[str, ...]:
        """Former names and names of parts of a commune of today."""
        return tuple(name for (name,) in _rows(self._absorbed, insee_code))

    def reaches(self, postcode: str) -> list[Reach]:
        """The names that a postcode answers to."""
        return [
            Reach(code, place, cast(How, how), label)
            for code, place, how, label in _rows(self._reaches, postcode)
        ]

    def has_postcode(self, postcode: str) -> bool:
        """Whether some town has this postcode."""
        return postcode in self._reaches

    def postcodes(self) -> Iterable[str]:
        """Every postcode of a town, in no order."""
        return self._reaches.keys()

    def has_cedex(self, postcode: str) -> bool:
        """Whether an office has this CEDEX code."""
        return postcode in self._cedex

    def cedex(self, postcode: str) -> tuple[str, tuple[str, ...]]:
        """The label of a CEDEX code, and the communes that it serves as they were then."""
        rows = list(_rows(self._cedex, postcode))
        return rows[-1][0], tuple(dict.fromkeys(code for _label, code in rows))

    @cached_property
    def postcodes_of(self) -> dict[str, tuple[str, ...]]:
        """The postcodes of each commune and borough, in order."""
        found: dict[str, dict[str, None]] = {}
        for postcode in sorted(self._reaches):
            for reach in self.reaches(postcode):
                for code in {reach.insee_code, self.boroughs.get(reach.insee_code, "")} - {""}:
                    found.setdefault(code, {})[postcode] = None
        return {code: tuple(postcodes) for code, postcodes in found.items()}

    def add_communes(self, rows: Iterable[list[str]]) -> None:
        """Take in communes, their parts, and those that are no more."""
        for code, name, level, into, until in rows:
            if level in ("commune", "borough"):
                self.names[code] = name
                if level == "borough":
                    self.boroughs[code] = into
            else:
                _add(self._earlier, code, name, level, into, until)

    def add_postcodes(self, rows: Iterable[list[str]]) -> None:
        """Take in names under postcodes."""
        for postcode, *reach in rows:
            _add(self._reaches, postcode, *reach)

    def add_cedex(self, rows: Iterable[list[str]]) -> None:
        """Take in CEDEX codes."""
        for postcode, label, code in rows:
            _add(self._cedex, postcode, label, code)

    def follow_mergers(self) -> None:
        """Lead postcodes of communes that ended to those that followed, under the old names."""
        for postcode in list(self._reaches) if self.ended else ():
            rows = [self._led_on(reach) for reach in self.reaches(postcode)]
            self._reaches[postcode] = _ROW.join(_CELL.join(row) for row in rows)

    def gather_absorbed(self) -> None:
        """Note the names that went up in each commune of today."""
        found: dict[str, dict[str, None]] = {}
        for code in self._earlier:
            for each in self.earlier(code):
                today = find_commune(self, each.into or code, None)
                if today is not None and each.name != today.name:
                    found.setdefault(today.insee_code, {})[each.name] = None
        self._absorbed = {code: _ROW.join(names) for code, names in found.items()}

    def end_missing(self, rows: Iterable[list[str]]) -> None:
        """Take as ended the communes that a later list of their department has no more."""
        there = {row[0] for row in rows if row[2] in ("commune", "borough")}
        departments = {department_of(code) for code in there}
        for code in self.names.keys() - there:
            if department_of(code) in departments:  # some lists leave out the overseas territories
                self.ended[code] = self.names.pop(code)
                self.boroughs.pop(code, None)

    def _led_on(self, reach: Reach) -> tuple[str, str, str, str]:
        after = find_commune(self, reach.insee_code, None)
        if after is None or after.insee_code == reach.insee_code:
            return reach.insee_code, reach.place, reach.how, reach.label
        name = reach.place or self.ended.get(reach.insee_code, "")
        return after.insee_code, name, "former_name", ""


def _add(texts: dict[str, str], key: str, *cells: str) -> None:
    row = _CELL.join(cells)
    texts[key] = f"{texts[key]}{_ROW}{row}" if key in texts else row


def _rows(texts: dict[str, str], key: str) -> Iterator[list[str]]:
    text = texts.get(key)
    return (row.split(_CELL) for row in text.split(_ROW)) if text is not None else iter(())


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def read_tables(folders: Iterable[Path]) -> Tables:
    """The tables of several folders as one, later folders over earlier ones."""
    tables = Tables()
    for folder in folders:
        if tables.names:
            tables.end_missing(read_rows(folder, "communes"))
        tables.add_communes(read_rows(folder, "communes"))
        tables.add_postcodes(read_rows(folder, "postcodes"))
        tables.add_cedex(read_rows(folder, "cedex"))
    tables.follow_mergers()
    tables.gather_absorbed()
    return tables


def read_rows(folder: Path, table: str) -> Iterator[list[str]]:
    """The rows of one table of a folder, none where the folder has no such table."""
    path = folder / f"{table}.csv.gz"
    if not path.exists():
        return
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter=";")
        next(rows)
        yield from rows


def find_commune(tables: Tables, insee_code: str, on: date | None) -> Commune | None:
    """What a code named on a day, or the commune of today that has its territory.

    On a day after it ended, and today, a commune is the one that followed it.
    """
    code = insee_code
    for _step in range(_LONGEST_CHAIN):
        earlier = tables.earlier(code)
        if on is not None:
            then = [each for each in earlier if each.until is not None and each.until > on]
            if then:
                return min(then, key=_end)
        if code in tables.names:
            level: Level = "borough" if code in tables.boroughs else "commune"
            return Commune(code, tables.names[code], level, tables.boroughs.get(code, ""))
        if not earlier:
            return None
        code = max(earlier, key=_end).into
    return None


def _end(commune: Commune) -> date:
    return commune.until or date.max


def department_of(code: str) -> str:
    """The beginning of a postcode, or of INSEE's code, that says the department or territory."""
    return code[:3] if code[:2] in ("97", "98") else code[:2]
