"""Policies in the store: each version as its file said it, and since when."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from passerelle.consent.policy.policy import Policy
from passerelle.consent.policy.policy_file import parse_policy
from passerelle.kernel import Clock, InvalidInput
from passerelle.kernel.language import _
from passerelle.store import Reading, Store, to_micros


def get_policy(reading: Reading, *, at: datetime, known_at: datetime) -> Policy | None:
    """The policy in force at an instant, of those that were known at another; None if none was."""
    text = get_policy_text(reading, at=at, known_at=known_at)
    return None if text is None else _parsed(text)


def get_policy_text(reading: Reading, *, at: datetime, known_at: datetime) -> str | None:
    """`get_policy`, as its file said it."""
    found = reading.fetch(
        "select text from consent_policies where effective_from <= ? and applied_at <= ? "
        "order by effective_from desc, applied_at desc, version desc limit 1",
        (to_micros(at), to_micros(known_at)),
    )
    return found["text"][0].as_py() if found.num_rows else None


def apply_policy(store: Store, clock: Clock, text: str) -> Policy:
    """Put a policy in force from the day it names; applied again, nothing changes.

    Raises:
        InvalidInput: It has problems, or its version was used for another text.
    """
    read = parse_policy(text)
    if read.problems:
        first = read.problems[0]
        raise InvalidInput(
            _("The policy cannot be used: {place}: {message}").format(
                place=first.place, message=first.message
            ),
            hint=first.hint,
        )
    policy = read.policy
    with store.bulk() as bulk:
        known = bulk.fetch("select text from consent_policies where version = ?", (policy.version,))
        if known.num_rows:
            _check_same(known["text"][0].as_py(), text, policy.version)
            return policy
        bulk.execute(
            "insert into consent_policies (version, text, effective_from, applied_at) "
            "values (?, ?, ?, ?)",
            (policy.version, text, to_micros(policy.effective_from), to_micros(clock())),
        )
    return policy


def _check_same(known: str, text: str, version: str) -> None:
    if known != text:
        raise InvalidInput(
            _("A policy called {version} was applied already, and said something else.").format(
                version=version
            ),
            hint=_("What was in force stays on record: give the new text another version."),
        )


@lru_cache(maxsize=32)
def _parsed(text: str) -> Policy:
    return parse_policy(text).policy
