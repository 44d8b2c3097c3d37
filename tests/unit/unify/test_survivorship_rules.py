"""survivorship.toml: what it may say, and what is said when it says something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from passerelle.kernel import Misconfigured
from passerelle.unify import DEFAULT_RULES, list_survivorship_rules, read_survivorship


def write(folder: Path, text: str) -> Path:
    path = folder / "survivorship.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_are_in_force(tmp_path: Path) -> None:
    rules = read_survivorship(tmp_path / "survivorship.toml")

    assert rules.rules == DEFAULT_RULES
    assert set(rules.rules.values()) <= set(list_survivorship_rules())
    assert all(0 <= trust <= 1 for trust in rules.trust.values())


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    path = write(
        tmp_path, '[attributes]\nemail = "most_trusted"\n[trust]\nshop-lyon = 0.3\ncrm = 1\n'
    )

    rules = read_survivorship(path)

    assert rules.rules == {**DEFAULT_RULES, "email": "most_trusted"}
    assert (rules.trust["shop-lyon"], rules.trust["crm"], rules.trust["till"]) == (0.3, 1.0, 0.6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("attributes = [", "is not valid TOML"),
        ('[attributes]\nemail = "newest"\n', "no such attribute or rule: email = 'newest'"),
        ('[attributes]\nmail = "most_recent"\n', "no such attribute or rule: mail"),
        ("[attributes]\nemail = [1]\n", "no such attribute or rule: email"),
        ("[trust]\ncrm = 2\n", "trust in 'crm' is no number from 0 to 1"),
        ('[trust]\ncrm = "much"\n', "trust in 'crm' is no number"),
        ("[trust]\ncrm = true\n", "trust in 'crm' is no number"),
        ("[trust]\ncrm = nan\n", "trust in 'crm' is no number"),
        ("[attribute]\nemail = 1\n", "no such section: attribute"),
        ("attributes = 3\n", "no such section: attributes"),
    ],
)
def test_a_mistake_is_named_with_the_file_and_how_to_mend_it(
    tmp_path: Path, text: str, message: str
) -> None:
    path = write(tmp_path, text)

    with pytest.raises(Misconfigured) as refused:
        read_survivorship(path)

    assert message in refused.value.message
    assert str(path) in refused.value.message
    assert refused.value.hint


def test_a_file_that_is_no_text_or_a_folder_is_an_error(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes("# é".encode("latin-1"))

    for path, message in ((latin, "is not valid TOML"), (tmp_path, "cannot be read")):
        with pytest.raises(Misconfigured, match=message):
            read_survivorship(path)
