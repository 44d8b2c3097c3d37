"""Links that sign somebody in: sent to a contact point, or printed for its bearer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from passerelle.portal.contacts import Contact
from passerelle.portal.secrets_of_links import hash_token, new_token
from passerelle.store import BulkSession, to_micros

_KEPT = timedelta(days=1)  # after its end, so that links made for somebody can be counted


@dataclass(frozen=True)
class LinkUse:
    """A link that was followed just now, and what that proves.

    A link for many uses may lie on paper: whoever holds it is asked who they are.
    """

    contact: Contact
    method: str
    is_single_use: bool


def make_link(
    bulk: BulkSession,
    contact: Contact,
    method: str,
    *,
    is_single_use: bool = True,
    life: timedelta,
    now: datetime,
) -> str:
    """A new link's token; links that ended long ago are forgotten."""
    token = new_token()
    bulk.execute("delete from portal_links where ends_at < ?", (to_micros(now - _KEPT),))
    bulk.execute(
        "insert into portal_links "
        "(token_hash, subject_type, subject_id, method, is_single_use, made_at, ends_at) "
        "values (?, ?, ?, ?, ?, ?, ?)",
        (
            hash_token(token),
            contact.type,
            contact.subject_id,
            method,
            int(is_single_use),
            to_micros(now),
            to_micros(now + life),
        ),
    )
    return token


def use_link(bulk: BulkSession, token: str, *, now: datetime) -> LinkUse | None:
    """Follow a link; None if it is none, has ended, or was for a single use that it had."""
    found = bulk.fetch(
        "select subject_type, subject_id, method, is_single_use from portal_links "
        "where token_hash = ? and ends_at > ? and (is_single_use = 0 or used_at is null)",
        (hash_token(token), to_micros(now)),
    ).to_pylist()
    if not found:
        return None
    bulk.execute(
        "update portal_links set used_at = ? where token_hash = ?",
        (to_micros(now), hash_token(token)),
    )
    (row,) = found
    contact = Contact(row["subject_type"], row["subject_id"])
    return LinkUse(contact, row["method"], bool(row["is_single_use"]))


def cancel_links(bulk: BulkSession, subject_id: int) -> None:
    """End every link of a contact point, those on paper too."""
    bulk.execute("delete from portal_links where subject_id = ?", (subject_id,))
