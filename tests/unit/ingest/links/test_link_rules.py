"""The rules of personal links, as an installation writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from passerelle.ingest.links import read_link_rules
from passerelle.kernel import Misconfigured

GOOD = 'base = "https://t.enseigne.fr/c/"\nhosts = ["WWW.enseigne.fr"]\n'


def test_a_file_says_where_links_begin_and_lead(tmp_path: Path) -> None:
    path = tmp_path / "links.toml"
    path.write_text(GOOD + "[days]\nsms = 3\n")

    rules = read_link_rules(path)

    assert rules is not None
    assert (rules.base, rules.hosts) == ("https://t.enseigne.fr/c/", ("www.enseigne.fr",))
    assert dict(rules.days) == {"mail": 30, "sms": 3, "qr": 395}


def test_without_a_file_there_are_no_links(tmp_path: Path) -> None:
    assert read_link_rules(tmp_path / "links.toml") is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('hosts = ["a.fr"]', "base"),
        ('base = "t.enseigne.fr"\nhosts = ["a.fr"]', "base"),
        ('base = "https://t.fr/c/"\nhosts = []', "hosts"),
        ('base = "https://t.fr/c/"\nhosts = ["https://a.fr/"]', "hosts"),
        (GOOD + "[days]\nfax = 3", "days"),
        (GOOD + "[days]\nmail = 0", "days"),
        (GOOD + "[days]\nmail = true", "days"),
        ("base = ", "TOML"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "links.toml"
    path.write_text(text)

    with pytest.raises(Misconfigured, match=named):
        read_link_rules(path)
