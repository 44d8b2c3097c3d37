"""TC strings against the library of the IAB itself, both ways, on thousands of generated ones."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from passerelle.consent.signals import (
    PublisherRestriction,
    TcString,
    decode_tc,
    encode_tc,
    find_tc_in_gpp,
    write_gpp,
)

PROGRAM = Path(__file__).parent / "npm/tcf.mjs"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INTERESTS = (2, 7, 8, 9, 10, 11)  # purposes that may rest on legitimate interest
VENDORS = 400  # of the list that the program makes
STRINGS = 2_000
SETS = (
    "special_features",
    "purpose_consents",
    "purpose_interests",
    "vendor_consents",
    "vendor_interests",
    "disclosed_vendors",
    "publisher_consents",
    "publisher_interests",
)


def ask(packages: Path, verb: str, given: Iterable[object]) -> list[Any]:
    """What IAB's library answers to each."""
    assert packages.is_dir()
    lines = "".join(json.dumps({"verb": verb, "given": each}) + "\n" for each in given)
    done = subprocess.run(
        ["node", str(PROGRAM)], input=lines, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def some(random: Random, values: Sequence[int]) -> frozenset[int]:
    """A few, many, or a run of some numbers."""
    if random.random() < 0.3:
        start = random.randrange(len(values))
        return frozenset(values[start : start + random.randrange(len(values))])
    return frozenset(random.sample(values, random.randrange(min(len(values), 60) + 1)))


def restrictions(random: Random, vendors: Sequence[int]) -> tuple[PublisherRestriction, ...]:
    """At most one kind for each purpose, as the library allows for each vendor."""
    purposes = random.sample(INTERESTS, random.randrange(4))
    made = (
        PublisherRestriction(purpose, random.randrange(3), some(random, vendors))
        for purpose in purposes
    )
    return tuple(each for each in made if each.vendors)


def a_string(random: Random, last_vendor: int) -> TcString:
    """A string that a consent platform could have written."""
    vendors = range(1, last_vendor + 1)
    made = EPOCH + timedelta(days=random.randrange(19_700, 25_000))
    return TcString(
        created=made,
        last_updated=made,
        cmp_id=random.randrange(2, 4096),
        cmp_version=random.randrange(2, 4096),
        consent_screen=random.randrange(64),
        language="EN",  # the library writes that of its vendor list
        vendor_list_version=120,
        policy_version=5,
        is_service_specific=True,
        uses_non_standard_texts=False,
        special_features=some(random, (1, 2)),
        purpose_consents=some(random, range(1, 12)),
        purpose_interests=some(random, INTERESTS),
        purpose_one_treatment=random.random() < 0.5,
        publisher_country="FR",
        vendor_consents=some(random, vendors),
        vendor_interests=some(random, vendors),
        disclosed_vendors=some(random, vendors),
        publisher_consents=some(random, range(1, 12)),
        publisher_interests=frozenset(),
        restrictions=restrictions(random, vendors),
    )


def told(said: TcString) -> dict[str, Any]:
    """As the program writes it."""
    return {
        "created": said.created.timestamp(),
        **{
            name: getattr(said, name)
            for name in (
                "cmp_id", "cmp_version", "consent_screen", "language", "vendor_list_version",
                "policy_version", "is_service_specific", "purpose_one_treatment",
                "publisher_country",
            )
        },
        **{name: sorted(getattr(said, name) or ()) for name in SETS},
        "restrictions": [
            {"purpose": each.purpose, "kind": each.kind, "vendors": sorted(each.vendors)}
            for each in said.restrictions
        ],
    }  # fmt: skip


def in_order(answer: dict[str, Any]) -> dict[str, Any]:
    """With the restrictions in an order of their own; the library keeps none."""
    found = sorted(answer["restrictions"], key=lambda each: (each["purpose"], each["kind"]))
    return {**answer, "restrictions": found}


@pytest.mark.parametrize("last_vendor", [VENDORS, 1_500])
def test_the_library_reads_what_we_write(packages: Path, last_vendor: int) -> None:
    random = Random(f"ours {last_vendor}")
    said = [a_string(random, last_vendor) for _string in range(STRINGS)]
    answers = ask(packages, "read", [encode_tc(each) for each in said])
    assert [in_order(each) for each in answers] == [in_order(told(each)) for each in said]


def test_we_read_what_the_library_writes_and_write_no_more(packages: Path) -> None:
    random = Random("theirs")
    said = [a_string(random, VENDORS) for _string in range(STRINGS)]
    written = ask(packages, "write", [told(each) for each in said])
    read = [decode_tc(each) for each in written]
    assert [in_order(told(each)) for each in read] == [in_order(told(each)) for each in said]
    # The library takes ranges for shorter than they are when many vendors stand alone.
    ours = [encode_tc(each) for each in read]
    assert all(len(mine) <= len(its) for mine, its in zip(ours, written, strict=True))
    assert sum(mine == its for mine, its in zip(ours, written, strict=True)) > STRINGS / 2
    assert {each.flaws for each in read} == {()}


def test_the_library_of_gpp_finds_our_string(packages: Path) -> None:
    random = Random("gpp")
    said = [a_string(random, VENDORS) for _string in range(100)]
    strings = [write_gpp(encode_tc(each)) for each in said]
    answers = ask(packages, "readGpp", strings)
    assert [_sets(each) for each in answers] == [
        (set(each.vendor_consents), set(each.vendor_interests), set(each.purpose_consents))
        for each in said
    ]
    assert [find_tc_in_gpp(each) for each in strings] == [encode_tc(each) for each in said]


def _sets(answer: dict[str, Any]) -> tuple[set[int], set[int], set[int]]:
    purposes = {place for place, is_set in enumerate(answer["PurposeConsents"], 1) if is_set}
    return set(answer["VendorConsents"]), set(answer["VendorLegitimateInterests"]), purposes


@pytest.mark.parametrize(
    ("header", "sections", "place"),
    [("DBABMA", 1, 0), ("DBACNYA", 2, 0), ("DBACPeA", 3, 0), ("DBABTA", 1, None)],
    ids=["tcfeuv2", "and-usp", "and-usp-and-usnat", "usp-alone"],
)
def test_a_header_says_where_the_string_is(header: str, sections: int, place: int | None) -> None:
    parts = [f"part{number}" for number in range(sections)]
    found = find_tc_in_gpp("~".join([header, *parts]))
    assert found == (None if place is None else parts[place])
