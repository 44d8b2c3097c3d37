"""Roles: what nobody decided about is hidden."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.consent import get_role, list_roles, masked_value
from passerelle.consent.roles import CLEAR, HIDDEN, KINDS, MASKED
from passerelle.identifiers import load_identifier_types
from passerelle.kernel import InvalidInput, Misconfigured
from passerelle.unify import ADDRESS_FIELDS
from passerelle.unify.survivorship_rules import DEFAULT_RULES


def test_there_is_a_role_for_each_kind_of_work(tmp_path: Path) -> None:
    names = {each.name for each in list_roles(tmp_path)}
    assert names == {"admin", "dpo", "call-centre", "shop", "marketer", "analyst"}


def test_every_field_of_a_profile_has_a_kind(tmp_path: Path) -> None:
    kinds = get_role(tmp_path, "dpo").kinds
    fields = {*DEFAULT_RULES, *ADDRESS_FIELDS, *load_identifier_types(), "record"}
    assert fields - kinds.keys() == set()


def test_only_who_answers_for_the_data_sees_all_of_them(tmp_path: Path) -> None:
    sees_all = {
        role.name
        for role in list_roles(tmp_path)
        if all(role.sight_of_kind(kind) == CLEAR for kind in KINDS)
    }
    assert sees_all == {"dpo"}


def test_what_a_role_does_not_name_is_hidden(tmp_path: Path) -> None:
    shop = get_role(tmp_path, "shop")
    assert shop.sight_of("email") == MASKED
    assert shop.sight_of("birth_date") == HIDDEN
    assert shop.sight_of("a_field_of_next_year") == HIDDEN


def test_an_installation_has_roles_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "roles.toml").write_text(
        '[kinds]\ncontact = ["email"]\n[roles.intern]\nlabel = "Learns"\ncontact = "masked"\n'
    )
    intern = get_role(tmp_path, "intern")
    assert (intern.sight_of("email"), intern.sight_of("city")) == (MASKED, HIDDEN)
    with pytest.raises(InvalidInput, match="no role"):
        get_role(tmp_path, "dpo")


@pytest.mark.parametrize(
    "text",
    [
        "[kinds",
        "",
        '[kinds]\n[roles.x]\nlabel = "X"\nname = "sometimes"\n',
        '[kinds]\n[roles.x]\nlabel = "X"\nnames = "clear"\n',
        '[kinds]\nname = 3\n[roles.x]\nlabel = "X"\n',
        "[kinds]\n[roles]\nx = 3\n",
    ],
    ids=["no toml", "empty", "no sight", "no kind", "no names", "no role"],
)
def test_roles_that_cannot_be_read_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "roles.toml").write_text(text)
    with pytest.raises(Misconfigured, match=r"roles\.toml"):
        list_roles(tmp_path)


@given(st.text(min_size=3))
def test_a_masked_value_tells_no_more_than_two_characters(value: str) -> None:
    masked = masked_value(value, MASKED) or ""
    assert sum(each not in "•@" for each in masked) <= 2
    assert masked_value(value, CLEAR) == value
    assert masked_value(value, HIDDEN) is None
