"""The names that a postcode, a department or the country answers to, made when first asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from passerelle.postal.reference.names import (
    fold,
    name_keys,
    routing_label,
    telling_words,
    whole_words,
)
from passerelle.postal.reference.tables import Tables, department_of, find_commune
from passerelle.postal.reference.towns import Commune, How, Town

_CEDEX = "CEDEX"


@dataclass(frozen=True, slots=True)
class Entry:
    """One key under which a town is found."""

    key: str
    name: str
    town: Town
    how: How

    @property
    def telling(self) -> tuple[str, ...]:
        """The words that tell this name from others."""
        return telling_words(whole_words(fold(self.name).split()))


class Directory:
    """Entries by postcode, by department and for the whole country, kept once they are made."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._by_postcode: dict[str, tuple[Entry, ...]] = {}
        self._by_department: dict[str, dict[str, tuple[Entry, ...]]] = {}
        self._by_shape: dict[tuple[str, int], list[Entry]] = {}
        self._departments: dict[str, list[str]] = {}
        for postcode in tables.postcodes():
            self._departments.setdefault(department_of(postcode), []).append(postcode)

    def towns_of(self, postcode: str) -> tuple[Town, ...]:
        """The towns of a postcode or a CEDEX code, each once."""
        return tuple(dict.fromkeys(entry.town for entry in self.of_postcode(postcode)))

    def of_postcode(self, postcode: str) -> tuple[Entry, ...]:
        """The entries of a postcode or a CEDEX code, longest keys first."""
        found = self._by_postcode.get(postcode)
        if found is None:
            made = [*self._ordinary(postcode), *self._cedex(postcode)]
            found = tuple(sorted(_surest(made), key=lambda each: -len(each.key)))
            self._by_postcode[postcode] = found
        return found

    def of_department(self, department: str) -> dict[str, tuple[Entry, ...]]:
        """The entries of a department's ordinary postcodes, by key."""
        found = self._by_department.get(department)
        if found is None:
            found = _by_key(
                entry
                for postcode in self._departments.get(department, ())
                for entry in self.of_postcode(postcode)
                if not entry.town.is_cedex
            )
            self._by_department[department] = found
        return found

    def of_country(self, key: str) -> tuple[Entry, ...]:
        """The entries of a key under any ordinary postcode."""
        found: list[Entry] = []
        for department in self._departments:  # a hundred look-ups, and no second copy of all keys
            found += self.of_department(department).get(key, ())
        return tuple(found)

    def alike(self, key: str, most_edits: int) -> Iterable[Entry]:
        """The communes of the country with the first letter of a key and nearly its length."""
        if not self._by_shape:
            for department in self._departments:
                for entries in self.of_department(department).values():
                    for entry in entries:
                        if entry.how == "exact":
                            shape = (entry.key[0], len(entry.key))
                            self._by_shape.setdefault(shape, []).append(entry)
        for length in range(len(key) - most_edits, len(key) + most_edits + 1):
            yield from self._by_shape.get((key[0], length), ())

    def city_of(self, insee_code: str) -> Town | None:
        """The whole city of a borough, None of any other commune."""
        city = self._tables.boroughs.get(insee_code)
        if city is None:
            return None
        name = self._tables.names[city]
        return Town(city, name, routing_label(name), "")

    def _ordinary(self, postcode: str) -> Iterable[Entry]:
        reaches = self._tables.reaches(postcode)
        labels: dict[str, list[str]] = {}
        for each in reaches:
            if each.label:
                labels.setdefault(each.insee_code, []).append(each.label)
        for code in dict.fromkeys(each.insee_code for each in reaches):
            name = self._tables.names.get(code)
            if name is None:
                continue
            printed = labels.get(code) or [self._label(code, name)]
            town = Town(code, name, printed[0], postcode)
            for written in (name, *printed):
                yield from _entries(town, written, "exact")
            for written in _ways_to_write_borough(name):
                yield from _entries(town, written, "district")
            for former in self._tables.absorbed(code):
                yield from _entries(town, former, "former_name")
            for each in reaches:
                if each.insee_code == code and each.place:
                    yield from _entries(town, each.place, each.how)

    def _label(self, code: str, name: str) -> str:
        city = self._tables.boroughs.get(code)
        return routing_label(self._tables.names[city] if city else name)

    def _cedex(self, postcode: str) -> Iterable[Entry]:
        if not self._tables.has_cedex(postcode):
            return
        label, codes = self._tables.cedex(postcode)
        towns = [
            Town(each.insee_code, each.name, label, postcode, is_cedex=True)
            for each in self._served(codes)
        ]
        office = label.split(f" {_CEDEX}")[0]
        keys = set(name_keys(office))
        of_office = []
        for town in towns:
            written = (town.name, *self._tables.absorbed(town.insee_code))
            if any(keys & set(name_keys(each)) for each in written):
                of_office.append(town)
            for each in written:
                yield from _entries(town, each, "cedex")
        for town in of_office or towns:
            yield from _entries(town, office, "cedex")

    def _served(self, codes: Iterable[str]) -> list[Commune]:
        """The communes of today that have the territory of those of a CEDEX code."""
        found = (find_commune(self._tables, code, None) for code in codes)
        return list(dict.fromkeys(each for each in found if each is not None))


def _entries(town: Town, name: str, how: How) -> Iterable[Entry]:
    for key in name_keys(name):
        yield Entry(key, name, town, how)


def _surest(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Of entries that have the same key and town, the first, which is the surest."""
    return {(each.key, each.town): each for each in reversed(list(entries))}.values()


def _by_key(entries: Iterable[Entry]) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.key, []).append(entry)
    return {key: tuple(each) for key, each in found.items()}


def _ways_to_write_borough(name: str) -> tuple[str, ...]:
    """PARIS 1ER, PARIS 01, PARIS I… of « Paris 1er Arrondissement »; none of another name."""
    words = fold(name).split()
    if words[-1] != "ARRONDISSEMENT":
        return ()
    city, rank = words[0], words[1]
    number = int("".join(filter(str.isdigit, rank)))
    ordinals = ("1ER",) if number == 1 else (f"{number}E", f"{number}EME", f"{number}IEME")
    ranks = (str(number), f"{number:02}", _roman(number), *ordinals)
    return tuple(f"{city} {each}" for each in ranks) + tuple(
        f"{city} {each} ARRONDISSEMENT" for each in ranks
    )


def _roman(number: int) -> str:
    tens, units = divmod(number, 10)
    ones = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
    return "X" * tens + ones[units]
