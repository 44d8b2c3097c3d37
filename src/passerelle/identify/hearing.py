"""Hear what sources say: records, events and partners' files become evidence."""

from __future__ import annotations

import polars as pl

from passerelle.collect import EventsPrepared, Heard, RecordBatch
from passerelle.identifiers import get_identifier_type, normalize_column
from passerelle.identify.consent_proofs import find_proofs
from passerelle.identify.graph_store import HASHED, Evidence, adding
from passerelle.identify.households.residences import adding_residences
from passerelle.identify.link_uses import adding_link_uses
from passerelle.identify.rules import NAME_BIRTH, RECORD
from passerelle.kernel import IdentifierKeys
from passerelle.store import BulkSession

_DEVICES = ("cookie", "mobile_id")
_JUDGED = {"email_id": "email", "phone_id": "phone"}  # what may be a role's or a shop's
_EVENT_TYPES = {
    "cookie_id": "cookie",
    "previous_cookie_id": "cookie",
    "mobile_id": "mobile_id",
    "login_id": "login",
    "email_id": "email",
    "phone_id": "phone",
}
_EDGE = {
    "left_id": pl.Int64,
    "right_id": pl.Int64,
    "kind": pl.String,
    "source": pl.String,
    "trusted": pl.Int64,
    "first_seen_at": pl.Int64,
    "last_seen_at": pl.Int64,
    "learned_at": pl.Int64,
    "observations": pl.Int64,
}


def hear_records(batch: RecordBatch, *, keys: IdentifierKeys) -> Heard:
    """What records say: each holds its identifiers, and its name with its birth date.

    A partner's rows are no people of ours: their identifiers are tied to each other instead.
    """
    if batch.source.kind == "partner":
        return adding(_partner_evidence(batch))
    write, lived = adding(_record_evidence(batch, keys)), adding_residences(batch)

    def heard(bulk: BulkSession) -> None:
        write(bulk)
        lived(bulk)

    return heard


def hear_events(batch: EventsPrepared) -> Heard:
    """What events say: which device logged in, ordered, or clicked as whom."""
    write, used = adding(_event_evidence(batch)), adding_link_uses(batch)

    def heard(bulk: BulkSession) -> None:
        write(bulk)
        used(bulk)

    return heard


def _record_evidence(batch: RecordBatch, keys: IdentifierKeys) -> Evidence:
    births = _name_births(batch.records, keys)
    held = pl.concat([batch.identifiers, births]).join(
        batch.records.select("record_id", "observed_at", "received_at"), on="record_id"
    )
    records = batch.records.select(
        pl.col("record_id").alias("identifier_id"),
        pl.lit(RECORD).alias("type"),
        pl.format("{}:{}", pl.lit(batch.source.name), "record_key").alias("value"),
        pl.lit("personal").alias("judgement"),
        pl.col("received_at").alias("learned_at"),
    )
    others = _each_once(held)
    edges = held.select(
        pl.col("record_id").alias("left_id"),
        pl.col("identifier_id").alias("right_id"),
        pl.when("may_link").then(pl.lit("record")).otherwise(pl.lit("mention")).alias("kind"),
        pl.lit(batch.source.name).alias("source"),
        pl.lit(int(batch.source.is_trusted), pl.Int64).alias("trusted"),
        pl.col("observed_at").alias("first_seen_at"),
        pl.col("observed_at").alias("last_seen_at"),
        pl.col("received_at").alias("learned_at"),
        pl.lit(1, pl.Int64).alias("observations"),
    )
    return Evidence(pl.concat([records, others]), edges)


def _name_births(records: pl.DataFrame, keys: IdentifierKeys) -> pl.DataFrame:
    whole = records.filter(
        pl.all_horizontal(pl.col("first_name_key", "last_name_key", "birth_date").is_not_null())
    ).select(
        "record_id",
        pl.concat_str("last_name_key", "first_name_key", "birth_date", separator="|").alias(
            "value"
        ),
    )
    return whole.select(
        "record_id",
        pl.Series("identifier_id", keys.identifier_ids(NAME_BIRTH, whole["value"]), pl.Int64),
        pl.lit(NAME_BIRTH).alias("type"),
        "value",
        pl.lit("personal").alias("judgement"),
        pl.lit(True).alias("may_link"),
    )


def _partner_evidence(batch: RecordBatch) -> Evidence:
    held = batch.identifiers.filter("may_link").join(
        batch.records.select("record_id", "observed_at", "received_at"), on="record_id"
    )
    devices = held.filter(pl.col("type").is_in(_DEVICES))
    people = held.filter(~pl.col("type").is_in(_DEVICES)).select(
        "record_id", pl.col("identifier_id").alias("right_id")
    )
    pairs = devices.join(people, on="record_id").select(
        pl.col("identifier_id").alias("left_id"),
        "right_id",
        pl.lit("partner").alias("kind"),
        pl.lit(batch.source.name).alias("source"),
        pl.lit(0, pl.Int64).alias("trusted"),
        pl.col("observed_at").alias("seen_at"),
        pl.col("received_at").alias("learned_at"),
    )
    return Evidence(_each_once(held), _counted(pairs))


