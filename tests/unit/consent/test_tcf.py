"""TC strings: read as they were written, written as the IAB's own library writes them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.consent.signals import PublisherRestriction, TcString, decode_tc, encode_tc
from passerelle.kernel import InvalidInput

# Written by the IAB's own encoder (@iabtechlabtcf/core 1.5.21).
RECORDED = (
    "CQtAQoAQtAQoAEsACBENB4FgALAAAEKAAAqIAeOBAAAAAAAAQAoP_gAAACAEOgBQACAAMAFAQACAAoAA"
    ".IAeP_wAAABAAAQAA.YAAAAAAAAAAA"
)

VENDORS = st.frozensets(st.integers(1, 1200), max_size=40) | st.builds(
    lambda start, size: frozenset(range(start, start + size)),
    st.integers(1, 900),
    st.integers(1, 300),
)
INSTANTS = st.integers(0, 2**36 - 1).map(
    lambda tenths: datetime(1970, 1, 1, tzinfo=UTC) + tenths * timedelta(milliseconds=100)
)


def flags(most: int) -> st.SearchStrategy[frozenset[int]]:
    return st.frozensets(st.integers(1, most))


LETTERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)
STRINGS = st.integers(0, 8).flatmap(
    lambda custom: st.builds(
        TcString,
        created=INSTANTS,
        last_updated=INSTANTS,
        cmp_id=st.integers(0, 4095),
        cmp_version=st.integers(0, 4095),
        consent_screen=st.integers(0, 63),
        language=LETTERS,
        vendor_list_version=st.integers(0, 4095),
        policy_version=st.integers(0, 63),
        is_service_specific=st.booleans(),
        uses_non_standard_texts=st.booleans(),
        special_features=flags(12),
        purpose_consents=flags(24),
        purpose_interests=flags(24),
        purpose_one_treatment=st.booleans(),
        publisher_country=LETTERS,
        vendor_consents=VENDORS,
        vendor_interests=VENDORS,
        restrictions=st.lists(
            st.builds(PublisherRestriction, st.integers(1, 11), st.integers(0, 2), VENDORS),
            max_size=3,
        ).map(tuple),
        disclosed_vendors=st.none() | VENDORS,
        allowed_vendors=st.none() | VENDORS,
        publisher_consents=flags(24),
        publisher_interests=flags(24),
        custom_purposes=st.just(custom),
        custom_consents=flags(custom) if custom else st.just(frozenset()),
        custom_interests=flags(custom) if custom else st.just(frozenset()),
    )
)


@given(STRINGS)
def test_what_is_written_is_read(said: TcString) -> None:
    text = encode_tc(said)
    assert decode_tc(text) == said
    assert all(len(segment) % 4 == 0 for segment in text.split("."))


def test_a_recorded_string_is_read_and_written_to_the_letter() -> None:
    said = decode_tc(RECORDED)
    assert (said.cmp_id, said.cmp_version, said.vendor_list_version) == (300, 2, 120)
    assert (said.policy_version, said.publisher_country) == (5, "FR")
    assert said.purpose_consents == {1, 3, 4}
    assert said.purpose_interests == {2, 7, 9}
    assert said.vendor_consents == {1, 2, 3, 10, 60}
    assert said.vendor_interests == {*range(2, 13), 40}
    assert said.disclosed_vendors == {*range(1, 13), 40, 60}
    assert set(said.restrictions) == {
        PublisherRestriction(7, 1, frozenset({2, 3, 40})),
        PublisherRestriction(2, 0, frozenset({10})),
    }
    assert said.flaws == ()
    assert said.consents_to([1, 3])
    assert not said.consents_to([1, 2])
    assert encode_tc(said) == RECORDED


@pytest.mark.parametrize(
    "text", ["", "x", "BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA", RECORDED[:30], "é", ".", "C" * 200_000]
)
def test_what_is_no_tc_string_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        decode_tc(text)


@given(st.text("ABCabc019-_.", max_size=200), st.integers(0, 130))
def test_no_text_breaks_it(noise: str, place: int) -> None:
    for text in (noise, "C" + noise, RECORDED[:place] + noise + RECORDED[place:]):
        with suppress(InvalidInput):
            said = decode_tc(text)
            assert decode_tc(encode_tc(said)) == said


def test_what_must_not_be_relied_on_says_why() -> None:
    core = RECORDED.split(".", maxsplit=1)[0]
    assert decode_tc(core).flaws == ("no_disclosed_vendors",)
