"""Looks people up in the store's tables, read only, beside whoever writes, if the gate permits."""

from __future__ import annotations

from dataclasses import dataclass, field

from passerelle.ingest.recognition.answers import (
    WITHHELD,
    Caller,
    KnownIdentifier,
    Permission,
    ProfileAnswer,
    ProfileQuery,
)
from passerelle.ingest.recognition.asking import Leave, ProfileGate, Recognised
from passerelle.ingest.recognition.masking import mask
from passerelle.ingest.recognition.reading import read_identifier_id
from passerelle.ingest.recognition.store_reading import (
    PlacedIdentifier,
    Rows,
    StoreReader,
    find_household,
    find_placement,
    is_deceased,
    last_seen,
    list_identifiers,
)
from passerelle.kernel import Clock, IdentifierKeys, format_id, system_clock

_PROFILE, _HOUSEHOLD, _SAID = "p", "h", "v"  # what ids begin with, as people see them


@dataclass(frozen=True)
class Recogniser:
    """Looks people up; one for a process, safe to call from several threads at once."""

    reader: StoreReader
    keys: IdentifierKeys = field(repr=False)
    gate: ProfileGate
    clock: Clock = system_clock

    def recognise(self, query: ProfileQuery, caller: Caller) -> ProfileAnswer:
        """Who somebody is, as far as the caller may see.

        It blocks for a few selects (well under a millisecond on SQLite): call it from a worker
        thread (`loop.run_in_executor`), each of which has its own connection. A browser's key is
        answered at once, without a look-up, so that not even the time it takes says anything.

        Raises:
            InvalidInput: The query's type does not exist, or its value cannot be one (HTTP 422);
                never for a caller that may learn nothing.
            Retryable: The store is busy or gone (HTTP 503).
            Misconfigured: The driver of the store's database is not installed.
        """
        if not caller.may_recognise:
            return WITHHELD
        identifier_id = read_identifier_id(query, self.keys)
        with self.reader.snapshot() as snapshot:
            placement = find_placement(snapshot.rows, identifier_id)
            if placement.profile_id is None:
                return ProfileAnswer("shared" if placement.is_told else "unknown")
            recognised = Recognised(placement.profile_id, identifier_id, caller.kind)
            leave = self.gate(snapshot, recognised)
            if leave is None:
                return ProfileAnswer("recognised")
            return self._show(snapshot.rows, leave, caller)

    def _show(self, rows: Rows, leave: Leave, caller: Caller) -> ProfileAnswer:
        """The profile that a permit is for, and no other."""
        profile_id = leave.permit.profile_id
        household_id = find_household(rows, profile_id)
        return ProfileAnswer(
            status="known",
            profile_id=format_id(profile_id, _PROFILE),
            household_id=None if household_id is None else format_id(household_id, _HOUSEHOLD),
            identifiers=_shown(list_identifiers(rows, profile_id), caller),
            last_seen_at=last_seen(rows, profile_id),
            is_deceased=is_deceased(rows, profile_id, self.clock().date()),
            permission=_permission(leave),
        )

    def close(self) -> None:
        """Close every connection; nobody may be asking any more."""
        self.reader.close()


def open_recogniser(
    url: str, keys: IdentifierKeys, gate: ProfileGate, *, clock: Clock = system_clock
) -> Recogniser:
    """A recogniser on the store at a URL (SQLite or PostgreSQL), without Django.

    Connections are opened when first needed: a store that is away fails queries only.

    Args:
        url: The store's, as `Settings.store_url` gives it.
        keys: Of the installation; what identifiers' ids are made with.
        gate: Asked before anything of somebody is shown.
        clock: Says what day it is.
    """
    return Recogniser(StoreReader(url), keys, gate, clock)


def _permission(leave: Leave) -> Permission:
    permit = leave.permit
    return Permission(
        purpose=permit.purpose,
        channel=permit.channel,
        proof=None if permit.proof is None else format_id(permit.proof, _SAID),
        until=None if leave.until is None else leave.until.isoformat(),
        policy=permit.policy_version,
    )


def _shown(
    identifiers: tuple[PlacedIdentifier, ...], caller: Caller
) -> tuple[KnownIdentifier, ...]:
    return tuple(
        KnownIdentifier(each.type, each.value if caller.sees_values else mask(each.value))
        for each in identifiers
    )
