"""Standardizes a postal address: reads it in any order, checks it, writes it in six lines."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from passerelle.postal.abroad import find_country, standardize_abroad
from passerelle.postal.address import AddressFields, PostalAddress, Style
from passerelle.postal.leftovers import Leftovers, read_leftovers, take_specials
from passerelle.postal.reading import Reading
from passerelle.postal.reference import Gazetteer, load_gazetteer
from passerelle.postal.shortening import cut_line
from passerelle.postal.streets import Street, find_streets, free_runs, with_number_behind
from passerelle.postal.tables import specials, split_words
from passerelle.postal.text_repair import repair_text
from passerelle.postal.tokens import Tokens, tokenize
from passerelle.postal.towns import find_place
from passerelle.postal.writing import write_address

_ASIDE = re.compile(
    r"[\w.+%-]{1,64}@[\w.-]{3,}|"
    r"\b(?:t[ée]l(?:[ée]phone)?|portable|mobile|fax|gsm|port)\b[ .:]*(?:\+33|0033|0)[\d .\-]{8,16}|"
    r"(?:\+33|0033)[ .]?(?:\(0\))?[1-9](?:[ .\-]?\d\d){4}|"
    r"\b0[1-9](?:[ .\-]?\d\d){4}\b",
    re.IGNORECASE,
)
_NOTHING = frozenset({"NULL", "NONE", "N/A", "NA", "NC", "-", "."})
_CERTAIN = 4.0  # score of a street that begins with its type, or has a number before it
_MOST_ROUNDS = 8
_MAY_BE_ASIDE = re.compile(r"@|\+33|0033|0[\d .\-]{8}")


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
    original = address if isinstance(address, str) else "\n".join(_field_lines(address))
    recipient = "" if isinstance(address, str) else address.recipient
    text, rest = repair_text(original)
    text, aside = _set_aside(text)
    if not isinstance(address, str) and address.country:
        country = address.country
    known = gazetteer or _packaged()
    abroad, shorter = find_country(text, country)
    if abroad and not _is_town(text, shorter, known):
        made = standardize_abroad(shorter, abroad, original=original, style=style, rest=rest)
        settled = _settled(made, tokenize(shorter), known, style)
        return (
            replace(
                settled, recipient=recipient, lines=(cut_line(recipient)[0], *settled.lines[1:])
            )
            if recipient
            else settled
        )
    tokens = tokenize(text)
    may_name_people = isinstance(address, str)
    reading = read_french(tokens, known, may_name_people=may_name_people)
    made = write_address(
        reading, original=original, recipient=recipient, style=style, aside=aside, rest=rest
    )
    return (
        made
        if is_plain(reading, made)
        else _settled(made, tokens, known, style, may_name_people=may_name_people)
    )


def is_plain(reading: Reading, made: PostalAddress) -> bool:
    """Whether every word has its place, so that reading the lines again finds the same."""
    street, match = reading.street, reading.place.match
    return (
        not made.unread
        and reading.left.is_empty
        and specials().keys().isdisjoint(reading.tokens.words)
        and match is not None
        and match.how in ("exact", "district", "cedex")
        and street is not None
        and street.term is not None
        and street.term.kind == "ways"
        and street.score >= _CERTAIN
        and (street.number.isdigit() or not street.number)
        and (street.number != "" or not reading.tokens.words[street.end - 1].isdigit())
    )


def _settled(
    made: PostalAddress,
    tokens: Tokens,
    gazetteer: Gazetteer,
    style: Style,
    *,
    may_name_people: bool = True,
) -> PostalAddress:
    """The address once its own lines say the same when they are read: what is unclear may move."""
    kept = _as_written(made, tokens)
    for start in (made, kept):
        last = _fixed_point(start, gazetteer, style, may_name_people=may_name_people)
        if last is not None:
            return _told_once(made, last)
    return kept


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
    text, aside = _set_aside("\n".join(filter(None, made.lines)))
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


def read_french(tokens: Tokens, gazetteer: Gazetteer, *, may_name_people: bool = True) -> Reading:
    """Say what each word of a French address is.

    Args:
        tokens: Its words.
        gazetteer: The towns there are.
        may_name_people: Whether a person or a company may stand at its beginning.
    """
    left = Leftovers()
    take_specials(tokens, left)
    place = find_place(tokens, gazetteer)
    runs = free_runs(tokens)
    streets = find_streets(tokens, runs)
    street = streets[0] if streets else None
    if street is None and runs:
        street, runs = _lone_name(tokens, runs, left)
    if street is not None:
        street, runs = with_number_behind(tokens, street, _around(runs, street))
    read_leftovers(tokens, runs, street, left, may_name_people=may_name_people)
    others = [
        each
        for each in streets[1:]
        if street and each.score >= street.score - 0.5 and each.score >= 3.9
    ]
    return Reading(tokens, place, street, tuple(others), left, gazetteer)


def _is_town(text: str, shorter: str, gazetteer: Gazetteer) -> bool:
    """Whether what reads as a country is a town of France: Sainte-Hélène."""
    words = tokenize(text[len(shorter) :]).words
    if not words or len(shorter) == len(text):
        return False
    matches = gazetteer.find_towns(words, None, place="anywhere")
    return bool(matches) and tuple(words) == split_words(matches[0].town.name)


def _lone_name(
    tokens: Tokens, runs: list[tuple[int, int]], left: Leftovers
) -> tuple[Street | None, list[tuple[int, int]]]:
    """Where no street is, the last words that are no complement name the place: « Le Bourg »."""
    probe = Leftovers()
    read_leftovers(tokens, runs, None, probe)
    names = [
        span
        for span in probe.unread
        if not all(word.isdigit() for word in tokens.words[slice(*span)])
    ]
    if not names:
        return None, runs
    start, end = names[-1]
    return Street(start, start, start, end, 1.0, None), runs


def _around(runs: list[tuple[int, int]], street: Street) -> list[tuple[int, int]]:
    """The runs without the street's words."""
    found = []
    for start, end in runs:
        if start <= street.number_start < end:
            if start < street.number_start:
                found.append((start, street.number_start))
            if street.end < end:
                found.append((street.end, end))
        else:
            found.append((start, end))
    return found


def _set_aside(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without phone numbers and mailboxes, which are no part of an address."""
    if not _MAY_BE_ASIDE.search(text):
        return text, ()
    found = tuple(each[0].strip() for each in _ASIDE.finditer(text))
    return (_ASIDE.sub(" , ", text), found) if found else (text, ())


def _field_lines(fields: AddressFields) -> list[str]:
    lines = (
        *fields.lines,
        fields.complement,
        f"{fields.house_number.strip()} {fields.street.strip()}",
        fields.locality,
        f"{fields.postcode.strip()} {fields.city.strip()}",
    )
    return [line for each in lines if (line := each.strip()) and line.upper() not in _NOTHING]


@cache
def _packaged(folder: Path | None = None) -> Gazetteer:
    return load_gazetteer(folder)
