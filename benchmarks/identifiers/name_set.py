"""Invented people in the ways that French files write them, with the truth of each cell.

Surnames and first names are drawn from the aggregates of the Répertoire national des élus
(Licence Ouverte 2.0) in the shared test data, by how often they are borne. A surname is of the
half to develop on or of the half kept unseen.
"""

from __future__ import annotations

import csv
import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from passerelle.identifiers import PersonName, first_name_key, last_name_key

_TITLES = {"m": ("M.", "M", "Mr", "Monsieur", "MONSIEUR"), "f": ("Mme", "MME", "Madame", "Mlle")}


@dataclass(frozen=True)
class Draw:
    """One invented person: what the shapes below write."""

    first: str
    last: str
    other: str  # another family's name: the birth name of a married woman
    title: str
    sex: str


Shape = Callable[[Draw], tuple[str, PersonName]]


def _person(d: Draw, *, title: bool = False, first: str | None = None) -> PersonName:
    return PersonName("person", d.title if title else None, first or d.first, d.last)


def _married(d: Draw, *, title: bool = False) -> PersonName:
    return PersonName("person", d.title if title else None, d.first, d.last, d.other)


def _initial_first(d: Draw) -> tuple[str, PersonName]:
    """`M. DUPONT` is a gentleman, whoever Mélanie Dupont is."""
    short = _initial(d)
    truth = PersonName("person", "M.", None, d.last) if short == "M." else _person(d, first=short)
    return f"{short} {d.last}", truth


def _initial(d: Draw) -> str:
    return "-".join(part[0] + "." for part in d.first.split("-"))


SHAPES: dict[str, Shape] = {
    "M. LAST First": lambda d: (f"{d.title} {d.last} {d.first}", _person(d, title=True)),
    "M. First LAST": lambda d: (f"{d.title} {d.first} {d.last}", _person(d, title=True)),
    "First LAST": lambda d: (f"{d.first} {d.last}", _person(d)),
    "LAST First": lambda d: (f"{d.last} {d.first}", _person(d)),
    "First Last": lambda d: (f"{d.first} {d.last.title()}", _person(d)),
    "first last": lambda d: (f"{d.first} {d.last}".lower(), _person(d)),
    "FIRST LAST": lambda d: (f"{d.first} {d.last}".upper(), _person(d)),
    "LAST FIRST": lambda d: (f"{d.last} {d.first}".upper(), _person(d)),
    "LAST, First": lambda d: (f"{d.last}, {d.first}", _person(d)),
    "Last, First": lambda d: (f"{d.last.title()}, {d.first}", _person(d)),
    "M LAST F.": lambda d: (f"M {d.last} {_initial(d)}", PersonName("person", "M.", _initial(d), d.last)),
    "F. LAST": _initial_first,
    "Mme First LAST née OTHER": lambda d: (f"{d.title} {d.first} {d.last} née {d.other}", _married(d, title=True)),
    "Mme LAST née OTHER First": lambda d: (f"{d.title} {d.last} née {d.other} {d.first}", _married(d, title=True)),
    "Mme LAST First née OTHER": lambda d: (f"{d.title} {d.last} {d.first} née {d.other}", _married(d, title=True)),
    "LAST (née OTHER) First": lambda d: (f"{d.last} (née {d.other}) {d.first}", _married(d)),
    "First OTHER épouse LAST": lambda d: (f"{d.first} {d.other} épouse {d.last}", _married(d)),
    "OTHER ép. LAST First": lambda d: (f"{d.other} ép. {d.last} {d.first}", _married(d)),
    "OTHER First épouse LAST": lambda d: (f"{d.other} {d.first} épouse {d.last}", _married(d)),
    "Mme Vve LAST First": lambda d: (f"Mme Vve {d.last} {d.first}", PersonName("person", "Mme", d.first, d.last)),
    "Mme LAST First veuve OTHER": lambda d: (
        f"Mme {d.other} {d.first} veuve {d.last}", PersonName("person", "Mme", d.first, d.last, d.other)),
    "M. et Mme LAST First": lambda d: (f"M. et Mme {d.last} {d.first}", PersonName("couple", None, d.first, d.last)),
    "M ou Mme First LAST": lambda d: (f"M ou Mme {d.first} {d.last}", PersonName("couple", None, d.first, d.last)),
    "Monsieur et Madame LAST": lambda d: (f"Monsieur et Madame {d.last}", PersonName("couple", None, None, d.last)),
    "M. First LAST et Mme": lambda d: (f"M. {d.first} {d.last} et Mme", PersonName("couple", None, d.first, d.last)),
    "Dr First LAST": lambda d: (f"Dr {d.first} {d.last}", PersonName("person", "Dr", d.first, d.last)),
    "Maître LAST First": lambda d: (f"Maître {d.last} {d.first}", PersonName("person", "Me", d.first, d.last)),
    "M. LAST-OTHER First": lambda d: (
        f"M. {d.last}-{d.other} {d.first}", PersonName("person", "M.", d.first, f"{d.last}-{d.other}")),
    "First LAST OTHER": lambda d: (
        f"{d.first} {d.last} {d.other}", PersonName("person", None, d.first, f"{d.last} {d.other}")),
    "First (blank for dash) LAST": lambda d: (f"{d.first.replace('-', ' ')} {d.last}", _person(d)),
    "First LAST in UTF-8 read as Windows-1252": lambda d: (
        f"Éric {d.first} {d.last}".encode().decode("cp1252", "replace"),
        PersonName("person", None, f"Éric {d.first}", d.last)),
}  # fmt: skip


