"""What lives say to the gate: who has died, who is under age or of age, whose time is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from passerelle.consent.channels import EVERY
from passerelle.consent.ledger import LedgerEntry, Said
from passerelle.consent.periods import Period
from passerelle.store import Reading, from_micros, to_micros
from passerelle.unify import LifeChange, list_deaths

_BIRTHS = (
    "select p.profile_id, max(r.birth_date) as birth_date "
    "from placements p join records r on r.record_id = p.identifier_id "
    "where r.birth_date is not null{whose} group by p.profile_id"
)
_HELD = "select h.thing_id, h.held_at from retention_holds h where h.thing = 'profile'{whose}"
_AT_ONCE = 500  # databases limit how many values a statement takes


@dataclass
class Life:
    """Of one profile: when it comes of age, if a record says so, and what bars contact."""

    adult_from: datetime | None = None
    said: list[LedgerEntry] = field(default_factory=list)


def read_lives(
    reading: Reading,
    profile_ids: Sequence[int] | None,
    majority_years: int,
    *,
    at: datetime,
    known_at: datetime,
) -> dict[int, Life]:
    """What life changes that are followed, and birth dates, say of profiles (None: of all).

    Of several birth dates the latest counts: a minor is not taken for an adult.
    """
    lives: dict[int, Life] = {}
    for row in _rows(reading, _BIRTHS, "p.profile_id", profile_ids):
        came = date.fromisoformat(row["birth_date"])
        adult_from = comes_of_age(came, majority_years)
        life = lives.setdefault(row["profile_id"], Life(adult_from))
        if adult_from > at:
            life.said.append(_minor(row["profile_id"], came, adult_from))
    for death in list_deaths(reading, profile_ids, on=at.date(), known_at=to_micros(known_at)):
        lives.setdefault(death.profile_id, Life()).said.append(_deceased(death))
    for row in _rows(reading, _HELD, "h.thing_id", profile_ids):
        held_at = from_micros(row["held_at"])
        lives.setdefault(row["thing_id"], Life()).said.append(
            _told(row["thing_id"], "restricted", held_at, 0)
        )
    return lives


def comes_of_age(born_on: date, majority_years: int) -> datetime:
    """The first instant of the day on which somebody is of age; of 29 February, 1 March.

    >>> comes_of_age(date(2008, 2, 29), 18).isoformat()
    '2026-03-01T00:00:00+00:00'
    """
    return Period(months=12 * majority_years).after(datetime.combine(born_on, time(), UTC))


def _rows(
    reading: Reading, sql: str, who: str, profile_ids: Sequence[int] | None
) -> list[dict[str, Any]]:
    """The rows of a select about some profiles, or all; `who` is the column that names them."""
    if profile_ids is None:
        everybody: list[dict[str, Any]] = reading.fetch(sql.format(whose="")).to_pylist()
        return everybody
    found: list[dict[str, Any]] = []
    for start in range(0, len(profile_ids), _AT_ONCE):
        some = list(profile_ids[start : start + _AT_ONCE])
        whose = f" and {who} in ({', '.join('?' * len(some))})"
        found += reading.fetch(sql.format(whose=whose), some).to_pylist()
    return found


def _minor(profile_id: int, born_on: date, adult_from: datetime) -> LedgerEntry:
    return _told(profile_id, "minor", datetime.combine(born_on, time(), UTC), 0, adult_from)


def _deceased(death: LifeChange) -> LedgerEntry:
    return _told(death.profile_id, "deceased", death.learned_at, death.change_id)


def _told(
    profile_id: int,
    decision: str,
    since: datetime,
    event_id: int,
    adult_from: datetime | None = None,
) -> LedgerEntry:
    said = Said(
        subject_type="record",
        subject_id=profile_id,  # the id of its oldest record
        scope="person",
        purpose=EVERY,
        channel=EVERY,
        decision=decision,
        method="system",
        source="life",
        is_trusted=True,
        occurred_at=since,
        adult_from=adult_from,
    )
    return LedgerEntry(0, event_id, since, said, is_sound=True)
