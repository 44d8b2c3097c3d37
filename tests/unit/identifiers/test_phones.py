"""Phone numbers, French first."""

from __future__ import annotations

import phonenumbers
import polars as pl
import pytest

from passerelle.identifiers import (
    Parsed,
    PhoneFacts,
    Refused,
    are_fiction,
    describe_phone,
    judge_identifier,
    normalize_column,
    parse_identifier,
    region_of_postcode,
)

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


@pytest.mark.parametrize(
    ("raw", "kind", "facts"),
    [
        ("06 23 41 67 81", "mobile", PhoneFacts("mobile", "FR")),
        ("01 45 41 67 81", "landline", PhoneFacts("fixed", "FR")),
        ("09 51 41 67 81", "voip", PhoneFacts("voip", "FR")),
        ("0800 41 67 81", "toll_free", PhoneFacts("toll free", "FR")),
        ("0 806 41 67 81", "premium", PhoneFacts("premium", "FR")),
        ("08 92 41 67 81", "premium", PhoneFacts("premium", "FR")),
        ("0692 41 67 81", "mobile", PhoneFacts("mobile", "RE")),
        ("0690 41 67 81", "mobile", PhoneFacts("mobile", "GP")),
        ("0694 41 67 81", "mobile", PhoneFacts("mobile", "GF")),
        ("0696 41 67 81", "mobile", PhoneFacts("mobile", "MQ")),
        ("0639 69 12 34", "mobile", PhoneFacts("mobile", "YT")),
        ("+687 26 46 46", "landline", PhoneFacts("fixed", "NC")),
        ("+32 470 12 34 56", "foreign", PhoneFacts("mobile", "BE")),
        ("+32 903 12 345", "premium", PhoneFacts("premium", "BE")),
    ],
)
def test_a_number_says_what_line_it_is_and_where(raw: str, kind: str, facts: PhoneFacts) -> None:
    value = canonical(raw) or ""

    assert judge_identifier("phone", value).kind == kind
    assert normalize_column("phone", pl.Series([raw])).judgements.to_list() == [kind]
    assert describe_phone(value) == facts


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("+33199001234", "fiction"),
        ("+33639981234", "fiction"),
        ("+33199101234", "fixed"),
        ("+337001234567890", "machine"),
        ("+33612416781", "mobile"),
    ],
)
def test_numbers_of_films_and_machines_are_told(value: str, kind: str) -> None:
    facts = describe_phone(value)

    assert facts == PhoneFacts(kind, "FR")  # type: ignore[arg-type]
    assert are_fiction(pl.Series([value])).to_list() == [kind == "fiction"]


def test_the_sort_of_line_agrees_with_libphonenumber_on_every_block_of_the_french_plan() -> None:
    raws = [f"0{block:03d}{(block * 7919) % 1_000_000:06d}" for block in range(100, 1_000)]
    column = normalize_column("phone", pl.Series(raws))
    names = {"mobile": "mobile", "fixed": "landline", "voip": "voip", "toll free": "toll_free",
             "premium": "premium"}  # fmt: skip

    for value, kind in zip(column.values, column.judgements, strict=True):
        facts = describe_phone(value) if value else None
        assert value is None or facts is not None
        assert facts is None or kind in {names[facts.kind], "platform", "blocked"}, value


@pytest.mark.parametrize("raw", ["3639", "118218", "15", "112", "116117"])
def test_a_short_number_is_nobodys(raw: str) -> None:
    assert parse_identifier("phone", raw) == Refused("short_number")


@pytest.mark.parametrize(
    "raw",
    [
        "+33 (0)6 12 34 56 79", "0033612345679", "612345679", "33612345679", "+330612345679",
        "06.12.34.56.79", "tel: 06 12 34 56 79", "O6 12 34 56 79", "06\u202f12\u202f34\u202f56\u202f79",
    ],
)  # fmt: skip
def test_every_french_spelling_gives_one_number(raw: str) -> None:
    assert canonical(raw) == "+33612345679"
