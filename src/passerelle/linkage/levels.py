"""What a level means, for people."""

from __future__ import annotations

from collections.abc import Callable

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import BANDS, DIFFERENT, FIRST_FUZZY, MISSING, Comparison

_MISSING, _DIFFERENT, _SAME = N_("missing"), N_("different"), N_("same")
_RARE, _FREQUENT = N_("same, on {count} records at most"), N_("same, on more than {count} records")


def level_name(
    comparison: Comparison, level: int, *, say: Callable[[str], str] = lambda text: text
) -> str:
    """The level in a word or two; `say` puts it into a reader's language.

    >>> from passerelle.linkage.fields import list_comparisons
    >>> [level_name(list_comparisons()["phone"], level) for level in (0, 1, 3, 4)]
    ['missing', 'different', 'one edit', 'same, on 3 records at most']
    """
    if level == MISSING:
        return say(_MISSING)
    if level == DIFFERENT:
        return say(_DIFFERENT)
    if level < comparison.first_exact:
        return say(comparison.levels[level - FIRST_FUZZY])
    band = level - comparison.first_exact
    if band >= comparison.bands:
        return say(comparison.special[band - comparison.bands])
    if not comparison.is_banded:
        return say(_SAME)
    if band == len(BANDS):
        return say(_FREQUENT).format(count=BANDS[-1])
    return say(_RARE).format(count=BANDS[band])
