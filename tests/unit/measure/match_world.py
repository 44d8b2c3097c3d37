"""A base small enough to count by hand, and tables written down as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from passerelle.engine import Engine, open_engine
from passerelle.lake import TABLES
from passerelle.measure import MatchInputs, MatchReport, build_match_report, read_lifetimes
from passerelle.measure.match_inputs import SCHEMAS

AS_OF = date(2026, 11, 1)
MADE_AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

# People are hundreds (their profile), records units, devices tens, contacts from 20 on.
ANNA, BEN, CHLOE, DAN, EVE, FAY, STRANGER = 100, 200, 300, 400, 500, 700, 600


def day(text: str) -> datetime:
    """Noon, UTC, of a day written `11-05`, in 2026 unless the year is written too."""
    full = text if len(text) > 5 else f"2026-{text}"
    return datetime.fromisoformat(f"{full}T12:00:00+00:00")


def table(name: str, rows: Iterable[Sequence[Any]]) -> pa.Table:
    """Rows as a table of the store, in the order of its columns."""
    schema = SCHEMAS[name]
    return pa.Table.from_pylist(
        [dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema
    )


def lake_table(name: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows as a table of the lake; columns not given are null."""
    return pa.Table.from_pylist([dict(row) for row in rows], schema=TABLES[name].schema)


def seen(cookie: int | None, at: str, browser: str = "chromium", **more: Any) -> dict[str, Any]:
    """An event of a cookie."""
    return {
        "source": "web",
        "cookie_id": cookie,
        "occurred_at": day(at),
        "received_at": MADE_AT,
        "browser": browser,
        **more,
    }


def line(receipt: str, cents: int, number: int = 1, **more: Any) -> dict[str, Any]:
    """A line of a receipt of October, paid in the shop."""
    return {
        "source": "till",
        "receipt_id": receipt,
        "line_id": hash((receipt, number)),
        "content_hash": hash((receipt, number, cents)),
        "channel": "shop",
        "occurred_at": day("10-12"),
        "received_at": MADE_AT,
        "amount_cents": cents,
        "currency": "EUR",
    } | more


