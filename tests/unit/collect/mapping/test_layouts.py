"""Every sample of a known export is recognised and each of its columns is understood."""

from pathlib import Path

import pytest

from passerelle.collect.mapping import apply_mapping, propose_mapping
from passerelle.files import open_table

SAMPLES = Path(__file__).parents[3] / "samples" / "exports"

# (file, layout, date order, {field: columns that feed it})
EXPECTED = [
    (
        "hubspot_contacts.csv",
        "hubspot_contacts",
        "ymd",
        {
            "record_key": "Record ID",
            "first_name": "First Name",
            "last_name": "Last Name",
            "email": "Email",
            "phone_home": "Phone Number",
            "phone_mobile": "Mobile Phone Number",
            "created_at": "Create Date",
            "address_1": "Street Address",
            "postcode": "Postal Code",
            "city": "City",
            "country": "Country/Region",
            "birth_date": "Date of birth",
            "loyalty_card": "Carte fidélité",
        },
    ),
    (
        "hubspot_contacts_fr.csv",
        "hubspot_contacts",
        "ymd",
        {
            "record_key": "ID d'enregistrement",
            "first_name": "Prénom",
            "last_name": "Nom",
            "email": "E-mail",
            "phone_home": "Numéro de téléphone",
            "created_at": "Date de création",
        },
    ),
    (
        "salesforce_contacts.csv",
        "salesforce_contacts",
        "dmy",
        {
            "title": "Salutation",
            "first_name": "First Name",
            "last_name": "Last Name",
            "address_1": "Mailing Street",
            "city": "Mailing City",
            "postcode": "Mailing Zip/Postal Code",
            "country": "Mailing Country",
            "phone_home": "Phone",
            "phone_mobile": "Mobile",
            "email": "Email",
            "company": "Account Name",
        },
    ),
    (
        "salesforce_leads.csv",
        "salesforce_leads",
        "dmy",
        {
            "first_name": "First Name",
            "last_name": "Last Name",
            "company": "Company / Account",
            "address_1": "Street",
            "email": "Email",
        },
    ),
    (
        "shopify_customers.csv",
        "shopify_customers",
        "ymd",
        {
            "record_key": "Customer ID",
            "login": "Customer ID",
            "first_name": "First Name",
            "last_name": "Last Name",
            "email": "Email",
            "company": "Default Address Company",
            "address_1": "Default Address Address1",
            "address_2": "Default Address Address2",
            "city": "Default Address City",
            "country": "Default Address Country Code",
            "postcode": "Default Address Zip",
            "phone_home": "Default Address Phone",
            "phone_mobile": "Phone",
            "birth_date": "Date de naissance (customer.metafields.facts.birth_date)",
        },
    ),
    (
        "mailchimp_audience.csv",
        "mailchimp_audience",
        "ymd",
        {
            "record_key": "EUID",
            "email": "Email Address",
            "first_name": "First Name",
            "last_name": "Last Name",
            "phone_home": "Phone Number",
            "created_at": "CONFIRM_TIME",
            "updated_at": "LAST_CHANGED",
            "country": "CC",
        },
    ),
    (
        "brevo_contacts.csv",
        "brevo_contacts",
        "dmy",
        {
            "record_key": "CONTACT ID",
            "customer_number": "EXT_ID",
            "email": "EMAIL",
            "first_name": "FIRSTNAME",
            "last_name": "LASTNAME",
            "phone_mobile": "SMS",
            "phone_home": "LANDLINE_NUMBER",
            "created_at": "ADDED_TIME",
            "updated_at": "MODIFIED_TIME",
        },
    ),
    (
        "brevo_contacts_fr.csv",
        "brevo_contacts",
        "dmy",
        {
            "email": "EMAIL",
            "first_name": "PRENOM",
            "last_name": "NOM",
            "phone_mobile": "SMS",
            "birth_date": "DATE_DE_NAISSANCE",
        },
    ),
    (
        "prestashop_customers.csv",
        "prestashop_customers",
        "ymd",
        {
            "record_key": "ID",
            "login": "ID",
            "title": "Social title",
            "first_name": "First name",
            "last_name": "Last name",
            "email": "Email address",
            "company": "Company",
            "created_at": "Registration",
        },
    ),
    (
        "prestashop_customers_fr.csv",
        "prestashop_customers",
        "ymd",
        {
            "record_key": "ID",
            "login": "ID",
            "title": "Titre de civilité",
            "first_name": "Prénom",
            "last_name": "Nom",
            "email": "Adresse e-mail",
            "company": "Société",
            "created_at": "Inscription",
        },
    ),
    (
        "prestashop_customers_16.csv",
        "prestashop_customers",
        "ymd",
        {
            "record_key": "ID",
            "login": "ID",
            "title": "Title",
            "first_name": "First Name",
            "last_name": "Last name",
            "email": "Email address",
            "created_at": "Registration",
        },
    ),
    (
        "prestashop_addresses.csv",
        "prestashop_addresses",
        "ymd",
        {
            "record_key": "id_address",
            "login": "id_customer",
            "company": "company",
            "vat": "vat_number",
            "last_name": "lastname",
            "first_name": "firstname",
            "address_1": "address1",
            "address_2": "address2",
            "postcode": "postcode",
            "city": "city",
            "phone_home": "phone",
            "phone_mobile": "phone_mobile",
            "created_at": "date_add",
            "updated_at": "date_upd",
        },
    ),
    (
        "prestashop_addresses_import.csv",
        "prestashop_addresses",
        "ymd",
        {
            "record_key": "Address ID",
            "login": "Customer ID",
            "email": "Customer e-mail*",
            "company": "Company",
            "last_name": "Lastname*",
            "first_name": "Firstname*",
            "address_1": "Address 1*",
            "address_2": "Address 2",
            "postcode": "Zipcode*",
            "city": "City*",
            "country": "Country*",
            "vat": "VAT number",
            "phone_home": "Phone",
            "phone_mobile": "Mobile Phone",
        },
    ),
    (
        "excel_francais.csv",
        None,
        "dmy",
        {
            "record_key": "N° client",
            "customer_number": "N° client",
            "title": "Civilité",
            "last_name": "Nom",
            "first_name": "Prénom",
            "address_1": "Adresse",
            "address_2": "Complément d'adresse",
            "postcode": "CP",
            "city": "Ville",
            "phone_home": "Tél. fixe",
            "phone_mobile": "Tél. portable",
            "email": "Courriel",
            "birth_date": "Date de naissance",
            "loyalty_card": "Carte fidélité",
            "created_at": "Créé le",
        },
    ),
]


