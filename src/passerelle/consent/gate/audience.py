"""Who of the whole base may be reached for a purpose on a channel: the gate over the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import polars as pl

from passerelle.consent.channels import CHANNELS, EVERY
from passerelle.consent.gate.gate import Gate
from passerelle.consent.gate.lives import Life, read_lives
from passerelle.consent.gate.set_wise import SAID_COLUMNS, judge_many
from passerelle.consent.gate.verdict import Permit
from passerelle.consent.ledger import LedgerEntry, is_end_sealed
from passerelle.consent.policy import Policy, get_policy
from passerelle.consent.suppression import list_suppressed_of_many
from passerelle.engine import Engine
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.store import ReadSession, to_micros

_PERMITTED_AT_ONCE = 2_000
_CONTACTS = (
    "select p.profile_id, p.identifier_id, i.type, i.value from placements p "
    "join identifiers i on i.identifier_id = p.identifier_id where i.type in ({marks})"
)
_MEMBERS = (
    "select profile_id, identifier_id from placements "
    "where identifier_id in (select subject_id from consent_events where scope = 'person')"
)
_SAID = (
    f"select {', '.join(SAID_COLUMNS)} from consent_events "  # noqa: S608
    "where channel in (?, '*') and purpose in ({marks})"
)
_NUMBERS = {"event_id", "subject_id", "occurred_at", "recorded_at", "valid_until", "adult_from"}
_SAID_SCHEMA = {name: pl.Int64 if name in _NUMBERS else pl.String for name in SAID_COLUMNS}
_CONTACT_SCHEMA = {
    "profile_id": pl.Int64, "identifier_id": pl.Int64, "type": pl.String, "value": pl.String,
}  # fmt: skip


def select_audience(
    gate: Gate, engine: Engine, purpose: str, channel: str, *, at: datetime | None = None
) -> list[int]:
    """The profiles that may be reached, in order; a ledger that is not whole permits nobody.

    It is a selection, and no leave to send: `list_permits` asks the gate again, profile by
    profile, when something is about to go out.

    Args:
        gate: The gate.
        engine: Judges all at once.
        purpose: A purpose's key in the policy.
        channel: A channel.
        at: The instant that is asked about; now unless given.
    """
    at = at or gate.clock()
    known_at = gate.clock()
    with gate.store.reading() as reading:
        policy = get_policy(reading, at=at, known_at=known_at)
        if policy is None or not is_end_sealed(reading, gate.keys):
            return []
        if purpose not in policy.purposes or channel not in policy.purposes[purpose].rules:
            return []
        tables = _read_tables(gate, reading, policy, (purpose, channel), at, known_at)
    judged = pl.DataFrame(
        judge_many(
            engine,
            policy,
            [(purpose, channel)],
            {name: frame.to_arrow() for name, frame in tables.items()},
            at=at,
            known_at=known_at,
        )
    )
    return judged.filter("is_allowed")["profile_id"].unique().sort().to_list()


def list_permits(
    gate: Gate,
    profile_ids: Sequence[int],
    purpose: str,
    channel: str,
    *,
    at: datetime | None = None,
) -> Iterator[list[Permit]]:
    """Leave for what may be used of some profiles, some thousand at a time, asked when taken.

    Each part is judged when it is taken: who withdrew since the selection is not in it.
    """
    for start in range(0, len(profile_ids), _PERMITTED_AT_ONCE):
        some = profile_ids[start : start + _PERMITTED_AT_ONCE]
        now = gate.clock()
        with gate.store.reading() as reading:
            verdicts = gate.judge_each(
                reading, some, [(purpose, channel)], at=at or now, known_at=now
            )
        yield [permit for (verdict,) in verdicts.values() for permit in verdict.permits]


def check_pair(gate: Gate, purpose: str, channel: str) -> None:
    """Check that the policy in force knows a purpose, and opens a channel to it.

    Raises:
        InvalidInput: It does not; or no policy is in force.
    """
    now = gate.clock()
    with gate.store.reading() as reading:
        policy = get_policy(reading, at=now, known_at=now)
    if policy is None:
        raise InvalidInput(
            _("No policy is in force, so that nothing is permitted."),
            hint=_("Apply one with: passerelle consent policy apply"),
        )
    if purpose not in policy.purposes:
        raise InvalidInput(
            _("There is no purpose called {name!r}.").format(name=purpose),
            hint=_("Purposes: {names}.").format(names=", ".join(policy.purposes)),
        )
    channels = policy.purposes[purpose].rules
    if channel not in channels:
        raise InvalidInput(
            _("The policy does not open this channel to this purpose."),
            hint=_("Write one of: {choices}.").format(choices=", ".join(channels)),
        )


def _read_tables(
    gate: Gate,
    reading: ReadSession,
    policy: Policy,
    pair: tuple[str, str],
    at: datetime,
    known_at: datetime,
) -> dict[str, pl.DataFrame]:
    """contacts, members and said, as `sql/consent_verdicts.sql` reads them."""
    purpose, channel = pair
    types = CHANNELS[channel].subject_types
    found = reading.fetch(_CONTACTS.format(marks=_marks(types)), types)
    contacts = pl.DataFrame(found, schema_overrides=_CONTACT_SCHEMA)
    words = (purpose, *policy.purposes[purpose].requires, EVERY)
    told = reading.fetch(_SAID.format(marks=_marks(words)), (channel, *words))
    said = pl.DataFrame(told).cast(_SAID_SCHEMA)  # type: ignore[arg-type]  # names to types
    lives = read_lives(reading, None, policy.majority_years, at=at, known_at=known_at)
    listed = list_suppressed_of_many(reading, contacts.drop("profile_id"), gate.keys)
    of_lives = [entry for life in lives.values() for entry in life.said]
    members = pl.DataFrame(reading.fetch(_MEMBERS)).cast(pl.Int64)
    stopped = pl.DataFrame(
        {"profile_id": [each.said.subject_id for each in of_lives]}, schema={"profile_id": pl.Int64}
    )
    return {
        "contacts": contacts.select(
            "profile_id",
            pl.col("identifier_id").alias("subject_id"),
            pl.col("type").alias("subject_type"),
        ),
        "members": pl.concat([members, stopped.with_columns(identifier_id="profile_id")]).unique(),
        "said": pl.concat([_aged(said, contacts, lives), _rows([*listed, *of_lives])]),
    }


def _aged(said: pl.DataFrame, contacts: pl.DataFrame, lives: dict[int, Life]) -> pl.DataFrame:
    """What was said, with the day on which a record says that its giver comes of age."""
    ages = pl.DataFrame(
        [
            (profile_id, to_micros(life.adult_from))
            for profile_id, life in lives.items()
            if life.adult_from is not None
        ],
        schema={"profile_id": pl.Int64, "by_birth": pl.Int64},
        orient="row",
    )
    whose = contacts.join(ages, on="profile_id").select(
        pl.col("identifier_id").alias("subject_id"), "by_birth"
    )
    is_permission = pl.col("decision").is_in(("granted", "informed"))
    return said.join(whose, on="subject_id", how="left").select(
        *SAID_COLUMNS[:-1],
        pl.coalesce("adult_from", pl.when(is_permission).then("by_birth")).alias("adult_from"),
    )


def _rows(entries: Sequence[LedgerEntry]) -> pl.DataFrame:
    rows = [
        (
            each.event_id, each.said.subject_id, each.said.scope, each.said.purpose,
            each.said.channel, each.said.decision, each.said.lifts, each.said.notice,
            to_micros(each.said.occurred_at), to_micros(each.recorded_at),
            None if each.said.valid_until is None else to_micros(each.said.valid_until),
            None if each.said.adult_from is None else to_micros(each.said.adult_from),
        )
        for each in entries
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_SAID_SCHEMA, orient="row")


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
