"""Phone numbers, French first."""

from __future__ import annotations

import phonenumbers
import polars as pl
import pytest

from passerelle.identifiers import Parsed, normalize_column, parse_identifier, region_of_postcode

OVERSEAS = {"GP", "MQ", "GF", "RE", "YT", "BL", "MF"}


def canonical(raw: str, region: str = "FR") -> str | None:
    reading = parse_identifier("phone", raw, region=region)
    return reading.value if isinstance(reading, Parsed) else None


def library(raw: str, region: str) -> str | None:
    number = phonenumbers.parse(raw, region)
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def test_every_block_of_the_french_plan_agrees_with_libphonenumber() -> None:
    # Given one number in each block of 10,000 numbers.
    raws = [f"0{block:04d}{(block * 7919) % 100_000:05d}" for block in range(1_000, 10_000)]

    values = normalize_column("phone", pl.Series(raws)).values.to_list()

    # Then what libphonenumber accepts under FR is the same; what it refuses is nobody's number,
    # or an overseas one that it accepts under its own region.
    for raw, value in zip(raws, values, strict=True):
        expected = library(raw, "FR")
        elsewhere = {library(raw, region) for region in OVERSEAS}
        assert value == expected or (expected is None and value in elsewhere), raw
        assert value is not None or elsewhere == {None}, raw


@pytest.mark.parametrize("region", sorted(OVERSEAS))
def test_an_overseas_region_reads_its_own_numbers_first(region: str) -> None:
    raws = [f"0{block:04d}{(block * 7919) % 100_000:05d}" for block in range(2_000, 10_000, 7)]
    regions = pl.Series([region] * len(raws))

    values = normalize_column("phone", pl.Series(raws), region=regions).values.to_list()

    for raw, value in zip(raws, values, strict=True):
        own = library(raw, region)
        assert own is None or value == own, raw
        assert value == canonical(raw, region)


def test_the_postcode_gives_the_region() -> None:
    postcodes = pl.Series(["97110", "97200", "97300", "97400", "97500", "97600", "98713", "98800"])

    assert region_of_postcode(postcodes).to_list() == [
        "GP", "MQ", "GF", "RE", "PM", "YT", "PF", "NC",
    ]  # fmt: skip


def test_a_number_that_two_places_share_is_read_where_the_person_lives() -> None:
    regions = region_of_postcode(pl.Series(["97600", "75011"]))

    column = normalize_column("phone", pl.Series(["0269612345"] * 2), region=regions)

    assert column.values.to_list() == ["+262269612345", "+33269612345"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("+33 692 12 34 57", "+262692123457"),
        ("+262 692 12 34 57", "+262692123457"),
        ("00262 0692 12 34 57", "+262692123457"),
        ("32470123456", "+32470123456"),
        ("0041 44 668 18 00", "+41446681800"),
        ("+330623416781", "+33623416781"),
        ("06-23-41-67-81", "+33623416781"),
        ('="0623416781"', "+33623416781"),
        ("06 23 41 67 81 (maman)", "+33623416781"),
        ("06/23/41/67/81", "+33623416781"),
        ("+687 26 46 46", "+687264646"),
    ],
)
def test_a_number_is_read_however_it_is_written(raw: str, value: str) -> None:
    assert canonical(raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        "0623416781 ou 0145416781",
        "06 23 41 67 81 / 01 45 41 67 81",
        "06 23 41 67 81 01 45 41 67 81",
        "0623416781,0145416781",
        "port 0623416781 fixe 0145416781",
        "+33623416781 +33145416781",
    ],
)
def test_two_numbers_in_a_cell_are_both_found(raw: str) -> None:
    assert parse_identifier("phone", raw) == Parsed("+33623416781", ("+33145416781",))


@pytest.mark.parametrize("raw", ["6.12E+08", "6,1234E8", "3,36123E+10"])
def test_a_number_that_excel_rounded_is_refused(raw: str) -> None:
    column = normalize_column("phone", pl.Series([raw]))

    assert column.reasons.to_list() == ["precision_lost"]


def test_a_column_of_floats_loses_its_decimals() -> None:
    column = normalize_column("phone", pl.Series(["623416781.0", "33623416781.0"]))

    assert column.values.to_list() == ["+33623416781", "+33623416781"]