def little_world() -> MatchInputs:
    """Six people, and a stranger whom only a partner knows.

    Anna's cookie was seen in October. Ben's, of Safari, not since August. Chloe has a telephone
    (its mobile id and the app's own id) and a cookie, both alive, neither seen for a month. Dan
    has an e-mail address and will log in on 5 November. Eve has nothing. Fay is known by a
    partner's cookie. Anna and Ben live together.
    """
    return MatchInputs(
        placements=table(
            "placements",
            [
                (1, ANNA), (11, ANNA), (21, ANNA), (31, ANNA),
                (2, BEN), (3, BEN), (12, BEN), (22, BEN),
                (4, CHLOE), (13, CHLOE), (14, CHLOE), (15, CHLOE), (23, CHLOE),
                (5, DAN), (18, DAN), (24, DAN),
                (6, EVE),
                (7, FAY), (17, FAY), (27, FAY),
                (16, STRANGER), (26, STRANGER),
            ],
        ),
        identifiers=table(
            "identifiers",
            [(each, "cookie") for each in (11, 12, 13, 15, 16, 17, 18)]
            + [(14, "mobile_id"), (31, "loyalty_card")]
            + [(each, "email") for each in (21, 22, 23, 24, 26, 27)],
        ),
        edges=table(
            "edges",
            [
                (11, 21, "login", "web", day("09-01"), day("10-20")),
                (11, 21, "click", "web", day("09-05"), day("09-05")),
                (12, 22, "login", "web", day("06-01"), day("08-01")),
                (13, 23, "order", "web", day("03-01"), day("07-01")),
                (14, 23, "login", "web", day("05-01"), day("06-01")),
                (15, 23, "login", "web", day("05-01"), day("06-01")),
                (16, 26, "partner", "adhub", day("10-01"), day("10-01")),
                (17, 27, "partner", "adhub", day("10-01"), day("10-01")),
                (18, 24, "login", "web", day("11-05"), day("11-05")),
            ],
        ),
        households=table(
            "households",
            [(ANNA, 9), (BEN, 9), (CHLOE, 8), (DAN, 7), (EVE, 6), (FAY, 5), (STRANGER, 4)],
        ),
        records=table(
            "records",
            [
                (1, "crm", "crm", day("2020-05-01"), True),
                (2, "crm", "crm", day("2020-05-01"), True),
                (3, "loyalty", "loyalty", day("2021-05-01"), True),
                (4, "loyalty", "loyalty", day("2022-05-01"), True),
                (5, "crm", "crm", day("2022-05-01"), True),
                (6, "crm", "crm", MADE_AT, False),  # its file says no date
                (7, "crm", "crm", day("2022-05-01"), True),
            ],
        ),
        sources=table(
            "sources",
            [("crm", "crm"), ("loyalty", "loyalty"), ("web", "browser"), ("adhub", "partner")],
        ),
        events=lake_table(
            "events",
            [
                seen(11, "09-01", email_id=21),
                seen(11, "10-20"),
                seen(12, "06-01", "ios_safari"),
                seen(12, "08-01", "ios_safari"),
                seen(13, "03-01"),
                seen(13, "07-01"),
                seen(15, "05-01", "app", mobile_id=14),
                seen(15, "06-01", "app", mobile_id=14),
                seen(99, "10-30"),
                seen(11, "10-31", "bot"),
                seen(18, "11-05", email_id=24),
            ],
        ),
        receipts=lake_table(
            "receipts",
            [
                line("r1", 10_00, card_id=31),
                line("r2", 5_00),
                line("r3", 20_00, channel="web", email_id=24, received_at=day("10-13")),
                line("r3", 8_00, channel="web", email_id=24),
                line("r4", -3_00, card_id=31, occurred_at=day("09-30")),
                line("r5", 4_00, card_id=32),
                line("r6", 1_00, occurred_at=day("11-02")),
            ],
        ),
        lifetimes=read_lifetimes(),
    )  # fmt: skip


def crowd(*, people: int, returning: int) -> MatchInputs:
    """People alike in all: a cookie bound in June, last seen on 25 September.

    `returning` of them were seen again on 15 October.
    """
    world = little_world()
    ids = range(1, people + 1)
    return replace(
        world,
        placements=table(
            "placements", [row for i in ids for row in ((i, i), (1000 + i, i), (5000 + i, i))]
        ),
        identifiers=table(
            "identifiers",
            [row for i in ids for row in ((1000 + i, "cookie"), (5000 + i, "login"))],
        ),
        edges=table(
            "edges",
            [(1000 + i, 5000 + i, "login", "web", day("06-01"), day("06-01")) for i in ids],
        ),
        households=table("households", [(i, i) for i in ids]),
        records=table("records", [(i, "crm", "crm", day("2020-05-01"), True) for i in ids]),
        events=lake_table(
            "events",
            [seen(1000 + i, at) for i in ids for at in ("06-01", "09-25")]
            + [seen(1000 + i, "10-15") for i in range(1, returning + 1)],
        ),
    )


def little_engine() -> Engine:
    """DuckDB with little memory."""
    return open_engine("", memory_limit="500MB", threads=1, spill="")


def report_of(inputs: MatchInputs, as_of: date | None = AS_OF, **more: Any) -> MatchReport:
    """The report of a base."""
    return build_match_report(little_engine(), inputs, made_at=MADE_AT, as_of=as_of, **more)


def emptied(inputs: MatchInputs) -> MatchInputs:
    """The same base before anything was imported."""
    return replace(
        inputs,
        **{name: schema.empty_table() for name, schema in SCHEMAS.items()},
        events=TABLES["events"].schema.empty_table(),
        receipts=TABLES["receipts"].schema.empty_table(),
    )
