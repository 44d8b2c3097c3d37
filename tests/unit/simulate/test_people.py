"""The people of a simulated retailer: how many, who lives with whom, what happens to them."""

from __future__ import annotations

import phonenumbers
import polars as pl
import pytest

from passerelle.kernel import InvalidInput
from passerelle.simulate import RetailerSpec
from tests.unit.simulate.conftest import Simulated


def test_as_many_customers_as_asked_for_stand_in_some_file(simulated: Simulated) -> None:
    people = simulated.truth("people")
    known = people.filter(pl.any_horizontal("in_crm", "in_loyalty", "in_webshop"))
    assert people["is_customer"].sum() == 2_000
    assert known["person_id"].to_list() == people.filter("is_customer")["person_id"].to_list()


def test_a_household_has_two_point_two_people(simulated: Simulated) -> None:
    sizes = simulated.truth("people").group_by("household_id").len()["len"]
    assert sizes.mean() == pytest.approx(2.2, abs=0.08)
    assert sizes.max() <= 5


def test_only_adults_are_customers(simulated: Simulated) -> None:
    people = simulated.truth("people")
    assert people.filter("is_customer")["is_adult"].all()
    youngest = people.filter("is_customer")["born_on"].max()
    assert youngest is not None and youngest.year <= simulated.spec.as_of.year - 18  # type: ignore[union-attr]


def test_nothing_happens_after_the_as_of_date(simulated: Simulated) -> None:
    people = simulated.truth("people")
    for column in ("born_on", "married_on", "moved_on", "died_on"):
        assert people[column].max() < simulated.spec.as_of


def test_people_move_marry_and_die_about_as_often_as_the_spec_says(simulated: Simulated) -> None:
    people = simulated.truth("people")
    homes = people.unique("household_id")
    assert homes["moved_on"].is_not_null().mean() == pytest.approx(
        simulated.spec.people.moved_share, abs=0.04
    )
    wives = people.filter(pl.col("married_on").is_not_null() & (pl.col("sex") == "F"))
    renamed = (wives["birth_name"] != wives["last_name"]).mean()
    rates = simulated.spec.people
    assert renamed == pytest.approx(rates.takes_name_share + rates.joins_names_share, abs=0.05)
    adults = people.filter("is_adult")
    assert 0.005 < adults["died_on"].is_not_null().mean() < 0.05


def test_nobody_marries_as_a_child(simulated: Simulated) -> None:
    married = simulated.truth("people").filter(pl.col("married_on").is_not_null())
    assert ((married["married_on"] - married["born_on"]).dt.total_days() > 18 * 365).all()


def test_older_people_die_more_often(simulated: Simulated) -> None:
    adults = simulated.truth("people").filter("is_adult")
    age = 2026 - adults["born_on"].dt.year()
    old, young = adults.filter(age > 70), adults.filter(age < 50)
    assert old["died_on"].is_not_null().mean() > 5 * young["died_on"].is_not_null().mean()


def test_two_people_have_the_same_address_only_through_a_family_mailbox(
    simulated: Simulated,
) -> None:
    people = simulated.truth("people").filter("is_customer")
    plain = people["email"].str.to_lowercase().str.replace_all(".", "", literal=True)
    assert plain.is_unique().all()


def test_family_mailboxes_are_as_common_as_the_spec_says(simulated: Simulated) -> None:
    people = simulated.truth("people").filter("is_customer")
    homes = people.group_by("household_id").agg(
        pl.len().alias("known"), pl.col("uses_family_mailbox").any()
    )
    several = homes.filter(pl.col("known") > 1)
    rates = simulated.spec.people
    expected = rates.shared_mailbox_households * (1 - (1 - rates.shared_mailbox_use) ** 2)
    assert several["uses_family_mailbox"].mean() == pytest.approx(expected, abs=0.04)
    alone = homes.filter(pl.col("known") == 1)
    assert not alone["uses_family_mailbox"].any()


def test_a_few_numbers_belonged_to_another_customer_before(simulated: Simulated) -> None:
    people = simulated.truth("people").filter("is_customer")
    rates = simulated.spec.people
    assert people["mobile_is_recycled"].mean() == pytest.approx(
        rates.changed_phone_share * rates.recycled_phone_share, abs=0.015
    )


def test_mobile_numbers_are_ones_that_libphonenumber_accepts(simulated: Simulated) -> None:
    webshop = simulated.csv("webshop_customers.csv")
    numbers = webshop["Phone"].drop_nulls().to_list()
    assert len(numbers) > 100
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(n)) for n in numbers)


@pytest.mark.parametrize(("customers", "seed"), [(0, 1), (10**9, 1), (10, -1)])
def test_an_impossible_retailer_is_refused(customers: int, seed: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        RetailerSpec(customers=customers, seed=seed)
    assert refused.value.hint