def write_cells(shared: Path, *, unseen: bool, count: int, seed: int) -> Iterator[tuple[str, str, PersonName]]:
    """Shape, cell and truth; `count` of each shape."""
    rng = random.Random(seed)
    lasts, weights = _surnames(shared, unseen=unseen)
    firsts, first_weights = _first_names(shared)
    for shape, write in SHAPES.items():
        drawn = zip(
            rng.choices(firsts, first_weights, k=count), rng.choices(lasts, weights, k=count),
            rng.choices(lasts, weights, k=count), strict=True,
        )  # fmt: skip
        for (first, sex), last, other in drawn:
            typed = rng.choice(_TITLES[sex])
            cell, truth = write(Draw(first, last, other, typed, sex))
            title = None if truth.title is None else {"m": "M.", "f": "Mme"}[sex]
            if truth.title != typed:
                title = truth.title
            yield shape, cell, PersonName(truth.kind, title, truth.first_name, truth.last_name, truth.birth_name)


def is_right(read: PersonName | None, truth: PersonName) -> bool:
    """Whether every part is the truth, whatever its capitals, accents and dashes."""
    return read is not None and _keys(read) == _keys(truth)


def _keys(name: PersonName) -> tuple[str | None, ...]:
    return (
        name.kind, name.title, first_name_key(name.first_name or ""),
        last_name_key(name.last_name or ""), last_name_key(name.birth_name or ""),
    )  # fmt: skip


def _surnames(shared: Path, *, unseen: bool) -> tuple[list[str], list[int]]:
    rows = _rows(shared / "rne_noms_freq_agg.csv")
    kept = [(r["nom"], int(r["n"])) for r in rows if (zlib.crc32(r["nom"].encode()) % 2 == 1) is unseen]
    return [name for name, _ in kept], [n for _, n in kept]


def _first_names(shared: Path) -> tuple[list[tuple[str, str]], list[int]]:
    names, weights = [], []
    for row in _rows(shared / "rne_prenoms_sexe_agg.csv"):
        for sex in ("m", "f"):
            if int(row[f"n_{sex}"]):
                names.append((row["prenom"], sex))
                weights.append(int(row[f"n_{sex}"]))
    return names, weights


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
