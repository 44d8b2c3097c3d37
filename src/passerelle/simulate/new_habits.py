"""Habits that change: another usual shop, a device replaced by a new one.

Drawn only where files of life changes are asked for: without them everybody keeps their habits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerelle.simulate.catalogue import Catalogue
from passerelle.simulate.population import NEVER, Households, People
from passerelle.simulate.randomness import Ints, choose, happens, random_stream
from passerelle.simulate.spec import RetailerSpec
from passerelle.simulate.text_columns import DAY_MS

_SHOP_FOLLOWS_MOVE = 0.8  # households that move to another town and change shop; chosen
_SHOP_CHANGES_ANYWAY = 0.03  # in two years, of the others; chosen
_DEVICE_REPLACED = 0.12  # people with two devices or more who replaced one; chosen
_SAME_BROWSER = 0.6  # of the new devices; chosen
_DAYS = 730  # within the history of receipts
_DEVICE_DAYS = 300  # within the year of visits


@dataclass(frozen=True)
class ShopHabits:
    """One entry per household: its usual shop, the one before, and the day it changed."""

    shop: Ints
    former: Ints
    changed_on: Ints
    """`NEVER` for who always went to the same."""

    def at(self, household: Ints, day: Ints) -> Ints:
        """The usual shop of each household on each day."""
        is_before = (day < self.changed_on[household]) & (self.changed_on[household] < NEVER)
        return np.where(is_before, self.former[household], self.shop[household])


@dataclass(frozen=True)
class Replacements:
    """One entry per device: its counterpart, and the day from which the newer one is used."""

    counterpart: Ints
    """The device that it replaces or that replaces it; -1 without."""
    is_newer: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    on_day: Ints

    def in_use(self, device: Ints, at_ms: Ints) -> Ints:
        """Of each pair, the device that is used at an instant; the others as they are."""
        is_late = at_ms // DAY_MS >= self.on_day[device]
        is_other = (self.counterpart[device] >= 0) & (self.is_newer[device] != is_late)
        return np.where(is_other, self.counterpart[device], device)


def shop_habits(
    spec: RetailerSpec, catalogue: Catalogue, homes: Households, shop: Ints, *, today: int
) -> ShopHabits:
    """Who changed shop: many of those who moved to another town, and some without a cause."""
    count = len(homes.moved_on)
    changed_on = np.full(count, NEVER)
    if not spec.has_life_files or catalogue.stores.len() < 2:
        return ShopHabits(shop[:count], shop[:count], changed_on)
    rng = random_stream(spec.seed, "shop habits")
    has_left = (homes.moved_on < today) & (homes.place[:, 0] != homes.place[:, 1])
    follows = has_left & happens(rng, _SHOP_FOLLOWS_MOVE, count)
    anyway = ~has_left & happens(rng, _SHOP_CHANGES_ANYWAY, count)
    some_day = today - rng.integers(1, _DAYS, count)
    changed_on = np.where(follows, homes.moved_on, np.where(anyway, some_day, NEVER))
    former = choose(rng, catalogue.store_weights, count)
    former = np.where(former == shop[:count], (former + 1) % catalogue.stores.len(), former)
    return ShopHabits(shop[:count], former, changed_on)


def replacements(
    spec: RetailerSpec, people: People, first: Ints, counts: Ints, *, today: int
) -> Replacements:
    """Whose second device was replaced by the one that is their first today.

    Args:
        spec: What to simulate.
        people: Everybody.
        first: The first device of each person, or -1.
        counts: How many devices each person has; theirs stand side by side.
        today: The as-of day.
    """
    devices = int(counts.sum())
    counterpart = np.full(devices, -1, dtype=np.int64)
    is_newer = np.zeros(devices, dtype=np.bool_)
    on_day = np.full(devices, NEVER)
    if spec.has_life_files:
        rng = random_stream(spec.seed, "replaced devices")
        chosen = happens(rng, _DEVICE_REPLACED, len(people)) & (counts >= 2)
        day = today - rng.integers(1, _DEVICE_DAYS, len(people))
        newer = first[chosen]
        counterpart[newer], counterpart[newer + 1] = newer + 1, newer
        on_day[newer] = on_day[newer + 1] = day[chosen]
        is_newer[newer] = True
    return Replacements(counterpart, is_newer, on_day)


def browsers_of(spec: RetailerSpec, replaced: Replacements, browser: Ints) -> Ints:
    """The browsers, where most who replace a device stay with the same kind."""
    rng = random_stream(spec.seed, "browsers of new devices")
    loyal = replaced.is_newer & happens(rng, _SAME_BROWSER, len(browser))
    return np.where(loyal, browser[replaced.counterpart], browser)
