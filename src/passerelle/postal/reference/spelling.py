"""Names that are nearly what was written, and only where nothing else is as near."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from passerelle.postal.reference.entries import Entry
    from passerelle.postal.reference.finding import Span


def allowed_edits(length: int) -> int:
    """How many letters of a name may be wrong: one in five, three at most, none of the shortest."""
    return min(3, length // 5) if length >= 5 else 0


def nearest_entries(
    entries: Iterable[Entry], spans: Sequence[Span]
) -> list[tuple[Entry, Span, int]]:
    """The entries whose key is nearest to one of the spans, all those of the least distance."""
    found: list[tuple[Entry, Span, int]] = []
    least = 4
    for entry in entries:
        limit = min(least, allowed_edits(len(entry.key)))
        if not limit:
            continue
        for span in spans:
            if abs(len(span.key) - len(entry.key)) > limit:
                continue
            distance = OSA.distance(span.key, entry.key, score_cutoff=limit)
            if distance > limit:
                continue
            if distance < least:
                found, least = [], distance
                limit = distance
            found.append((entry, span, distance))
    return found
