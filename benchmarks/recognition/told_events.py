"""Events as the follower hands them to identity, without a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from passerelle.collect import EventsPrepared, SourceRef
from passerelle.identifiers import Parsed, id_texts, parse_identifier
from passerelle.kernel import IdentifierKeys

Named = tuple[str | None, str | None, str | None]
"""What an event names: cookie, login and e-mail address."""

WEB = SourceRef("site", "browser")
_COLUMNS = {"cookie_id": "cookie", "login_id": "login", "email_id": "email"}


def told_events(
    keys: IdentifierKeys,
    told: Sequence[Named],
    *,
    kinds: Sequence[str | None],
    at: datetime,
) -> EventsPrepared:
    """Events as a batch, all at one instant.

    Args:
        keys: Of the base.
        told: What each event names.
        kinds: What kind of evidence each is; None for one that brings none.
        at: When they happened and were received.
    """
    columns: dict[str, pl.Series] = {}
    for position, (column, type_name) in enumerate(_COLUMNS.items()):
        values = [_canonical(type_name, each[position]) for each in told]
        known = [each for each in values if each is not None]
        ids = iter(keys.identifier_ids(type_name, id_texts(type_name, known)).tolist())
        columns[column] = pl.Series(
            [None if v is None else next(ids) for v in values], dtype=pl.Int64
        )
        columns[f"{column}_value"] = pl.Series(values, dtype=pl.String)
    frame = pl.DataFrame(columns).with_columns(
        pl.Series("evidence_kind", kinds, pl.String),
        pl.lit("chrome").alias("browser"),
        pl.lit(at, pl.Datetime("us", "UTC")).alias("occurred_at"),
        pl.lit(at, pl.Datetime("us", "UTC")).alias("received_at"),
        pl.lit(None, pl.Int64).alias("link_id"),
        pl.lit(None, pl.Int64).alias("link_subject_id"),
        pl.lit(None, pl.String).alias("consent"),
        pl.int_range(pl.len(), dtype=pl.Int64).alias("event_id"),
        *(
            pl.lit(None, dtype).alias(f"{name}{end}")
            for name in ("previous_cookie_id", "mobile_id", "phone_id")
            for end, dtype in (("", pl.Int64), ("_value", pl.String))
        ),
    )
    return EventsPrepared(WEB, 0, len(told), frame, ())


def _canonical(type_name: str, raw: str | None) -> str | None:
    read = None if raw is None else parse_identifier(type_name, raw)
    return read.value if isinstance(read, Parsed) else None
