"""Takes a name apart: title, first name, last name, birth name; one person, a couple, a company.

French cells write the last name in capitals, before or after the first name; where all words are
in one case `name_order` weighs which is which. Particles belong to the last name, initials to the
first. One word alone is a last name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from passerelle.identifiers.blocked_values import data_set, read_data, stands_for_nothing
from passerelle.identifiers.name_keys import first_name_key
from passerelle.identifiers.name_order import cut_by_odds, is_initials, is_particle
from passerelle.identifiers.text_cleaning import clean_text

NameKind = Literal["person", "couple", "company"]

_WORD_EDGES = '.,;:()"\u00ab\u00bb'
_COUPLE_SIGNS = re.compile(r"[.,](?=\s|$)")
_AND = frozenset({"et", "ou", "&"})
_SOFT = re.compile(r"([\s/'\-\u2019\u2010\u2011])")
_LONGEST = 300  # characters; longer cells are text, not names
_ROMAN = re.compile(r"II|III|IV|VI|VII|VIII|IX", re.IGNORECASE)


@dataclass(frozen=True)
class PersonName:
    """A name taken apart, in display case; a part that was not said is None."""

    kind: NameKind = "person"
    title: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    birth_name: str | None = None


def parse_full_name(raw: str) -> PersonName | None:
    """The parts of a whole name in one cell; None when blank.

    >>> parse_full_name("Mme Marie DUPONT née MARTIN")
    PersonName(kind='person', title='Mme', first_name='Marie', last_name='Dupont',
    birth_name='Martin')
    """
    text = clean_text(raw)[:_LONGEST]
    if stands_for_nothing(text, "names") or find_title(text):
        return None
    couple = _cut_couple(text)
    if couple is not None:
        first, last = _first_and_last(couple)
        return PersonName("couple", None, first, last)
    words = text.split(" ")
    if _is_company(words):
        return PersonName("company", last_name=text)
    title, words = _cut_title(words)
    words, birth_words = _cut_birth_name(words)
    first, last = _first_and_last(words)
    if last is None and first is None:
        return None
    return PersonName("person", title, first, last, display_name(" ".join(birth_words)))


def parse_name_parts(
    *,
    title: str | None = None,
    first_name: str | None = None,
    last_name: str | None = None,
    birth_name: str | None = None,
    full_name: str | None = None,
) -> PersonName | None:
    """One name from the separate columns of a record, the whole name filling what they lack."""
    whole = parse_full_name(full_name or "")
    if whole is not None and whole.kind != "person" and not (first_name or last_name):
        return whole
    words, born = _cut_birth_name(_cut_title(clean_text(last_name or "").split(" "))[1])
    first_words = _cut_title(clean_text(first_name or "").split(" "))[1]
    name = PersonName(
        "person",
        find_title(title or "") or (whole.title if whole else None),
        display_name(" ".join(first_words)) or (whole.first_name if whole else None),
        display_name(" ".join(words)) or (whole.last_name if whole else None),
        display_name(birth_name or " ".join(born)) or (whole.birth_name if whole else None),
    )
    return None if name == PersonName() else name


def display_name(text: str) -> str | None:
    """A name as it is written on an envelope that is not in capitals; None if there is none.

    A name that already mixes cases is kept: its bearer knows better.

    >>> display_name("JEAN-PIERRE"), display_name("DE LA FONTAINE"), display_name("McDonald")
    ('Jean-Pierre', 'de La Fontaine', 'McDonald')
    """
    text = clean_text(text).strip(_WORD_EDGES + " ")
    if stands_for_nothing(text, "names"):
        return None
    if text not in (text.upper(), text.lower()):
        return text
    if is_initials(text):
        return text
    pieces = [_display_word(piece) for piece in _SOFT.split(text)]
    return "".join(pieces)


def find_title(text: str) -> str | None:
    """The title behind its many spellings: `M.`, `Mme`, `Dr`, `Pr`, `Me`; None if it is not one.

    >>> find_title("MONSIEUR"), find_title("Mlle."), find_title("Dupont")
    ('M.', 'Mme', None)
    """
    titles: dict[str, str] = read_data("name_words")["titles"]
    return titles.get(_plain(text))


def _display_word(word: str) -> str:
    if word.lower() in ("de", "du", "des", "d"):
        return word.lower()
    if _ROMAN.fullmatch(word):
        return word.upper()
    return word[:1].upper() + word[1:].lower()


def _plain(word: str) -> str:
    return (first_name_key(word) or "").lower()


def _cut_couple(text: str) -> list[str] | None:
    """The words of the name in "M. et Mme NAME" or "M. NAME et Mme"; None if it is not a couple."""
    words = _COUPLE_SIGNS.sub(" ", text).split()
    plain = [word.lower() for word in words]
    for length in (3, 2, 1):
        head = " ".join(plain[:length])
        if head in data_set("name_words", "couple") and len(words) > length:
            return [word for word in words[length:] if find_title(word) is None]
    for place in range(2, len(words) - 1):
        if plain[place] in _AND and find_title(words[place + 1]) and find_title(words[0]):
            return words[1:place]
    return None


def _is_company(words: list[str]) -> bool:
    return any(_plain(word) in data_set("name_words", "company") for word in words) and (
        len(words) > 1
    )


def _cut_title(words: list[str]) -> tuple[str | None, list[str]]:
    """The title, and the words after it; a widow's "veuve" goes with it."""
    title = None
    while len(words) > 1:
        found = find_title(words[0])
        if not found and not (title and _plain(words[0]) in data_set("name_words", "spouse")):
            break
        title, words = title or found, words[1:]
    return title, words


def _cut_birth_name(words: list[str]) -> tuple[list[str], list[str]]:
    """The words of the name in use, and those of the birth name after "née"."""
    for place, word in enumerate(words):
        if place == 0 or place == len(words) - 1:
            continue
        before, after = words[:place], words[place + 1 :]
        if _plain(word) in data_set("name_words", "birth"):
            return (before + _trailing_first_names(after), _leading_capitals(after))
        if _plain(word) in data_set("name_words", "spouse"):
            first = [w for w in before if not _is_capitals(w)]
            return first + after, [w for w in before if _is_capitals(w)] or before
    return words, []


def _leading_capitals(words: list[str]) -> list[str]:
    """`MARTIN Marie-Claire` after "née": the birth name is what is in capitals."""
    if not _is_capitals(words[0]):
        return words
    count = next((i for i, word in enumerate(words) if not _is_capitals(word)), len(words))
    return words[:count]


def _trailing_first_names(words: list[str]) -> list[str]:
    return words[len(_leading_capitals(words)) :]


def _first_and_last(words: list[str]) -> tuple[str | None, str | None]:
    comma = next((place for place, word in enumerate(words[:-1], 1) if word.endswith(",")), 0)
    if comma:
        return display_name(" ".join(words[comma:])), display_name(" ".join(words[:comma]))
    is_last = [_is_of_last_name(word) for word in words]
    has_case = any(_is_capitals(word) for word in words) and not all(is_last)
    if has_case:
        last = [word for word, is_its in zip(words, is_last, strict=True) if is_its]
        first = [word for word, is_its in zip(words, is_last, strict=True) if not is_its]
    else:
        first, last = cut_by_odds(words)
    return display_name(" ".join(first)), display_name(" ".join(last))


def _is_of_last_name(word: str) -> bool:
    return not is_initials(word) and (_is_capitals(word) or is_particle(word))


def _is_capitals(word: str) -> bool:
    letters = [c for c in word if c.isalpha()]
    return len(letters) > 1 and word == word.upper() and word != word.lower()
