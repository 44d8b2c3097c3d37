"""Events become entries of the ledger: once, in any order, and only what may be believed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import polars as pl
import pytest

from passerelle.collect import follow_once
from passerelle.collect.following import Pace
from passerelle.consent import (
    LedgerEntry,
    apply_policy,
    check_ledger,
    find_subject_id,
    hear_consents,
    list_said,
    read_default_policy,
)
from passerelle.consent.hearing import speaks_of_consent
from passerelle.ingest import Reception
from passerelle.store import BulkSession
from tests.event_logs import START, login, reception, track
from tests.unit.collect.following.base import Base, take_in
from tests.unit.collect.following.conftest import base, small_base

__all__ = ["base", "small_base"]

CHOICE = "Segment Consent Preference Updated"
YES = {"analytics": True, "Advertising": True}
NO = {"analytics": False, "Advertising": False}


def choice(
    message: str, answer: dict[str, bool], *, after: int = 0, **given: Any
) -> dict[str, Any]:
    """An answer to a banner, some seconds after the start."""
    at = (START + timedelta(seconds=after)).isoformat()
    consent = {"categoryPreferences": answer, "notice": "banner@1"}
    return track(message, event=CHOICE, timestamp=at, context={"consent": consent}, **given)


def page(message: str, answer: dict[str, bool], *, after: int = 0) -> dict[str, Any]:
    """A page view that repeats an answer."""
    return {**choice(message, answer, after=after), "event": "Product Viewed"}


def follow(base: Base, *receptions: Reception, pace: Pace | None = None) -> None:
    base.receive(*receptions)
    warehouse = base.warehouse

    def hear(bulk: BulkSession, events: pl.DataFrame, sources: Any) -> None:
        hear_consents(bulk, events, sources, keys=warehouse.keys, at=warehouse.clock())

    follow_once(base.home, warehouse, base.engine, take_in, hear=hear, pace=pace)


def said_of(base: Base, kind: str, raw: str) -> list[LedgerEntry]:
    subject = find_subject_id(kind, raw, base.warehouse.keys)
    with base.warehouse.store.reading() as reading:
        return list_said(reading, [subject])


def decisions(entries: Sequence[LedgerEntry]) -> list[tuple[str, str, str]]:
    return sorted((each.said.purpose, each.said.channel, each.said.decision) for each in entries)


def test_an_answer_is_an_entry_for_the_device(base: Base) -> None:
    follow(base, reception(choice("m1", YES, traits={"email": "marie@example.fr"})))

    entries = said_of(base, "cookie", "anon-1")
    assert decisions(entries) == [
        ("advertising", "ads", "granted"), ("audience", "analytics", "granted"),
    ]  # fmt: skip
    first = entries[0].said
    assert (first.method, first.notice, first.source) == ("banner", "banner@1", "web")
    assert first.occurred_at == START and len(first.evidence) == 64 and not first.is_trusted
    assert said_of(base, "email", "marie@example.fr") == []
    assert check_ledger(base.warehouse.store, base.warehouse.keys).is_whole


def test_a_repeat_and_a_log_read_again_change_nothing(base: Base) -> None:
    asked = [reception(choice("m1", YES)), reception(choice("m1", YES))]
    follow(base, *asked)
    follow(base, *asked)
    assert len(said_of(base, "cookie", "anon-1")) == 2


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_what_arrives_late_has_its_own_time(small_base: Base, order: tuple[int, ...]) -> None:
    all_of_them = [
        choice("m1", YES, after=-60), choice("m2", NO, after=-40), choice("m3", YES, after=-20),
    ]  # fmt: skip
    for place in order:
        follow(small_base, reception(all_of_them[place]))
    ads = [each for each in said_of(small_base, "cookie", "anon-1") if each.said.channel == "ads"]
    ads.sort(key=lambda each: each.occurred_at)
    assert [each.said.decision for each in ads] == ["granted", "refused", "granted"]


def test_steps_of_any_size_hear_the_same(small_base: Base) -> None:
    events = [choice(f"m{n}", YES if n % 2 else NO, after=-n) for n in range(20)]
    follow(small_base, *(reception(each) for each in events), pace=Pace(step_events=3))
    assert len(said_of(small_base, "cookie", "anon-1")) == 2 * 20


def test_refusals_that_page_views_repeat_are_kept_once(base: Base) -> None:
    views = [page(f"v{n}", NO, after=n - 50) for n in range(30)]
    for start in (0, 10, 20):
        follow(base, reception(*views[start : start + 10]))
    entries = said_of(base, "cookie", "anon-1")
    assert decisions(entries) == [
        ("advertising", "ads", "refused"), ("audience", "analytics", "refused"),
    ]  # fmt: skip
    assert {each.occurred_at for each in entries} == {START - timedelta(seconds=50)}


def test_a_page_view_never_grants_and_refuses_after_a_grant(base: Base) -> None:
    follow(base, reception(page("v1", YES, after=-50)))
    assert said_of(base, "cookie", "anon-1") == []
    follow(base, reception(choice("m1", YES, after=-40)))
    follow(base, reception(page("v2", NO, after=-30)))
    kept = [each.said.decision for each in said_of(base, "cookie", "anon-1")]
    assert sorted(kept) == ["granted", "granted", "refused", "refused"]


def test_a_browser_may_unsubscribe_an_address_and_not_subscribe_it(base: Base) -> None:
    given = track("m1", event="Consent Given")
    given["properties"] = {
        "email": "marie@example.fr", "purpose": "news", "channel": "email", "notice": "account@1",
    }  # fmt: skip
    gone = track("m2", event="Unsubscribed", properties={"recipient": "Marie@Example.fr"})
    follow(base, reception(given), reception(gone))
    kept = decisions(said_of(base, "email", "marie@example.fr"))
    assert kept == [
        ("news", "email", "withdrawn"),
        ("open_tracking", "email", "withdrawn"),
        ("similar_products", "email", "withdrawn"),
    ]


def test_a_till_may_say_what_a_form_said(base: Base) -> None:
    given = track("m1", event="Consent Given", anonymousId=None, userId="u-1")
    given["properties"] = {
        "email": "marie@example.fr", "purposes": ["news", "similar_products"],
        "channels": ["email"], "notice": "account@1", "method": "store",
    }  # fmt: skip
    follow(base, reception(given, source="till-7", kind="till"))
    entries = said_of(base, "email", "marie@example.fr")
    assert decisions(entries) == [
        ("news", "email", "granted"), ("similar_products", "email", "informed"),
    ]  # fmt: skip
    assert {(each.said.method, each.said.is_trusted) for each in entries} == {("store", True)}


def test_a_grant_without_a_notice_is_not_believed(base: Base) -> None:
    given = track("m1", event="Consent Given", anonymousId=None, userId="u-1")
    given["properties"] = {"email": "marie@example.fr", "purpose": "news", "channel": "email"}
    follow(base, reception(given, source="till-7", kind="till"))
    assert said_of(base, "email", "marie@example.fr") == []


def test_the_policy_in_force_says_what_a_category_means(base: Base) -> None:
    text = read_default_policy().replace('["measurement", "analytics"', '["tout", "C0002"')
    apply_policy(base.warehouse.store, base.warehouse.clock, text)
    follow(base, reception(choice("m1", {"C0002": True, "analytics": True})))
    assert decisions(said_of(base, "cookie", "anon-1")) == [("audience", "analytics", "granted")]


def test_events_that_say_nothing_are_passed_over(base: Base) -> None:
    follow(base, reception(track("m1"), login("m2", "u", "anon-1")))
    with base.warehouse.store.reading() as reading:
        assert reading.fetch("select number from consent_events").num_rows == 0


def test_only_events_that_speak_are_looked_at() -> None:
    events = pl.DataFrame(
        {
            "type": ["track", "page", "track", "track"],
            "name": ["Unsubscribed", "Unsubscribed", "Viewed", "Viewed"],
            "consent": [None, None, None, "{}"],
        }
    )
    assert speaks_of_consent(events)["speech"].to_list() == ["unsubscribed", None]


def test_a_broken_consent_does_not_stop_the_follower(base: Base) -> None:
    odd = [json.loads(text) for text in ('{"consent": 7}', '{"consent": {"tcString": [1]}}', "{}")]
    events = [track(f"m{n}", event=CHOICE, context=context) for n, context in enumerate(odd)]
    follow(base, reception(*events), reception(choice("m9", NO)))
    assert base.counts().accepted == 4
    assert len(said_of(base, "cookie", "anon-1")) == 2
