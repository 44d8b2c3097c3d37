"""A policy file says all that is wrong with it at once, and the one that comes along is sound."""

from __future__ import annotations

import pytest

from passerelle.consent import compare_policies, parse_policy, read_default_policy
from passerelle.kernel import InvalidInput


def problems(text: str) -> dict[str, str]:
    return {each.place: each.message for each in parse_policy(text).problems}


def test_the_policy_that_comes_along_is_sound_and_every_period_has_a_source() -> None:
    read = parse_policy(read_default_policy())
    assert not read.problems
    periods = [rule for each in read.policy.purposes.values() for rule in each.rules.values()]
    assert all(rule.source for rule in periods if rule.max_age)
    assert all(each.source for each in read.policy.retention.values())


@pytest.mark.parametrize(
    ("line", "instead", "place"),
    [
        ('legal_basis = "contract"', 'legal_basis = "whim"', "purposes.orders.legal_basis"),
        ('requires = ["news"]', 'requires = ["olds"]', "purposes.open_tracking.requires"),
        ('requires = ["news"]', 'requires = ["open_tracking"]', "purposes.open_tracking.requires"),
        ("push = {", "pigeon = {", "purposes.news.channels.pigeon"),
        ('max_age = "365 days"', 'max_age = "a while"', "purposes.news.channels.phone.max_age"),
        ("tcf_purposes = [1, 8]", "tcf_purposes = [0, 8]", "purposes.audience.tcf_purposes"),
        ('["analytics_storage"]', '["attic"]', "purposes.audience.consent_mode"),
        ("majority_years = 18 ", "majority_years = 8", "majority_years"),
        ("adults_only = true", 'adults_only = "yes"', "purposes.profiling.adults_only"),
        ("adults_only = true", "adults = true", "purposes.profiling.adults"),
        ('[notices."banner@1"]', '[notices."banner"]', "notices.banner"),
        ('version = "fr-retail-2026-11"', "", "version"),
    ],
)
def test_each_mistake_is_named_with_its_place(line: str, instead: str, place: str) -> None:
    text = read_default_policy()
    assert line in text
    found = problems(text.replace(line, instead, 1))
    assert place in found
    assert all(each.hint for each in parse_policy(text.replace(line, instead, 1)).problems)


def test_all_mistakes_are_told_at_once() -> None:
    text = read_default_policy().replace('legal_basis = "consent"', 'legal_basis = "x"')
    assert len(problems(text)) == text.count('legal_basis = "x"') > 3


def test_what_is_no_toml_is_told() -> None:
    with pytest.raises(InvalidInput, match="not valid TOML"):
        parse_policy("version = ")


def test_a_difference_is_told_by_its_place() -> None:
    text = read_default_policy()
    before = parse_policy(text).policy
    after = parse_policy(text.replace('max_age = "365 days"', 'max_age = "6 months"')).policy
    (change,) = compare_policies(before, after)
    assert (change.place, change.before, change.after) == (
        "purposes.news.rules.phone.max_age",
        "365 days",
        "6 months",
    )
    assert compare_policies(before, before) == ()
    assert len(compare_policies(None, before)) > 50
