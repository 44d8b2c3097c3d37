"""The rules of our own: each has a piece of bad code that `./dev check` sees it find."""

from __future__ import annotations

from tools.environment import ROOT
from tools.own_rules import BAD_CODE, RULES, expected_findings, list_rules


def test_every_rule_has_bad_code_that_it_must_find() -> None:
    rules = list_rules((ROOT / RULES).read_text(encoding="utf-8"))
    found = {rule for _, rule in expected_findings((ROOT / BAD_CODE).read_text(encoding="utf-8"))}

    assert len(rules) == len(set(rules)) >= 8
    assert found == set(rules)


def test_what_must_be_found_is_the_line_below() -> None:
    assert expected_findings("a\n  # bad: one\nb\n# bad: two\nc\n") == {(3, "one"), (5, "two")}
