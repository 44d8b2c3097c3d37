"""The files that can be loaded as reference tables, known by their columns.

Each layout turns a row of its publisher into rows of ours (`tables.COLUMNS`).
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.postal.reference.names import fold

Row = tuple[str, ...]
Record = Mapping[str, str]

_BLOCK = 1 << 20
_ROWS_A_STEP = 10_000
_FIRST_BYTES = 65_536  # enough for any header and some rows
_ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
_SEPARATORS = ";,\t|"
_LEVELS = {"COM": "commune", "ARM": "borough", "COMD": "part", "COMA": "part"}


@dataclass(frozen=True)
class Layout:
    """One publisher's file: how it is recognised, what it becomes, where it comes from."""

    kind: str
    table: str
    columns: Mapping[str, tuple[str, ...]]
    """What is read, and the folded names that its column may have."""
    read: Callable[[Iterable[Record]], Iterator[Row]]
    source: str
    licence: str


@dataclass(frozen=True)
class ReferenceFile:
    """A file whose layout was recognised, with what it takes to read it."""

    path: Path
    layout: Layout
    encoding: str
    separator: str
    places: Mapping[str, int]


def recognize_file(path: Path, kind: str | None = None) -> ReferenceFile:
    """Which table a file holds, from its header.

    Raises:
        InvalidInput: It has the columns of none, or not those of the kind named.
    """
    encoding = _encoding(path)
    with open_bytes(path) as source:
        line = source.readline(_FIRST_BYTES).decode(encoding)
    separator = max(_SEPARATORS, key=line.count)
    header = [fold(name) for name in next(csv.reader([line], delimiter=separator), [])]
    for layout in LAYOUTS.values():
        places = _places(layout, header)
        if places and kind in (None, layout.kind):
            return ReferenceFile(path, layout, encoding, separator, places)
    raise _unknown(path, kind)


def read_records(file: ReferenceFile, advance: Callable[[int], None]) -> Iterator[Record]:
    """The rows of a file, the columns under our names; `advance` is told how many were read.

    Rows too short to hold every column are left out.
    """
    with open_bytes(file.path) as source:
        lines = io.TextIOWrapper(source, encoding=file.encoding, newline="")
        rows = csv.reader(lines, delimiter=file.separator)
        next(rows, None)
        last = max(file.places.values())
        number = 0
        for number, row in enumerate(rows, start=1):
            if number % _ROWS_A_STEP == 0:
                advance(_ROWS_A_STEP)
            if len(row) > last:
                yield {name: row[place].strip() for name, place in file.places.items()}
        advance(number % _ROWS_A_STEP)


