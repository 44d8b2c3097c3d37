"""The words of French addresses, from the files in `data/`, ready to be looked up."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from passerelle.postal.text_repair import fold

_SHORTEST_WAY = 4
_COMMON_WAYS = ("allées", "esplanade", "promenade", "venelle")


@dataclass(frozen=True, slots=True)
class Term:
    """A word or several that mean something in an address.

    Attributes:
        words: As somebody may write it, folded.
        kind: The table it stands in: `ways`, `places`, `roads`; `inside`, `outside`…
        canonical: As it is written in full, folded.
        display: As it is written in full, with its accents, in lower case.
        is_short: Written shorter than in full.
    """

    words: tuple[str, ...]
    kind: str
    canonical: str
    display: str
    is_short: bool


Index = Mapping[str, tuple[Term, ...]]
"""Terms by their first word, longest first."""


def read_table(name: str) -> dict[str, Any]:
    """A file of `data/` as it stands."""
    path = resources.files("passerelle.postal") / "data" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def street_types() -> Index:
    """What a street's name starts with."""
    table = read_table("street_types")
    return _index(_terms(table, ("ways", "places", "roads")))


@cache
def complements() -> Index:
    """What says where in a building, or which building."""
    table = read_table("complements")
    kinds = ("inside", "inside_alone", "care_of", "outside", "locality")
    return _index(_terms(table, kinds))


@cache
def specials() -> Index:
    """What the post delivers to without a street."""
    return _index(_terms(read_table("complements"), ("special", "special_alone")))


@cache
def expansions() -> Mapping[str, tuple[str, str]]:
    """Shortened words inside a street's name: in full, folded and as displayed."""
    table = read_table("words")["expand"]
    return {fold(short): (fold(full), full) for short, full in table.items()}


@cache
def words_of(kind: str) -> frozenset[str]:
    """One list of `words.toml`, folded."""
    return frozenset(fold(word) for word in read_table("words")["words"][kind])


@cache
def first_names() -> frozenset[str]:
    """First names that streets are called after."""
    return frozenset(read_table("shortening")["names"]["first_names"])


@cache
def titles() -> frozenset[str]:
    """Words that a person's name follows, in full and shortened; SAINT among them."""
    stages = {stage["name"]: stage for stage in read_table("shortening")["stages"]}
    words = {**stages["title"]["words"], **stages["saint"]["words"]}
    return frozenset((*words, *words.values()))


@cache
def way_names() -> tuple[str, ...]:
    """Types of streets in full that a misspelt word may be meant for."""
    ways = read_table("street_types")["ways"]
    return tuple(
        fold(name)
        for name, shorts in ways.items()
        if name.isalpha() and len(name) >= _SHORTEST_WAY and (shorts or name in _COMMON_WAYS)
    )


@cache
def way_of(name: str) -> Term:
    """The term of a street's type in full."""
    return next(term for term in street_types()[name] if term.words == (name,))


def split_words(text: str) -> tuple[str, ...]:
    """Folded words of a term."""
    return tuple(fold(text).replace("'", " ").replace("-", " ").split())


def find_term(index: Index, words: list[str], at: int, end: int) -> Term | None:
    """The longest term that starts at a word and ends before `end`."""
    found = index.get(words[at])
    if found is None:
        return None
    for term in found:
        size = len(term.words)
        if size == 1 or (at + size <= end and tuple(words[at : at + size]) == term.words):
            return term
    return None


def _terms(table: Mapping[str, Any], kinds: Iterable[str]) -> list[Term]:
    terms: dict[tuple[str, ...], Term] = {}
    for kind in kinds:
        for display, shorts in table[kind].items():
            canonical = " ".join(split_words(display))
            for written in (display, *shorts):
                words = split_words(written)
                is_short = len("".join(words)) < len(canonical.replace(" ", ""))
                terms.setdefault(words, Term(words, kind, canonical, display, is_short))
    return list(terms.values())


def _index(terms: Iterable[Term]) -> Index:
    found: dict[str, list[Term]] = {}
    for term in terms:
        found.setdefault(term.words[0], []).append(term)
    return {
        first: tuple(sorted(each, key=lambda term: -len(term.words)))
        for first, each in found.items()
    }
