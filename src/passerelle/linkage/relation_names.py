"""What a relation between two records is called, for people."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from passerelle.kernel.language import N_
from passerelle.linkage.learning import HOUSEHOLD, NAMESAKE, NEIGHBOUR, PERSON, UNRELATED

_NAMES = MappingProxyType(
    {
        PERSON: N_("the same person"),
        HOUSEHOLD: N_("one household"),
        NEIGHBOUR: N_("neighbours at one address"),
        NAMESAKE: N_("namesakes"),
        UNRELATED: N_("unrelated"),
    }
)


def relation_name(relation: str, *, say: Callable[[str], str] = lambda text: text) -> str:
    """A relation in a few words; `say` puts it into a reader's language.

    >>> relation_name("namesake")
    'namesakes'
    """
    return say(_NAMES[relation])
