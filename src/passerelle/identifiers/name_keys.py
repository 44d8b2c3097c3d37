"""Keys that make two spellings of a name meet: capitals, no accents, letters only.

The first-name key is the whole compound (`Jean-Pierre` and `JEAN PIERRE` meet); the last-name key
keeps its particles and writes `St` and `Ste` in full.
"""

from __future__ import annotations

import polars as pl

from passerelle.identifiers.blocked_values import stands_for_nothing
from passerelle.identifiers.columns import map_distinct
from passerelle.identifiers.text_cleaning import clean_text, fold_letters

_SAINTS = {"ST": "SAINT", "STE": "SAINTE"}


def first_name_key(text: str) -> str | None:
    """The key of a first name; None if no letter is left.

    >>> first_name_key("Jean-Pierre"), first_name_key("Ælia"), first_name_key("n/a")
    ('JEANPIERRE', 'AELIA', None)
    """
    text = clean_text(text)
    return None if _is_missing(text) else _named(fold_letters(text))


def last_name_key(text: str) -> str | None:
    """The key of a last name; None if no letter is left.

    >>> last_name_key("de La Fontaine"), last_name_key("St-Exupéry"), last_name_key("N'Guyen")
    ('DELAFONTAINE', 'SAINTEXUPERY', 'NGUYEN')
    """
    text = clean_text(text)
    if _is_missing(text):
        return None
    if text.isalpha():
        return _named(fold_letters(text))
    words = [fold_letters(word) for word in text.replace("-", " ").replace(".", " ").split()]
    full = [
        _SAINTS.get(word, word) if place < len(words) - 1 else word
        for place, word in enumerate(words)
    ]
    return _named("".join(full))


def first_name_keys(names: pl.Series) -> pl.Series:
    """`first_name_key` of a column, each distinct name once."""
    return map_distinct(names, first_name_key)


def last_name_keys(names: pl.Series) -> pl.Series:
    """`last_name_key` of a column, each distinct name once."""
    return map_distinct(names, last_name_key)


def _named(key: str) -> str | None:
    return None if not key or _is_missing(key) else key


def _is_missing(text: str) -> bool:
    return stands_for_nothing(text, "names")
