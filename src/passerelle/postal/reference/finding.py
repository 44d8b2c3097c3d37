"""Finding the town that an address means, from its words and its postcode.

The order: the exact name under the postcode; a name misspelt or incomplete under it; the name
elsewhere, in the postcode's department and then in the country; the postcode alone. A shorter
name is not taken from the beginning of a longer one that is under the postcode too, misspelt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from passerelle.postal.reference.elsewhere import find_elsewhere, find_in_department
from passerelle.postal.reference.entries import Directory, Entry
from passerelle.postal.reference.matches import SCORES, Find, best_of, is_several, matches_of
from passerelle.postal.reference.names import telling_words
from passerelle.postal.reference.spelling import (
    is_short_for,
    is_worth_reading,
    nearest_entries,
    same_sounding,
)
from passerelle.postal.reference.towns import Place, TownMatch
from passerelle.postal.reference.written import Written, without_cedex


def find_towns(
    directory: Directory,
    words: Sequence[str],
    postcode: str | None,
    *,
    is_cedex: bool,
    place: Place,
) -> tuple[TownMatch, ...]:
    """As `Gazetteer.find_towns`."""
    kept, cedex_end = without_cedex(words)
    written = Written(kept, place)
    has_cedex = cedex_end > len(kept)
    found = _search(directory, written, postcode, is_cedex=is_cedex or has_cedex)
    if not has_cedex:
        return found
    return tuple(
        replace(each, end=cedex_end) if each.end == len(kept) > each.start else each
        for each in found
    )


def _search(
    directory: Directory, written: Written, postcode: str | None, *, is_cedex: bool
) -> tuple[TownMatch, ...]:
    if postcode is None:
        return find_elsewhere(directory, written, None, is_cedex=is_cedex)
    found = _under_postcode(directory.of_postcode(postcode), written)
    if found and found[0].how not in ("spelling", "part"):
        return found
    if found:
        return _both(found, find_in_department(directory, written, postcode))
    there = find_elsewhere(directory, written, postcode, is_cedex=is_cedex)
    return best_of(there, _by_postcode(directory, postcode))


def _both(found: Sequence[TownMatch], there: Sequence[TownMatch]) -> tuple[TownMatch, ...]:
    """A name misspelt under the postcode, or right under another: which of them, nobody knows."""
    if not there:
        return tuple(found)
    elsewhere = there[0]
    if elsewhere.score < SCORES["other_postcode"] or is_several(there):
        return tuple(found)
    if _length(elsewhere) != _length(found[0]):
        return tuple(there if _length(elsewhere) > _length(found[0]) else found)
    doubtful = min(found[0].score, elsewhere.score)
    return best_of(
        [replace(each, score=min(each.score, doubtful)) for each in found],
        [replace(elsewhere, score=doubtful)],
    )


def _under_postcode(entries: Sequence[Entry], written: Written) -> tuple[TownMatch, ...]:
    exact = _exact(entries, written)
    if exact and not _may_be_longer(exact[0], written):
        return exact
    near = _misspelt(entries, written) if exact else _reread(entries, written)
    if near and (not exact or _length(near[0]) > _length(exact[0])):
        return near
    if exact:
        return tuple(_with_rest(written, each) for each in exact)
    return _incomplete(entries, written)


def _may_be_longer(match: TownMatch, written: Written) -> bool:
    """Whether a name may be a part of a longer one that is misspelt."""
    if match.how == "former_name":
        return _length(match) < len(written.words)
    return written.goes_on(match.start, match.end)


def _exact(entries: Sequence[Entry], written: Written) -> tuple[TownMatch, ...]:
    """The longest names that are among the words."""
    best: list[Find] = []
    for entry in entries:  # longest first
        if entry.key not in written.text:  # nearly all of them: nothing dearer for these
            continue
        if best and len(entry.key) < len(best[0].entry.key):
            break
        span = written.find(entry.key)
        if span is not None:
            best.append(Find(entry, span))
    return matches_of(best)


def _reread(entries: Sequence[Entry], written: Written) -> tuple[TownMatch, ...]:
    """Names that nothing was found for as it stands: ST glued to the next word, or misspelt."""
    if written.has_glued_saint():
        found = _exact(entries, written.with_saints_apart())
        if found:
            return found
    return _misspelt(entries, written)


def _misspelt(entries: Sequence[Entry], written: Written) -> tuple[TownMatch, ...]:
    spans = [
        span
        for span in written.spans()
        if is_worth_reading(span.key) and not written.is_broken_off(span)
    ]
    for span in spans:  # longest first: words that are left over are words that were not read
        said = telling_words(written.words[span.start : span.end])
        same = [Find(entry, span) for entry in entries if entry.telling == said]
        near = same or nearest_entries(entries, [span])
        if near:
            return matches_of(near, how="spelling")
    for span in spans:
        same = [Find(each, span) for each in same_sounding(entries, span.key)]
        if same:
            return matches_of(same, how="spelling")
    return ()


def _incomplete(entries: Sequence[Entry], written: Written) -> tuple[TownMatch, ...]:
    """Names that stand after words that no table has, or of which words are missing."""
    if written.place == "start":
        said = telling_words(written.words)
        whole = written.span(0, len(written.words))
        found = [Find(entry, whole) for entry in entries if _ends(said, entry)]
        if found:
            return matches_of(found, how="part")
    for span in written.spans():
        said = telling_words(written.words[span.start : span.end])
        found = [Find(entry, span) for entry in entries if is_short_for(said, entry.telling)]
        if found:
            return matches_of(found, how="part")
    return ()


def _ends(said: tuple[str, ...], entry: Entry) -> bool:
    """Whether words end with a name: « Île d'Hœdic » with HOEDIC."""
    name = entry.telling
    return len(name) < len(said) and said[len(said) - len(name) :] == name


def _by_postcode(directory: Directory, postcode: str) -> tuple[TownMatch, ...]:
    towns = directory.towns_of(postcode)
    score = SCORES["postcode"] / max(len(towns), 1)
    return tuple(TownMatch(town, 0, 0, score, "postcode") for town in towns)


def _with_rest(written: Written, match: TownMatch) -> TownMatch:
    end = written.end_of_name(match.end)
    if end == match.end:
        return match
    return replace(match, end=end, how="part", score=SCORES["part"] * match.score)


def _length(match: TownMatch) -> int:
    return match.end - match.start
