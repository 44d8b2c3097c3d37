"""Numbers of companies."""

from __future__ import annotations

import pytest

from passerelle.identifiers import Parsed, Refused, get_identifier_type, parse_identifier


@pytest.mark.parametrize("raw", ["73282932000074", "732 829 320 00074", "732.829.320-00074"])
def test_an_establishment_is_read_however_its_number_is_spaced(raw: str) -> None:
    assert parse_identifier("siret", raw) == Parsed("73282932000074")


def test_a_post_office_has_a_number_of_its_own_kind() -> None:
    # Luhn's sum is wrong; the digits add up to a multiple of five.
    assert parse_identifier("siret", "35600000049837") == Parsed("35600000049837")
    assert parse_identifier("siret", "35600000049838") == Refused("invalid_number")


def test_a_zero_that_a_spreadsheet_ate_is_put_back() -> None:
    assert parse_identifier("siren", "5450093") == Refused("invalid_number")
    assert parse_identifier("siren", "05520176") == parse_identifier("siren", "005520176")


def test_the_company_is_found_in_the_number_of_its_establishment_and_in_its_vat_number() -> None:
    raws = ["732829320", "73282932000074", "FR44732829320"]

    assert {parse_identifier("siren", raw) for raw in raws} == {Parsed("732829320")}


@pytest.mark.parametrize(
    ("raw", "region", "value"),
    [
        ("ATU13585627", "FR", "ATU13585627"),
        ("DE 136 695 976", "FR", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("ESA28015865", "FR", "ESA28015865"),
        ("NL004495445B01", "FR", "NL004495445B01"),
        ("094259216", "GR", "EL094259216"),
        ("IE6433435F", "FR", "IE6433435F"),
    ],
)
def test_vat_numbers_of_europe_are_checked_by_their_country(
    raw: str, region: str, value: str
) -> None:
    assert parse_identifier("vat", raw, region=region) == Parsed(value)


def test_a_company_number_never_joins_two_colleagues() -> None:
    assert not any(get_identifier_type(name).is_linking for name in ("siren", "siret", "vat"))
