"""When a value stands in more rows than values of its kind can."""

from __future__ import annotations

_FAMILY = 10
"""Rows that one family may fill with one e-mail address, phone or card: children, and a record
twice. More share it: a shop, an employee, a machine."""

_HOUSE = 50
"""Rows that one address may have: a tower, a residence of students."""

_BIRTH_DATES = 25_000
"""Days on which today's adults were born, about: 70 years of 365 days."""

_TIMES_EXPECTED = 10
"""How much more often than others a birth date must be typed before it is suspected."""

_NAMES = 0.05
"""Share of a column that one name may have. The most given first names of a generation reach 4 %
(INSEE, fichier des prénoms), the most frequent French last name 0.4 %."""

_OF_A_PERSON = frozenset(
    {
        "email",
        "email_2",
        "email_sha256",
        "phone_mobile",
        "phone_home",
        "customer_number",
        "loyalty_card",
        "login",
        "record_key",
        "mobile_id",
    }
)


def is_too_frequent(field: str | None, rows: int, *, valid: int) -> bool:
    """Whether a value of a field stands in too many rows to be what it seems.

    Args:
        field: What the column feeds.
        rows: Rows with the value.
        valid: Cells of the column that can be used.

    >>> is_too_frequent("phone_mobile", 40, valid=1000), is_too_frequent("city", 40, valid=1000)
    (True, False)
    """
    if rows <= _FAMILY:
        return False
    if field in _OF_A_PERSON:
        return True
    if field == "birth_date":
        return rows > _TIMES_EXPECTED * max(valid / _BIRTH_DATES, 1)
    if field in ("first_name", "last_name", "birth_name", "full_name"):
        return rows > _NAMES * max(valid, 1_000)
    return field == "address_1" and rows > _HOUSE


def is_shared(customers: int) -> bool:
    """Whether a contact of so many customers can be none's own."""
    return customers > _FAMILY
