"""Look people up: from any identifier or name to profiles, and what a profile is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from passerelle.identifiers import first_name_key, id_texts, last_name_key, recognise
from passerelle.identify.graph_store import AT_LEFT_END
from passerelle.kernel import IdentifierKeys, InvalidInput, format_id, parse_id
from passerelle.kernel.language import _
from passerelle.store import Store

PROFILE_PREFIX = "p"
EDGE_PREFIX = "e"
HOUSEHOLD_PREFIX = "h"

_MOST_FOUND = 50
_IDS_AT_ONCE = 500  # databases limit how many values a statement takes


@dataclass(frozen=True)
class Finding:
    """A profile that a value leads to.

    by: Identifier type, or `name`, or `profile_id`. is_shared: the value is a family's mailbox or a
    shop's phone, so that the profile is only one of those who use it.
    """

    profile_id: int
    by: str
    is_shared: bool = False


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


def find_profiles(store: Store, keys: IdentifierKeys, value: str) -> list[Finding]:
    """Profiles that an e-mail, phone, card, number, login, cookie, name or profile id leads to.

    The best reading of the value that is known wins; for a name, all who bear it, at most 50.
    """
    profile_id = parse_id(value, PROFILE_PREFIX)
    if profile_id is not None:
        placed = _placed(store, [profile_id])
        return [Finding(placed[profile_id], "profile_id")] if placed else []
    readings = _readings(keys, value)
    placed = _placed(store, readings)
    for identifier_id, type_name in readings.items():
        if identifier_id in placed:
            return [Finding(placed[identifier_id], type_name)]
    for identifier_id, type_name in readings.items():
        sharing = _sharing(store, identifier_id)
        if sharing:
            return [Finding(each, type_name, is_shared=True) for each in sharing]
    return [Finding(each, "name") for each in _named(store, value)]


def get_profile_id(store: Store, keys: IdentifierKeys, value: str) -> int:
    """The one profile that a value leads to.

    Raises:
        InvalidInput: It leads to none, or to several.
    """
    found = find_profiles(store, keys, value)
    if not found:
        raise InvalidInput(
            _("No profile is known by that value."),
            hint=_("Look for it with: passerelle profiles find VALUE"),
        )
    if len({each.profile_id for each in found}) > 1:
        raise InvalidInput(
            _("That value leads to {count} profiles.").format(count=len(found)),
            hint=_("Give the id of one: passerelle profiles find VALUE lists them."),
        )
    return found[0].profile_id


def get_identifier_id(store: Store, keys: IdentifierKeys, value: str) -> int:
    """The identifier behind a value: a profile id stands for its anchor.

    Raises:
        InvalidInput: Nothing is known by that value.
    """
    profile_id = parse_id(value, PROFILE_PREFIX)
    candidates = [profile_id] if profile_id is not None else list(_readings(keys, value))
    known = {
        row["identifier_id"]
        for row in _by_ids(
            store, "select identifier_id from identifiers where identifier_id in ({})", candidates
        )
    }
    for candidate in candidates:
        if candidate in known:
            return candidate
    raise InvalidInput(
        _("No identifier or record is known by that value."),
        hint=_("Records are named SOURCE:KEY, as passerelle profiles show lists them."),
    )


def get_parts(store: Store, profile_id: int) -> ProfileParts:
    """What a profile is made of. An id that was merged away gives the profile it went into.

    Raises:
        InvalidInput: There is no such profile.
    """
    placed = _placed(store, [profile_id])
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


def get_edges(store: Store, identifier_ids: Iterable[int]) -> list[HeldEdge]:
    """Every piece of evidence that touches some identifiers, withdrawn and refused ones too."""
    ids = list(identifier_ids)
    found: dict[int, HeldEdge] = {}
    for at_end in (AT_LEFT_END, "e.right_id = f.identifier_id"):
        for row in _for_ids(
            store,
            "select e.edge_id, e.left_id, e.right_id, e.kind, e.source, e.trusted, "  # noqa: S608
            "e.first_seen_at, e.last_seen_at, e.observations, r.reason as refusal, "
            "e.withdrawn_at, e.withdrawn_reason "
            f"from f cross join edges e left join refusals r on r.edge_id = e.edge_id "
            f"where {at_end}",
            ids,
        ):
            row["trusted"] = bool(row["trusted"])
            found[row["edge_id"]] = HeldEdge(**row)
    return sorted(found.values(), key=lambda e: (e.first_seen_at, e.edge_id))


def get_values(store: Store, identifier_ids: Iterable[int]) -> dict[int, HeldIdentifier]:
    """Identifiers by id."""
    rows = _by_ids(
        store,
        "select identifier_id, type, value, judgement from identifiers where identifier_id in ({})",
        list(identifier_ids),
    )
    return {row["identifier_id"]: HeldIdentifier(**row) for row in rows}


def _readings(keys: IdentifierKeys, value: str) -> dict[int, str]:
    """Identifier ids that a text could stand for, the most telling first."""
    found: dict[int, str] = {}
    for each in recognise(value):
        if each.type_name in {"name", "birth_date"}:
            continue
        text = id_texts(each.type_name, [each.value])[0]
        found[keys.identifier_id(each.type_name, text)] = each.type_name
    found.setdefault(keys.identifier_id("record", value.strip()), "record")
    return found


def _placed(store: Store, identifier_ids: Iterable[int]) -> dict[int, int]:
    rows = _by_ids(
        store,
        "select identifier_id, profile_id from placements where identifier_id in ({})",
        list(identifier_ids),
    )
    return {row["identifier_id"]: row["profile_id"] for row in rows}


def _sharing(store: Store, identifier_id: int) -> list[int]:
    edges = get_edges(store, [identifier_id])
    others = {
        end
        for edge in edges
        if edge.withdrawn_at is None
        for end in (edge.left_id, edge.right_id)
        if end != identifier_id
    }
    return sorted(set(_placed(store, others).values()))[:_MOST_FOUND]


def _named(store: Store, text: str) -> list[int]:
    """Profiles of people called so; the words may be first and last name in either order."""
    words = text.split()
    pairs = {
        (last_name_key(" ".join(last)), first_name_key(" ".join(first)) if first else None)
        for cut in range(len(words) + 1)
        for first, last in ((words[:cut], words[cut:]), (words[cut:], words[:cut]))
        if last
    }
    found: dict[int, None] = {}
    for last, first in sorted(pairs, key=str):
        if last is None:
            continue
        wanted = "r.last_name_key = ?" + ("" if first is None else " and r.first_name_key = ?")
        rows = store.rows(
            "select distinct p.profile_id from records r "  # noqa: S608
            f"join placements p on p.identifier_id = r.record_id where {wanted} "
            "order by p.profile_id limit 50",
            (last,) if first is None else (last, first),
        )
        found.update(dict.fromkeys(row["profile_id"] for row in rows))
    return list(found)[:_MOST_FOUND]


def _for_ids(store: Store, sql: str, ids: list[int]) -> list[dict[str, Any]]:
    """The rows of a select that reads the ids as table `f(identifier_id)`."""
    rows: list[dict[str, Any]] = []
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = ids[start : start + _IDS_AT_ONCE]
        values = ", ".join(["(cast(? as bigint))"] * len(some))
        rows += store.rows(f"with f(identifier_id) as (values {values}) {sql}", some)  # noqa: S608
    return rows


def _by_ids(store: Store, sql: str, ids: list[int]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = ids[start : start + _IDS_AT_ONCE]
        rows += store.rows(sql.format(", ".join("?" * len(some))), some)
    return rows
