"""The words of an address, ready to be searched for a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from passerelle.postal.reference.names import ARTICLES, LINKING_WORDS, whole_words
from passerelle.postal.reference.towns import Place

MOST_WORDS = 9  # of a commune's name: eight, and one spare
CEDEX = "CEDEX"

_GLUED_SAINT = re.compile(r"ST(E?[A-Z]{3})")


@dataclass(frozen=True, slots=True)
class Span:
    """Some of the words, and the key that they make."""

    start: int
    end: int
    key: str


class Written:
    """Words in the order written, abbreviations written out, and where a name may stand."""

    def __init__(self, words: Sequence[str], place: Place) -> None:
        self.words = whole_words(words)
        self.place = place
        self.text = "".join(self.words)
        self._bounds: dict[int, int] = {}
        offset = 0
        for number, word in enumerate(self.words):
            self._bounds[offset] = number
            offset += len(word)
        self._bounds[offset] = len(self.words)

    def find(self, key: str) -> Span | None:
        """Where the words hold a key as whole words: the last time, rather not after « de »."""
        second_best = None
        offset = self.text.rfind(key)
        while offset >= 0:
            start, end = self._bounds.get(offset), self._bounds.get(offset + len(key))
            if start is not None and end is not None and self._may_be(start, end):
                second_best = second_best or Span(start, end, key)
                if not start or self.words[start - 1] not in LINKING_WORDS:
                    return Span(start, end, key)
            offset = self.text.rfind(key, 0, offset + len(key) - 1)
        return second_best

    def has_glued_saint(self) -> bool:
        """Whether a word may be ST with the next: STMARTIN, but STRASBOURG too."""
        return any(_GLUED_SAINT.match(word) for word in self.words)

    def with_saints_apart(self) -> Written:
        """The words with SAINT written out where ST may be glued to what follows."""
        apart = [_GLUED_SAINT.sub(r"SAINT\1", word) for word in self.words]
        return Written(apart, self.place)

    def spans(self) -> Iterable[Span]:
        """The beginnings and the ends of the words that may be a name, longest first."""
        count = len(self.words)
        for length in range(min(count, MOST_WORDS), 0, -1):
            if self.place != "start":
                yield self.span(count - length, count)
            if self.place == "start" or (self.place == "anywhere" and length < count):
                yield self.span(0, length)

    def span(self, start: int, end: int) -> Span:
        """The words from one to another."""
        return Span(start, end, "".join(self.words[start:end]))

    def is_broken_off(self, span: Span) -> bool:
        """Whether words end with one that links them to more: « Mons-la »."""
        return self.words[span.end - 1] in LINKING_WORDS

    def goes_on(self, start: int, end: int) -> bool:
        """Whether a word that links parts of names stands beside: the name may be longer."""
        before = self.words[start - 1] if start else ""
        after = self.words[end] if end < len(self.words) else ""
        return before in LINKING_WORDS or after in LINKING_WORDS

    def end_of_name(self, end: int) -> int:
        """Where a name ends that goes on after `end`: « Mons » of « Mons-la-Trivalle »."""
        if end == len(self.words) or self.words[end] not in LINKING_WORDS:
            return end
        end += 1
        while end < len(self.words) and self.words[end].isalpha():
            end += 1
        return end

    def _may_be(self, start: int, end: int) -> bool:
        if self.place == "end":
            return end == len(self.words)
        after_article = start == 1 and self.words[0] in ARTICLES
        return self.place == "anywhere" or start == 0 or after_article


def without_cedex(words: Sequence[str]) -> tuple[Sequence[str], int]:
    """The words before CEDEX, and where CEDEX and its number end.

    >>> without_cedex(["PARIS", "CEDEX", "07"])
    (['PARIS'], 3)
    """
    if CEDEX not in words:
        return words, len(words)
    start = len(words) - 1 - list(reversed(words)).index(CEDEX)
    end = start + 1
    if end < len(words) and words[end].isdigit() and len(words[end]) <= 2:
        end += 1
    return words[:start], end
