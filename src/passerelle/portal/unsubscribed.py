"""What a message's link to unsubscribe does."""

from __future__ import annotations

from passerelle.consent import EVERY, Purpose, Said, Unsubscription, get_policy, record
from passerelle.portal.portal import SOURCE, Portal


def find_purpose(portal: Portal, key: str) -> Purpose | None:
    """A purpose of the policy in force; None if it is there no more."""
    now = portal.parts.clock()
    with portal.parts.store.reading() as reading:
        policy = get_policy(reading, at=now, known_at=now)
    return None if policy is None else policy.purposes.get(key)


def stop_messages(portal: Portal, asked: Unsubscription, *, everything: bool) -> None:
    """End messages of one purpose on one channel to a contact point, or all that may be ended.

    A purpose that is there no more ends too: old messages carry old purposes. Where no consent is
    asked, not wanting any more is an objection.
    """
    purpose = find_purpose(portal, asked.purpose)
    is_consented = purpose is not None and purpose.legal_basis == "consent" and not everything
    now = portal.parts.clock()
    said = Said(
        subject_type=asked.subject_type,
        subject_id=asked.subject_id,
        purpose=EVERY if everything else asked.purpose,
        channel=EVERY if everything else asked.channel,
        decision="withdrawn" if is_consented else "objected",
        method="unsubscribe",
        source=SOURCE,
        is_trusted=True,
        occurred_at=now,
    )
    with portal.parts.store.bulk() as bulk:
        record(bulk, [said], keys=portal.parts.keys, at=now)
        detail = {"purpose": said.purpose, "channel": said.channel}
        portal.note(bulk, "portal.unsubscribed", (asked.subject_id,), detail)
