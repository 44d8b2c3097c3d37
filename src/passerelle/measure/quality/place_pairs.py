"""Checks each postcode against its city: one may be wrong, or tell what the other lacks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial

import polars as pl

from passerelle.measure.quality.checked import kept
from passerelle.postal import Gazetteer, fold

_RIGHT = ("exact", "district", "former_name", "cedex", "part")
_PAIRS = 200_000  # pairs remembered: France has 36,000 of them, as many again are misspelt


@dataclass(frozen=True)
class PlacePairs:
    """What the reference tables say of the postcode and city of each row.

    postcode, city: of rows that lack one; null where they have it, or nothing is sure. respelt:
    the city as its postcode writes it, where it is misspelt. is_strange: the postcode and the city
    go together in no table, and nothing is sure enough to be proposed.
    """

    postcode: pl.Series
    city: pl.Series
    respelt: pl.Series
    is_strange: pl.Series


@dataclass(frozen=True)
class _Answer:
    """What is said of one pair."""

    postcode: str | None = None
    city: str | None = None
    respelt: str | None = None
    is_strange: bool = False


class PlaceChecker:
    """Asks the reference tables about pairs of a postcode and a city, each different pair once."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Ask these tables."""
        self._ask = lru_cache(maxsize=_PAIRS)(partial(_ask, gazetteer))

    def check(
        self, postcodes: pl.Series, cities: pl.Series, abroad: pl.Series | None
    ) -> PlacePairs:
        """What is said of a column of postcodes and one of cities.

        Args:
            postcodes: Five digits, null where there is none that can be used.
            cities: As written, null where there is none.
            abroad: Rows that are in another country, and not looked at.
        """
        rows = pl.DataFrame({"postcode": postcodes, "city": cities})
        if abroad is not None:
            rows = rows.with_columns(kept(rows[name], ~abroad).alias(name) for name in rows.columns)
        distinct = rows.unique().filter(~pl.all_horizontal(pl.all().is_null()))
        answers = [self._ask(postcode, city) for postcode, city in distinct.iter_rows()]
        told = distinct.with_columns(
            pl.Series("new_postcode", [each.postcode for each in answers], dtype=pl.String),
            pl.Series("new_city", [each.city for each in answers], dtype=pl.String),
            pl.Series("respelt", [each.respelt for each in answers], dtype=pl.String),
            pl.Series("is_strange", [each.is_strange for each in answers], dtype=pl.Boolean),
        )
        joined = rows.join(
            told, on=["postcode", "city"], how="left", nulls_equal=True, maintain_order="left"
        )
        return PlacePairs(
            postcode=joined["new_postcode"],
            city=joined["new_city"],
            respelt=joined["respelt"],
            is_strange=joined["is_strange"].fill_null(False),
        )


def _ask(gazetteer: Gazetteer, postcode: str | None, city: str | None) -> _Answer:
    if city is None:
        return _fill_city(gazetteer, postcode or "")
    words = fold(city).split()
    if postcode is None:
        return _fill_postcode(gazetteer, words)
    found = gazetteer.find_towns(words, postcode)
    best = found[0] if found else None
    if best is not None and best.how in _RIGHT:
        return _Answer()
    others = [each for each in found if each.score == best.score] if best is not None else []
    if best is not None and best.how == "spelling" and len(others) == 1:
        return _Answer(respelt=best.town.routing_label)
    return _Answer(is_strange=True)


def _fill_city(gazetteer: Gazetteer, postcode: str) -> _Answer:
    """The city of a postcode that is one town's only."""
    towns = gazetteer.towns_of(postcode)
    return _Answer(city=towns[0].routing_label) if len(towns) == 1 else _Answer()


def _fill_postcode(gazetteer: Gazetteer, words: list[str]) -> _Answer:
    """The postcode of a name that is one commune's only, and has one postcode only."""
    found = gazetteer.find_towns(words, None)
    sure = [each for each in found if each.end - each.start == len(words)]
    if len(found) != 1 or len(sure) != 1 or not sure[0].town.postcode:
        return _Answer()
    return _Answer(postcode=sure[0].town.postcode)
