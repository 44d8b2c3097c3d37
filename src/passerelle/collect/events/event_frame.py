"""From loose events, as a format read them, to canonical events, the same for every source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl

from passerelle.collect.events.browsers import classify_user_agent
from passerelle.collect.events.event_format import LooseEvents, RejectedRow
from passerelle.collect.events.event_times import UTC_TIME, choose_times
from passerelle.collect.events.evidence import evidence_kind, read_meanings
from passerelle.collect.events.page_urls import read_hosts, read_pages
from passerelle.kernel.language import N_, _

EVENT_TYPES = ("identify", "track", "page", "screen", "group", "alias")

EVENT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "row_number": pl.Int64,
    "message_id": pl.String,
    "type": pl.String,
    "name": pl.String,
    "occurred_at": UTC_TIME,
    "sent_at": UTC_TIME,
    "received_at": UTC_TIME,
    "stated_at": UTC_TIME,
    "called_at": UTC_TIME,
    "clock_note": pl.String,
    "anonymous_id": pl.String,
    "user_id": pl.String,
    "previous_id": pl.String,
    "mobile_id": pl.String,
    "email": pl.String,
    "email_sha256": pl.String,
    "phone": pl.String,
    "first_name": pl.String,
    "last_name": pl.String,
    "loyalty_card": pl.String,
    "customer_number": pl.String,
    "order_id": pl.String,
    "total_cents": pl.Int64,
    "currency": pl.String,
    "evidence_kind": pl.String,
    "browser": pl.String,
    "user_agent": pl.String,
    "page_url": pl.String,
    "page_host": pl.String,
    "referrer_host": pl.String,
    "campaign_source": pl.String,
    "campaign_name": pl.String,
    "consent": pl.String,
    "properties": pl.String,
    "original": pl.String,
}
"""Columns of a canonical event. Grain: one event. Instants are in UTC, amounts in cents.

