"""How long an identifier lives: dated lines, which an installation may replace."""

from __future__ import annotations

from pathlib import Path

import pytest

from passerelle.kernel import Misconfigured
from passerelle.measure import read_lifetimes
from passerelle.measure.lifetimes import KINDS, lifetimes_table

CHANGED = """
[[lifetime]]
kind = "cookie"
browser = "ios_safari"
days_unseen = 395
days_old = 395
since = 2026-01-01
source = "our server sets the cookie"
"""


def test_every_kind_has_a_lifetime_in_any_browser_with_its_date_and_source() -> None:
    lifetimes = read_lifetimes()
    assert {each.kind for each in lifetimes if each.browser == "any"} == set(KINDS)
    assert all(each.source and each.since.year > 2000 for each in lifetimes)


def test_the_line_of_a_browser_wins_over_the_line_of_any() -> None:
    rows = lifetimes_table(read_lifetimes(), ["ios_safari", "opera"]).to_pylist()
    days = {(row["kind"], row["browser"]): row["days_unseen"] for row in rows}
    assert days["cookie", "ios_safari"] == 7
    assert days["cookie", "opera"] == days["cookie", "unknown"] == 395
    assert len(rows) == len(KINDS) * 3


def test_an_installation_replaces_a_line(tmp_path: Path) -> None:
    (tmp_path / "lifetimes.toml").write_text(CHANGED)
    changed = read_lifetimes(tmp_path / "lifetimes.toml")
    assert len(changed) == len(read_lifetimes())
    safari = next(each for each in changed if each.browser == "ios_safari")
    assert (safari.days_unseen, safari.source) == (395, "our server sets the cookie")


@pytest.mark.parametrize(
    ("way", "days"), [("script", 7), ("decorated", 1), ("server_elsewhere", 7), ("server", 395)]
)
def test_a_safari_cookie_lives_as_long_as_the_way_it_is_set_lets_it(
    tmp_path: Path, way: str, days: int
) -> None:
    path = tmp_path / "lifetimes.toml"
    path.write_text(f'set_by = "{way}"\n')

    rows = lifetimes_table(read_lifetimes(path), ["mac_safari", "chromium"]).to_pylist()

    unseen = {(row["kind"], row["browser"]): row["days_unseen"] for row in rows}
    assert unseen["cookie", "mac_safari"] == days
    assert unseen["cookie", "chromium"] == 395


@pytest.mark.parametrize("broken", ["[[lifetime", CHANGED.replace("cookie", "pigeon", 1),
                                    CHANGED.replace("days_old = 395\n", ""), 'set_by = "magic"',
                                    CHANGED + 'set_by = "magic"'])  # fmt: skip
def test_a_line_that_cannot_be_used_is_refused(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "lifetimes.toml"
    path.write_text(broken)
    with pytest.raises(Misconfigured, match=r"lifetimes\.toml"):
        read_lifetimes(path)
