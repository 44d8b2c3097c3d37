"""Customer numbers, loyalty cards, logins."""

from __future__ import annotations

import polars as pl
import pytest

from passerelle.identifiers import Parsed, normalize_column, parse_identifier


def canonical(name: str, raw: str, namespace: str = "default") -> str | None:
    reading = parse_identifier(name, raw, namespace=namespace)
    return reading.value if isinstance(reading, Parsed) else None


def test_the_same_number_of_two_brands_is_two_identifiers() -> None:
    columns = [
        normalize_column("loyalty_card", pl.Series(["104200"]), namespace=brand).values[0]
        for brand in ("nord", "sud")
    ]

    assert columns == ["nord:104200", "sud:104200"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("00042517", "42517"),  # zeros eaten by a spreadsheet
        ("c42517", "C42517"),
        ("2999 1234 5678 9", "2999123456789"),
        ("42517.0", "42517"),
        ("2,999123456789E+12", "2999123456789"),
    ],
)
def test_two_writings_of_a_number_meet(one: str, other: str) -> None:
    assert canonical("customer_number", one) == canonical("customer_number", other)


def test_opaque_keys_that_differ_by_case_do_not_meet() -> None:
    keys = ["0035e00000AbCdE", "0035e00000AbCde"]

    assert len({canonical("customer_number", key) for key in keys}) == 2


def test_a_login_keeps_its_case_unless_it_is_an_address() -> None:
    assert canonical("login", "Ab3") == "default:Ab3"
    assert canonical("login", "Marie@Exemple.FR") == "default:marie@exemple.fr"
