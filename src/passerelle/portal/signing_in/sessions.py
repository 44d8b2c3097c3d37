"""Sessions: who is signed in, by which contact point, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from passerelle.portal.contacts import Contact
from passerelle.portal.secrets_of_links import hash_token, new_token
from passerelle.store import BulkSession, Store, to_micros

MOST_TRIES = 5
"""Answers to the question who somebody is, before the session ends."""


@dataclass(frozen=True)
class Session:
    """Somebody signed in. `profile_id` is None as long as nobody knows who it is."""

    session_hash: str
    contact: Contact
    profile_id: int | None
    method: str


def begin_session(
    bulk: BulkSession,
    contact: Contact,
    profile_id: int | None,
    *,
    method: str,
    life: timedelta,
    now: datetime,
) -> str:
    """The token of a new session; sessions that ended are forgotten."""
    token = new_token()
    bulk.execute("delete from portal_sessions where ends_at < ?", (to_micros(now),))
    bulk.execute(
        "insert into portal_sessions (session_hash, subject_type, subject_id, profile_id, method, "
        "tries, begun_at, ends_at) values (?, ?, ?, ?, ?, 0, ?, ?)",
        (
            hash_token(token),
            contact.type,
            contact.subject_id,
            profile_id,
            method,
            to_micros(now),
            to_micros(now + life),
        ),
    )
    return token


def find_session(store: Store, token: str, *, now: datetime) -> Session | None:
    """The session of a token, unless it ended."""
    rows = store.rows(
        "select session_hash, subject_type, subject_id, profile_id, method from portal_sessions "
        "where session_hash = ? and ends_at > ?",
        (hash_token(token), to_micros(now)),
    )
    if not rows:
        return None
    (row,) = rows
    contact = Contact(row["subject_type"], row["subject_id"])
    return Session(row["session_hash"], contact, row["profile_id"], row["method"])


def know_who(bulk: BulkSession, session: Session, profile_id: int) -> None:
    """Note whose data a session shows from now on."""
    bulk.execute(
        "update portal_sessions set profile_id = ? where session_hash = ?",
        (profile_id, session.session_hash),
    )


def count_try(bulk: BulkSession, session: Session) -> int:
    """Note a wrong answer; answers how many are left, and ends the session after the last."""
    bulk.execute(
        "update portal_sessions set tries = tries + 1 where session_hash = ?",
        (session.session_hash,),
    )
    bulk.execute(
        "delete from portal_sessions where session_hash = ? and tries >= ?",
        (session.session_hash, MOST_TRIES),
    )
    found = bulk.fetch(
        "select tries from portal_sessions where session_hash = ?", (session.session_hash,)
    )
    return MOST_TRIES - int(found["tries"][0].as_py()) if found.num_rows else 0


def end_session(bulk: BulkSession, session: Session) -> None:
    """Sign out of one browser."""
    bulk.execute("delete from portal_sessions where session_hash = ?", (session.session_hash,))


def end_all_sessions(bulk: BulkSession, session: Session) -> None:
    """Sign out everywhere: every session of the contact point and of the person."""
    bulk.execute(
        "delete from portal_sessions where subject_id = ? or profile_id = ?",
        (session.contact.subject_id, session.profile_id),
    )
