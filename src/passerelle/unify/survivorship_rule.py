"""What a survivorship rule is: in what order it prefers one value of an attribute to another."""

from __future__ import annotations

from dataclasses import dataclass

SCORES = ("trust", "recency", "votes", "length")
"""What values can be compared by: trust of the source, date observed, how many records agree,
and how much they say."""


@dataclass(frozen=True)
class SurvivorshipRule:
    """A rule that chooses the value that survives.

    `prefers` lists scores of `SCORES`, the most important first; the rest of them break ties in
    their usual order, and the lowest value wins when all are equal.
    """

    label: str
    prefers: tuple[str, ...]

    @property
    def order(self) -> tuple[str, ...]:
        """All scores, in the order in which the rule looks at them."""
        return (*self.prefers, *(score for score in SCORES if score not in self.prefers))
