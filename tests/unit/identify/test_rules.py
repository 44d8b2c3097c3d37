"""identity.toml: what it may change, and what is said when it says something else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from passerelle.identify import DEFAULT_RULES, read_rules
from passerelle.kernel import Misconfigured


def write(folder: Path, text: str) -> Path:
    path = folder / "identity.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_are_in_force(tmp_path: Path) -> None:
    assert read_rules(tmp_path / "identity.toml") == DEFAULT_RULES


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    path = write(tmp_path, "most_people = 4\n[types.phone]\ncap = 10\nsplits_by_name = false\n")

    rules = read_rules(path)

    phone = replace(DEFAULT_RULES.of("phone"), cap=10, splits_by_name=False)
    assert rules.most_people == 4
    assert dict(rules.types) == {**DEFAULT_RULES.types, "phone": phone}


def test_a_file_says_whether_records_are_followed_that_are_alike(tmp_path: Path) -> None:
    rules = read_rules(write(tmp_path, "finds_likenesses = false\nleast_likeness = 1\n"))

    assert rules == replace(DEFAULT_RULES, finds_likenesses=False, least_likeness=1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("types = [", "is not valid TOML"),
        ("types = 3", "types is no identity rule"),
        ("[types]\nemail = 3", "email is no identity rule"),
        ("[types.emial]\ncap = 3", "emial is no identity rule"),
        ("[typ.email]\ncap = 3", "typ is no identity rule"),
        ("most_poeple = 3", "most_poeple is no identity rule"),
        ("most_people = 0", "most_people is no identity rule"),
        ('most_people = "six"', "most_people is no identity rule"),
        ("finds_likenesses = 1", "finds_likenesses is no identity rule"),
        ("least_likeness = 0.4", "least_likeness is no identity rule"),
        ("least_likeness = true", "least_likeness is no identity rule"),
        ("[types.email]\nkap = 3", "'email' has no setting kap"),
        ('[types.email]\ncap = "many"', "email.cap is no identity rule"),
        ("[types.email]\ncap = 0", "email.cap is no identity rule"),
        ("[types.email]\nlimit = -1", "email.limit is no identity rule"),
        ("[types.email]\nlimit = true", "email.limit is no identity rule"),
        ("[types.email]\nsplits_by_name = 1", "email.splits_by_name is no identity rule"),
        ('[types.email]\ntier = "family"', "email.tier is no identity rule"),
    ],
)
def test_a_mistake_is_named_and_how_to_mend_it(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        read_rules(write(tmp_path, text))

    assert message in refused.value.message
    assert refused.value.hint


def test_a_folder_in_its_place_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be read"):
        read_rules(tmp_path)
