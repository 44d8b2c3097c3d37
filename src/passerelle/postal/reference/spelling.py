"""Names that are nearly what was written: letters wrong, the same sound, words cut short."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA

from passerelle.postal.reference.entries import Entry
from passerelle.postal.reference.matches import Find
from passerelle.postal.reference.written import Span

_SHORTEST = 3  # letters of words that are read with an error in them: LXE for « Luxé »
_LETTERS_AN_EDIT = 4
_MOST_EDITS = 3
_SHORTEST_BEGINNING = 3  # letters of a word that was cut: CHAT of CHATEAU
_SAINTS = frozenset({"SAINT", "SAINTE", "SAINTS", "SAINTES"})

# How names of places sound, near enough to compare two that a postcode already holds together.
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("PH", "F"),
        ("QU|CK|C(?![EIYH])|K", "K"),
        ("SC(?=[EIY])|C(?=[EIY])|Z", "S"),
        ("TH", "T"),
        ("(?<!C)H", ""),
        ("Y", "I"),
        ("EAU|AU", "O"),
        ("OEU|EU", "E"),
        ("AI|EI|OE", "E"),
        (r"(.)\1+", r"\1"),
        ("(?<=...)[SXTDE]+$", ""),
    )
)


def is_worth_reading(key: str) -> bool:
    """Whether a key is long enough to be read with an error in it."""
    return len(key) >= _SHORTEST


def allowed_edits(length: int) -> int:
    """How many letters of a name may be wrong: one in four, three at most, none of the shortest.

    >>> [allowed_edits(length) for length in (3, 4, 8, 30)]
    [0, 1, 2, 3]
    """
    return min(_MOST_EDITS, length // _LETTERS_AN_EDIT)


def nearest_entries(entries: Iterable[Entry], spans: Sequence[Span]) -> list[Find]:
    """The entries whose key is nearest to one of the spans: all those of the least distance.

    An edit is a letter added, dropped or changed, or two that changed places.
    """
    found: list[Find] = []
    least = _MOST_EDITS
    for entry in entries:
        limit = min(least, allowed_edits(len(entry.key)))
        for span in spans if limit else ():
            if abs(len(span.key) - len(entry.key)) > limit:
                continue
            edits = OSA.distance(span.key, entry.key, score_cutoff=limit)
            if edits > limit:
                continue
            if edits < least:
                found, least, limit = [], edits, edits
            found.append(Find(entry, span, edits))
    return found


def same_sounding(entries: Iterable[Entry], key: str) -> list[Entry]:
    """The entries that sound as a key does: SOSSAY for « Sossais »."""
    sound = sound_of(key)
    if len(sound) < _SHORTEST:
        return []
    return [each for each in entries if each.key[0] == key[0] and sound_of(each.key) == sound]


def sound_of(key: str) -> str:
    """A key as it sounds, for names of places.

    >>> sound_of("SOSSAIS"), sound_of("SOSSAY")
    ('SOS', 'SOS')
    """
    for pattern, sound in _SOUNDS:
        key = pattern.sub(sound, key)
    return key


def is_short_for(said: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Whether words are a name with words missing or cut short, its first word there.

    >>> is_short_for(("CHAT", "THIERRY"), ("CHATEAU", "THIERRY"))
    True
    >>> is_short_for(("SAINT",), ("SAINT", "DENIS"))
    False
    """
    if len("".join(said)) < _SHORTEST or set(said) <= _SAINTS or len(said) > len(name):
        return False
    rest = iter(name[1:])
    return _is_word(said[0], name[0]) and all(
        any(_is_word(word, other) for other in rest) for word in said[1:]
    )


def _is_word(said: str, word: str) -> bool:
    return word == said or (len(said) >= _SHORTEST_BEGINNING and word.startswith(said))
