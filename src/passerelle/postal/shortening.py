"""Makes a line as short as the norm wants, in the norm's order, and only where it is too long.

Source: NF Z10-011, whose stages `data/shortening.toml` holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

from passerelle.postal.address import LINE_LENGTH, STREET_LENGTH
from passerelle.postal.tables import expansions, find_term, read_table, street_types

Stage = Callable[[str], str]


@lru_cache(maxsize=1 << 10)
def shorten_street(label: str) -> str:
    """A street's label of at most 32 characters where shortening can do it.

    >>> shorten_street("AVENUE DES FLEURS")
    'AVENUE DES FLEURS'
    >>> shorten_street("BOULEVARD DU MARECHAL JEAN DE LATTRE DE TASSIGNY")
    'BD MAL J DE LATTRE DE TASSIGNY'
    """
    if len(label) <= STREET_LENGTH:
        return label
    for stage in _stages():
        shorter = stage(label)
        label = shorter
        if len(label) <= STREET_LENGTH:
            break
    whole = expand_street(label)
    return whole if len(whole) <= STREET_LENGTH else label


@lru_cache(maxsize=1 << 10)
def shorten_complement(text: str) -> str:
    """A complement of at most 38 characters where shortening can do it."""
    if len(text) <= LINE_LENGTH:
        return text
    return _replaced(text, read_stages()["complements"]["words"], _whole_words)


def expand_street(label: str) -> str:
    """A street's label with its type and its titles in full.

    >>> expand_street("BD DU GAL LECLERC")
    'BOULEVARD DU GENERAL LECLERC'
    """
    words = label.split()
    if not words:
        return label
    term = find_term(street_types(), words, 0, len(words))
    head, rest = "", words
    if term is not None and term.kind != "roads" and len(words) > len(term.words):
        head, rest = term.canonical, words[len(term.words) :]
    known = expansions()
    full = [known[word][0].upper() if word in known and len(rest) > 1 else word for word in rest]
    return " ".join(filter(None, (head, *(_folded(word) for word in full))))


def cut_line(text: str, length: int = LINE_LENGTH) -> tuple[str, str]:
    """What fits in a line, whole words only, and the rest; a word longer than a line is cut."""
    if len(text) <= length:
        return text, ""
    end = text.rfind(" ", 0, length + 1)
    end = end if end > 0 else length
    return text[:end].rstrip(), text[end:].lstrip()


def _folded(text: str) -> str:
    from passerelle.postal.text_repair import fold

    return fold(text)


@cache
def read_stages() -> dict[str, dict[str, Mapping[str, str]]]:
    """The table of shortenings as it stands."""
    return read_table("shortening")


@cache
def _stages() -> tuple[Stage, ...]:
    table = read_table("shortening")
    names = table["names"]
    made: list[Stage] = []
    for stage in table["stages"]:
        if stage["name"] == "first_name":
            made.append(_initials(frozenset(names["first_names"])))
        elif "drop" in stage:
            made.append(_without(frozenset(stage["drop"]), names["family_names"]))
        else:
            pattern = _first_word if stage.get("only_first") else _inner_words
            made.append(_replacing(stage["words"], pattern))
    return tuple(made)


def _replacing(words: Mapping[str, str], pattern: Callable[[str], re.Pattern[str]]) -> Stage:
    return lambda label: _replaced(label, words, pattern)


def _replaced(
    label: str, words: Mapping[str, str], pattern: Callable[[str], re.Pattern[str]]
) -> str:
    for full, short in words.items():
        if full in label:
            label = pattern(full).sub(short, label)
    return label


@cache
def _first_word(word: str) -> re.Pattern[str]:
    return re.compile(rf"^{word}(?= \S)")


@cache
def _inner_words(word: str) -> re.Pattern[str]:
    """Anywhere but at the end: the last word of a label is kept whole."""
    return re.compile(rf"\b{word}(?= \S)")


@cache
def _whole_words(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b{word}\b")


def _initials(first_names: frozenset[str]) -> Stage:
    def shorten(label: str) -> str:
        words = label.split()
        last = len(words) - 1
        return " ".join(
            word[0]
            if 0 < at < last
            and word in first_names
            and words[at - 1] not in ("SAINT", "SAINTE", "ST", "STE")
            else word
            for at, word in enumerate(words)
        )

    return shorten


def _without(drop: frozenset[str], family_names: list[str]) -> Stage:
    kept_together = sorted((tuple(name.split()) for name in family_names), key=len, reverse=True)

    def shorten(label: str) -> str:
        words = label.split()
        keep = [word not in drop or at == 0 for at, word in enumerate(words)]
        for at in range(1, len(words)):
            for name in kept_together:
                if tuple(words[at : at + len(name)]) == name:
                    keep[at : at + len(name)] = [True] * len(name)
        keep[-1] = True
        while len(" ".join(words)) > STREET_LENGTH and not all(keep):
            at = keep.index(False)
            del words[at], keep[at]
        return " ".join(words)

    return shorten
