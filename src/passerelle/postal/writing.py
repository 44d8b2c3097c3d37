"""Writes what was read of a French address: parts, six lines, level and score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import get_args

from passerelle.postal.address import (
    LINE_LENGTH,
    STREET_LENGTH,
    Alternative,
    Level,
    PostalAddress,
    Style,
)
from passerelle.postal.display import display_words
from passerelle.postal.leftovers import Span
from passerelle.postal.reading import Reading
from passerelle.postal.reference import Gazetteer, How
from passerelle.postal.shortening import cut_line, shorten_complement, shorten_street
from passerelle.postal.streets import Street
from passerelle.postal.tables import complements, expansions, find_term
from passerelle.postal.text_repair import fold
from passerelle.postal.tokens import GLUED, Tokens
from passerelle.postal.towns import Place

_OWN_COUNTRY = {"980": "MC", "986": "WF", "987": "PF", "988": "NC", "975": "PM"}
_ISLANDS = {"97150": "MF", "97133": "BL"}
_CITIES = {"75": "Paris", "69": "Lyon", "13": "Marseille"}
_MOST_ALTERNATIVES = 5

_TOWN_RULES = {how: f"town_by_{how}" for how in get_args(How)}
_HOW_REASON = {
    "postcode": "town_by_postcode",
    "spelling": "town_corrected",
    "part": "town_corrected",
    "former_name": "former_town",
    "name_only": "town_without_postcode",
    "other_postcode": "postcode_differs",
}


def write_address(
    reading: Reading,
    *,
    original: str,
    recipient: str,
    style: Style,
    aside: Sequence[str],
    rest: str,
) -> PostalAddress:
    """The address of a reading, in parts and in lines."""
    tokens, left, street = reading.tokens, reading.left, reading.street
    if not tokens.words:
        return _empty(original, recipient, aside, rest)
    pen = _Pen(tokens, style)
    city, label, postcode, insee_code = _town(reading.place, pen)
    parts = {
        "recipient": recipient or pen.spans(left.recipient),
        "complement_inside": pen.complements(left.inside),
        "complement_outside": pen.complements(left.outside),
        "special": pen.spans(left.special),
        "locality": pen.complements(left.locality),
        "street": pen.street(street),
    }
    former = _former_name(reading, pen)
    if former:
        parts["locality"] = " ".join(filter(None, (parts["locality"], former)))
    number = street.number if street else ""
    repetition = street.repetition if street else ""
    lines, over = _lines(
        parts, f"{number} {repetition}".strip(), postcode, label, reading.place.cedex, style
    )
    unread = [pen.spans([span]) for span in _unread(reading)]
    level, reason = _level(reading, has_rest=bool(rest))
    known = reading.gazetteer
    if level is Level.COMMUNE and parts["street"] and known and known.has_streets_of(insee_code):
        number_there = f"{number.partition(' ')[0]}{repetition}"
        level, reason = street_level(known, insee_code, parts["street"], number_there, reason)
    return PostalAddress(
        lines=lines,
        number=number,
        repetition=repetition,
        street_type=street.term.canonical if street and street.term else "",
        postcode=postcode,
        cedex=reading.place.cedex,
        city=city,
        insee_code=insee_code,
        country=_country(postcode),
        level=level,
        reason=reason,
        score=_score(reading),
        alternatives=_alternatives(reading, pen),
        unread=tuple(filter(None, (*unread, *aside, *over, rest, *pen.unwritten()))),
        original=original,
        rules=_rules(reading, aside),
        **parts,
    )


def _unread(reading: Reading) -> list[Span]:
    """The words that were not understood, but for those that name the place after all."""
    unread, street = reading.left.unread, reading.street
    if not unread or street is None:
        return unread
    return [span for span in unread if span[0] < street.number_start or span[1] > street.end]


@dataclass(frozen=True, slots=True)
class TownLine:
    """What an address says of its town; `line` is line 6, of any length."""

    line: str
    postcode: str
    cedex: str
    city: str
    insee_code: str
    country: str
    reason: str
    rules: tuple[str, ...]


def write_town(reading: Reading) -> TownLine:
    """Line 6 of a reading in postal style, with its parts."""
    place = reading.place
    city, label, postcode, insee_code = _town(place, _Pen(reading.tokens, "postal"))
    return TownLine(
        line=_line_6(postcode, label, place.cedex),
        postcode=postcode,
        cedex=place.cedex,
        city=city,
        insee_code=insee_code,
        country=_country(postcode),
        reason=_level(reading, has_rest=False)[1],
        rules=_town_rules(place),
    )


def _line_6(postcode: str, label: str, cedex: str) -> str:
    return " ".join(filter(None, (postcode, label, cedex)))


def _empty(original: str, recipient: str, aside: Sequence[str], rest: str) -> PostalAddress:
    unread = tuple(filter(None, (*aside, rest, original.strip() if not aside else "")))
    line = cut_line(recipient)[0]
    return PostalAddress(
        lines=(line, "", "", "", "", ""), recipient=recipient, unread=unread, original=original
    )


class _Pen:
    """Writes words in a style; knows what of them cannot stand on an envelope."""

    def __init__(self, tokens: Tokens, style: Style) -> None:
        self.tokens = tokens
        self.is_display = style == "display"
        self.is_loud = self.is_display and not any(
            any(map(str.islower, word)) for word in tokens.written
        )

    def words(self, start: int, end: int) -> str:
        """Words as they are, side by side."""
        if self.is_display:
            return display_words(self.tokens, start, end, is_loud=self.is_loud)
        return " ".join(_plain(self.tokens.words[start:end]))

    def spans(self, spans: Sequence[Span]) -> str:
        """Stretches of words, one after the other."""
        if not spans:
            return ""
        return " ".join(filter(None, (self.words(*span) for span in sorted(spans))))

    def complements(self, spans: Sequence[Span]) -> str:
        """The same, with the first word in full: « BAT B » is « BATIMENT B »."""
        if not spans:
            return ""
        return " ".join(filter(None, (self._complement(*span) for span in sorted(spans))))

    def street(self, street: Street | None) -> str:
        """The street with its type and its titles in full."""
        if street is None:
            return ""
        head = ""
        if street.term is not None:
            head = (
                street.term.canonical
                if street.term.kind != "roads"
                else " ".join(street.term.words)
            )
            if self.is_display:
                head = street.term.display if street.term.kind != "roads" else head
                head = head[0].upper() + head[1:]
        name = self._expanded(street.name_start, street.end)
        return " ".join(filter(None, (head, name)))

    def unwritten(self) -> list[str]:
        """Words that have no letter from A to Z."""
        if all(map(str.isascii, self.tokens.words)):
            return []
        return [
            written
            for word, written in zip(self.tokens.words, self.tokens.written, strict=True)
            if not word.isascii()
        ]

    def _expanded(self, start: int, end: int) -> str:
        words, known = self.tokens.words, expansions()
        if self.is_display:
            return display_words(self.tokens, start, end, is_loud=self.is_loud, expand=True)
        name = _plain(words[start:end])
        if known.keys().isdisjoint(name):
            return " ".join(name)
        last = len(name) - 1
        return " ".join(
            known[word][0] if word in known and (at < last or (word == "REP" and last)) else word
            for at, word in enumerate(name)
        )

    def _complement(self, start: int, end: int) -> str:
        words, index = self.tokens.words, complements()
        found: list[str] = []
        at = start
        while at < end:
            term = find_term(index, words, at, end) if words[at] in index else None
            is_head = term is not None and (at == start or term.canonical in ("ETAGE", "PALIER"))
            if term is not None and is_head:
                name = term.display if self.is_display else term.canonical
                found.append(name)
                at += len(term.words)
                continue
            is_tail = (
                at > start + 1 and self.tokens.breaks[at] == GLUED and not self.tokens.between[at]
            )
            word = self.words(at, at + 1)
            if is_tail and found and word:
                found[-1] += word
            else:
                found.append(word)
            at += 1
        text = " ".join(filter(None, found))
        return text[:1].upper() + text[1:] if self.is_display else text


def _plain(words: list[str]) -> list[str]:
    """The letters from A to Z of words."""
    if all(map(str.isascii, words)):
        return words
    kept = ["".join(filter(str.isascii, word)) for word in words]
    return [word for word in kept if word]


def _town(place: Place, pen: _Pen) -> tuple[str, str, str, str]:
    """The town as displayed, as the post routes it, its postcode and its INSEE code."""
    if place.match is None:
        start, end = place.written if place.written[1] else place.name
        name = pen.words(start, end)
        return name, " ".join(_plain(pen.tokens.words[start:end])), place.postcode, ""
    town = place.match.town
    label = town.routing_label.partition(" CEDEX")[0]
    city = (
        _CITIES.get(town.insee_code[:2], town.name) if _is_borough(town.insee_code) else town.name
    )
    postcode = town.postcode if place.is_corrected or not place.postcode else place.postcode
    return city, label, postcode, town.insee_code


def _is_borough(code: str) -> bool:
    return (
        code[:3] in ("751", "132", "693")
        and code[:2] in _CITIES
        and ("75101" <= code <= "75120" or "13201" <= code <= "13216" or "69381" <= code <= "69389")
    )


def _former_name(reading: Reading, pen: _Pen) -> str:
    """The name of the part of a commune that was written, for line 5."""
    match = reading.place.match
    if match is None or match.how != "former_name" or reading.street is None:
        return ""
    return pen.words(*reading.place.name)


def _lines(
    parts: dict[str, str], number: str, postcode: str, label: str, cedex: str, style: Style
) -> tuple[tuple[str, str, str, str, str, str], list[str]]:
    """Six lines that fit, and what did not."""
    shorten = shorten_street if style == "postal" else str
    street = shorten(parts["street"])
    over: list[str] = []
    if len(street) > STREET_LENGTH and len(f"{number} {street}") > LINE_LENGTH:
        over.append(parts["street"])
    raw = (
        parts["recipient"],
        shorten_complement(parts["complement_inside"]),
        shorten_complement(parts["complement_outside"]),
        " ".join(filter(None, (number, street))),
        " ".join(filter(None, (parts["special"], parts["locality"]))),
        _line_6(postcode, label, cedex),
    )
    if max(map(len, raw)) <= LINE_LENGTH:
        return raw, over
    cut = [cut_line(line) for line in raw]
    over += [rest for _line, rest in cut if rest and parts["street"] not in over]
    first, second, third, fourth, fifth, sixth = (line for line, _rest in cut)
    return (first, second, third, fourth, fifth, sixth), over


def _country(postcode: str) -> str:
    return _ISLANDS.get(postcode) or _OWN_COUNTRY.get(postcode[:3], "FR")


def _level(reading: Reading, *, has_rest: bool) -> tuple[Level, str]:  # noqa: PLR0911
    place = reading.place
    if has_rest:
        return (Level.SYNTAX if place.match is None else Level.COMMUNE), "too_long"
    if place.match is None:
        if place.is_military:
            return Level.SYNTAX, "military"
        return Level.SYNTAX, "town_unsure" if place.others else "town_unknown"
    if place.is_corrected:
        return Level.COMMUNE, "postcode_corrected"
    if place.match.how in _HOW_REASON:
        return Level.COMMUNE, _HOW_REASON[place.match.how]
    if reading.street is None:
        return Level.COMMUNE, "no_street"
    return Level.COMMUNE, "street_not_checked"


def street_level(
    gazetteer: Gazetteer, insee_code: str, label: str, number: str, reason: str
) -> tuple[Level, str]:
    """Whether the loaded streets have this one, and its number; the town's own doubts go first.

    Args:
        gazetteer: With the streets of the commune.
        insee_code: The commune.
        label: The street's name with its type.
        number: The house number with its repetition, "" for none.
        reason: Why the commune has its level.
    """
    match = gazetteer.find_street(
        insee_code, fold(label).replace("'", " ").replace("-", " ").split()
    )
    if match is None:
        return Level.COMMUNE, "street_unknown" if reason == "street_not_checked" else reason
    if not number:
        return Level.STREET, "street_found"
    if match.has_number(number):
        return Level.NUMBER, "number_found"
    return Level.STREET, "number_unknown"


def _score(reading: Reading) -> float:
    place = reading.place
    town = place.match.score if place.match else 0.3 if place.written[1] or place.postcode else 0.1
    way, doubt = street_worth(reading)
    return round(town * way * doubt, 3)


def street_worth(reading: Reading) -> tuple[float, float]:
    """What the street is worth, 0 to 1, and what is left of that by what was not understood."""
    street = reading.street
    if street is None:
        way = 0.9 if reading.left.special else 0.6
    else:
        way = 1.0 if street.score >= 4 else 0.95 if street.score >= 2.5 else 0.85
    return way, 0.9 ** (len(_unread(reading)) + len(reading.other_streets))


def _alternatives(reading: Reading, pen: _Pen) -> tuple[Alternative, ...]:
    place = reading.place
    if not place.others and not reading.other_streets:
        return ()
    own = pen.street(reading.street)
    towns = [
        Alternative(
            own, each.town.postcode, each.town.name, each.town.insee_code, round(each.score, 3)
        )
        for each in place.others
        if place.match is None or each.town != place.match.town
    ]
    city = place.match.town if place.match else None
    streets = [
        Alternative(
            pen.street(each),
            place.postcode,
            city.name if city else "",
            city.insee_code if city else "",
            0.4,
        )
        for each in reading.other_streets
    ]
    return tuple((streets + towns)[:_MOST_ALTERNATIVES])


def _rules(reading: Reading, aside: Sequence[str]) -> tuple[str, ...]:
    """What was done, in the order of reading."""
    place, street, left = reading.place, reading.street, reading.left
    rules = (
        "contact_set_aside" if aside else "",
        "special_taken" if left.special else "",
        *_town_rules(place),
        *(_street_rules(street) if street else ()),
        "complement_inside" if left.inside else "",
        "complement_outside" if left.outside else "",
        "words_kept_unread" if left.unread else "",
    )
    return tuple(filter(None, rules))


def _town_rules(place: Place) -> tuple[str, ...]:
    how = place.match.how if place.match else None
    return _rules_of_town(how, has_cedex=bool(place.cedex), is_corrected=place.is_corrected)


@cache
def _rules_of_town(how: How | None, *, has_cedex: bool, is_corrected: bool) -> tuple[str, ...]:
    rules = (
        "cedex_taken" if has_cedex else "",
        _TOWN_RULES[how] if how else "town_unknown",
        "postcode_corrected" if is_corrected else "",
    )
    return tuple(filter(None, rules))


def _street_rules(street: Street) -> tuple[str, ...]:
    number = "number_read" if street.number else ""
    if street.term is None:
        return number, "street_by_number" if street.number else "street_alone"
    return number, "type_in_full" if street.term.is_short else "", "street_by_type"
