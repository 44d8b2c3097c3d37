"""Whose browser it is: the cookie that the server sets, for as long as law and browsers allow."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path

import pytest

from passerelle.ingest.tag import CookieRules, VisitorAnswer, answer_visitor, read_limits
from passerelle.kernel import Misconfigured

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
RULES = CookieRules(limits=read_limits())
COOKIE = RULES.name


def answered(
    visitor_id: str = "", *, wish: str = "", has_objected: bool = False, now: datetime = NOW
) -> VisitorAnswer:
    header = f"consent=yes; {COOKIE}={visitor_id}; other=1" if visitor_id else ""
    return answer_visitor(header, wish=wish, has_objected=has_objected, rules=RULES, now=now)


def days_of(answer: VisitorAnswer) -> float:
    return int(SimpleCookie(answer.set_cookie)[COOKIE]["max-age"]) / 86_400


def test_a_new_visitor_is_given_an_id_for_thirteen_months() -> None:
    answer = answered()

    cookie = SimpleCookie(answer.set_cookie)[COOKIE]
    assert cookie.value == answer.visitor_id
    assert uuid.UUID(answer.visitor_id).version == 7
    assert days_of(answer) == 395
    assert cookie["httponly"] and cookie["secure"] and cookie["samesite"] == "Lax"


def test_coming_back_does_not_make_the_cookie_live_longer() -> None:
    first = answered()
    later = answered(first.visitor_id, now=NOW + timedelta(days=100))

    assert later.visitor_id == first.visitor_id
    assert days_of(later) == pytest.approx(295, abs=0.001)


def test_an_id_that_has_lived_its_life_is_replaced() -> None:
    first = answered()
    later = answered(first.visitor_id, now=NOW + timedelta(days=395, seconds=1))

    assert later.visitor_id != first.visitor_id
    assert days_of(later) == 395


def test_another_visitor_gets_another_id() -> None:
    first = answered()
    assert answered(first.visitor_id, wish="new").visitor_id != first.visitor_id


@pytest.mark.parametrize("refusal", [{"wish": "forget"}, {"has_objected": True}])
def test_a_refusal_is_the_visitors_and_takes_the_cookie(refusal: dict[str, bool]) -> None:
    first = answered()
    answer = answered(first.visitor_id, **refusal)  # type: ignore[arg-type]

    assert answer.visitor_id == first.visitor_id
    assert days_of(answer) == 0
    assert SimpleCookie(answer.set_cookie)[COOKIE].value == ""


@pytest.mark.parametrize(
    "value",
    [
        "x",
        "5f0c6a1e-0000-4000-8000-000000000001",  # not of ours
        "ffffffff-ffff-7fff-bfff-ffffffffffff",  # made in the year 10889
        "00000000-0000-7000-8000-000000000000",  # made in 1970
        answered(now=NOW + timedelta(hours=1)).visitor_id,
        answered().visitor_id.upper(),
    ],
    ids=["no id", "another's", "year 10889", "1970", "made in an hour", "in capitals"],
)
def test_an_id_that_cannot_be_ours_is_replaced(value: str) -> None:
    assert answered(value).visitor_id != value


def test_ids_sort_by_the_time_they_were_made() -> None:
    moments = [NOW + timedelta(milliseconds=each) for each in range(50)]
    ids = [answered(now=moment).visitor_id for moment in moments]
    assert ids == sorted(ids)
    assert len(set(ids)) == 50


def test_the_sites_other_servers_may_read_the_cookie() -> None:
    rules = CookieRules(limits=read_limits(), domain="shop.example", is_secure=False)
    answer = answer_visitor("", wish="", has_objected=False, rules=rules, now=NOW)

    cookie = SimpleCookie(answer.set_cookie)[COOKIE]
    assert cookie["domain"] == "shop.example" and not cookie["secure"]


def test_a_limit_that_is_not_yet_in_force_bounds_nothing(tmp_path: Path) -> None:
    own = tmp_path / "lifetimes.toml"
    own.write_text(
        "checked_on = 2026-11-22\n"
        '[[limit]]\ndays = 90\nfrom = "first"\nsince = 2020-01-01\nsource = "us"\n'
        '[[limit]]\ndays = 7\nfrom = "set"\nsince = 2027-01-01\nsource = "a law to come"\n'
    )
    rules = CookieRules(limits=read_limits(own))

    def days_on(now: datetime) -> float:
        return days_of(answer_visitor("", wish="", has_objected=False, rules=rules, now=now))

    assert (days_on(NOW), days_on(NOW + timedelta(days=60))) == (90, 7)


@pytest.mark.parametrize("text", ["[[limit", "checked_on = 2026-01-01\n[[limit]]\ndays = 'x'\n"])
def test_limits_that_cannot_be_read_are_said(tmp_path: Path, text: str) -> None:
    own = tmp_path / "lifetimes.toml"
    own.write_text(text)
    with pytest.raises(Misconfigured, match="lifetimes"):
        read_limits(own)
