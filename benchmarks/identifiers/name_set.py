"""Invented people in the ways that French files write them, with the truth of each cell.

Surnames and first names are drawn from the aggregates of the Répertoire national des élus
(Licence Ouverte 2.0) in the shared test data, by how often they are borne. A surname is of the
half to develop on or of the half kept unseen.
"""

from __future__ import annotations

import csv
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from passerelle.identifiers import PersonName, first_name_key, last_name_key
from passerelle.identifiers.person_names import NameKind

_TITLES = {"m": ("M.", "M", "Mr", "Monsieur", "MONSIEUR"), "f": ("Mme", "MME", "Madame", "Mlle")}


@dataclass(frozen=True)
class Shape:
    """How a cell is written and what it says, as templates; `other` is another family's name."""

    written: str
    title: str = ""
    first: str = "{first}"
    last: str = "{last}"
    birth: str = ""
    kind: NameKind = "person"
    is_mangled: bool = False


_T, _O = "{title}", "{other}"
SHAPES: dict[str, Shape] = {
    "M. LAST First": Shape("{title} {last} {first}", _T),
    "M. First LAST": Shape("{title} {first} {last}", _T),
    "First LAST": Shape("{first} {last}"),
    "LAST First": Shape("{last} {first}"),
    "First Last": Shape("{first} {last_small}"),
    "first last": Shape("{first_lower} {last_lower}"),
    "FIRST LAST": Shape("{first_upper} {last}"),
    "LAST FIRST": Shape("{last} {first_upper}"),
    "LAST, First": Shape("{last}, {first}"),
    "Last, First": Shape("{last_small}, {first}"),
    "M LAST F.": Shape("M {last} {initial}", "M.", "{initial}"),
    "F. LAST": Shape("{initial} {last}", "{initial_title}", "{initial_name}"),
    "Mme First LAST née OTHER": Shape("{title} {first} {last} née {other}", _T, birth=_O),
    "Mme LAST née OTHER First": Shape("{title} {last} née {other} {first}", _T, birth=_O),
    "Mme LAST First née OTHER": Shape("{title} {last} {first} née {other}", _T, birth=_O),
    "LAST (née OTHER) First": Shape("{last} (née {other}) {first}", birth=_O),
    "First OTHER épouse LAST": Shape("{first} {other} épouse {last}", birth=_O),
    "OTHER ép. LAST First": Shape("{other} ép. {last} {first}", birth=_O),
    "OTHER First épouse LAST": Shape("{other} {first} épouse {last}", birth=_O),
    "Mme Vve LAST First": Shape("Mme Vve {last} {first}", "Mme"),
    "Mme OTHER First veuve LAST": Shape("Mme {other} {first} veuve {last}", "Mme", birth=_O),
    "M. et Mme LAST First": Shape("M. et Mme {last} {first}", kind="couple"),
    "M ou Mme First LAST": Shape("M ou Mme {first} {last}", kind="couple"),
    "Monsieur et Madame LAST": Shape("Monsieur et Madame {last}", first="", kind="couple"),
    "M. First LAST et Mme": Shape("M. {first} {last} et Mme", kind="couple"),
    "Dr First LAST": Shape("Dr {first} {last}", "Dr"),
    "Maître LAST First": Shape("Maître {last} {first}", "Me"),
    "M. LAST-OTHER First": Shape("{title} {last}-{other} {first}", _T, last="{last}-{other}"),
    "First LAST OTHER": Shape("{first} {last} {other}", last="{last} {other}"),
    "First (blank for dash) LAST": Shape("{first_spaced} {last}"),
    "First LAST in UTF-8 read as Windows-1252": Shape(
        "Éric {first} {last}", first="Éric {first}", is_mangled=True
    ),
}


def write_cells(
    shared: Path, *, unseen: bool, count: int, seed: int
) -> Iterator[tuple[str, str, PersonName]]:
    """Shape, cell and truth; `count` of each shape."""
    rng = random.Random(seed)
    lasts, weights = _surnames(shared, unseen=unseen)
    firsts, first_weights = _first_names(shared)
    for name, shape in SHAPES.items():
        for _cell in range(count):
            (first, sex), = rng.choices(firsts, cum_weights=first_weights)  # fmt: skip
            last, other = rng.choices(lasts, cum_weights=weights, k=2)
            said = _said(first, last, other, rng.choice(_TITLES[sex]))
            yield name, _written(shape, said), _truth(shape, said, sex)


def _said(first: str, last: str, other: str, title: str) -> dict[str, str]:
    initial = "-".join(part[0] + "." for part in first.split("-"))
    is_title = initial == "M."  # M. DUPONT is a gentleman, whoever Mélanie Dupont is
    return {
        "first": first, "first_upper": first.upper(), "first_lower": first.lower(),
        "first_spaced": first.replace("-", " "), "initial": initial, "last": last,
        "last_small": last.title(), "last_lower": last.lower(), "other": other, "title": title,
        "initial_title": initial if is_title else "", "initial_name": "" if is_title else initial,
    }  # fmt: skip


def _written(shape: Shape, said: dict[str, str]) -> str:
    cell = shape.written.format(**said)
    if not shape.is_mangled:
        return cell
    mangled = (bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in cell.encode())
    return "".join(mangled)


def _truth(shape: Shape, said: dict[str, str], sex: str) -> PersonName:
    title, first, last, birth = (
        part.format(**said) or None for part in (shape.title, shape.first, shape.last, shape.birth)
    )
    if shape.title == _T:
        title = {"m": "M.", "f": "Mme"}[sex]
    return PersonName(shape.kind, title, first, last, birth)


def is_right(read: PersonName | None, truth: PersonName) -> bool:
    """Whether every part is the truth, whatever its capitals, accents and dashes."""
    return read is not None and _keys(read) == _keys(truth)


def _keys(name: PersonName) -> tuple[str | None, ...]:
    return (
        name.kind, name.title, first_name_key(name.first_name or ""),
        last_name_key(name.last_name or ""), last_name_key(name.birth_name or ""),
    )  # fmt: skip


# Names, with how many people bear them and those before them.


def _surnames(shared: Path, *, unseen: bool) -> tuple[list[str], list[int]]:
    rows = _rows(shared / "rne_noms_freq_agg.csv")
    kept = [
        (r["nom"], int(r["n"])) for r in rows if (zlib.crc32(r["nom"].encode()) % 2 == 1) is unseen
    ]
    return [name for name, _ in kept], [n for _, n in kept]


def _first_names(shared: Path) -> tuple[list[tuple[str, str]], list[int]]:
    names, weights = [], []
    for row in _rows(shared / "rne_prenoms_sexe_agg.csv"):
        for sex in ("m", "f"):
            if int(row[f"n_{sex}"]):
                names.append((row["prenom"], sex))
                weights.append(int(row[f"n_{sex}"]))
    return names, list(accumulate(weights))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
