"""People and their households: the world behind the files, which the retailer never sees whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from passerelle.simulate.randomness import (
    Bools,
    Floats,
    Ints,
    choose,
    happens,
    random_stream,
)
from passerelle.simulate.reference import DECADES, FIRST_DECADE, Reference
from passerelle.simulate.spec import PeopleRates, RetailerSpec

NEVER = np.int64(2**40)
"""A day that does not come: nobody moved, married or died on it."""

HOUSE_SHARING_BUILDING = 6  # households per building of flats; chosen
_YEAR = 365.25
_MARRIAGEABLE_DAYS = 19 * 365


@dataclass(frozen=True)
class Households:
    """One row per household: where it lives, and where it lived before it moved.

    Address arrays have two columns: 0 the present address, 1 the former one.
    """

    first_person: Ints
    adults: Ints
    place: Ints
    street: Ints
    number: Ints
    unit: Ints
    """-1 without a complement, else a code of the spelling table."""
    moved_on: Ints


@dataclass(frozen=True)
class People:
    """One row per person; the members of a household stand side by side, adults first."""

    household: Ints
    rank: Ints
    """Place within the household; adults come first."""
    is_adult: Bools
    is_woman: Bools
    first_name: Ints
    surname: Ints
    """Name in use today; with `joined_name` it is a double name."""
    joined_name: Ints
    birth_name: Ints
    born_on: Ints
    married_on: Ints
    died_on: Ints
    is_customer: Bools

    def __len__(self) -> int:
        return len(self.household)


def make_population(spec: RetailerSpec, reference: Reference) -> tuple[Households, People]:
    """Draw households until enough adults live in them, then choose who is a customer.

    Days are counted since 1970. Exactly `spec.customers` adults are customers.
    """
    today = (spec.as_of - date(1970, 1, 1)).days
    rng = random_stream(spec.seed, "households")
    sizes, adults = _household_sizes(rng, spec)
    households = _settle(rng, spec.people, reference, sizes=sizes, adults=adults, today=today)
    people = _fill(spec, reference, households, sizes=sizes, today=today)
    return households, people


def _household_sizes(rng: np.random.Generator, spec: RetailerSpec) -> tuple[Ints, Ints]:
    rates = spec.people
    wanted = int(np.ceil(spec.customers / rates.known_share))
    count = wanted  # every household has at least one adult
    sizes = 1 + rng.binomial(rates.household_extra_people, rates.household_extra_share, count)
    couple = happens(rng, rates.couple_share, count)
    grown_child = happens(rng, 0.15, count) & (sizes > 2)
    adults = np.minimum(sizes, 1 + couple.astype(np.int64) + grown_child)
    kept = int(np.searchsorted(np.cumsum(adults), wanted)) + 1
    return sizes[:kept].astype(np.int64), adults[:kept].astype(np.int64)


def _settle(
    rng: np.random.Generator,
    rates: PeopleRates,
    reference: Reference,
    *,
    sizes: Ints,
    adults: Ints,
    today: int,
) -> Households:
    count = len(sizes)
    shape = (count, 2)
    place = choose(rng, reference.place_weights, 2 * count).reshape(shape)
    near = happens(rng, 0.6, count)  # most moves stay in the same town; chosen
    place[near, 1] = place[near, 0]
    street = choose(rng, reference.street_weights, 2 * count).reshape(shape)
    number = 1 + rng.geometric(0.03, size=shape).astype(np.int64) % 180
    unit = np.where(rng.random(shape) < 0.12, rng.integers(0, 400, shape), -1)
    leader = np.arange(count) // HOUSE_SHARING_BUILDING * HOUSE_SHARING_BUILDING
    flat = happens(rng, rates.flat_share, count)
    for column in (place, street, number):
        column[flat, 0] = column[leader[flat], 0]
    unit[flat, 0] = rng.integers(0, 400, int(flat.sum()))
    moved = happens(rng, rates.moved_share, count)
    moved_on = np.where(moved, today - rng.integers(1, int(5 * _YEAR), count), NEVER)
    return Households(
        first_person=np.cumsum(sizes) - sizes,
        adults=adults,
        place=place,
        street=street,
        number=number,
        unit=unit,
        moved_on=moved_on,
    )


def _fill(
    spec: RetailerSpec, reference: Reference, households: Households, *, sizes: Ints, today: int
) -> People:
    rng = random_stream(spec.seed, "people")
    household = np.repeat(np.arange(len(sizes)), sizes)
    count = len(household)
    rank = np.arange(count) - households.first_person[household]
    is_adult = rank < households.adults[household]
    is_woman = _sexes(rng, households, household=household, rank=rank)
    born_on = _births(rng, household=household, rank=rank, is_adult=is_adult, today=today)
    partner = (rank == 1) & is_adult
    has_partner = np.bincount(household[partner], minlength=len(sizes)) > 0
    in_couple = has_partner[household] & (rank < 2)
    surname, joined, birth_name, married_on = _names(
        rng, spec.people, reference, couples=(household, in_couple, is_woman, born_on), today=today
    )
    adults = np.flatnonzero(is_adult)
    is_customer = np.zeros(count, dtype=np.bool_)
    is_customer[rng.permutation(adults)[: spec.customers]] = True
    return People(
        household=household,
        rank=rank,
        is_adult=is_adult,
        is_woman=is_woman,
        first_name=_first_names(rng, reference, is_woman=is_woman, born_on=born_on),
        surname=surname,
        joined_name=joined,
        birth_name=birth_name,
        born_on=born_on,
        married_on=married_on,
        died_on=_deaths(rng, born_on=born_on, today=today),
        is_customer=is_customer,
    )


def _sexes(
    rng: np.random.Generator, households: Households, *, household: Ints, rank: Ints
) -> Bools:
    is_woman = rng.random(len(household)) < 0.51
    partner = (rank == 1) & (households.adults[household] > 1)
    head = households.first_person[household]
    same_sex = happens(rng, 0.02, len(household))
    return np.where(partner, is_woman[head] ^ ~same_sex, is_woman)


def _births(
    rng: np.random.Generator, *, household: Ints, rank: Ints, is_adult: Bools, today: int
) -> Ints:
    """Ages in years: head 19 to 92 with most between 30 and 70, partner near the head's."""
    heads = int(household[-1]) + 1
    head_age = 19 + 73 * rng.beta(1.7, 2.1, heads)
    age = head_age[household]
    partner = (rank == 1) & is_adult
    age = np.where(partner, np.clip(age + rng.normal(0, 4, len(age)), 18, 99), age)
    grown = (rank >= 2) & is_adult
    age = np.where(grown, rng.uniform(18, 27, len(age)), age)
    age = np.where(is_adult, age, rng.uniform(0, 18, len(age)))
    return today - np.floor(age * _YEAR).astype(np.int64) - rng.integers(1, 365, len(age))


