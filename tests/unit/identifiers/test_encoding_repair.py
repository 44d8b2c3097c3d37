"""UTF-8 read as Windows-1252 or Latin-1, put back only where that is certain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.identifiers import display_name, first_name_key, parse_full_name, parse_identifier
from passerelle.identifiers.encoding_repair import repair_encoding

FRENCH = "ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸàâäçéèêëîïôöùûüÿœŒæÆñÑãõåäøØßšžłńśóíúý"
NAMES = st.text(alphabet=FRENCH + "abcxyzABC'-. ’«»…–€", max_size=20)


@given(text=NAMES)
def test_a_text_in_its_right_letters_is_never_touched(text: str) -> None:
    assert repair_encoding(text) == text


@given(text=st.text(alphabet=FRENCH.replace("ł", "").replace("ń", "") + "abc -'’", min_size=1))
@pytest.mark.parametrize("times", [1, 2])
def test_what_was_read_wrongly_once_or_twice_is_put_back(text: str, times: int) -> None:
    mangled = text
    for _time in range(times):
        mangled = "".join(
            bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in mangled.encode()
        )

    assert repair_encoding(mangled) == text


@given(text=st.text())
def test_a_repaired_text_repaired_again_is_the_same(text: str) -> None:
    once = repair_encoding(text)

    assert repair_encoding(once) == once


@pytest.mark.parametrize(
    "text",
    ["São", "JOSÉ’S", "Ångström", "Ãnn", "Šárka", "Müller", "Â", "À…", "«É»", "Zoë", "Ærø", "é Ã©"],
)
def test_a_name_that_looks_odd_is_left_alone(text: str) -> None:
    assert repair_encoding(text) == text


def test_names_and_addresses_are_read_as_they_were_written() -> None:
    name = parse_full_name("Mme ZoÃ© LEFÃˆVRE nÃ©e BÅ“uf")

    assert name is not None
    assert (name.first_name, name.last_name, name.birth_name) == ("Zoé", "Lefèvre", "Bœuf")
    assert first_name_key("FranÃ§ois") == "FRANCOIS"
    assert display_name("RENÃƒâ€°") == "René"
    assert parse_identifier("email", "Ã©ric@exemple.fr") == parse_identifier(
        "email", "éric@exemple.fr"
    )
