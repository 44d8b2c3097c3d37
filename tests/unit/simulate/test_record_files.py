"""The customer files of a simulated retailer: their layouts, their dirt, and who is in them."""

from __future__ import annotations

import re

import polars as pl
import pytest

from tests.unit.simulate.conftest import Simulated

CRM_HEADER = (
    "N° client;Civilité;Nom;Prénom;Nom de naissance;Date de naissance;Courriel;Tél. portable;"
    "Tél. fixe;Adresse;Complément;CP;Ville;Créé le;Modifié le"
)
SHOPIFY_HEADER = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,"
    "Default Address Address1,Default Address Address2,Default Address City,"
    "Default Address Province Code,Default Address Country Code,Default Address Zip,"
    "Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,"
    "Tags"
)


def test_the_crm_file_is_a_french_windows_export(simulated: Simulated) -> None:
    raw = (simulated.folder / "crm_customers.csv").read_bytes()
    assert raw.split(b"\n")[0] == CRM_HEADER.encode("cp1252")
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")


def test_the_loyalty_file_has_a_byte_order_mark(simulated: Simulated) -> None:
    raw = (simulated.folder / "loyalty_members.csv").read_bytes()
    header = b"card_number,last_name,first_name,birth_date,email,mobile,zip,store_id,joined_on,"
    assert raw.startswith(b"\xef\xbb\xbf" + header + b"customer_number\n")


def test_the_web_shop_file_has_the_layout_of_a_shopify_export(simulated: Simulated) -> None:
    raw = (simulated.folder / "webshop_customers.csv").read_text(encoding="utf-8")
    assert raw.split("\n")[0] == SHOPIFY_HEADER


def test_every_row_of_the_three_files_has_its_person(simulated: Simulated) -> None:
    records = simulated.truth("records")
    keys = {
        "crm": simulated.crm()["N° client"],
        "loyalty": simulated.csv("loyalty_members.csv")["card_number"],
        "webshop": simulated.csv("webshop_customers.csv")["Customer ID"],
    }
    for source, column in keys.items():
        told = records.filter(pl.col("source") == source)["record_key"]
        assert told.to_list() == column.to_list()
        assert column.is_unique().all()
    people = simulated.truth("people").filter("is_customer")["person_id"]
    assert set(records["person_id"]) == set(people)


def test_some_people_are_in_the_crm_twice(simulated: Simulated) -> None:
    crm = simulated.truth("records").filter(pl.col("source") == "crm")
    rates = simulated.spec.records
    extra = len(crm) / crm["person_id"].n_unique() - 1
    assert extra == pytest.approx(rates.crm_twice_share + rates.crm_thrice_share, abs=0.02)


def test_a_web_shop_account_has_an_address_of_its_own(simulated: Simulated) -> None:
    emails = simulated.csv("webshop_customers.csv")["Email"]
    assert emails.null_count() == 0
    assert emails.is_unique().all()


def test_most_people_keep_their_address_from_file_to_file(simulated: Simulated) -> None:
    records = simulated.truth("records")
    shop = simulated.csv("webshop_customers.csv").select(
        record_key="Customer ID", shop_email="Email"
    )
    crm = simulated.crm().select(record_key="N° client", crm_email=pl.col("Courriel"))
    both = (
        records.join(shop, on="record_key")
        .join(records.join(crm, on="record_key"), on="person_id")
        .filter(pl.col("crm_email").is_not_null())
    )
    same = (both["shop_email"] == both["crm_email"].str.strip_chars().str.to_lowercase()).mean()
    assert 0.6 < same < 0.9


def test_the_dirt_is_there(simulated: Simulated) -> None:
    crm = simulated.crm()
    names, emails = crm["Nom"], crm["Courriel"].drop_nulls()
    assert 0.5 < (names == names.str.to_uppercase()).mean() < 0.95
    assert (emails != emails.str.to_lowercase()).any()
    assert (emails != emails.str.strip_chars()).any()
    assert crm["CP"].str.len_chars().min() == 4  # a spreadsheet ate the zero of 01000
    assert crm["Courriel"].null_count() > 0.15 * len(crm)


def test_phones_are_written_in_ten_ways(simulated: Simulated) -> None:
    phones = simulated.crm()["Tél. portable"].drop_nulls().to_list()
    shapes = {re.sub(r"\d", "9", phone) for phone in phones}
    assert len(shapes & {
        "99 99 99 99 99", "9999999999", "99.99.99.99.99", "99-99-99-99-99", "9999 99 99 99",
        "+99 9 99 99 99 99", "+99999999999", "9999999999999", "+99 (9)9 99 99 99 99",
        "99999999999",
    }) == 10  # fmt: skip


def test_loyalty_cards_have_a_right_check_digit(simulated: Simulated) -> None:
    for card in simulated.csv("loyalty_members.csv")["card_number"].head(50):
        digits = [int(sign) for sign in card]
        assert len(digits) == 13
        assert sum(d * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0


def test_customer_numbers_in_the_loyalty_file_are_those_of_the_same_person(
    simulated: Simulated,
) -> None:
    records = simulated.truth("records")
    loyalty = simulated.csv("loyalty_members.csv").filter(pl.col("customer_number").is_not_null())
    owner = dict(zip(records["record_key"], records["person_id"], strict=True))
    assert len(loyalty) > 20
    assert all(
        owner[card] == owner[number]
        for card, number in loyalty.select("card_number", "customer_number").iter_rows()
    )


def test_records_older_than_a_marriage_bear_the_birth_name(simulated: Simulated) -> None:
    married = simulated.truth("people").filter(
        (pl.col("birth_name") != pl.col("last_name")) & pl.col("joined_name").is_null()
    )
    loyalty = simulated.csv("loyalty_members.csv")
    rows = (
        simulated.truth("records")
        .join(loyalty, left_on="record_key", right_on="card_number")
        .join(married, on="person_id", suffix="_true")
        .with_columns(pl.col("last_name").str.to_uppercase())
    )
    before = rows.filter(pl.col("last_name") == pl.col("birth_name"))
    joined = before["joined_on"].str.to_date()
    assert len(before) > 0
    assert (joined < before["married_on"]).all()
