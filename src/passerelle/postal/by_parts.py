"""Standardizes an address by its street and its town, read apart: these repeat, addresses do not.

« 12 rue Victor Hugo 75011 Paris » is a street's line and a town's. Each is read once and kept; a
house number changes nothing in how its street is read. An address is read this way only where that
finds what reading all of it at once finds: the town's line must tell a town as it is written, and
what stands before it must hold nothing that a town could change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from passerelle.postal.abroad import find_country, may_hold_country_sign
from passerelle.postal.address import LINE_LENGTH, Level, PostalAddress
from passerelle.postal.contacts import may_hold_contact
from passerelle.postal.french import has_plain_street, has_plain_town, read_around
from passerelle.postal.leftovers import Leftovers, may_hold_special
from passerelle.postal.reading import Reading
from passerelle.postal.reference import Gazetteer
from passerelle.postal.text_repair import LONGEST_TEXT, is_decoded_twice, repair_text
from passerelle.postal.tokens import Tokens, tokenize
from passerelle.postal.towns import SURE, Place, find_place, tells_of_town
from passerelle.postal.writing import (
    TownLine,
    street_level,
    street_worth,
    write_address,
    write_town,
)

_PARTS = re.compile(
    r"([0-9]{0,4})(?![0-9])"  # the house number
    r"(.*\w)(?:[\s,(]+|(?<=\w\w\w)\s+-\s+)"  # « D - 10115 » is another thing
    r"([0-9]{5}[\s,-].*[^\W\d][\s.,)]*)",
    re.DOTALL,
)
_ANY_NUMBER = "1"
_MOST_STREETS = 1 << 13
_MOST_TOWNS = 1 << 15


@dataclass(frozen=True, slots=True)
class _Street:
    """What stands before the town.

    `line` is line 4 without its number; `number` is what was in front of it, "" for any; `worth`
    are the two factors of the score.
    """

    line: str
    around: tuple[str, str, str, str]
    number: str
    repetition: str
    street_type: str
    label: str
    complements: tuple[str, str, str]
    unread: tuple[str, ...]
    worth: tuple[float, float]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Town:
    said: TownLine
    reason: str
    worth: float


_TOWNS: WeakKeyDictionary[Gazetteer, dict[str, _Town | None]] = WeakKeyDictionary()


@dataclass(slots=True)
class Parts:
    """What both parts of one address say together; `line` is line 4 of the norm."""

    number: str
    street: _Street
    town: _Town
    line: str
    level: Level
    reason: str

    @property
    def score(self) -> float:
        """0 to 1."""
        way, doubt = self.street.worth
        return round(self.town.worth * way * doubt, 3)

    def as_address(self, text: str) -> PostalAddress:
        """The address in postal style, of the text that was read."""
        street, said = self.street, self.town.said
        first, second, third, fifth = street.around
        inside, outside, locality = street.complements
        return PostalAddress(
            lines=(first, second, third, self.line, fifth, said.line),
            complement_inside=inside,
            complement_outside=outside,
            number=self.number,
            repetition=street.repetition,
            street_type=street.street_type,
            street=street.label,
            locality=locality,
            postcode=said.postcode,
            cedex=said.cedex,
            city=said.city,
            insee_code=said.insee_code,
            country=said.country,
            level=self.level,
            reason=self.reason,
            score=self.score,
            unread=street.unread,
            original=text,
            rules=said.rules + street.rules,
        )

    def as_row(self) -> tuple[str | float, ...]:
        """The same as cells of a table, in the order of `OUTPUT_COLUMNS`."""
        street, said = self.street, self.town.said
        first, second, third, fifth = street.around
        inside, outside, locality = street.complements
        return (
            first, second, third, self.line, fifth, said.line,
            f"{self.number} {street.repetition}" if street.repetition else self.number,
            street.label, f"{inside} {outside}".strip(), locality,
            said.postcode, said.city, said.insee_code, said.country,
            self.level.value, self.score, self.reason,
        )  # fmt: skip


def find_parts(text: str, country: str, gazetteer: Gazetteer) -> Parts | None:
    """The street and the town of an address; None where they do not tell it all.

    Args:
        text: The address, as it is written.
        country: The country that is meant where none is written, as somebody wrote it.
        gazetteer: The reference tables.
    """
    parts = _PARTS.fullmatch(text)
    if parts is None or len(text) > LONGEST_TEXT or not _is_french(country):
        return None
    number, street_text, town_text = parts.groups()
    town = _find_town(town_text, gazetteer)
    if town is None:
        return None
    street = _read_street(f"{_ANY_NUMBER}{street_text}" if number else street_text, bool(number))
    if street is None:
        return None
    number = number or street.number
    line = number + street.line
    if len(line) > LINE_LENGTH:
        return None
    level, reason = Level.COMMUNE, town.reason
    if gazetteer.has_streets_of(town.said.insee_code):
        there = number.partition(" ")[0] + street.repetition
        level, reason = street_level(gazetteer, town.said.insee_code, street.label, there, reason)
    return Parts(number, street, town, line, level, reason)


@lru_cache(maxsize=256)
def _is_french(country: str) -> bool:
    return not find_country("", country)[0]


@lru_cache(maxsize=_MOST_STREETS)
def _read_street(text: str, has_any_number: bool) -> _Street | None:
    """What stands before a town; None where the town may change how it is read."""
    reading = _before_town(text)
    street = reading.street if reading else None
    if reading is None or street is None or reading.tokens.words[-1].startswith("0"):
        return None  # a last number could be a phone's, with the postcode behind it
    made = _written(reading, text)
    if has_any_number and (made.unread or street.number_start or street.number != _ANY_NUMBER):
        return None
    if not has_plain_street(reading) and not _is_read_again_alike(made):
        return None
    first, second, third, line, fifth, _sixth = made.lines
    return _Street(
        line=line.removeprefix(street.number),
        around=(first, second, third, fifth),
        number="" if has_any_number else street.number,
        repetition=made.repetition,
        street_type=made.street_type,
        label=made.street,
        complements=(made.complement_inside, made.complement_outside, made.locality),
        unread=made.unread,
        worth=street_worth(reading),
        rules=_shared(made.rules[1:]),  # the first says that no town was found
    )


@lru_cache(maxsize=256)
def _shared(rules: tuple[str, ...]) -> tuple[str, ...]:
    """One and the same for all that have the same: they are kept by the thousand."""
    return rules


def _before_town(text: str) -> Reading | None:
    tokens = _tokens(text)
    if tokens is None or may_hold_country_sign(text) or tells_of_town(tokens):
        return None
    reading = read_around(tokens, Place(), Leftovers(), None)
    if reading.street is None or reading.other_streets or reading.left.recipient:
        return None
    return reading


def _is_read_again_alike(made: PostalAddress) -> bool:
    text = "\n".join(filter(None, made.lines))
    again = _before_town(text)
    return again is not None and _written(again, text).lines == made.lines


def _find_town(text: str, gazetteer: Gazetteer) -> _Town | None:
    kept = _TOWNS.setdefault(gazetteer, {})
    try:
        return kept[text]
    except KeyError:
        if len(kept) >= _MOST_TOWNS:
            kept.clear()
        return kept.setdefault(text, _read_town(text, gazetteer))


def _read_town(text: str, gazetteer: Gazetteer) -> _Town | None:
    """A town's line, all of whose words are the postcode's and the town's."""
    tokens = _tokens(text)
    if tokens is None or find_country(text, "")[0]:
        return None
    place = find_place(tokens, gazetteer)
    if any(tokens.free) or place.match is None or place.others:
        return None
    said = write_town(Reading(tokens, place, None, (), Leftovers(), gazetteer))
    if len(said.line) > LINE_LENGTH:
        return None
    if not has_plain_town(place) and not _is_sure_correction(place, said, gazetteer):
        return None
    reason = "street_not_checked" if said.reason == "no_street" else said.reason
    return _Town(said, reason, place.match.score)


def _is_sure_correction(place: Place, said: TownLine, gazetteer: Gazetteer) -> bool:
    """Whether a name misspelt is so near that no other town is looked for, and stays as written."""
    if place.match is None or place.match.how != "spelling" or place.match.score < SURE:
        return False
    again = _find_town(said.line, gazetteer)
    return again is not None and again.said.line == said.line


def _tokens(text: str) -> Tokens | None:
    """The words of a part; None where how they are read may depend on the other part."""
    if is_decoded_twice(text) or may_hold_contact(text):
        return None
    tokens = tokenize(repair_text(text)[0])
    if not tokens.words or may_hold_special(tokens) or not all(map(str.isascii, tokens.words)):
        return None
    return tokens


def _written(reading: Reading, text: str) -> PostalAddress:
    return write_address(reading, original=text, recipient="", style="postal", aside=(), rest="")