All four stamps are kept: `stated_at` is the client's `timestamp`, `called_at` its
`originalTimestamp`, beside `sent_at` and `received_at`; `occurred_at` is what they come to.
"""

REASONS: dict[str, str] = {
    "bad_encoding": N_("The line is not UTF-8 text. Export the file again as UTF-8."),
    "bad_json": N_("The line is not valid JSON. Mend its syntax, or export the file again."),
    "not_an_object": N_("The line is JSON but not an object with fields."),
    "too_large": N_("The event is larger than the limit. Remove what is not needed from it."),
    "unknown_type": N_("The event has no type that is known (identify, track, page, ...)."),
    "no_event_name": N_("A track event needs the name of what happened."),
    "no_id": N_("The event names nobody: no user, anonymous, or mobile id, no e-mail or phone."),
    "no_actions": N_("The visit has no action. Export it with its actions."),
}
"""Why an event is refused, by stable code, in a sentence for people (to translate when shown)."""

_IDS = (
    "anonymous_id", "user_id", "previous_id", "mobile_id", "email", "email_sha256", "recipient",
    "phone", "loyalty_card", "customer_number",
)  # fmt: skip
_TRIMMED = (*_IDS, "message_id", "first_name", "last_name", "order_id", "name", "currency")
_EMAIL_LIKE = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
_ESCAPED_NUL = r"\u0000"  # PostgreSQL takes no NUL in a text
_SHA256 = r"^[0-9a-f]{64}$"


@dataclass(frozen=True)
class FileFacts:
    """What all events of a file share.

    Args:
        content_id: Names events that have no id of their own, with their row.
        received_at: When the file was received, for events that do not say it themselves.
        margin: How far ahead of reception a client's clock may be.
    """

    content_id: str
    received_at: datetime | None
    margin: timedelta


def build_events(loose: LooseEvents, facts: FileFacts) -> tuple[pl.DataFrame, list[RejectedRow]]:
    """Canonical events with `EVENT_SCHEMA`, and the rows refused with what to mend."""
    cleaned = _clean(loose.frame)
    reasons = cleaned.select(_rejection()).to_series()
    bad = reasons.is_not_null()
    rejected = [*loose.rejected]
    if bad.any():
        rejected += _reject(cleaned.filter(bad), reasons.filter(bad))
        cleaned = cleaned.filter(~bad)
    return _finish(cleaned, facts), [_explain(row) for row in rejected]


def _explain(row: RejectedRow) -> RejectedRow:
    """The row with its reason as a sentence, and where it lies if the format knows."""
    sentence = _(REASONS.get(row.reason, ""))
    where = f" ({row.detail})" if row.detail else ""
    return replace(row, detail=sentence + where)


def _clean(frame: pl.DataFrame) -> pl.DataFrame:
    used = [name for name in _TRIMMED if frame[name].null_count() < frame.height]
    trimmed = (pl.col(name).str.strip_chars().alias(name) for name in used)
    if frame["original"].str.contains(_ESCAPED_NUL, literal=True).any():
        frame = frame.with_columns(pl.col(used).str.replace_all("\0", "", literal=True))
    frame = frame.with_columns(trimmed).with_columns(
        pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in used
    )
    return frame.with_columns(
        pl.col("type").str.to_lowercase(), read_meanings(frame["name"]).alias("meaning")
    )


def _rejection() -> pl.Expr:
    kind = pl.col("type")
    return (
        pl.when(~kind.is_in(EVENT_TYPES).fill_null(False)).then(pl.lit("unknown_type"))
        .when((kind == "track") & pl.col("name").is_null()).then(pl.lit("no_event_name"))
        .when(pl.all_horizontal(pl.col(_IDS).is_null())).then(pl.lit("no_id"))
        .alias("reason")
    )  # fmt: skip


def _reject(frame: pl.DataFrame, reasons: pl.Series) -> list[RejectedRow]:
    places = frame.select("row_number", "item", "original").iter_rows()
    return [
        RejectedRow(row, reason, "", original or "", item)
        for (row, item, original), reason in zip(places, reasons, strict=True)
    ]


def _finish(frame: pl.DataFrame, facts: FileFacts) -> pl.DataFrame:
    pages = read_pages(frame["page_url"])
    agents = frame["user_agent"]
    columns = [
        *choose_times(frame, received_at=facts.received_at, margin=facts.margin).get_columns(),
        pages["page_url"],
        pages["page_host"],
        read_hosts(frame["referrer"]).alias("referrer_host"),
        _first(frame["campaign_source"], pages["campaign_source"]),
        _first(frame["campaign_name"], pages["campaign_name"]),
        _first(frame["browser"], _classify(agents)).alias("browser"),
    ]
    return (
        frame.drop("sent_at", "received_at", strict=False)
        .with_columns(columns)
        .with_columns(
            _message_id(facts.content_id).alias("message_id"),
            _email().alias("email"),
            _email_sha256().alias("email_sha256"),
            _total_cents().alias("total_cents"),
            pl.col("currency").str.to_uppercase(),
        )
        .with_columns(evidence_kind().alias("evidence_kind"))
        .select(pl.col(name).cast(dtype) for name, dtype in EVENT_SCHEMA.items())
    )


def _message_id(content_id: str) -> pl.Expr:
    row, item = pl.col("row_number").cast(pl.String), pl.col("item")
    place = pl.when(item > 0).then(pl.format("{}-{}", row, item)).otherwise(row)
    return pl.coalesce("message_id", pl.format("{}-{}", pl.lit(content_id[:24]), place))


def _email() -> pl.Expr:
    sent_to = pl.when(pl.col("meaning").is_in(["click", "open"])).then(pl.col("recipient"))
    given = pl.coalesce("email", sent_to)
    user = pl.col("user_id")
    hashed = given.str.to_lowercase().str.contains(_SHA256)
    clear = pl.when(~hashed).then(given)
    return pl.coalesce(clear, pl.when(user.str.contains(_EMAIL_LIKE)).then(user))


def _email_sha256() -> pl.Expr:
    given = pl.coalesce("email_sha256", "email").str.to_lowercase()
    return pl.when(given.str.contains(_SHA256)).then(given)


def _total_cents() -> pl.Expr:
    total = pl.col("total").str.replace_all(r"[\s€$£]", "").str.replace(",", ".", literal=True)
    is_order = (pl.col("meaning") == "order") | pl.col("order_id").is_not_null()
    amount = total.cast(pl.Float64, strict=False)
    cents = (amount * 100).round(0).cast(pl.Int64, strict=False)
    return pl.when(is_order & amount.is_finite()).then(cents)


def _classify(agents: pl.Series) -> pl.Series:
    distinct = agents.drop_nulls().unique()
    families = pl.Series([classify_user_agent(agent) for agent in distinct], dtype=pl.String)
    return agents.replace_strict(distinct, families, default=None, return_dtype=pl.String)


def _first(given: pl.Series, derived: pl.Series) -> pl.Series:
    name = given.name
    return (
        derived.alias(name)
        if given.null_count() == len(given)
        else pl.select(pl.coalesce(given, derived)).to_series().alias(name)
    )
