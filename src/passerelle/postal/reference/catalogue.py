"""Which reference tables there are: those packaged, and those loaded into an installation.

`catalogue.json` of the folder names the tables in use, and is replaced in one step: whoever reads
meets the old table or the new one, never half of one.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.postal.reference.layouts import LAYOUTS
from passerelle.postal.reference.streets import STREETS_FILE
from passerelle.postal.reference.tables import PACKAGED

_CATALOGUE = "catalogue.json"


@dataclass(frozen=True)
class ReferenceTable:
    """One table: what it holds, from whom, under which licence, and how old it is.

    `as_of` is the day or the year that the data tell of, empty when nobody said; `folder` is
    where it lies, beside the catalogue, empty for what comes with passerelle.
    """

    kind: str
    source: str
    licence: str
    as_of: str
    rows: int
    file: str
    sha256: str
    loaded_at: str = ""
    folder: str = ""


def list_references(folder: Path | None) -> tuple[ReferenceTable, ...]:
    """The tables in use, those packaged first."""
    packaged = _read(PACKAGED / _CATALOGUE)
    return (*packaged, *loaded_tables(folder)) if folder else packaged


def loaded_tables(folder: Path) -> tuple[ReferenceTable, ...]:
    """The tables that were loaded into a folder."""
    return (*_read(folder / _CATALOGUE), *_street_files(folder))


def table_folders(folder: Path) -> list[Path]:
    """Where the loaded tables of communes, postcodes and CEDEX codes lie."""
    return [folder / each.folder for each in _read(folder / _CATALOGUE)]


def keep_table(folder: Path, table: ReferenceTable) -> None:
    """Put a table in use, instead of the one of its kind."""
    others = [each for each in _read(folder / _CATALOGUE) if each.kind != table.kind]
    write_catalogue(folder, [*others, table])
    _sweep(folder)


def unload_reference(folder: Path, kind: str) -> int:
    """Take loaded tables of a kind out of use, and answer how many there were.

    Raises:
        InvalidInput: None of that kind was loaded.
    """
    gone = [each for each in loaded_tables(folder) if each.kind == kind]
    if not gone:
        raise InvalidInput(
            _("No table of the kind {kind} was loaded.").format(kind=kind),
            hint=_("See what is there with: passerelle reference list"),
        )
    if kind == "streets":
        (folder / STREETS_FILE).unlink()
    else:
        write_catalogue(folder, [each for each in _read(folder / _CATALOGUE) if each.kind != kind])
        _sweep(folder)
    return len(gone)


def write_catalogue(folder: Path, tables: list[ReferenceTable]) -> None:
    """Write which tables are in use, in one step."""
    fresh = folder / f"{_CATALOGUE}.new"
    rows = [
        asdict(each) for each in sorted(tables, key=lambda each: list(LAYOUTS).index(each.kind))
    ]
    fresh.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    fresh.replace(folder / _CATALOGUE)


def _read(path: Path) -> tuple[ReferenceTable, ...]:
    if not path.exists():
        return ()
    return tuple(ReferenceTable(**each) for each in json.loads(path.read_text(encoding="utf-8")))


def _street_files(folder: Path) -> tuple[ReferenceTable, ...]:
    path = folder / STREETS_FILE
    if not path.exists():
        return ()
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        rows = connection.execute("select about from files order by about").fetchall()
    return tuple(ReferenceTable(**json.loads(about)) for (about,) in rows)


def _sweep(folder: Path) -> None:
    """Remove tables that nothing names any more, those of broken loads too."""
    used = {each.folder for each in _read(folder / _CATALOGUE)}
    for path in folder.iterdir():
        if path.is_dir() and path.name not in used:
            shutil.rmtree(path, ignore_errors=True)
