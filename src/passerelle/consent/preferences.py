"""What people chose within a permission: topics, and how often at most."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from passerelle.consent.policy import Purpose
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.store import BulkSession, ReadSession, from_micros, to_micros

_AT_ONCE = 500  # databases limit how many values a statement takes


@dataclass(frozen=True)
class Preference:
    """What the bearer of a contact point chose for a purpose. Grain: contact point and purpose.

    frequency: A key of the purpose's frequencies; empty where none was chosen.
    topics: Keys of its topics; None where none were chosen, which means all of them.
    """

    subject_id: int
    purpose: str
    frequency: str
    topics: tuple[str, ...] | None
    chosen_at: datetime


def set_preference(bulk: BulkSession, chosen: Preference, purpose: Purpose) -> None:
    """Keep what somebody chose for a purpose, instead of what they chose before.

    Raises:
        InvalidInput: The purpose offers no such frequency or topic.
    """
    strange = set(chosen.topics or ()) - set(purpose.topics)
    if strange or (chosen.frequency and chosen.frequency not in purpose.frequencies):
        raise InvalidInput(
            _("The policy offers no such choice for {purpose}.").format(purpose=chosen.purpose),
            hint=_("Choose again: the policy may have changed since the page was opened."),
        )
    topics = None if chosen.topics is None else json.dumps(sorted(set(chosen.topics)))
    bulk.execute(
        "insert into contact_preferences (subject_id, purpose, frequency, topics, chosen_at) "
        "values (?, ?, ?, ?, ?) on conflict (subject_id, purpose) do update set "
        "frequency = excluded.frequency, topics = excluded.topics, chosen_at = excluded.chosen_at",
        (
            chosen.subject_id,
            chosen.purpose,
            chosen.frequency,
            topics,
            to_micros(chosen.chosen_at),
        ),
    )


def list_preferences(
    reading: ReadSession | BulkSession, subjects: Sequence[int]
) -> list[Preference]:
    """What was chosen for some contact points, by contact point and purpose."""
    found: list[Preference] = []
    for start in range(0, len(subjects), _AT_ONCE):
        some = list(subjects[start : start + _AT_ONCE])
        marks = ", ".join("?" * len(some))
        rows = reading.fetch(
            "select subject_id, purpose, frequency, topics, chosen_at from contact_preferences "  # noqa: S608
            f"where subject_id in ({marks})",
            some,
        ).to_pylist()
        found += [
            Preference(
                row["subject_id"],
                row["purpose"],
                row["frequency"],
                None if row["topics"] is None else tuple(json.loads(row["topics"])),
                from_micros(row["chosen_at"]),
            )
            for row in rows
        ]
    return sorted(found, key=lambda each: (each.subject_id, each.purpose))
