"""An invented town of houses and buildings, into which people are put whose homes are hard to tell."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from passerelle.linkage import Linkage, link

MEN = ("Jean", "Pierre", "Michel", "Luc", "Paul", "Hugo", "Antoine", "Marc", "Louis", "Julien", "Thomas", "Nicolas", "Alain", "Bernard", "Olivier")  # fmt: skip
WOMEN = ("Marie", "Julie", "Sophie", "Claire", "Isabelle", "Nathalie", "Anne", "Sylvie", "Camille", "Laura", "Emma", "Sarah", "Monique", "Nicole", "Sandrine")  # fmt: skip
_SYLLABLES = (
    "ber",
    "tran",
    "mou",
    "lin",
    "ga",
    "rel",
    "fon",
    "tai",
    "ne",
    "vil",
    "lar",
    "des",
    "cham",
    "pel",
    "roux",
)
_ROADS = ("rue des Lilas", "avenue Foch", "place du Marché", "chemin du Moulin", "rue Haute", "rue Pasteur", "allée des Pins", "rue du Bac", "boulevard Voltaire", "rue de la Gare", "impasse du Puits", "quai Branly")  # fmt: skip
_COLUMNS = ("prenom", "nom", "date de naissance", "adresse", "code postal", "telephone", "email")


@dataclass
class Town:
    """Records, one a line; a name for those that a test asks about."""

    chance: random.Random
    rows: list[tuple[str | None, ...]] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)

    def add(
        self,
        first: str,
        last: str,
        *,
        address: str | None,
        code: str | None,
        born: int | str | None = None,
        phone: str | None = None,
        email: str | None = None,
        name: str | None = None,
    ) -> None:
        """One record; `born` is a year or a date."""
        if name is not None:
            self.asked[name] = len(self.rows)
        day = f"{self.chance.randint(1, 12):02}-{self.chance.randint(1, 28):02}"
        date = f"{born}-{day}" if isinstance(born, int) else born
        self.rows.append((first, last, date, address, code, phone, email))

    def linked(self) -> tuple[Linkage, dict[str, int]]:
        """What is found, and the household of each record that is asked about."""
        order = list(range(len(self.rows)))
        self.chance.shuffle(order)
        table = pl.DataFrame(
            [self.rows[at] for at in order], schema=dict.fromkeys(_COLUMNS, pl.String), orient="row"
        )
        found = link(table.to_arrow())
        place = np.argsort(order)
        return found, {name: int(found.households[place[at]]) for name, at in self.asked.items()}

    def last_name(self) -> str:
        """One of some fifty thousand, so that hardly two bear it by chance."""
        return "".join(self.chance.choice(_SYLLABLES) for _part in range(4)).title()


def make_town(households: int = 700, seed: int = 3) -> Town:
    """Couples of one name and of two, people alone, and buildings of eight; half of them twice."""
    town = Town(random.Random(seed))
    chance = town.chance
    while households > 0:
        address = f"{chance.randint(1, 80)} {chance.choice(_ROADS)}"
        code = str(44000 + chance.randint(0, 60) * 10)
        flats = 8 if chance.random() < 0.06 else 1
        for _flat in range(flats):
            _settle(town, address, code)
        households -= flats
    return town


def _settle(town: Town, address: str, code: str) -> None:
    chance, last = town.chance, town.last_name()
    year = chance.randint(1940, 2000)
    adults = [
        (chance.choice(MEN), last, year),
        (chance.choice(WOMEN), last, year + chance.randint(-4, 4)),
    ]
    how = chance.random()
    if how < 0.3:
        adults[1] = (adults[1][0], town.last_name(), adults[1][2])
    elif how < 0.6:
        adults = [chance.choice(adults)]
    for first, name, born in adults:
        mail = f"{first}.{name}{born}@exemple.fr".lower()
        date = f"{born}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        town.add(first, name, address=address, code=code, born=date, email=mail)
        if chance.random() < 0.5:
            town.add(first, name, address=None, code=code, born=date, email=mail)
