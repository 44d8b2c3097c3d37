"""Streets and house numbers of the Base Adresse Nationale, in one SQLite file.

One row a street of a commune, its numbers packed in a text: France is two million rows, and a
look-up reads the rows of one commune at most.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

from rapidfuzz.distance import OSA

from passerelle.postal.reference.names import LINKING_WORDS, fold, whole_words
from passerelle.postal.reference.spelling import allowed_edits

STREETS_FILE = "streets.sqlite"

_TABLES = (
    "create table if not exists streets (insee_code text, key text, label text, afnor text,"
    " postcode text, numbers text, primary key (insee_code, key)) without rowid",
    "create table if not exists files (sha256 text primary key, about text)",
)
_ADD = (
    "insert into streets values (?, ?, ?, ?, ?, ?) on conflict (insee_code, key)"
    " do update set numbers = numbers || ' ' || excluded.numbers"
)

_WHOLE_WORDS = MappingProxyType(
    {
        "ALL": "ALLEE",
        "AV": "AVENUE",
        "AVE": "AVENUE",
        "BD": "BOULEVARD",
        "BLD": "BOULEVARD",
        "BVD": "BOULEVARD",
        "CH": "CHEMIN",
        "CHE": "CHEMIN",
        "CHEM": "CHEMIN",
        "CRS": "COURS",
        "DR": "DOCTEUR",
        "FBG": "FAUBOURG",
        "FG": "FAUBOURG",
        "GAL": "GENERAL",
        "IMP": "IMPASSE",
        "LOT": "LOTISSEMENT",
        "MAL": "MARECHAL",
        "PAS": "PASSAGE",
        "PL": "PLACE",
        "PR": "PROFESSEUR",
        "PROF": "PROFESSEUR",
        "QU": "QUAI",
        "R": "RUE",
        "RES": "RESIDENCE",
        "RPT": "RONDPOINT",
        "RTE": "ROUTE",
        "SQ": "SQUARE",
    }
)


@dataclass(frozen=True, slots=True)
class StreetMatch:
    """A street of a commune, as the Base Adresse Nationale writes it.

    `score` is 1 for the name as written; `how` is `exact` or `spelling`.
    """

    insee_code: str
    label: str
    afnor_label: str
    postcode: str
    score: float
    how: str
    numbers: frozenset[str] = field(default=frozenset(), repr=False)

    def has_number(self, number: str) -> bool:
        """Whether the street has a house number: « 12 », « 12BIS » or « 12 bis »."""
        return fold(number).replace(" ", "") in self.numbers


class Streets:
    """The streets that were loaded, by commune."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def find(self, insee_code: str, words: Sequence[str]) -> StreetMatch | None:
        """The street that words name in a commune; None when it is not there, or not sure."""
        key = street_key(words)
        rows = self._rows("insee_code = ? and key = ?", (insee_code, key))
        if rows:
            return _match(rows[0], 1.0, "exact")
        return self._misspelt(insee_code, key)

    def has_commune(self, insee_code: str) -> bool:
        """Whether the streets of a commune were loaded."""
        return bool(self._rows("insee_code = ? limit 1", (insee_code,)))

    def _misspelt(self, insee_code: str, key: str) -> StreetMatch | None:
        limit = allowed_edits(len(key))
        near: list[tuple[int, sqlite3.Row]] = []
        for row in self._rows("insee_code = ?", (insee_code,)) if limit else ():
            edits = OSA.distance(key, row[1], score_cutoff=limit)
            # « 8 mai » is not « 9 mai » with an error.
            if edits <= limit and _digits(key) == _digits(row[1]):
                near.append((edits, row))
        near.sort(key=lambda each: each[0])
        if not near or (len(near) > 1 and near[0][0] == near[1][0]):
            return None
        edits, row = near[0]
        return _match(row, 1 - edits / len(key), "spelling")

    def _rows(self, where: str, values: tuple[str, ...]) -> list[sqlite3.Row]:
        if self._connection is None:
            self._connection = sqlite3.connect(
                f"file:{self._path}?mode=ro", uri=True, check_same_thread=False
            )
        return self._connection.execute(
            f"select insee_code, key, label, afnor, postcode, numbers from streets where {where}",  # noqa: S608 - ours
            values,
        ).fetchall()


def street_key(words: Iterable[str]) -> str:
    """The words of a street as a key: abbreviations written out, no articles, nothing between.

    >>> street_key(["AV", "DU", "GAL", "DE", "GAULLE"])
    'AVENUEGENERALGAULLE'
    """
    whole = whole_words(_WHOLE_WORDS.get(word, word) for word in words)
    return "".join(word for word in whole if word not in LINKING_WORDS)


@contextmanager
def open_streets(folder: Path) -> Iterator[sqlite3.Connection]:
    """The file of streets of a folder, to write to in one transaction: all of it or nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / STREETS_FILE, isolation_level=None)) as connection:
        for table in _TABLES:
            connection.execute(table)
        connection.execute("begin immediate")
        try:
            yield connection
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")


def add_streets(connection: sqlite3.Connection, rows: Iterable[tuple[str, ...]]) -> int:
    """Add the streets of a file, which replace those of its communes; answers the addresses read.

    Args:
        connection: From `open_streets`.
        rows: Code of the commune, street, its label by the norm, postcode, number, repetition.
    """
    count = 0
    replaced: set[str] = set()
    for insee_code, group in groupby(rows, key=lambda row: row[0]):
        if insee_code not in replaced:
            replaced.add(insee_code)
            connection.execute("delete from streets where insee_code = ?", (insee_code,))
        numbers: dict[tuple[str, str, str], list[str]] = {}
        for _code, label, afnor, postcode, number, repetition in group:
            count += 1
            numbers.setdefault((label, afnor, postcode), []).append(number + repetition.upper())
        connection.executemany(_ADD, _street_rows(insee_code, numbers))
    return count


def _street_rows(
    insee_code: str, numbers: dict[tuple[str, str, str], list[str]]
) -> Iterator[tuple[str, ...]]:
    for (label, afnor, postcode), of_street in numbers.items():
        name = fold(label)
        key = street_key(name.split())
        if key:
            yield (insee_code, key, label, afnor or name, postcode, " ".join(of_street))


def _match(row: sqlite3.Row, score: float, how: str) -> StreetMatch:
    insee_code, _key, label, afnor, postcode, numbers = row
    known = frozenset(numbers.split())
    return StreetMatch(insee_code, label, afnor, postcode, score, how, known)


def _digits(key: str) -> str:
    return "".join(filter(str.isdigit, key))
