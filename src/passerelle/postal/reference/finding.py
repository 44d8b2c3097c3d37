"""Finding the town that an address means, from its words and its postcode.

The order: the exact name under the postcode; a name misspelt or incomplete under it; the name
elsewhere in the department or the country, when it is only there; the postcode alone. A shorter
name is not taken from the beginning of a longer one that the tables have with another spelling.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from passerelle.postal.reference.entries import Directory, Entry, department_of
from passerelle.postal.reference.names import ARTICLES, LINKING_WORDS, telling_words, whole_words
from passerelle.postal.reference.spelling import nearest_entries
from passerelle.postal.reference.towns import How, Place, Town, TownMatch

MOST_WORDS = 9  # of a commune's name, with those of the longest: eight and one spare

SCORES: dict[How, float] = {
    "exact": 1.0,
    "district": 0.99,
    "cedex": 0.98,
    "former_name": 0.97,
    "spelling": 0.9,
    "part": 0.85,
    "other_postcode": 0.75,
    "name_only": 0.7,
    "postcode": 0.5,
}
"""What each way of finding is worth at best; several equal answers share it."""

_UNSURE = 0.6  # of the score, when the name is in another department than the postcode
_CEDEX = "CEDEX"


@dataclass(frozen=True, slots=True)
class Span:
    """Some of the words, and their key."""

    start: int
    end: int
    key: str


class Written:
    """The words of an address, ready to be searched."""

    def __init__(self, words: Sequence[str], place: Place) -> None:
        self.words = whole_words(words)
        self.place = place
        self.text = "".join(self.words)
        self.bounds: dict[int, int] = {}
        offset = 0
        for number, word in enumerate(self.words):
            self.bounds[offset] = number
            offset += len(word)
        self.bounds[offset] = len(self.words)

    def find(self, key: str) -> Span | None:
        """Where the words hold a key, as whole words, the last time."""
        offset = self.text.rfind(key)
        while offset >= 0:
            start, end = self.bounds.get(offset), self.bounds.get(offset + len(key))
            if start is not None and end is not None and self._may_be(start, end):
                return Span(start, end, key)
            offset = self.text.rfind(key, 0, offset + len(key) - 1)
        return None

    def spans(self) -> Iterable[Span]:
        """The beginnings and the ends of the words that may be a name, longest first."""
        count = len(self.words)
        for length in range(min(count, MOST_WORDS), 0, -1):
            if self.place != "start":
                yield self.span(count - length, count)
            if self.place != "end" and (length < count or self.place == "start"):
                yield self.span(0, length)

    def span(self, start: int, end: int) -> Span:
        """The words from one to another."""
        return Span(start, end, "".join(self.words[start:end]))

    def _may_be(self, start: int, end: int) -> bool:
        if self.place == "end":
            return end == len(self.words)
        return (
            self.place == "anywhere" or start == 0 or (start == 1 and self.words[0] in ARTICLES)
        )


def find_towns(
    directory: Directory,
    words: Sequence[str],
    postcode: str | None,
    *,
    is_cedex: bool,
    place: Place,
) -> tuple[TownMatch, ...]:
    """As `Gazetteer.find_towns`."""
    kept, cedex_end = _without_cedex(words)
    written = Written(kept, place)
    found = _search(directory, written, postcode, is_cedex=is_cedex or cedex_end > len(kept))
    if cedex_end == len(kept):
        return found
    return tuple(
        replace(each, end=cedex_end) if each.end == len(kept) > each.start else each
        for each in found
    )


def _search(
    directory: Directory, written: Written, postcode: str | None, *, is_cedex: bool
) -> tuple[TownMatch, ...]:
    if postcode is None:
        return _elsewhere(directory, written, None, is_cedex=is_cedex)
    entries = directory.of_postcode(postcode)
    found = _under_postcode(entries, written)
    if found:
        return found
    return _elsewhere(directory, written, postcode, is_cedex=is_cedex) or _by_postcode(
        directory, postcode
    )


def _under_postcode(entries: Sequence[Entry], written: Written) -> tuple[TownMatch, ...]:
    exact = _exact(entries, written)
    if exact and not _goes_on(written, exact[0]):
        return exact
    near = _misspelt(entries, written)
    if near and (not exact or _length(near[0]) > _length(exact[0])):
        return near
    if exact:
        return tuple(_with_rest(written, each) for each in exact)
    return _incomplete(entries, written)


def _exact(entries: Sequence[Entry], written: Written) -> tuple[TownMatch, ...]:
    """The longest names that are among the words."""
    best: list[tuple[Entry, Span]] = []
    for entry in entries:  # longest first
        if best and len(entry.key) < len(best[0][0].key):
            break
        span = written.find(entry.key)
        if span is not None:
            best.append((entry, span))
    return _answers(best)


def _misspelt(entries: Sequence[Entry], written: Written) -> tuple[TownMatch, ...]:
    found = nearest_entries(entries, list(written.spans()))
    return _answers(
        [(entry, span) for entry, span, _d in found],
        how="spelling",
        worth=[1 - distance / len(entry.key) for entry, _s, distance in found],
    )


def _incomplete(entries: Sequence[Entry], written: Written) -> tuple[TownMatch, ...]:
    """Names of which words are missing, or that words follow that no table has."""
    for span in written.spans():
        said = telling_words(written.words[span.start : span.end])
        if len("".join(said)) < 4 or said in (("SAINT",), ("SAINTE",)):
            continue
        found = [(entry, span) for entry in entries if _begins(entry.telling, said)]
        if found:
            return _answers(found, how="part")
    return ()


def _begins(name: tuple[str, ...], said: tuple[str, ...]) -> bool:
    return name[: len(said)] == said


def _elsewhere(
    directory: Directory, written: Written, postcode: str | None, *, is_cedex: bool
) -> tuple[TownMatch, ...]:
    """The name where the postcode does not lead: in its department, then in the country."""
    spans = list(written.spans())
    if postcode is not None:
        here = directory.of_department(department_of(postcode))
        found = _named(here, spans, postcode, is_cedex=is_cedex)
        if found:
            return found
    return ()


def _named(
    names: dict[str, tuple[Entry, ...]],
    spans: Sequence[Span],
    postcode: str | None,
    *,
    is_cedex: bool,
) -> tuple[TownMatch, ...]:
    how: How = "cedex" if is_cedex else "name_only" if postcode is None else "other_postcode"
    for span in spans:
        entries = names.get(span.key)
        if entries:
            return _answers([(_anywhere(entry), span) for entry in entries], how=how)
    return ()


def _anywhere(entry: Entry) -> Entry:
    return entry


def _by_postcode(directory: Directory, postcode: str) -> tuple[TownMatch, ...]:
    towns = directory.towns_of(postcode)
    score = SCORES["postcode"] / max(len(towns), 1)
    return tuple(TownMatch(town, 0, 0, score, "postcode") for town in towns)


def _goes_on(written: Written, match: TownMatch) -> bool:
    """Whether a word that links parts of names stands beside a name: it may be longer."""
    before = written.words[match.start - 1] if match.start else ""
    after = written.words[match.end] if match.end < len(written.words) else ""
    return before in LINKING_WORDS or after in LINKING_WORDS


def _with_rest(written: Written, match: TownMatch) -> TownMatch:
    """A name with what follows it as a part of a longer name: « Mons » of « Mons-la-Trivalle »."""
    if match.end == len(written.words) or written.words[match.end] not in LINKING_WORDS:
        return match
    end = match.end + 1
    while end < len(written.words) and written.words[end].isalpha():
        end += 1
    return replace(match, end=end, how="part", score=SCORES["part"])


def _length(match: TownMatch) -> int:
    return match.end - match.start


def _answers(
    found: Sequence[tuple[Entry, Span]],
    *,
    how: How | None = None,
    worth: Sequence[float] = (),
) -> tuple[TownMatch, ...]:
    """One match for each town, best first; those of one score share it."""
    matches: dict[tuple[str, str], TownMatch] = {}
    for number, (entry, span) in enumerate(found):
        way = how or entry.how
        score = SCORES[way] * (worth[number] if worth else 1.0)
        match = TownMatch(entry.town, span.start, span.end, score, way)
        key = (entry.town.insee_code, entry.town.postcode)
        if key not in matches or matches[key].score < score:
            matches[key] = match
    return tuple(sorted(matches.values(), key=lambda each: (-each.score, each.town.insee_code)))


def _without_cedex(words: Sequence[str]) -> tuple[Sequence[str], int]:
    """The words before CEDEX, and where CEDEX and its number end."""
    if _CEDEX not in words:
        return words, len(words)
    start = len(words) - 1 - list(reversed(words)).index(_CEDEX)
    end = start + 1
    if end < len(words) and words[end].isdigit() and len(words[end]) <= 2:
        end += 1
    return words[:start], end
