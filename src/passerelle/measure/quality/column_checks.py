"""Which check a column gets: by the field that it feeds."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from passerelle.measure.quality.checked import Checked, Setting
from passerelle.measure.quality.contact_checks import check_email, check_phone
from passerelle.measure.quality.fact_checks import check_birth_date, check_instant, check_number
from passerelle.measure.quality.place_checks import (
    check_address_line,
    check_city,
    check_postcode,
)
from passerelle.measure.quality.text_checks import (
    check_gender,
    check_name,
    check_text,
    check_title,
)

Check = Callable[[pl.Series, Setting], Checked]
"""Reads a column of trimmed cells, null where blank."""

_CHECKS: dict[str, Check] = {
    "email": check_email,
    "email_2": check_email,
    "email_sha256": check_email,
    "phone_mobile": check_phone,
    "phone_home": check_phone,
    "first_name": check_name,
    "last_name": check_name,
    "birth_name": check_name,
    "full_name": check_name,
    "title": check_title,
    "gender": check_gender,
    "birth_date": check_birth_date,
    "created_at": check_instant,
    "updated_at": check_instant,
    "address_1": check_address_line,
    "address_2": check_address_line,
    "address_3": check_address_line,
    "postcode": check_postcode,
    "city": check_city,
    "record_key": check_number,
    "customer_number": check_number,
    "loyalty_card": check_number,
    "login": check_number,
    "cookie": check_number,
    "mobile_id": check_number,
}


def check_column(cells: pl.Series, setting: Setting) -> Checked:
    """A column's cells, checked as what they are; an unknown column as any text."""
    return _CHECKS.get(setting.field or "", check_text)(cells, setting)
