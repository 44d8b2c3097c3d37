"""Where a town is looked for: by its name, its postcode, its INSEE code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from passerelle.postal.reference.catalogue import table_folders
from passerelle.postal.reference.entries import Directory
from passerelle.postal.reference.finding import find_towns
from passerelle.postal.reference.streets import STREETS_FILE, StreetMatch, Streets
from passerelle.postal.reference.tables import PACKAGED, Tables, find_commune, read_tables
from passerelle.postal.reference.towns import Commune, Place, Town, TownMatch

_TOWNS_KEPT = 1 << 10  # answers: customers live in the same towns


class Gazetteer:
    """The communes of France and their postcodes, ready to be asked."""

    def __init__(self, tables: Tables, streets: Streets | None = None) -> None:
        self._tables = tables
        self._streets = streets
        self._directory = Directory(tables)
        self._find_towns = lru_cache(_TOWNS_KEPT)(self._search)

    def find_towns(
        self,
        words: Sequence[str],
        postcode: str | None,
        *,
        is_cedex: bool = False,
        place: Place = "anywhere",
    ) -> tuple[TownMatch, ...]:
        """The towns that an address may mean, best first; several equal answers stay several.

        Empty when nothing is likely enough.

        Args:
            words: Folded capitals (A to Z, 0 to 9) in the order written, without the postcode.
            postcode: Five digits, as written; None when there is none.
            is_cedex: Whether the word CEDEX was written. It may still be among the words.
            place: Where among the words the town's name is, when that is known.
        """
        return self._find_towns(tuple(words), postcode, is_cedex, place)

    def _search(
        self, words: tuple[str, ...], postcode: str | None, is_cedex: bool, place: Place
    ) -> tuple[TownMatch, ...]:
        return find_towns(self._directory, words, postcode, is_cedex=is_cedex, place=place)

    def towns_of(self, postcode: str) -> tuple[Town, ...]:
        """The towns of a postcode or a CEDEX code; none when nobody has it."""
        return self._directory.towns_of(postcode)

    def is_known_postcode(self, postcode: str) -> bool:
        """Whether some town has this postcode, or an office this CEDEX code."""
        return self._tables.has_postcode(postcode) or self._tables.has_cedex(postcode)

    def is_cedex(self, postcode: str) -> bool:
        """Whether this is a CEDEX code and no town's postcode."""
        return self._tables.has_cedex(postcode) and not self._tables.has_postcode(postcode)

    def postcodes_of(self, insee_code: str) -> tuple[str, ...]:
        """The postcodes of a commune or a borough, in order; a city has those of its boroughs."""
        return self._tables.postcodes_of.get(insee_code, ())

    def find_commune(self, insee_code: str, on: date | None = None) -> Commune | None:
        """The commune that a code names today or on a day, or the one that followed it."""
        return find_commune(self._tables, insee_code, on)

    def find_street(self, insee_code: str, words: Sequence[str]) -> StreetMatch | None:
        """The street of a commune that words name, with its house numbers.

        None when it is not there or not sure, and when the commune's streets were not loaded.

        Args:
            insee_code: The commune or the borough.
            words: Folded capitals, the street's type with them, without the house number.
        """
        return self._streets.find(insee_code, words) if self._streets else None

    def has_streets_of(self, insee_code: str) -> bool:
        """Whether the streets of a commune were loaded, so that a street can be missed."""
        return self._streets is not None and self._streets.has_commune(insee_code)


def load_gazetteer(folder: Path | None = None) -> Gazetteer:
    """The gazetteer of the packaged tables, with those loaded into an installation's folder.

    Args:
        folder: Where `load_reference` put tables, if anywhere.
    """
    if folder is None:
        return Gazetteer(read_tables([PACKAGED]))
    streets = folder / STREETS_FILE
    return Gazetteer(
        read_tables([PACKAGED, *table_folders(folder)]),
        Streets(streets) if streets.exists() else None,
    )