@pytest.mark.parametrize(("file", "layout", "order", "fields"), EXPECTED, ids=lambda v: str(v)[:30])
def test_an_export_is_recognised_and_each_of_its_columns_understood(
    file: str, layout: str | None, order: str, fields: dict[str, str]
) -> None:
    # given
    table = open_table(SAMPLES / file)

    # when
    mapping = propose_mapping(table.columns, table.sample(), kind="records")

    # then
    assert mapping.layout == layout
    assert {c.field: c.column for c in mapping.columns if c.field} == fields
    assert mapping.date_order == order
    assert all(c.confidence >= 0.5 and c.why for c in mapping.columns if c.field)


def test_shopify_orders_are_receipts_of_one_row_a_line() -> None:
    # given
    table = open_table(SAMPLES / "shopify_orders.csv")

    # when
    mapping = propose_mapping(table.columns, table.sample(), kind="receipts")
    rows = apply_mapping(mapping, table.sample()).to_dicts()

    # then
    assert mapping.layout == "shopify_orders"
    assert {f: mapping.columns_for(f) for f in mapping.fields()} == {
        "receipt_id": ("Name",),
        "email": ("Email",),
        "currency": ("Currency",),
        "total_cents": ("Total",),
        "occurred_at": ("Created at",),
        "quantity": ("Lineitem quantity",),
        "product_label": ("Lineitem name",),
        "amount_cents": ("Lineitem price",),
        "product_id": ("Lineitem sku",),
        "phone": ("Billing Phone", "Phone"),
        "store_id": ("Location",),
        "channel": ("Source",),
        "discount_cents": ("Lineitem discount",),
    }
    assert [row["product_id"] for row in rows] == ["CRM-01", "SAV-02"]
    assert rows[0]["phone"] == "+33639981234"


def test_the_apostrophe_shopify_writes_before_numbers_is_taken_off_the_fields_only() -> None:
    # given
    table = open_table(SAMPLES / "shopify_customers.csv")
    mapping = propose_mapping(table.columns, table.sample(), kind="records")

    # when
    rows = apply_mapping(mapping, table.sample()).to_dicts()

    # then
    assert [row["record_key"] for row in rows] == [
        "7210000000122",
        "7210000000123",
        "7210000000124",
    ]
    assert [row["postcode"] for row in rows] == ["75011", "01000", None]
    assert '"Customer ID":"\'7210000000122"' in rows[0]["original"]


def test_an_address_of_prestashop_belongs_to_the_login_of_its_customer() -> None:
    table = open_table(SAMPLES / "prestashop_addresses.csv")
    mapping = propose_mapping(table.columns, table.sample(), kind="records")

    assert mapping.columns_for("login") == ("id_customer",)
    assert mapping.record_key == "id_address"
