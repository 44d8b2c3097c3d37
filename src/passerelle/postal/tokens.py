"""The words of an address, folded, with what stands between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from passerelle.postal.tables import complements, specials, street_types, words_of
from passerelle.postal.text_repair import fold

GLUED, SPACE, COMMA, LINE = range(4)
"""How far a word stands from the one before it."""

_BETWEEN = re.compile(r"([\W_]+)")
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_CARE_OF = re.compile(r"\bc/[oO]\b", re.IGNORECASE)
_MIXED = re.compile(r"\d+|[A-Z]+")
_ORDINAL = re.compile(r"\d{1,3}(?:ER|ERE|E|EME|EM|IEME|ND|NDE|RE)")
_SHORTEST_NAME = 3
_LONGEST_CUT = 30  # characters: what is longer is no number run together with a name


@dataclass(slots=True)
class Tokens:
    """Words side by side; `free[i]` is 1 while nobody has said what word `i` is.

    Attributes:
        words: Folded: A to Z and 0 to 9, other letters as they are.
        written: As written.
        between: What stood before each word.
        breaks: The same as `GLUED`, `SPACE`, `COMMA` or `LINE`.
        free: Whether a word is still to be understood.
    """

    words: list[str]
    written: list[str]
    between: list[str]
    breaks: list[int]
    free: bytearray

    def take(self, start: int, end: int) -> None:
        """Say that these words are understood."""
        for at in range(start, end):
            self.free[at] = 0


def tokenize(text: str) -> Tokens:
    """Cut a repaired text into words, also those that were run together.

    >>> tokenize("12bis,rue St-Jean 75011PARIS").words
    ['12', 'BIS', 'RUE', 'ST', 'JEAN', '75011', 'PARIS']
    """
    if "/" in text:
        text = _CARE_OF.sub("chez", text)
    if "." in text:
        text = _DOTTED.sub(lambda found: found[0].replace(".", "") + " ", text)
    parts = _BETWEEN.split(text)
    texts, separators = parts[::2], ["", *parts[1::2]]
    if texts and not texts[-1]:
        del texts[-1], separators[-1]
    if texts and not texts[0]:
        del texts[0], separators[0]
    words = list(map(_whole, texts))
    if "" in words:
        return _cut_apart(texts, separators)
    return Tokens(
        words, texts, separators, list(map(_far, separators)), bytearray(b"\1") * len(words)
    )


def _cut_apart(texts: list[str], separators: list[str]) -> Tokens:
    """The words where some are run together, or hold nothing that is a letter or a digit."""
    words: list[str] = []
    written: list[str] = []
    between: list[str] = []
    kept = ""
    for part, before in zip(texts, separators, strict=True):
        folded = _folded(part)
        separator, kept = kept or before, ""
        if not folded:
            kept = separator
        for piece in _pieces(folded):
            words.append(piece)
            same = len(folded) == len(part)
            written.append(
                part if piece == folded else piece if not same else _same(part, folded, piece)
            )
            between.append(separator)
            separator = ""
    return Tokens(words, written, between, list(map(_far, between)), bytearray(b"\1") * len(words))


def _same(part: str, folded: str, piece: str) -> str:
    start = folded.find(piece)
    return part[start : start + len(piece)]


def _folded(word: str) -> str:
    return "".join(filter(str.isalnum, fold(word)))


@lru_cache(maxsize=1 << 13)
def _whole(part: str) -> str:
    """The folded word, or nothing where it must be cut apart."""
    folded = _folded(part)
    return folded if _pieces(folded) == (folded,) else ""


def _pieces(folded: str) -> tuple[str, ...]:
    if not folded:
        return ()
    is_one = folded.isalpha() or folded.isdigit() or len(folded) > _LONGEST_CUT
    return (folded,) if is_one else _apart(folded)


@lru_cache(maxsize=256)
def _far(separator: str) -> int:
    if not separator or separator in ("-", "'"):
        return GLUED
    if "\n" in separator:
        return LINE
    if separator.isspace():
        return SPACE
    bare = separator.strip()
    if bare in ("'", ".", "°", "&", "#", "*", "'.") or (bare in ("-", "/") and bare == separator):
        return GLUED if bare in ("'", "/") and bare == separator else SPACE
    return COMMA


@lru_cache(maxsize=1 << 12)
def _apart(word: str) -> tuple[str, ...]:
    """Letters and digits that were written without a blank, where each part means something."""
    if _ORDINAL.fullmatch(word) or not word.isascii():
        return (word,)
    parts = _MIXED.findall(word)
    if len(parts) > 6:
        return (word,)
    joins = [_may_part(one, other) for one, other in pairwise(parts)]
    found, current = [], parts[0]
    for part, may_part in zip(parts[1:], joins, strict=True):
        if may_part:
            found.append(current)
            current = part
        else:
            current += part
    cut = [*found, current]
    last = _run_together(cut[-1])
    return (*cut[:-1], *last)


def _may_part(one: str, other: str) -> bool:
    if one.isdigit():
        if len(one) == 5:
            return True
        return (
            len(other) == 1
            or other in words_of("repetitions")
            or _starts_street(other)
            or other in words_of("articles")
            or _run_together(other) != (other,)
        )
    if one in words_of("repetitions") or _is_street_word(one):
        return True
    if len(other) == 5 and len(one) >= _SHORTEST_NAME:
        return True
    return one in _triggers() and len(one) >= 2


def _run_together(word: str) -> tuple[str, ...]:
    """« BISRUE » is two words; so is « RUEDES » only where a number was before it, hence here."""
    for head in words_of("repetitions"):
        tail = word.removeprefix(head)
        if tail != word and _starts_street(tail):
            return (head, tail)
    return (word,)


def _starts_street(word: str) -> bool:
    return len(word) >= 2 and word in street_types()


def _is_street_word(word: str) -> bool:
    return len(word) >= 2 and any(
        len(term.words) == 1 and term.kind != "places" for term in street_types().get(word, ())
    )


@lru_cache(maxsize=1)
def _triggers() -> frozenset[str]:
    return frozenset((*complements(), *specials()))
