"""The reference tables in memory: communes, postcodes and CEDEX codes, as compact as they go.

They come from files of three layouts (see `data/README.md`), packaged and loaded: what is loaded
later is added to what is there, and replaces what it names anew.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
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

_LONGEST_CHAIN = 16  # of mergers; a loop in a file ends here


@dataclass(frozen=True, slots=True)
class Reach:
    """One name under one postcode; `place` is empty for the commune's own name."""

    insee_code: str
    place: str
    how: How
    label: str


@dataclass(slots=True)
class Tables:
    """Everything that is known of communes and postcodes, by code and by postcode."""

    names: dict[str, str] = field(default_factory=dict)
    boroughs: dict[str, str] = field(default_factory=dict)
    """The city of each borough."""
    earlier: dict[str, list[Commune]] = field(default_factory=dict)
    """Communes that are no more, and parts, by their code."""
    absorbed: dict[str, list[str]] = field(default_factory=dict)
    """Former names and names of parts of a commune of today, by its code."""
    ended: dict[str, str] = field(default_factory=dict)
    """Names of communes that a later list has no more, by code."""
    reaches: dict[str, list[Reach]] = field(default_factory=dict)
    cedex_labels: dict[str, str] = field(default_factory=dict)
    cedex_codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    postcodes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The postcodes of each commune and borough."""


def read_tables(folders: Iterable[Path]) -> Tables:
    """The tables of several folders as one, later folders over earlier ones."""
    tables = Tables()
    for folder in folders:
        _add_communes(tables, list(read_rows(folder, "communes")))
        _add_postcodes(tables, read_rows(folder, "postcodes"))
        _add_cedex(tables, read_rows(folder, "cedex"))
    _follow_mergers(tables)
    _gather_absorbed(tables)
    _gather_postcodes(tables)
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
        earlier = tables.earlier.get(code, [])
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


def _add_communes(tables: Tables, rows: Sequence[list[str]]) -> None:
    _end_the_missing(tables, {row[0] for row in rows if row[2] in ("commune", "borough")})
    for code, name, level, into, until in rows:
        if level == "commune":
            tables.names[code] = name
        elif level == "borough":
            tables.names[code] = name
            tables.boroughs[code] = into
        else:
            ended = date.fromisoformat(until) if until else None
            gone = Commune(code, name, cast(Level, level), into, ended)
            tables.earlier.setdefault(code, []).append(gone)


def _end_the_missing(tables: Tables, there: set[str]) -> None:
    """Take as ended the communes that a later list of their department has no more."""
    departments = {department_of(code) for code in there}
    for code in tables.names.keys() - there:
        if department_of(code) in departments:  # some lists leave out the overseas territories
            tables.ended[code] = tables.names.pop(code)
            tables.boroughs.pop(code, None)


def department_of(code: str) -> str:
    """The beginning of a postcode, or of INSEE's code, that says the department or territory."""
    return code[:3] if code[:2] in ("97", "98") else code[:2]


def _add_postcodes(tables: Tables, rows: Iterable[list[str]]) -> None:
    codes: dict[str, str] = {}
    for postcode, code, place, how, label in rows:
        same = codes.setdefault(code, code)  # one string a code, not one a row
        reach = Reach(same, place, cast(How, how), label)
        tables.reaches.setdefault(postcode, []).append(reach)


def _add_cedex(tables: Tables, rows: Iterable[list[str]]) -> None:
    labels: dict[str, str] = {}
    for postcode, label, code in rows:
        tables.cedex_labels[postcode] = labels.setdefault(label, label)
        known = tables.cedex_codes.get(postcode, ())
        if code not in known:
            tables.cedex_codes[postcode] = (*known, code)


def _follow_mergers(tables: Tables) -> None:
    """Lead the postcodes of communes that ended to those that followed, under the old names."""
    for reaches in tables.reaches.values() if tables.ended else ():
        for place, each in enumerate(reaches):
            after = find_commune(tables, each.insee_code, None)
            if after is not None and after.insee_code != each.insee_code:
                name = each.place or tables.ended.get(each.insee_code, "")
                reaches[place] = Reach(after.insee_code, name, "former_name", "")


def _gather_absorbed(tables: Tables) -> None:
    for code, gone in tables.earlier.items():
        for each in gone:
            today = find_commune(tables, each.into or code, None)
            if today is not None and each.name != today.name:
                names = tables.absorbed.setdefault(today.insee_code, [])
                if each.name not in names:
                    names.append(each.name)


def _gather_postcodes(tables: Tables) -> None:
    found: dict[str, list[str]] = {}
    for postcode, reaches in sorted(tables.reaches.items()):
        for reach in reaches:
            for code in {reach.insee_code, tables.boroughs.get(reach.insee_code, "")} - {""}:
                if postcode not in found.setdefault(code, []):
                    found[code].append(postcode)
    tables.postcodes = {code: tuple(postcodes) for code, postcodes in found.items()}
