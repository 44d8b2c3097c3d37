"""Who lives with whom, since when: the rule, beside a twin that knows nothing of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import polars as pl
import pytest

from passerelle.identify.households.living_together import Households, Shared, find_households
from tests.unit.identify.household_twin import Says, homes_by_hand

_SHAPE = {
    "profile_id": pl.Int64, "record_id": pl.Int64, "observed_at": pl.Int64,
    "address_id": pl.Int64, "unit": pl.String, "postcode": pl.String,
    "last_name_key": pl.String, "birth_name_key": pl.String, "name_words": pl.String,
    "declared_id": pl.Int64, "first_name_key": pl.String, "birth_date": pl.String,
    "learned_at": pl.Int64,
}  # fmt: skip
_FIRST_NAMES = {True: "PIERRE", False: "MARIE", None: "DOMINIQUE"}
_NOBODY_S: dict[int, set[int]] = {}


def found(told: Sequence[Says], lines: dict[int, set[int]] = _NOBODY_S) -> Households:
    rows = [
        (s.profile, s.record, s.observed, s.address, s.unit, s.postcode, s.name, s.birth_name,
         " ".join(name for name in (s.name, s.birth_name) if name and len(name.split(" ")) == 2)
         or None, s.declared, _FIRST_NAMES[s.man],
         None if s.born is None else f"{s.born}-05-17", s.learned)
        for s in told
    ]  # fmt: skip
    shared = [(line, profile) for line, profiles in lines.items() for profile in profiles]
    residences = pl.DataFrame(rows, schema=_SHAPE, orient="row")
    of_few = pl.DataFrame(shared, schema={"line": pl.Int64, "profile_id": pl.Int64}, orient="row")
    return find_households(residences, Shared.of(residences, of_few))


def homes(told: Sequence[Says], lines: dict[int, set[int]] = _NOBODY_S) -> set[frozenset[int]]:
    """Who lives together now; who lives alone is left out."""
    groups = defaultdict(set)
    for profile, household in found(told, lines).homes.iter_rows():
        groups[household].add(profile)
    return {frozenset(group) for group in groups.values() if len(group) > 1}


def times(told: Sequence[Says]) -> set[tuple[int, int, int | None]]:
    """Memberships: profile, valid_from, valid_to."""
    return set(found(told).memberships.select("profile_id", "valid_from", "valid_to").rows())


def random_town(random: Random) -> tuple[list[Says], dict[int, set[int]]]:
    """Few addresses, flats, postcodes and names, so that everything is shared all the time."""
    profiles = [random.randrange(-(2**40), 2**40) for _ in range(random.randint(2, 26))]
    born = {p: random.choice([None, *range(1940, 2010, 8)]) for p in profiles}
    man = {p: random.choice([True, False, None]) for p in profiles}
    told = [
        Says(
            profile=profile,
            record=random.randrange(2**40),
            observed=random.randint(1, 9),
            address=(address := random.choice([None, 1, 2, 3, 4, 5, 6])),
            unit=None
            if address is None
            else random.choice([None, None, "BAT B", "APT 1", "ETAGE 2"]),
            postcode=None
            if address is None and random.random() < 0.5
            else f"0{(address or 7) % 3}",
            name=random.choice([None, "roux", "morel", "roux morel", "le goff", "petit"]),
            birth_name=random.choice([None, None, "morel", "simon"]),
            born=born[profile],
            learned=random.randint(1, 3),
            man=man[profile],
            declared=random.choice([None, None, None, None, 1, 2, 3]),
        )
        for profile in profiles
        for _ in range(random.choice([1, 1, 2, 3]))
    ]
    lines = {
        line: set(random.sample(profiles, min(len(profiles), random.randint(2, 6))))
        for line in range(random.randint(0, 3))
    }
    return told, lines


@pytest.mark.parametrize("seed", range(60))
def test_households_are_those_of_the_rule_by_brute_force(seed: int) -> None:
    told, lines = random_town(Random(seed))
    assert dict(found(told, lines).homes.iter_rows()) == homes_by_hand(told, lines)


@pytest.mark.parametrize("seed", range(20))
def test_households_do_not_depend_on_the_order_in_which_things_became_known(seed: int) -> None:
    random = Random(seed)
    told, lines = random_town(random)
    once = found(told, lines)
    random.shuffle(told)
    again = found(told, dict(reversed(lines.items())))
    assert once.homes.sort("profile_id").equals(again.homes.sort("profile_id"))
    assert once.memberships.equals(again.memberships)


def test_a_family_of_one_name_at_one_address_is_a_household() -> None:
    assert homes([
        Says(1, 1, 10, 7, name="roux"), Says(2, 2, 20, 7, name="roux"), Says(3, 3, 20, 8, name="roux"),
    ]) == {frozenset({1, 2})}  # fmt: skip


def test_flats_of_one_building_are_several_households() -> None:
    assert homes([
        Says(1, 1, 10, 7, "APT 1", name="roux"), Says(2, 2, 10, 7, "APT 1", name="morel"),
        Says(3, 3, 10, 7, "APT 2", name="petit"), Says(4, 4, 10, 7, "APT 2", name="petit"),
        Says(5, 5, 10, 7, name="simon"),
    ]) == {frozenset({1, 2}), frozenset({3, 4})}  # fmt: skip


def test_a_home_for_the_aged_is_no_household_but_its_couples_are() -> None:
    residents = [Says(n, n, 10, 7, name=f"name{n}") for n in range(30)]
    couple = [Says(100, 100, 10, 7, name="roux"), Says(101, 101, 10, 7, name="roux")]
    assert homes([*residents, *couple]) == {frozenset({100, 101})}


def test_a_birth_name_and_a_double_name_are_of_the_family() -> None:
    crowd = [Says(n, n, 10, 7, name=f"name{n}") for n in range(10, 20)]
    assert homes([
        *crowd, Says(1, 1, 10, 7, name="roux"), Says(2, 2, 10, 7, name="roux morel"),
        Says(3, 3, 10, 7, name="petit", birth_name="morel"),
    ]) == {frozenset({1, 2, 3})}  # fmt: skip


def test_who_shares_a_phone_lives_together_unless_the_addresses_differ() -> None:
    told = [Says(1, 1, 10, 7, name="roux"), Says(2, 2, 10, name="morel"), Says(3, 3, 10, 8)]
    assert homes(told, {1: {1, 2}}) == {frozenset({1, 2})}
    assert homes(told, {1: {1, 3}}) == set()
    assert homes(told, {1: {1, 2, 3}}) == set()


def test_a_rare_name_under_a_postcode_is_a_family_unless_two_homes_are_known() -> None:
    one = Says(1, 1, 10, 7, postcode="22580", name="roux")
    unknown = Says(2, 2, 10, postcode="22580", name="roux")
    other = Says(3, 3, 10, 8, postcode="22580", name="roux")
    assert homes([one, unknown]) == {frozenset({1, 2})}
    assert homes([one, unknown, other]) == set()


def test_a_move_ends_a_membership_and_begins_another() -> None:
    assert times([
        Says(1, 1, 10, 7, name="roux"), Says(2, 2, 12, 7, name="roux"),
        Says(3, 3, 15, 8, name="morel"), Says(1, 4, 30, 8), Says(2, 5, 40, 7),
    ]) == {(1, 10, 30), (2, 12, 30), (1, 30, None), (3, 15, None)}  # fmt: skip


def test_those_of_whom_nothing_is_heard_moved_with_their_household() -> None:
    told = [Says(1, 1, 10, 7, name="roux"), Says(2, 2, 12, 7, name="roux"), Says(1, 3, 30, 8)]
    assert homes(told) == {frozenset({1, 2})}
    assert times(told) == {(1, 10, None), (2, 12, None)}


def test_a_grown_child_leaves_home_alone() -> None:
    assert homes([
        Says(1, 1, 10, 7, name="roux", born=1960), Says(2, 2, 12, 7, name="roux", born=1962),
        Says(3, 3, 12, 7, name="roux", born=1995), Says(3, 4, 30, 8, name="roux", born=1995),
    ]) == {frozenset({1, 2})}  # fmt: skip


def test_a_household_keeps_its_id_while_the_member_known_longest_stays() -> None:
    first = Says(5, 1, 10, 7, name="roux", learned=1)
    second = Says(3, 2, 9, 7, name="roux", learned=2)
    assert dict(found([first, second]).homes.iter_rows()) == {5: 5, 3: 5}
    newcomer = Says(1, 3, 5, 7, name="roux", learned=3)
    assert set(found([first, second, newcomer]).homes["household_id"]) == {5}


def test_a_man_and_a_woman_alone_in_a_part_of_a_building_are_a_couple() -> None:
    man = Says(1, 1, 10, 7, "BAT B", name="roux", man=True, born=1980)
    woman = Says(2, 2, 10, 7, "BAT B", name="morel", man=False, born=1985)
    assert homes([man, woman]) == {frozenset({1, 2})}
    assert homes([man, replace(woman, man=True)]) == set()
    assert homes([man, replace(woman, born=1996)]) == set()
    assert homes([man, woman, Says(3, 3, 10, 7, "BAT B", name="petit")]) == set()


def test_two_couples_in_a_part_of_a_building_are_two_households() -> None:
    assert homes([
        Says(1, 1, 10, 7, "BAT B", name="roux", man=True),
        Says(2, 2, 10, 7, "BAT B", name="roux", man=False),
        Says(3, 3, 10, 7, "BAT B", name="morel", man=True),
    ]) == {frozenset({1, 2})}  # fmt: skip


def test_who_shares_a_line_and_a_name_is_presumed_where_the_other_went() -> None:
    stale = Says(1, 1, 10, 7, name="roux", born=1960)
    fresh = Says(2, 2, 30, 8, name="roux", born=1962)
    assert homes([stale, fresh], {1: {1, 2}}) == {frozenset({1, 2})}
    assert homes([stale, fresh]) == set()
    assert homes([stale, replace(fresh, name="morel")], {1: {1, 2}}) == set()
    assert homes([stale, replace(fresh, born=1990)], {1: {1, 2}}) == set()
    assert homes([replace(stale, observed=30), fresh], {1: {1, 2}}) == set()


def test_a_source_may_say_who_is_one_household() -> None:
    one = Says(1, 1, 10, 7, name="roux", declared=5)
    other = Says(2, 2, 10, name="morel", declared=5)
    assert homes([one, other]) == {frozenset({1, 2})}
    assert homes([one, replace(other, address=8)]) == set()
    assert homes([one, other, Says(2, 2, 20, name="morel")]) == set()
