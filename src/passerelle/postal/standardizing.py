"""Standardizes a postal address: reads it in any order, checks it, writes it in six lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from passerelle.postal.abroad import find_country, standardize_abroad
from passerelle.postal.address import AddressFields, PostalAddress, Style
from passerelle.postal.by_parts import find_parts
from passerelle.postal.contacts import set_aside
from passerelle.postal.french import has_plain_street, has_plain_town, read_french
from passerelle.postal.reference import Gazetteer, load_gazetteer
from passerelle.postal.shortening import cut_line
from passerelle.postal.tables import split_words
from passerelle.postal.text_repair import repair_text
from passerelle.postal.tokens import Tokens, tokenize
from passerelle.postal.writing import write_address

_NOTHING = frozenset({"NULL", "NONE", "N/A", "NA", "NC", "-", "."})
_MOST_ROUNDS = 8
_NAMED = ("exact", "district", "former_name", "spelling")


def standardize_address(
    address: str | AddressFields,
    *,
    country: str = "",
    gazetteer: Gazetteer | None = None,
    style: Style = "postal",
) -> PostalAddress:
    """Read an address in any order, check it against the tables and write it in six lines.

    Never raises on what an address holds: what is not understood is kept and named.

    >>> address = standardize_address("bat B, 12bis av du gal leclerc 75011PARIS")
    >>> address.lines[2:6]
    ('BATIMENT B', '12 BIS AVENUE DU GENERAL LECLERC', '', '75011 PARIS')
    >>> address.insee_code, address.level.value
    ('75111', 'V1')

    Args:
        address: One text, of one line or several, or an address in pieces.
        country: ISO 3166-1 alpha-2 of the country that is meant where none is written.
        gazetteer: The reference tables; those of the package unless given.
        style: How lines and parts are written.
    """
    known = gazetteer or _packaged()
    if isinstance(address, str):
        return _standardize(address, country, known, style)
    text = text_of(address)
    country = address.country or country
    if not address.recipient:
        return _standardize(text, country, known, style, may_name_people=False)
    return read_whole(
        text, country, known, style, may_name_people=False, recipient=address.recipient
    )


def _standardize(
    text: str, country: str, gazetteer: Gazetteer, style: Style, *, may_name_people: bool = True
) -> PostalAddress:
    """By its parts where they tell it all, else as a whole; both ways find the same."""
    parts = find_parts(text, country, gazetteer) if style == "postal" else None
    if parts is not None:
        return parts.as_address(text)
    return read_whole(text, country, gazetteer, style, may_name_people=may_name_people)


def read_whole(
    original: str,
    country: str,
    gazetteer: Gazetteer,
    style: Style,
    *,
    may_name_people: bool = True,
    recipient: str = "",
) -> PostalAddress:
    """The address, all of its text read at once."""
    text, rest = repair_text(original)
    text, aside = set_aside(text)
    abroad, shorter = find_country(text, country)
    if abroad and not _is_town(text, shorter, gazetteer):
        made = standardize_abroad(shorter, abroad, original=original, style=style, rest=rest)
        settled = _settled(made, tokenize(shorter), gazetteer, style)
        return _addressed_to(recipient, settled)
    tokens = tokenize(text)
    reading = read_french(tokens, gazetteer, may_name_people=may_name_people)
    made = write_address(
        reading, original=original, recipient=recipient, style=style, aside=aside, rest=rest
    )
    if not made.unread and has_plain_town(reading.place) and has_plain_street(reading):
        return made  # every word has its place: reading the lines again finds the same
    return _settled(made, tokens, gazetteer, style, may_name_people=may_name_people)


def _addressed_to(recipient: str, made: PostalAddress) -> PostalAddress:
    if not recipient:
        return made
    return replace(made, recipient=recipient, lines=(cut_line(recipient)[0], *made.lines[1:]))


def _settled(
    made: PostalAddress,
    tokens: Tokens,
    gazetteer: Gazetteer,
    style: Style,
    *,
    may_name_people: bool = True,
) -> PostalAddress:
    """The address once its own lines say the same when they are read: what is unclear may move."""
    last = _fixed_point(made, gazetteer, style, may_name_people=may_name_people)
    if last is None:
        made_of_words = _as_written(made, tokens)
        last = _fixed_point(made_of_words, gazetteer, style, may_name_people=may_name_people)
        if last is None:
            return made_of_words
    return _told_once(made, last)


def _fixed_point(
    made: PostalAddress, gazetteer: Gazetteer, style: Style, *, may_name_people: bool
) -> PostalAddress | None:
    """What reading and writing again and again ends in; None where it never ends."""
    last, seen = made, {made.lines}
    for _round in range(_MOST_ROUNDS):
        again = _read_again(last, gazetteer, style, may_name_people=may_name_people)
        if again.lines == last.lines:
            return last
        if again.lines in seen:
            return None
        seen.add(again.lines)
        last = again
    return None


def _read_again(
    made: PostalAddress, gazetteer: Gazetteer, style: Style, *, may_name_people: bool
) -> PostalAddress:
    """The address that its lines are read as."""
    text, aside = set_aside("\n".join(filter(None, made.lines)))
    abroad, shorter = find_country(text, "")
    if abroad and not _is_town(text, shorter, gazetteer):
        return standardize_abroad(shorter, abroad, original=made.original, style=style, rest="")
    reading = read_french(tokenize(text), gazetteer, may_name_people=may_name_people)
    return write_address(
        reading, original=made.original, recipient="", style=style, aside=aside, rest=""
    )


def _told_once(made: PostalAddress, last: PostalAddress) -> PostalAddress:
    """The settled lines and parts, with what the first reading knew of the original."""
    if last is made:
        return made
    unread = tuple(dict.fromkeys((*made.unread, *last.unread)))
    score = min(made.score, last.score)
    return replace(last, unread=unread, score=score, rules=(*made.rules, "settled_again"))


def _as_written(made: PostalAddress, tokens: Tokens) -> PostalAddress:
    """Nothing understood, all of it kept: words in their order, in as many lines as they need."""
    rest = " ".join("".join(filter(str.isascii, word)) for word in tokens.words)
    rest = " ".join(rest.split())
    lines: list[str] = []
    for _line in range(6):
        line, rest = cut_line(rest)
        lines.append(line)
    first, second, third, fourth, fifth, sixth = lines
    return PostalAddress(
        lines=(first, second, third, fourth, fifth, sixth),
        reason="town_unknown",
        unread=tuple(filter(None, (" ".join(filter(None, lines)), rest, *made.unread))),
        original=made.original,
        rules=("kept_as_written",),
    )


def _is_town(text: str, shorter: str, gazetteer: Gazetteer) -> bool:
    """Whether what reads as a country is a town of France, or ends its name.

    « Sainte-Hélène » is one; « 52200 Saint-Maurice » and « 10220 Bouy Luxembourg » end in one.
    """
    if len(shorter) == len(text):
        return False
    country = tokenize(text[len(shorter) :]).words
    matches = gazetteer.find_towns(country, None) if country else ()
    if matches and tuple(country) == split_words(matches[0].town.name):
        return True
    words = tokenize(text).words
    after = max((at + 1 for at, word in enumerate(words) if _is_postcode(word)), default=0)
    name = words[after:]
    if not after or len(name) <= len(country):
        return False
    matches = gazetteer.find_towns(name, words[after - 1], place="start")
    return bool(matches) and matches[0].how in _NAMED and matches[0].end == len(name)


def _is_postcode(word: str) -> bool:
    return len(word) == 5 and word.isdigit() and word.isascii()


def text_of(fields: AddressFields) -> str:
    """The pieces of an address as lines, in the order of an envelope, without empty ones."""
    return join_pieces(
        (
            *fields.lines,
            fields.complement,
            f"{fields.house_number.strip()} {fields.street.strip()}",
            fields.locality,
            f"{fields.postcode.strip()} {fields.city.strip()}",
        )
    )


def join_pieces(lines: Iterable[str]) -> str:
    """Lines as one text, without those that say nothing."""
    told = map(str.strip, lines)
    return "\n".join([line for line in told if line and line.upper() not in _NOTHING])


@cache
def _packaged(folder: Path | None = None) -> Gazetteer:
    return load_gazetteer(folder)
