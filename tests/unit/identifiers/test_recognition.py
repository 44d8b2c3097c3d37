"""What a free text could be."""

from __future__ import annotations

import pytest

from passerelle.identifiers import normalize_column, recognise
from passerelle.kernel import InvalidInput


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        (" Marie@Exemple.fr", "email", "marie@exemple.fr"),
        ("06 23 41 67 81", "phone", "+33623416781"),
        (
            "6D92078A-8246-4BA4-AE5B-76104861E7DC",
            "mobile_id",
            "6d92078a-8246-4ba4-ae5b-76104861e7dc",
        ),
        ("25/02/1969", "birth_date", "1969-02-25"),
        ("C0042517", "loyalty_card", "default:C0042517"),
    ],
)
def test_the_most_telling_type_comes_first(text: str, name: str, value: str) -> None:
    first = recognise(text)[0]

    assert (first.type_name, first.value) == (name, value)


def test_a_number_could_also_be_a_card_or_a_customer() -> None:
    names = [found.type_name for found in recognise("0623416781")]

    assert names[:4] == ["phone", "loyalty_card", "customer_number", "login"]


def test_nothing_is_recognised_in_a_blank() -> None:
    assert recognise("  n/a ") == ()


def test_an_unknown_type_is_said_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput) as caught:
        normalize_column("e-mail", __import__("polars").Series(["x"]))

    assert "loyalty_card" in caught.value.hint
