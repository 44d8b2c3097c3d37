"""Invented people and how files write them: nicknames, initials, married and composed names."""

from __future__ import annotations

import csv
import random
from importlib.resources import files

import polars as pl

from passerelle.identifiers import first_name_variants

# What nobody tuned on: spelled here anew, in no set of the measurements.
FIRST = {
    "fr": ["Emmanuel", "Robert", "Catherine", "Philippe", "Élisabeth", "Frédéric", "Dominique", "Christophe", "Isabelle", "Sébastien", "Nathalie", "Stéphane", "Jean-Pierre", "Marie-Christine", "Jean-Claude", "Anne-Sophie", "Thérèse", "Guillaume", "Joséphine", "Alexandre", "Véronique", "Jacqueline", "Raphaël", "Madeleine", "Benoît", "Mathilde", "Jérémy", "Mickaël", "Françoise", "Jean-Luc"],
    "en": ["Robert", "Elizabeth", "William", "Margaret", "James", "Katherine", "Edward", "Susan", "Richard", "Theodore", "Abigail", "Benjamin", "Christopher", "Deborah", "Gregory", "Jennifer", "Kenneth", "Matthew", "Nicholas", "Patricia", "Samuel", "Timothy", "Victoria", "Zachary", "Andrew", "Barbara", "Daniel", "Frederick", "Joseph", "Thomas"],
}  # fmt: skip
LAST = {
    "fr": "Martin|Bernard|Dubois|de La Tour|Le Goff|Lefèvre|Renault|Thibault|Gauthier|Desjardins|Saint-Martin|d'Estaing|Mercier-Durand|Le Bihan|Faure|Rousseau|Philippe|Hérault|Quérel|Vandamme|Chevallier|Guérin|Bouchard|Maréchal|Delacroix|Dupont-Aubert|Lemaître|Jacquet|Briand|Meyniel|Arnaud|Poirier|Cauchois|Teyssier|Villeneuve",
    "en": "Smith|McDonald|O'Brien|Taylor|Walker-Hughes|Thompson|Phillips|Clarke|MacLeod|Robinson|Whitehead|Stevenson|Matthews|Johnston|Fitzgerald|Saint John|Bailey|Graham|Sinclair|Wright|Murphy|Kowalski|Nguyen|Hargreaves|Llewellyn|Ashworth|Pemberton|Barlow-Stone|Ogilvie|Cartwright",
}  # fmt: skip
TOWNS = [
    "Lyon",
    "Nantes",
    "Saint-Étienne",
    "Lille",
    "Rennes",
    "Brest",
    "Nice",
    "Tours",
    "Metz",
    "Pau",
]


def make_people(language: str, *, count: int, seed: int, whole: bool = False) -> pl.DataFrame:
    """Two records of each of so many people, with `truth`; in one column of names if `whole`."""
    chance = random.Random(f"{language} {count} {seed}")
    nicknames = _nicknames(language)
    rows = []
    for person in range(count):
        first, last = chance.choice(FIRST[language]), chance.choice(LAST[language].split("|"))
        maiden = chance.choice(LAST[language].split("|"))
        year, month, day = (
            chance.randrange(1940, 2004),
            chance.randrange(1, 13),
            chance.randrange(1, 29),
        )
        town = chance.choice(TOWNS)
        for copy in range(2):
            one = {
                "first": first,
                "last": last,
                "maiden": "",
                "year": year,
                "month": month,
                "day": day,
            }
            if copy:
                _rewritten(one, maiden, nicknames, chance)
            born = f"{one['year']:04d}-{one['month']:02d}-{one['day']:02d}"
            row = {
                "truth": person,
                "birth_date": born if chance.random() < 0.85 else None,
                "city": town,
            }
            if whole:
                both = (
                    [one["first"], one["last"]]
                    if chance.random() < 0.5
                    else [one["last"], one["first"]]
                )
                row["name"] = " ".join(both)
            else:
                row |= {
                    "prenom": one["first"],
                    "nom": one["last"],
                    "nom de naissance": one["maiden"] or None,
                }
            rows.append(row)
    chance.shuffle(rows)
    return pl.DataFrame(rows)


def _rewritten(
    one: dict[str, object], maiden: str, nicknames: dict[str, list[str]], chance: random.Random
) -> None:
    """The second record of a person: what happens to a name, and to a date."""
    first, last = str(one["first"]), str(one["last"])
    how = chance.random()
    if how < 0.3:
        one["first"] = chance.choice(nicknames.get(first.lower(), [first])).title()
    elif how < 0.4:
        one["first"] = ".-".join(word[0] for word in first.split("-")) + "."
    elif how < 0.5:
        one["first"] = chance.choice(
            (first.split("-", maxsplit=1)[0], first.replace("-", " "), first.replace("-", ""))
        )
    elif how < 0.6:
        one["first"] = _mistyped(first, chance)
    how = chance.random()
    if how < 0.15:
        one["last"], one["maiden"] = maiden, last
    elif how < 0.25:
        one["last"] = f"{last}-{maiden}"
    elif how < 0.4:
        one["last"] = (
            last.replace("de La ", "La")
            .replace("Le ", "Le")
            .replace("Saint-", "St ")
            .replace("Mc", "Mac ")
            .replace("ph", "f")
            .replace("ault", "aud")
            .replace("è", "ai")
            .replace("th", "t")
        )
    elif how < 0.5:
        one["last"] = _mistyped(last, chance)
    how = chance.random()
    if how < 0.06:
        one["month"], one["day"] = 1, 1
    elif how < 0.1:
        one["year"] = int(str(one["year"])) + chance.choice((-10, 10, 1))
    elif how < 0.13 and int(str(one["day"])) <= 12:
        one["month"], one["day"] = one["day"], one["month"]
    elif how < 0.16:
        one["year"], one["month"], one["day"] = 1900, 1, 1


def _mistyped(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice("aeilnrst") + text[at + 1 :]


def _nicknames(language: str) -> dict[str, list[str]]:
    """Variants, of which the linked tables are to know only some: half stay as they were chosen."""
    found: dict[str, list[str]] = {}
    if language == "fr":
        for name, variant in first_name_variants().iter_rows():
            found.setdefault(name, []).append(variant)
        return found
    text = (
        files("passerelle.linkage")
        .joinpath("data", f"given_names_{language}.csv")
        .read_text("utf8")
    )
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["name"], []).append(row["variant"])
    return found
