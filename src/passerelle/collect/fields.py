"""The fields passerelle knows: what a column of somebody's file can mean.

Every field is text, or null when the source said nothing. Several columns may feed one field:
the first that is not empty wins. What no field takes stays in the record's original.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from passerelle.kernel.language import N_

RecordKind = Literal["records", "receipts"]
"""What a file tells: customer records, or offline purchases."""

RECORD_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "record_key": N_("the source's own key of the row"),
        "customer_number": N_("customer number"),
        "loyalty_card": N_("loyalty card number"),
        "login": N_("login on the site or the app"),
        "email": N_("e-mail address"),
        "email_2": N_("second e-mail address"),
        "email_sha256": N_("e-mail address already hashed (SHA-256, 64 hexadecimal digits)"),
        "phone_mobile": N_("mobile phone"),
        "phone_home": N_("landline phone"),
        "cookie": N_("browser cookie"),
        "mobile_id": N_("mobile advertising identifier"),
        "title": N_("title (Mr, Mrs)"),
        "first_name": N_("first name"),
        "last_name": N_("last name"),
        "birth_name": N_("name at birth"),
        "full_name": N_("first and last name in one cell"),
        "birth_date": N_("date of birth"),
        "gender": N_("gender"),
        "address_1": N_("address, first line"),
        "address_2": N_("address, second line"),
        "address_3": N_("address, third line"),
        "postcode": N_("postcode"),
        "city": N_("city"),
        "country": N_("country"),
        "household_number": N_("number that the source gives to a household"),
        "company": N_("company"),
        "siren": N_("SIREN of the company"),
        "siret": N_("SIRET of the establishment"),
        "vat": N_("VAT number of the company"),
        "language": N_("language"),
        "created_at": N_("when the record was created"),
        "updated_at": N_("when the record last changed"),
    }
)
"""Each field of a customer record, with what it holds, in the order people expect to read it."""

RECEIPT_MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "receipt_id": N_("receipt or order number"),
        "store_id": N_("shop"),
        "occurred_at": N_("when it was bought"),
        "channel": N_("shop or web"),
        "customer_number": N_("customer number"),
        "loyalty_card": N_("loyalty card number"),
        "email": N_("e-mail address"),
        "phone": N_("phone"),
        "login": N_("login on the site or the app"),
        "total_cents": N_("total of the receipt"),
        "currency": N_("currency (EUR)"),
        "line_number": N_("line of the receipt"),
        "product_id": N_("product code"),
        "product_label": N_("product name"),
        "quantity": N_("quantity"),
        "amount_cents": N_("amount of the line"),
        "discount_cents": N_("discount"),
    }
)
"""Each field of a receipt line, with what it holds."""

RECORD_FIELDS: tuple[str, ...] = tuple(RECORD_MEANINGS)
"""The fields of a customer record."""

RECEIPT_FIELDS: tuple[str, ...] = tuple(RECEIPT_MEANINGS)
"""The fields of a receipt line."""


def fields_of(kind: RecordKind) -> tuple[str, ...]:
    """The fields a file of this kind can fill."""
    return RECORD_FIELDS if kind == "records" else RECEIPT_FIELDS
