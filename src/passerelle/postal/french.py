"""Reads a French address: says what each of its words is."""

from __future__ import annotations

from passerelle.postal.leftovers import Leftovers, read_leftovers, take_specials
from passerelle.postal.reading import Reading
from passerelle.postal.reference import Gazetteer
from passerelle.postal.streets import Street, find_streets, free_runs, with_number_behind
from passerelle.postal.tables import complements, specials
from passerelle.postal.tokens import Tokens
from passerelle.postal.towns import Place, find_place

_CERTAIN = 4.0  # score of a street that begins with its type, or has a number before it


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
    return read_around(tokens, place, left, gazetteer, may_name_people=may_name_people)


def read_around(
    tokens: Tokens,
    place: Place,
    left: Leftovers,
    gazetteer: Gazetteer | None,
    *,
    may_name_people: bool = True,
) -> Reading:
    """Say what the words are that are neither boxes nor the town.

    Args:
        tokens: The words, those of boxes and of the town taken.
        place: The town.
        left: The boxes; gets what stands around the street.
        gazetteer: The towns and streets there are; None where no town was looked for.
        may_name_people: Whether a person or a company may stand at its beginning.
    """
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


def has_plain_street(reading: Reading) -> bool:
    """Whether a street is all there is beside the town, so that no word may be another thing."""
    street, words = reading.street, reading.tokens.words
    return (
        reading.left.is_empty
        and specials().keys().isdisjoint(words)
        and street is not None
        # « place Pol 1 chez Lilas », shortened: « chez » is another thing when it is read again.
        and complements().keys().isdisjoint(words[street.name_start : street.end])
        and street.term is not None
        and street.term.kind == "ways"
        and street.score >= _CERTAIN
        and (street.number.isdigit() or not street.number)
        and (street.number != "" or not words[street.end - 1].isdigit())
    )


def has_plain_town(place: Place) -> bool:
    """Whether the town was found as it is written."""
    return place.match is not None and place.match.how in ("exact", "district", "cedex")


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