def _each_once(held: pl.DataFrame) -> pl.DataFrame:
    """Identifiers, one row each; of an e-mail address and its hash the address is kept."""
    return (
        held.select(
            "identifier_id", "type", "value", "judgement", pl.col("received_at").alias("learned_at")
        )
        .sort("identifier_id", pl.col("value").str.starts_with(HASHED), "value", "learned_at")
        .unique("identifier_id", keep="first", maintain_order=True)
    )


def _event_evidence(batch: EventsPrepared) -> Evidence:
    telling = _judged(
        batch.events.filter(
            pl.col("evidence_kind").is_not_null() & ~pl.col("browser").eq_missing("bot")
        ).with_columns(
            pl.col("occurred_at").dt.timestamp("us").alias("seen_at"),
            pl.col("received_at").dt.timestamp("us"),
        )
    )
    pairs = [
        _pairs(telling, device, person, batch, kind="login" if person == "login_id" else None)
        for device in ("cookie_id", "mobile_id")
        for person in ("login_id", "email_id", "phone_id")
    ]
    pairs += [
        # An account's login and its e-mail address, whatever the device.
        _pairs(telling, "login_id", "email_id", batch, kind="account"),
        _pairs(telling, "login_id", "phone_id", batch, kind="account"),
        _pairs(telling, "previous_cookie_id", "cookie_id", batch, kind="alias"),
        _pairs(telling, "previous_cookie_id", "login_id", batch, kind="alias"),
    ]
    told = pl.concat(pairs)
    edges = _counted(told)
    ends = pl.concat([edges["left_id"], edges["right_id"]]).unique()
    held = pl.concat(
        telling.select(
            pl.col(column).alias("identifier_id"),
            pl.lit(type_name).alias("type"),
            pl.col(f"{column}_value").alias("value"),
            (pl.col(f"{column}_judgement") if column in _JUDGED else pl.lit("personal")).alias(
                "judgement"
            ),
            "received_at",
        )
        for column, type_name in _EVENT_TYPES.items()
    )
    known = _each_once(held.filter(pl.col("identifier_id").is_in(ends.implode())))
    return Evidence(known, edges, find_proofs(told))


def _judged(events: pl.DataFrame) -> pl.DataFrame:
    """Events with the judgement of what they name, and whether it may link."""
    for column, type_name in _JUDGED.items():
        values = events[f"{column}_value"].drop_nulls().unique()
        judgements = normalize_column(type_name, values).judgements
        links = {
            kind: each.may_link for kind, each in get_identifier_type(type_name).judgements.items()
        }
        judged = pl.DataFrame(
            {
                f"{column}_value": values,
                f"{column}_judgement": judgements.fill_null("personal"),
                f"{column}_links": judgements.replace_strict(
                    links, default=True, return_dtype=pl.Boolean
                ),
            }
        )
        events = events.join(judged, on=f"{column}_value", how="left", maintain_order="left")
    return events


def _pairs(
    events: pl.DataFrame, left: str, right: str, batch: EventsPrepared, *, kind: str | None
) -> pl.DataFrame:
    both = events.filter(
        pl.col(left).is_not_null() & pl.col(right).is_not_null() & (pl.col(left) != pl.col(right))
    )
    links = pl.col(f"{right}_links") if right in _JUDGED else pl.lit(True)
    return both.select(
        pl.col(left).alias("left_id"),
        pl.col(right).alias("right_id"),
        # A proxy opens e-mails, whoever they name: that stays an opening.
        pl.when(pl.col("evidence_kind") == "open")
        .then(pl.lit("open"))
        .when(~links)
        .then(pl.lit("mention"))
        .otherwise(pl.col("evidence_kind") if kind is None else pl.lit(kind))
        .alias("kind"),
        pl.lit(batch.source.name).alias("source"),
        pl.lit(int(batch.source.is_trusted), pl.Int64).alias("trusted"),
        "seen_at",
        pl.col("received_at").alias("learned_at"),
        "event_id",
        "consent",
    )


def _counted(pairs: pl.DataFrame) -> pl.DataFrame:
    if pairs.is_empty():
        return pl.DataFrame(schema=_EDGE)
    return pairs.group_by("left_id", "right_id", "kind", "source").agg(
        pl.col("trusted").first(),
        pl.col("seen_at").min().alias("first_seen_at"),
        pl.col("seen_at").max().alias("last_seen_at"),
        pl.col("learned_at").min(),
        pl.len().cast(pl.Int64).alias("observations"),
    )
