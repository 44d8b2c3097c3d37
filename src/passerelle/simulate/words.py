"""Variants of words as people type them: capitals, lost accents, shortened streets."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import polars as pl

_SHORT_TYPES = {
    "avenue": "av", "boulevard": "bd", "rue": "r.", "place": "pl", "route": "rte",
    "chemin": "ch", "impasse": "imp", "allée": "all",
}  # fmt: skip
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss"})


def fold(word: str) -> str:
    """The word without accents or ligatures.

    >>> fold("Hélène Cœur")
    'Helene Coeur'
    """
    if word.isascii():
        return word
    spread = unicodedata.normalize("NFD", word.translate(_LIGATURES))
    return "".join(c for c in spread if not unicodedata.combining(c))


def title(word: str) -> str:
    """Each part with a capital: `de la fontaine` becomes `De La Fontaine`."""
    return word.title()


def shorten_street(street: str) -> str:
    """The type of street shortened as people do.

    >>> shorten_street("avenue de la Gare")
    'av de la Gare'
    """
    head, _, rest = street.partition(" ")
    return f"{_SHORT_TYPES.get(head.lower(), head)} {rest}".strip()


def shorten_saint(commune: str) -> str:
    """`Saint-Étienne` as `ST ETIENNE`, as on an envelope."""
    flat = fold(commune).upper().replace("-", " ").replace("'", " ")
    return flat.replace("SAINTE ", "STE ").replace("SAINT ", "ST ")


def ascii_word(words: pl.Series) -> pl.Series:
    """Words as parts of an e-mail address: lower case, ASCII letters only."""
    return each(words, lambda word: "".join(filter(_is_ascii_letter, fold(word).lower())))


def each(words: pl.Series, change: Callable[[str], str]) -> pl.Series:
    """A table of words, each changed; for tables of thousands, not columns of millions."""
    return pl.Series([change(word) for word in words.to_list()], dtype=pl.String)


def variants(words: pl.Series, *changes: Callable[[str], str]) -> pl.Series:
    """The table once per change, end to end: variant `v` of word `w` stands at `v * len + w`."""
    return pl.concat([each(words, change) for change in changes])


def _is_ascii_letter(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()


def unchanged(word: str) -> str:
    """The word as it is."""
    return word