@contextmanager
def open_bytes(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked where it is gzipped.

    Raises:
        InvalidInput: It cannot be read, or breaks off.
    """
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as source:
            yield cast("IO[bytes]", source)
    except (OSError, EOFError) as error:
        raise InvalidInput(
            _("The file {name} cannot be read to its end.").format(name=path.name),
            hint=_("Look whether it is there and whole; download it again if need be."),
        ) from error


def _encoding(path: Path) -> str:
    """UTF-8 when the whole file is, else what Windows wrote, else what INSEE did before.

    The last one has a letter for every byte, so that there is always an answer.
    """
    return next(encoding for encoding in _ENCODINGS if _may_be_in(encoding, path))


def _may_be_in(encoding: str, path: Path) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with open_bytes(path) as source:
        try:
            while block := source.read(_BLOCK):
                decoder.decode(block)
        except UnicodeDecodeError:
            return False
    return True


def _places(layout: Layout, header: list[str]) -> dict[str, int]:
    """Where the columns of a layout are in a header, empty when one is missing."""
    found = {}
    for name, ways in layout.columns.items():
        place = next((header.index(way) for way in ways if way in header), None)
        if place is None:
            return {}
        found[name] = place
    return found


def _unknown(path: Path, kind: str | None) -> InvalidInput:
    expected = [LAYOUTS[kind]] if kind else list(LAYOUTS.values())
    lines = "; ".join(
        f"{each.kind} ({', '.join(ways[0] for ways in each.columns.values())})" for each in expected
    )
    return InvalidInput(
        _("The columns of {name} are not those of a reference file.").format(name=path.name),
        hint=_("A CSV file with a header is expected, with these columns: {kinds}.").format(
            kinds=lines.lower()
        ),
    )


def _read_postcodes(records: Iterable[Record]) -> Iterator[Row]:
    for row in records:
        code, postcode, label = row["insee_code"], row["postcode"].zfill(5), row["label"]
        yield (postcode, code.zfill(5), "", "exact", label)
        name, place = row["name"], row["place"]
        if place and place != label:
            yield (postcode, code.zfill(5), place, "district", "")
        if name and name != label:
            yield (postcode, code.zfill(5), name, "exact", "")


def _read_communes(records: Iterable[Record]) -> Iterator[Row]:
    for row in records:
        level = _LEVELS.get(row["kind"])
        if level is not None:
            yield (row["insee_code"], row["name"], level, row["into"], "")


def _read_mergers(records: Iterable[Record]) -> Iterator[Row]:
    """Communes and names that ended, from movements: not those that only lost a part."""
    moves = [row for row in records if row["from_kind"] == row["to_kind"] == "COM"]
    stayed = {
        (row["on"], row["from_code"], row["from_name"])
        for row in moves
        if (row["from_code"], row["from_name"]) == (row["to_code"], row["to_name"])
    }
    for row in moves:
        if (row["on"], row["from_code"], row["from_name"]) not in stayed:
            yield (row["from_code"], row["from_name"], "former", row["to_code"], row["on"])


def _read_cedex(records: Iterable[Record]) -> Iterator[Row]:
    for row in records:
        yield (row["postcode"].zfill(5), row["label"], row["insee_code"].zfill(5))


def _read_streets(records: Iterable[Record]) -> Iterator[Row]:
    for row in records:
        yield tuple(row.values())


_LAYOUTS = (
    Layout(
        kind="postcodes",
        table="postcodes",
        columns={
            "insee_code": ("CODE COMMUNE INSEE",),
            "name": ("NOM DE LA COMMUNE", "NOM COMMUNE"),
            "postcode": ("CODE POSTAL",),
            "label": ("LIBELLE D ACHEMINEMENT", "LIBELLE ACHEMINEMENT"),
            "place": ("LIGNE 5",),
        },
        read=_read_postcodes,
        source="La Poste, base officielle des codes postaux",
        licence="Licence Ouverte 2.0 (ODbL in older notices)",
    ),
    Layout(
        kind="communes",
        table="communes",
        columns={
            "kind": ("TYPECOM",),
            "insee_code": ("COM",),
            "name": ("LIBELLE",),
            "into": ("COMPARENT",),
        },
        read=_read_communes,
        source="INSEE, code officiel géographique, v_commune",
        licence="Licence Ouverte 2.0",
    ),
    Layout(
        kind="mergers",
        table="communes",
        columns={
            "on": ("DATE EFF",),
            "from_kind": ("TYPECOM AV",),
            "from_code": ("COM AV",),
            "from_name": ("LIBELLE AV",),
            "to_kind": ("TYPECOM AP",),
            "to_code": ("COM AP",),
            "to_name": ("LIBELLE AP",),
        },
        read=_read_mergers,
        source="INSEE, code officiel géographique, v_mvt_commune",
        licence="Licence Ouverte 2.0",
    ),
    Layout(
        kind="cedex",
        table="cedex",
        columns={
            "postcode": ("CODE CEDEX", "CEDEX"),
            "label": ("LIBELLE", "LIBELLE CEDEX"),
            "insee_code": ("CODE INSEE", "INSEE", "INSEE COM"),
        },
        read=_read_cedex,
        source="liste des CEDEX",
        licence="Licence Ouverte 2.0",
    ),
    Layout(
        kind="streets",
        table="streets",
        columns={
            "insee_code": ("CODE INSEE",),
            "street": ("NOM VOIE",),
            "afnor": ("NOM AFNOR",),
            "postcode": ("CODE POSTAL",),
            "number": ("NUMERO",),
            "repetition": ("REP",),
        },
        read=_read_streets,
        source="Base Adresse Nationale",
        licence="Licence Ouverte 2.0",
    ),
)
LAYOUTS: Mapping[str, Layout] = {layout.kind: layout for layout in _LAYOUTS}
"""The files that can be loaded, by kind."""