def _names(
    rng: np.random.Generator,
    rates: PeopleRates,
    reference: Reference,
    *,
    couples: tuple[Ints, Bools, Bools, Ints],
    today: int,
) -> tuple[Ints, Ints, Ints, Ints]:
    """Surname, second half of a double name, name at birth, and wedding day of each person.

    A household bears the man's name, or that of its head; the partner was born with another.
    """
    household, in_couple, is_woman, born_on = couples
    homes = int(household[-1]) + 1
    family = choose(rng, reference.surname_weights, homes)[household]
    own = choose(rng, reference.surname_weights, len(household))
    comes_in = in_couple & _bears_another_name(household, in_couple, is_woman)
    birth_name = np.where(comes_in, own, family)
    recent = happens(rng, rates.recently_married_share, homes)
    years = np.where(recent, rng.uniform(0, 6, homes), rng.uniform(6, 40, homes))
    of_age = np.zeros(homes, dtype=np.int64)
    np.maximum.at(of_age, household[in_couple], born_on[in_couple] + _MARRIAGEABLE_DAYS)
    wedding = np.maximum(today - np.floor(years * _YEAR).astype(np.int64), of_age)[household]
    married = happens(rng, rates.married_share, homes)[household]
    spouses = in_couple & married & (wedding < today)
    changing = rng.random(len(household))
    wife = comes_in & is_woman & spouses
    takes = wife & (changing < rates.takes_name_share)
    joins = wife & ~takes & (changing < rates.takes_name_share + rates.joins_names_share)
    surname = np.where(takes | joins, family, birth_name)
    joined = np.where(joins, birth_name, -1)
    return surname, joined, birth_name, np.where(spouses, wedding, NEVER)


def _bears_another_name(household: Ints, in_couple: Bools, is_woman: Bools) -> Bools:
    """Who brings another name into a couple: the woman; between two alike, the second."""
    women = np.bincount(household[in_couple & is_woman], minlength=int(household[-1]) + 1)
    second = np.zeros(len(household), dtype=np.bool_)
    second[1:] = in_couple[1:] & in_couple[:-1] & (household[1:] == household[:-1])
    return np.where(women[household] == 1, is_woman, second)


def _first_names(
    rng: np.random.Generator, reference: Reference, *, is_woman: Bools, born_on: Ints
) -> Ints:
    years = 1970 + born_on / _YEAR
    decade = np.clip((years - FIRST_DECADE) // 10, 0, DECADES - 1).astype(np.int64)
    group = decade * 2 + is_woman
    names = np.zeros(len(born_on), dtype=np.int64)
    for value in range(2 * DECADES):
        members = np.flatnonzero(group == value)
        weights = reference.first_name_weights[value % 2][value // 2]
        names[members] = choose(rng, weights, len(members))
    return names


def _deaths(rng: np.random.Generator, *, born_on: Ints, today: int) -> Ints:
    """Who died in the last two years: Gompertz, about 0.7 % a year at 60 and 5 % at 80."""
    age: Floats = (today - born_on) / _YEAR
    two_years = 1 - np.exp(-2 * np.exp(-10.7 + 0.096 * age))
    dead = rng.random(len(age)) < np.where(age >= 18, two_years, 0.0)
    return np.where(dead, today - rng.integers(1, 730, len(age)), NEVER)
