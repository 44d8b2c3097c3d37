"""The tables of the lake, with the grain and meaning of each column.

`docs/reference/lake.md` is written from here.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

INSTANT = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class LakeTable:
    """A table of the lake: what a row is, and what its columns hold."""

    name: str
    grain: str
    columns: tuple[tuple[str, pa.DataType, str], ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema; every column may be null unless its meaning says otherwise."""
        return pa.schema([pa.field(name, kind) for name, kind, _ in self.columns])


_RECEIVED = (
    ("import_id", pa.string(), "Import that brought the row"),
    ("row_number", pa.int64(), "Row in the file, as a spreadsheet counts: the header is row 1"),
    ("received_at", INSTANT, "When we learned it"),
)

RECORDS = LakeTable(
    "records",
    "one row per version of a source's record, as received",
    (
        ("source", pa.string(), "Source that said it"),
        ("record_key", pa.string(), "The source's own key of the record"),
        ("record_id", pa.int64(), "Identifier id of the record"),
        *_RECEIVED,
        ("observed_at", INSTANT, "When it was true: the record's own date of change, else receipt"),
        ("content_hash", pa.int64(), "Changes when any cell of the record changes"),
        ("rules_version", pa.int64(), "Version of the rules that made the normalised columns"),
        ("original", pa.string(), "What the source said, column by column, as a JSON object"),
        ("normalized", pa.string(), "Normalised values by canonical field, as a JSON object"),
    ),
)

EVENTS = LakeTable(
    "events",
    "one row per event (source, message_id)",
    (
        ("source", pa.string(), "Source that sent it"),
        ("message_id", pa.string(), "The sender's id of the event; a repeat counts once"),
        ("event_id", pa.int64(), "Keyed hash of source and message_id"),
        *_RECEIVED,
        ("type", pa.string(), "identify, track, page, screen, group or alias"),
        ("name", pa.string(), "Event or page name"),
        ("occurred_at", INSTANT, "When it happened, clock corrected"),
        ("stated_at", INSTANT, "`timestamp` as the client stated it"),
        ("called_at", INSTANT, "`originalTimestamp` as the client stated it"),
        ("sent_at", INSTANT, "When the client says that it sent it"),
        ("clock_note", pa.string(), "skewed (set right), future (cut back), missing, unreadable"),
        ("schema_note", pa.string(), "What a pinned schema found: schema_mismatch, unknown_field"),
        ("cookie_id", pa.int64(), "Identifier id of the anonymous id"),
        ("mobile_id", pa.int64(), "Identifier id of the mobile advertising id"),
        ("login_id", pa.int64(), "Identifier id of the user id"),
        ("email_id", pa.int64(), "Identifier id of the e-mail address, clear or hashed"),
        ("phone_id", pa.int64(), "Identifier id of the phone number"),
        (
            "evidence_kind",
            pa.string(),
            "What it tells: login, account, order, link, click, form, alias",
        ),
        ("browser", pa.string(), "Browser family"),
        ("page_url", pa.string(), "Page without its query"),
        ("page_host", pa.string(), "Host of the page"),
        ("referrer_host", pa.string(), "Host of the page before"),
        ("campaign_source", pa.string(), "utm_source"),
        ("campaign_name", pa.string(), "utm_campaign"),
        ("order_id", pa.string(), "Order that the event is about"),
        ("total_cents", pa.int64(), "Amount of the order, in cents"),
        ("currency", pa.string(), "ISO 4217 code"),
        ("consent", pa.string(), "Consent stated by the event, as JSON"),
        ("properties", pa.string(), "Properties and traits as given, as JSON"),
        ("original", pa.string(), "The event as received, as JSON"),
    ),
)

RECEIPTS = LakeTable(
    "receipts",
    "one row per version of a line of a receipt; the last received is the line as it stands",
    (
        ("source", pa.string(), "Source that sent it"),
        ("receipt_id", pa.string(), "The source's own number of the receipt"),
        ("line_number", pa.int64(), "Line in the receipt"),
        ("line_id", pa.int64(), "Keyed hash of source, receipt_id and line_number"),
        ("content_hash", pa.int64(), "Changes when anything of the line changes"),
        *_RECEIVED,
        ("store_id", pa.string(), "Shop; null for the web"),
        ("channel", pa.string(), "shop or web"),
        ("occurred_at", INSTANT, "When it was paid"),
        ("card_id", pa.int64(), "Identifier id of the loyalty card shown"),
        ("customer_id", pa.int64(), "Identifier id of the customer number"),
        ("email_id", pa.int64(), "Identifier id of the e-mail address given"),
        ("phone_id", pa.int64(), "Identifier id of the phone number given"),
        ("login_id", pa.int64(), "Identifier id of the login ordered with"),
        ("product_id", pa.string(), "Product as the source names it"),
        ("product_label", pa.string(), "Product as people read it"),
        ("quantity", pa.float64(), "Quantity; negative when brought back"),
        ("amount_cents", pa.int64(), "Paid for the line, discounts taken off, in cents"),
        ("discount_cents", pa.int64(), "Discount on the line, in cents, positive"),
        ("currency", pa.string(), "ISO 4217 code"),
    ),
)

NOTICES = LakeTable(
    "notices",
    "one row per notice of a life change: a row of a file of movers, deaths or returned mail",
    (
        ("source", pa.string(), "Source that said it"),
        ("notice_id", pa.int64(), "Keyed hash of source, kind and what is said"),
        ("kind", pa.string(), "movers, deaths or returned-mail"),
        *_RECEIVED,
        ("file_name", pa.string(), "Name of the file"),
        ("happened_on", pa.string(), "Day it happened, ISO 8601"),
        ("said", pa.string(), "What the notice says by canonical field, as a JSON object"),
        ("original", pa.string(), "The row as received"),
    ),
)

TABLES = {each.name: each for each in (RECORDS, EVENTS, RECEIPTS, NOTICES)}
