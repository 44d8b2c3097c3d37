"""What the engine is held to, and whether it keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.linkage.running import GOLDENMATCH, OURS, SPLINK

LEAST_F1: Mapping[str, float] = {"febrl3": 0.9992, "febrl4": 0.999, "retailer": 0.96}
LEAST_HOUSEHOLDS_F1 = 0.90
AHEAD_OF_SPLINK = 0.04
NEAR_PERFECT = 0.95
"""Where Splink is above, four points more cannot be had: not below it is enough."""

MANY_RECORDS = 500_000
LEAST_SPEED_FEW, LEAST_SPEED_MANY = 15.0, 6.0
"""Times as fast as Splink on the same pairs, below and from `MANY_RECORDS`."""

LEAST_SPEED_WHOLE = 4.0
"""Times as fast as Splink from file to clusters, with the start of the process."""


MOST_SECONDS_FOR_ONE, MOST_SECONDS_FOR_MANY = 0.005, 1.0
"""For the median addition of one record to a million, and for one of ten thousand."""


@dataclass(frozen=True)
class Bound:
    """A figure and what it has to reach, or must not pass if it `is_most`."""

    what: str
    figure: float | None
    limit: float
    is_most: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether the figure is there and on the right side."""
        if self.figure is None:
            return False
        return self.figure <= self.limit if self.is_most else self.figure >= self.limit

    @property
    def asked(self) -> str:
        """What is asked of the figure."""
        return f"at {'most' if self.is_most else 'least'} {self.limit:.4f}"


def bounds_of_accuracy(
    name: str, plan: str, f1: Mapping[str, float], households_f1: float | None
) -> list[Bound]:
    """Bounds of one set.

    Args:
        name: Of the set.
        plan: The set's kind.
        f1: Of persons' clusters, by the name of the system; only systems that found something.
        households_f1: Ours.
    """
    ours = f1.get(OURS.name)
    told = []
    least = LEAST_F1.get(plan if plan == "retailer" else name)
    if least is not None:
        told.append(Bound(f"{name}: persons F1", ours, least))
    if plan == "retailer":
        told.append(Bound(f"{name}: households F1", households_f1, LEAST_HOUSEHOLDS_F1))
    for peer, its in f1.items():
        if peer == SPLINK.name:
            more = 0.0 if its > NEAR_PERFECT else AHEAD_OF_SPLINK
            told.append(Bound(f"{name}: persons F1, Splink's {its:.4f}", ours, its + more))
        elif peer.startswith(GOLDENMATCH.name):
            told.append(Bound(f"{name}: persons F1, {peer}'s {its:.4f}", ours, its))
    return told


def bounds_of_speed(name: str, records: int, ratios: Mapping[str, float]) -> list[Bound]:
    """Bounds of one comparison with Splink on the same pairs.

    Args:
        name: Of the comparison.
        records: How many.
        ratios: Splink's over ours: `linking` and `whole` seconds, peak `memory`.
    """
    least = LEAST_SPEED_MANY if records >= MANY_RECORDS else LEAST_SPEED_FEW
    return [
        Bound(f"{name}: times Splink's speed", ratios.get("linking"), least),
        Bound(f"{name}: file to clusters", ratios.get("whole"), LEAST_SPEED_WHOLE),
        Bound(f"{name}: Splink's memory over ours", ratios.get("memory"), 1.0),
    ]
