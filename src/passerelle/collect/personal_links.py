"""Which events are uses of personal links: the token in them is read again, and believed alone."""

from __future__ import annotations

from datetime import datetime

import msgspec
import polars as pl

from passerelle.ingest import LINK_PROPERTY, LinkKey, PersonalLink, read_link_token
from passerelle.kernel import IdentifierKeys

LINK_KIND = "link"
"""The evidence of an event that a personal link led to."""

_ROBOTS = ("bot", "mail_proxy")
_COLUMNS = {"link_id": pl.Int64, "link_subject_id": pl.Int64}


def with_links(
    events: pl.DataFrame, properties: pl.Series, keys: IdentifierKeys, *, received_at: datetime
) -> pl.DataFrame:
    """Events with the link that each used, `link_id`, and whom it was made for.

    Both are null for all others, and for those that robots sent: mail gateways follow links before
    people do. An event that proves nothing else has the evidence `link`.

    Args:
        events: Columns evidence_kind and browser.
        properties: JSON text of each event, or null.
        keys: The installation's, whose secret signed the links.
        received_at: When the events came; a link that had ended by then proves nothing.
    """
    human = ~events["browser"].is_in(_ROBOTS).fill_null(value=False)
    named = properties.str.contains(LINK_PROPERTY, literal=True).fill_null(value=False) & human
    rows = named.arg_true()
    key = LinkKey.of(keys.secret)
    links = [_read(text, key, received_at) for text in properties.gather(rows)]
    found = pl.DataFrame(
        [(None, None) if link is None else (link.link_id, link.subject_id) for link in links],
        schema=_COLUMNS,
        orient="row",
    )
    nothing = pl.Series([None], dtype=pl.Int64).new_from_index(0, events.height)
    return events.with_columns(
        nothing.clone().scatter(rows, found[name]).alias(name) if len(rows) else nothing.alias(name)
        for name in _COLUMNS
    ).with_columns(
        pl.when(pl.col("link_id").is_not_null())
        .then(pl.coalesce("evidence_kind", pl.lit(LINK_KIND)))
        .otherwise("evidence_kind")
        .alias("evidence_kind")
    )


def _read(properties: str, key: LinkKey, now: datetime) -> PersonalLink | None:
    try:
        said = msgspec.json.decode(properties)
    except msgspec.DecodeError:
        return None
    token = said.get(LINK_PROPERTY) if isinstance(said, dict) else None
    if not isinstance(token, str):
        return None
    reading = read_link_token(token, key, None, now=now)
    return reading.link if reading.refusal is None else None
