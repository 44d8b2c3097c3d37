"""A small town whose records are linked, for what is said about a linkage."""

from __future__ import annotations

import random
from functools import cache

import polars as pl
import pyarrow as pa

from passerelle.linkage import Linkage, link

FIRST = ("Zoé", "Luc", "Ana", "Hugo", "Nora", "Paul", "Inès", "Marc", "Léa", "Jean", "Rémi", "Lou")
LAST = ("Martin", "Bernard", "Petit", "Roux", "Durand", "Moreau", "Lefèvre", "Garnier", "Faure")
ROADS = ("rue des Lilas", "avenue Foch", "place du Marché", "chemin du Moulin", "rue Haute")


def town_tables(people: int = 400, seed: int = 4) -> tuple[pa.Table, pa.Table]:
    """Two files: everybody in the first, half of them in the second once or twice, misspelt."""
    chance = random.Random(seed)
    shop, site = [], []
    for number in range(people):
        first, last = chance.choice(FIRST), chance.choice(LAST)
        day = f"{chance.randint(1940, 2004)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        road = f"{chance.randint(1, 40)} {chance.choice(ROADS)}"
        code = str(chance.randint(10_000, 10_080))
        mail = f"{first[0]}.{last}{number}@exemple.fr".lower()
        row = (first, last, day, road, code, mail)
        shop.append(row)
        for _time in range(chance.choice((0, 1, 1, 2))):
            spelt = last[:-1] if chance.random() < 0.3 else last
            site.append((first, spelt, day, road, code, mail if chance.random() < 0.5 else None))
    columns = ["Prénom", "Nom", "Né le", "Adresse", "CP", "Courriel"]
    files = [pl.DataFrame(rows, schema=columns, orient="row") for rows in (shop, site)]
    files[0] = files[0].with_columns(pl.lit(None, pl.String).alias("Fax"))
    return files[0].to_arrow(), files[1].to_arrow()


@cache
def linked_town() -> Linkage:
    """The town's two files, linked."""
    return link(town_tables())


def town_names(linkage: Linkage) -> pl.Series:
    """A name for each record."""
    return pl.Series([f"r{at}" for at in range(len(linkage.clusters))])
