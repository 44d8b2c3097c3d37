"""Segment's format: every shape its clients write, and what the canonical event says of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from passerelle.collect.events import EventBatch, Records, open_events, read_events

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
SAMPLES = Path(__file__).parents[3] / "samples" / "events"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
HEADLESS = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/156.0 Safari/537.36"


def track(**fields: object) -> dict[str, object]:
    return {
        "type": "track",
        "event": "Product Viewed",
        "anonymousId": "a-1",
        "timestamp": "2026-11-22T10:00:00Z",
        **fields,
    }


def understand(*events: object, received_at: datetime | None = NOW) -> EventBatch:
    lines = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in events]
    rows = range(1, len(lines) + 1)
    return read_events(
        Records(rows, lines), format="segment", content_id="c" * 64, received_at=received_at
    )


def one(event: object, received_at: datetime | None = NOW) -> dict[str, object]:
    batch = understand(event, received_at=received_at)
    assert not batch.rejected
    (row,) = batch.frame.to_dicts()
    return row


def column(name: str, *events: object) -> Sequence[object]:
    return understand(*events).frame[name].to_list()


def test_the_clients_that_people_have_are_understood() -> None:
    (batch,) = open_events(SAMPLES / "segment.jsonl", received_at=NOW).batches(100)
    by_id = {row["message_id"]: row for row in batch.frame.to_dicts()}

    assert not batch.rejected
    kinds = {name: row["evidence_kind"] for name, row in by_id.items() if row["evidence_kind"]}
    assert kinds == {
        "py-1": "login",
        "py-7": "alias",
        "rs-1": "login",
        "ajs-next-2": "form",
        "ajs-next-3": "click",
        "esp-1": "open",
        "ajs-next-4": "login",
        "ajs-next-5": "order",
    }
    assert by_id["rs-2"]["occurred_at"] == datetime(2026, 11, 1, 10, 0, tzinfo=UTC)
    assert by_id["py-3"]["consent"] == '{"categoryPreferences":{"Marketing":false}}'
    assert by_id["py-6"]["email"] is None  # the group's, not the person's
    assert by_id["ajs-next-4"]["loyalty_card"] == "29012345"
    assert by_id["ajs-next-5"]["total_cents"] == 123450
    assert by_id["app-1"]["mobile_id"] == "38400000-8cf0-11bd-b23e-10b96e40000d"


def test_a_batch_body_becomes_its_events_with_a_place_each() -> None:
    batch = understand(
        {
            "batch": [track(messageId="m"), track(), {"type": "track"}, "x", track()],
            "sentAt": "2026-11-22T10:00:05Z",
            "context": {"userAgent": IPHONE},
        }
    )

    assert batch.frame["message_id"].to_list() == ["m", "c" * 24 + "-1-2", "c" * 24 + "-1-5"]
    assert set(batch.frame["row_number"]) == {1}
    assert set(batch.frame["sent_at"]) == {datetime(2026, 11, 22, 10, 0, 5, tzinfo=UTC)}
    assert set(batch.frame["browser"]) == {"ios_safari"}
    assert [(row.item, row.reason) for row in batch.rejected] == [
        (4, "not_an_object"),
        (3, "no_event_name"),
    ]


def test_the_context_of_an_event_wins_over_the_one_of_its_batch() -> None:
    own = {"page": {"url": "https://own.example/"}}
    shared = {"page": {"url": "https://shared.example/"}, "userAgent": IPHONE}

    event = one({"batch": [track(context=own)], "context": shared})

    assert (event["page_host"], event["browser"]) == ("own.example", "ios_safari")


def test_events_without_an_id_stay_apart_even_when_they_say_the_same() -> None:
    ids = column("message_id", track(), track())

    assert len(set(ids)) == 2
    assert ids == column("message_id", track(), track())


def test_ids_that_are_numbers_become_text_and_empty_ones_are_none() -> None:
    assert column("user_id", track(userId=42), track(userId="  "), track(userId="")) == [
        "42",
        None,
        None,
    ]


@pytest.mark.parametrize(
    "odd",
    [
        {"userId": {"id": 1}},
        {"context": "none"},
        {"context": {"page": "x", "campaign": [], "device": 3}},
        {"timestamp": True},
        {"properties": "x", "traits": [1]},
        {"messageId": ["x"]},
        {"batch": None},
    ],
)
def test_a_field_of_an_odd_shape_costs_nothing_but_itself(odd: dict[str, object]) -> None:
    event = one(track(**odd))

    assert (event["name"], event["anonymous_id"]) == ("Product Viewed", "a-1")
    assert json.loads(str(event["original"])) == track(**odd)


def test_usual_and_odd_lines_are_read_alike() -> None:
    usual = [json.loads(line) for line in (SAMPLES / "segment.jsonl").read_text().splitlines()[2:]]

    together = understand(*usual).frame
    beside_odd = understand(*usual, track(userId=[1])).frame.head(len(usual))

    assert together.equals(beside_odd)


@pytest.mark.parametrize(
    ("stamps", "expected", "note"),
    [
        ({"timestamp": "2026-11-22T11:00:00+01:00"}, "10:00:00", None),
        ({"timestamp": "2026-11-22T10:00:00.123456Z"}, "10:00:00.123456", None),
        ({"timestamp": "2026-11-22T10:00:00"}, "10:00:00", None),
        ({"timestamp": 1795341600000}, "10:00:00", None),
        (
            {"timestamp": "2026-11-22T10:00:00Z", "originalTimestamp": "2026-11-22T12:00:00Z"},
            "10:00:00",
            None,
        ),
        ({"timestamp": None, "originalTimestamp": "2026-11-22T10:00:00Z"}, "10:00:00", None),
        ({"timestamp": "soon", "sentAt": "2026-11-22T10:00:00Z"}, "10:00:00", "unreadable"),
        ({"timestamp": None, "sentAt": "2026-11-22T10:00:00Z"}, "10:00:00", "missing"),
        ({"timestamp": "0001-01-01T00:00:00Z", "sentAt": "2026-11-22T10:00:00Z"}, "10:00:00",
         "unreadable"),
    ],
)  # fmt: skip
def test_an_event_happened_when_its_best_stamp_says(
    stamps: dict[str, object], expected: str, note: str | None
) -> None:
    event = one(track(**stamps))

    at = datetime.fromisoformat(f"2026-11-22T{expected}+00:00")
    assert (event["occurred_at"], event["clock_note"]) == (at, note)


def test_no_event_happened_after_it_was_received() -> None:
    event = one(track(timestamp="2030-01-01T00:00:00Z"))

    assert event["occurred_at"] == NOW + timedelta(minutes=5)
    assert event["clock_note"] == "future"


def test_a_reception_that_the_event_states_wins_over_the_one_of_the_file() -> None:
    event = one(track(receivedAt="2026-11-22T09:00:00Z"))

    assert event["received_at"] == datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    assert event["occurred_at"] == datetime(2026, 11, 22, 9, 5, tzinfo=UTC)


def test_addresses_of_pages_lose_what_may_name_a_person() -> None:
    def page(url: str) -> dict[str, object]:
        return track(context={"page": {"url": url}})

    urls = [
        "https://x.example/p?email=jane@example.com#jane",
        "https://jane:secret@x.example:8080/p",
        "https://x.example/reset/jane%40example.com/now",
        "/relative?x=1",
    ]

    assert column("page_url", *map(page, urls)) == [
        "https://x.example/p",
        "https://x.example:8080/p",
        "https://x.example/reset/~/now",
        "/relative",
    ]
    assert column("page_host", *map(page, urls)) == ["x.example"] * 3 + [None]


@pytest.mark.parametrize(
    ("query", "source", "name"),
    [
        ("utm_source=news&utm_campaign=soldes+ete", "news", "soldes ete"),
        ("gclid=abc", "google", None),
        ("fbclid=abc&utm_source=insta", "insta", None),
        ("utm_source=jane%40example.com", None, None),
        ("xutm_source=a", None, None),
    ],
)
def test_the_campaign_is_read_from_the_landing_page(
    query: str, source: str | None, name: str | None
) -> None:
    event = one(track(context={"page": {"url": f"https://x.example/?{query}"}}))

    assert (event["campaign_source"], event["campaign_name"]) == (source, name)


def test_the_type_of_an_event_that_does_not_say_it_is_guessed() -> None:
    events = [
        {"event": "x", "userId": "u"},
        {"traits": {"a": 1}, "userId": "u"},
        {"previousId": "a", "userId": "u"},
        {"groupId": "g", "userId": "u"},
    ]

    assert column("type", *events) == ["track", "identify", "alias", "group"]


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (track(userId="u-1"), "login"),
        (track(), None),
        ({"type": "identify", "userId": "u-1"}, "login"),
        ({"type": "identify", "anonymousId": "a", "traits": {"email": "j@example.com"}}, "form"),
        (track(event="Signed Up", userId="u-1"), "account"),
        (track(event="sign_up", properties={"email": "j@example.com"}), "account"),
        (track(event="Order Completed"), None),
        (track(event="purchase", properties={"phone": "0600000000"}), "order"),
        (track(event="Order Completed", userId="u-1", properties={"email": "j@x.fr"}), "login"),
        (track(event="Email Link Clicked", properties={"to": "j@example.com"}), "click"),
        (track(event="Email Link Clicked", properties={"email_sha256": "ab" * 32}), "click"),
        (track(event="Email Link Clicked"), None),
        (track(event="Email Opened", userId="u-1", properties={"to": "j@x.fr"}), "open"),
        (track(properties={"email": "j@example.com"}), "form"),
        (track(properties={"email": "j@x.fr"}, context={"userAgent": HEADLESS}), None),
        (track(properties={"email": True}), None),
        ({"type": "alias", "userId": "u-1", "previousId": "a-1"}, "alias"),
    ],
)
def test_the_evidence_is_the_strongest_that_the_event_can_be(
    event: dict[str, object], kind: str | None
) -> None:
    assert one(event)["evidence_kind"] == kind


def test_contacts_are_found_under_the_names_people_use() -> None:
    event = one(
        {
            "type": "identify",
            "userId": "jane@example.com",
            "traits": {"prenom": "Jane", "family_name": "Martin", "Phone Number": "0600000000"},
            "context": {"traits": {"firstName": "Other", "numeroClient": 77}},
        }
    )

    assert event["email"] == "jane@example.com"  # the user id is one
    assert (event["first_name"], event["last_name"]) == ("Jane", "Martin")
    assert (event["phone"], event["customer_number"]) == ("0600000000", "77")


def test_a_hash_given_as_an_email_is_a_hash() -> None:
    event = one(track(properties={"email": "AB" * 32}))

    assert (event["email"], event["email_sha256"]) == (None, "ab" * 32)


@pytest.mark.parametrize(
    ("properties", "cents"),
    [
        ({"total": 19.99, "revenue": 15}, 1999),
        ({"revenue": "19,99"}, 1999),
        ({"value": -5}, -500),
        ({"total": "abc"}, None),
        ({"total": 1e400}, None),
    ],
)
def test_the_amount_of_an_order_is_in_cents(
    properties: dict[str, object], cents: int | None
) -> None:
    line = json.dumps(track(event="Order Completed", properties=properties))

    assert one(line.replace("Infinity", "1e999").encode())["total_cents"] == cents


def test_the_price_of_a_product_that_is_looked_at_is_no_order() -> None:
    assert one(track(properties={"value": 20}))["total_cents"] is None


def test_nul_characters_do_not_reach_the_database() -> None:
    event = one(track(userId="u\u00001", event="Product\u0000 Viewed"))

    assert (event["user_id"], event["name"]) == ("u1", "Product Viewed")


def test_properties_and_the_line_are_kept_as_they_came() -> None:
    line = b'{"type":"track","event":"x","userId":"u","properties":{"a": 1.50,  "b":[1,null]}}'

    event = one(line)

    assert event["properties"] == '{"a": 1.50,  "b":[1,null]}'
    assert event["original"] == line.decode()


def test_known_fields_are_the_same_read_together_or_one_by_one() -> None:
    plain = {"email": " j@example.com ", "order_total": 5, "value": 7.0, "numero_client": 12}
    odd = {**plain, "phone": {"mobile": "x"}}  # a shape that the fast way cannot read

    fast = understand(track(event="purchase", properties=plain)).frame
    slow = understand(track(event="purchase", properties=odd)).frame

    assert fast.drop("properties", "original").equals(slow.drop("properties", "original"))
    assert pl.Series(fast["total_cents"]).to_list() == [500]
