"""What the collector received is in identity and in the lake, each event once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from passerelle.collect import list_quarantine
from passerelle.collect.event_counts import MOST_NAMES, OTHER_NAMES
from tests.event_logs import START, login, reception, track
from tests.unit.collect.following.base import Base


def test_received_events_are_in_the_lake_and_counted(base: Base) -> None:
    base.receive(reception(track("m-1"), track("m-2")), reception(track("m-3"), call="track"))

    base.follow()

    assert base.messages() == [("web", "m-1"), ("web", "m-2"), ("web", "m-3")]
    assert base.counts().accepted == 3
    assert base.counts().events == {"Product Viewed": 3}


def test_a_login_is_evidence(base: Base) -> None:
    base.receive(reception(login("m-1", "u-1", "anon-1")))

    base.follow()

    (edge,) = base.edges()
    assert (edge["left_value"], edge["right_value"], edge["kind"]) == (
        "anon-1",
        "default:u-1",
        "login",
    )


def test_a_repeated_message_counts_once_also_after_a_restart(base: Base) -> None:
    base.receive(reception(login("m-1", "u-1", "a"), login("m-1", "u-1", "a")))
    base.follow()
    base.receive(reception(login("m-1", "u-1", "a")))
    base.follow()

    assert base.messages() == [("web", "m-1")]
    assert base.edges()[0]["observations"] == 1
    assert (base.counts().accepted, base.counts().duplicate) == (1, 2)


def test_sources_do_not_take_each_others_message_ids(small_base: Base) -> None:
    small_base.receive(
        reception(track("m-1")), reception(track("m-1"), source="shop", kind="server")
    )

    small_base.follow()

    assert small_base.messages() == [("shop", "m-1"), ("web", "m-1")]


def test_a_faulty_event_is_kept_aside_and_the_others_go_on(base: Base) -> None:
    nobody = {"type": "track", "event": "x", "messageId": "m-2"}
    base.receive(reception(track("m-1"), nobody, track("m-3"), faults={1: "no_id"}))

    base.follow()

    assert base.messages() == [("web", "m-1"), ("web", "m-3")]
    assert base.quarantine() == {("web", "events", "no_id"): 1}
    assert base.counts().quarantined == {"no_id": 1}
    (row,) = list_quarantine(base.warehouse.store)
    assert '"m-2"' in row.original


def test_a_bad_event_that_is_sent_again_is_counted_once(small_base: Base) -> None:
    bad = reception({"type": "dance", "messageId": "m-1", "userId": "u"}, call="track")
    small_base.receive(bad, bad)
    small_base.follow()
    small_base.receive(bad)
    small_base.follow()

    assert small_base.counts().quarantined == {"unknown_type": 1}


def test_what_the_request_says_completes_its_events(small_base: Base) -> None:
    said = {"event": "Opened", "anonymousId": "a"}
    small_base.receive(
        reception(said, call="t", given_ids={0: "given"}),
        reception(
            {"type": "page", "messageId": "m-2"},
            facts={"cookie": "from-our-server", "user_agent": "Mozilla/5.0 Firefox/130.0"},
        ),
        reception(
            track("m-3"),
            shared={"context": {"page": {"url": "https://shop.example/x?utm_source=n"}}},
        ),
    )

    small_base.follow()

    lake = {row["message_id"]: row for row in small_base.lake().iter_rows(named=True)}
    assert lake["given"]["type"] == "track"
    assert lake["m-2"]["browser"] == "firefox"
    assert lake["m-2"]["cookie_id"] == small_base.warehouse.keys.identifier_id(
        "cookie", "from-our-server"
    )
    assert lake["m-3"]["page_host"] == "shop.example"
    assert lake["m-3"]["campaign_source"] == "n"


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[1, 2]", b'{"batch": 7'])
def test_a_body_that_cannot_be_read_is_kept_aside(small_base: Base, body: bytes) -> None:
    small_base.receive(reception(track("m-1"), body=body), reception(track("m-2")))

    small_base.follow()

    assert small_base.messages() == [("web", "m-2")]
    assert small_base.quarantine() == {("web", "events", "bad_json"): 1}


def test_names_that_somebody_makes_up_do_not_fill_the_counts(base: Base) -> None:
    def names(hour: int, *told: str) -> None:
        events = (
            track(f"m-{len(told)}-{hour}-{place}", event=name) for place, name in enumerate(told)
        )
        base.receive(reception(*events, at=START + timedelta(hours=hour)))
        base.follow()

    made_up = [f"x-{number:03}" for number in range(2 * MOST_NAMES)]
    names(0, *made_up, "Zoomed", "Zoomed", "Zoomed")
    names(0, "x-000", "Zoomed", "another")
    names(1, "another")

    events = base.counts().events
    kept = made_up[: MOST_NAMES - 1]
    assert events == {
        **dict.fromkeys(kept, 1), "x-000": 2, "Zoomed": 4, "another": 1,
        OTHER_NAMES: 2 * MOST_NAMES - len(kept) + 1,
    }  # fmt: skip
    assert base.counts().accepted == 2 * MOST_NAMES + 3 + 3 + 1
