"""Another usual shop and a new device: weighed against habits that stayed as they were."""

from __future__ import annotations

import json
from itertools import permutations
from math import comb, exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.unify.life_changes.devices import find_new_devices
from passerelle.unify.life_changes.shops import find_shop_changes
from tests.unit.unify.habits import devices, receipts


def test_another_usual_shop_is_proposed_from_its_first_receipt_on() -> None:
    found = find_shop_changes(receipts(["Lyon"] * 6 + ["Paris"] + ["Nice"] * 4))

    assert json.loads(found["details"][0]) == {"from": "Lyon", "to": "Nice"}
    assert found["happened_on"][0] == "2025-07-30"
    assert found["probability"][0] > 0.9


@pytest.mark.parametrize(
    "shops",
    [
        ["Lyon"] * 7 + ["Nice"],
        ["Lyon", "Nice"] * 5,
        ["Lyon"] * 3 + ["Nice"] * 2 + ["Lyon"] * 5,
        [],
        ["Lyon"] * 9,
    ],
    ids=["once", "in turns", "and back", "nothing", "one shop"],
)
def test_habits_that_stayed_are_hardly_a_change(shops: list[str]) -> None:
    found = find_shop_changes(receipts(shops))

    assert found.is_empty() or found["probability"].max() < 0.5


@given(st.lists(st.sampled_from("ABC"), min_size=1, max_size=9))
def test_the_odds_of_another_shop_are_those_of_counting_every_story(shops: list[str]) -> None:
    counted = _by_counting(shops)

    found = find_shop_changes(receipts(shops))

    assert found.height == min(len(counted), 1)
    for details, probability in found.select("details", "probability").rows():
        assert probability == pytest.approx(counted[details])
        assert probability == pytest.approx(max(counted.values()))


def _by_counting(shops: list[str]) -> dict[str, float]:
    """Every change, by writing each story out: 0.8 at the usual shop, elsewhere by its size."""
    share = {each: shops.count(each) / len(shops) for each in set(shops)}

    def story(usual: list[str]) -> float:
        return sum(
            log(0.8) if at == here else log(0.2 * share[at])
            for at, here in zip(shops, usual, strict=True)
        )

    unchanged = max(story([each] * len(shops)) for each in share)
    often = [each for each in share if shops.count(each) >= 2]
    odds = {}
    for old, new in permutations(often, 2):
        starts = [place for place, at in enumerate(shops) if at == new]
        told = [story([old] * at + [new] * (len(shops) - at)) for at in starts]
        mean = sum(exp(each - unchanged) for each in told) / len(told)
        odds[f'{{"from":"{old}","to":"{new}"}}'] = 0.1 * share[new] * mean
    return {change: one / (1 + sum(odds.values())) for change, one in odds.items()}


def test_a_device_of_another_kind_that_comes_when_the_other_has_gone_is_new() -> None:
    found = find_new_devices(devices(("safari", 0, 100, 9), ("chrome", 150, 300, 8)))

    assert found.select("identifier_id", "other_id").row(0) == (11, 10)
    odds = 0.02 * comb(17, 8)
    assert found["probability"][0] == pytest.approx(odds / (1 + odds))


@pytest.mark.parametrize(
    "spans",
    [
        [("safari", 0, 200, 9), ("chrome", 150, 300, 8)],
        [("safari", 0, 100, 9), ("safari", 150, 300, 8)],
        [("safari", 0, 280, 9), ("chrome", 290, 300, 8)],
        [("safari", 0, 100, 9), ("chrome", 150, 200, 8), ("other", 0, 300, 4)],
    ],
    ids=["in turns", "the same kind", "not long silent", "itself gone"],
)
def test_what_a_reset_or_a_second_device_explains_is_no_new_one(
    spans: list[tuple[str, int, int, int]],
) -> None:
    assert find_new_devices(devices(*spans)).is_empty()


def test_cookies_of_one_kind_of_browser_are_one_device() -> None:
    spans = [("safari", 0, 50, 4), ("safari", 60, 100, 5), ("chrome", 150, 200, 3),
             ("chrome", 210, 300, 5)]  # fmt: skip
    found = find_new_devices(devices(*spans))

    assert found.select("identifier_id", "other_id").rows() == [(12, 11)]
    odds = 0.02 * comb(17, 8)
    assert found["probability"][0] == pytest.approx(odds / (1 + odds))


def test_the_seldom_seen_device_proposes_little() -> None:
    found = find_new_devices(devices(("safari", 0, 100, 2), ("chrome", 150, 300, 2)))

    assert found["probability"][0] < 0.2
