"""What a profile is made of: identifiers, the evidence around them, and what people decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from passerelle.identify.graph_store import EDGE_SIDES
from passerelle.identify.rows_by_id import rows_by_ids, rows_for_ids
from passerelle.kernel import InvalidInput, format_id
from passerelle.kernel.language import _
from passerelle.store import Store

PROFILE_PREFIX = "p"
EDGE_PREFIX = "e"
HOUSEHOLD_PREFIX = "h"
ADDRESS_PREFIX = "a"

SHARED = "shared_mailbox"
"""The objection to an identifier that is no one person's, as a code of `REFUSAL_REASONS`."""

_MOST_EDGES = 10_000  # a shop's mailbox may have a million: nobody reads them


@dataclass(frozen=True)
class HeldIdentifier:
    """An identifier of a profile."""

    identifier_id: int
    type: str
    value: str
    judgement: str


@dataclass(frozen=True)
class HeldEdge:
    """A piece of evidence that touches a profile; instants are microseconds."""

    edge_id: int
    left_id: int
    right_id: int
    kind: str
    source: str
    trusted: bool
    first_seen_at: int
    last_seen_at: int
    observations: int
    refusal: str | None
    withdrawn_at: int | None
    withdrawn_reason: str | None

    @property
    def is_followed(self) -> bool:
        """Whether it joins its ends."""
        return self.refusal is None and self.withdrawn_at is None


@dataclass(frozen=True)
class KeptPair:
    """Two identifiers that a person said are two people's; the instant is in microseconds."""

    left_id: int
    right_id: int
    reason: str
    decided_at: int


@dataclass(frozen=True)
class ProfileParts:
    """What a profile is made of: identifiers (records among them) and the evidence around."""

    profile_id: int
    household_id: int | None
    identifiers: tuple[HeldIdentifier, ...]
    edges: tuple[HeldEdge, ...]

    @property
    def record_ids(self) -> tuple[int, ...]:
        """Ids of the profile's records."""
        return tuple(each.identifier_id for each in self.identifiers if each.type == "record")


def get_parts(store: Store, profile_id: int) -> ProfileParts:
    """What a profile is made of. An id that was merged away gives the profile it went into.

    Raises:
        InvalidInput: There is no such profile.
    """
    placed = get_placements(store, [profile_id])
    if not placed:
        raise InvalidInput(
            _("There is no profile {profile}.").format(
                profile=format_id(profile_id, PROFILE_PREFIX)
            ),
            hint=_("Look for it with: passerelle profiles find VALUE"),
        )
    current = placed[profile_id]
    identifiers = store.rows(
        "select i.identifier_id, i.type, i.value, i.judgement from placements p "
        "join identifiers i on i.identifier_id = p.identifier_id where p.profile_id = ? "
        "order by i.type, i.value",
        (current,),
    )
    household = store.rows("select household_id from households where profile_id = ?", (current,))
    return ProfileParts(
        profile_id=current,
        household_id=household[0]["household_id"] if household else None,
        identifiers=tuple(HeldIdentifier(**row) for row in identifiers),
        edges=tuple(get_edges(store, [row["identifier_id"] for row in identifiers])),
    )


def get_current_profile(store: Store, profile_id: int) -> int | None:
    """The profile that an id leads to now: itself, or what it was merged into; None if gone."""
    return get_placements(store, [profile_id]).get(profile_id)


def get_members(store: Store, identifier_id: int) -> set[int]:
    """All identifiers of the profile of one, or that one alone if it is in none."""
    rows = store.rows(
        "select q.identifier_id from placements p join placements q "
        "on q.profile_id = p.profile_id where p.identifier_id = ?",
        (identifier_id,),
    )
    return {row["identifier_id"] for row in rows} or {identifier_id}


def get_placements(store: Store, identifier_ids: Iterable[int]) -> dict[int, int]:
    """The profile of each identifier that is in one."""
    rows = rows_by_ids(
        store,
        "select identifier_id, profile_id from placements where identifier_id in ({})",
        list(identifier_ids),
    )
    return {row["identifier_id"]: row["profile_id"] for row in rows}


def get_edges(store: Store, identifier_ids: Iterable[int]) -> list[HeldEdge]:
    """Every piece of evidence that touches some identifiers, withdrawn and refused ones too.

    Of what hangs on a shop's mailbox, only so many as anybody could look at.
    """
    ids = list(identifier_ids)
    found: dict[int, HeldEdge] = {}
    for side in EDGE_SIDES:
        for row in rows_for_ids(
            store,
            "select e.edge_id, e.left_id, e.right_id, e.kind, e.source, e.trusted, "  # noqa: S608
            "e.first_seen_at, e.last_seen_at, e.observations, r.reason as refusal, "
            "e.withdrawn_at, e.withdrawn_reason "
            f"from {side.tables} left join refusals r on r.edge_id = e.edge_id "
            f"where {side.matches} limit {_MOST_EDGES}",
            ids,
        ):
            row["trusted"] = bool(row["trusted"])
            found[row["edge_id"]] = HeldEdge(**row)
    return sorted(found.values(), key=lambda e: (e.first_seen_at, e.edge_id))


def get_values(store: Store, identifier_ids: Iterable[int]) -> dict[int, HeldIdentifier]:
    """Identifiers by id."""
    rows = rows_by_ids(
        store,
        "select identifier_id, type, value, judgement from identifiers where identifier_id in ({})",
        list(identifier_ids),
    )
    return {row["identifier_id"]: HeldIdentifier(**row) for row in rows}


def list_kept_apart(store: Store, identifier_ids: Iterable[int]) -> list[KeptPair]:
    """Pairs kept apart of which some identifiers are a part."""
    ids = list(identifier_ids)
    found = {
        (row["left_id"], row["right_id"]): KeptPair(**row)
        for end in ("left_id", "right_id")
        for row in rows_by_ids(
            store,
            "select left_id, right_id, reason, decided_at from kept_apart "  # noqa: S608
            f"where {end} in ({{}})",
            ids,
        )
    }
    return sorted(found.values(), key=lambda pair: (pair.decided_at, pair.left_id, pair.right_id))
