"""Find people: from any identifier, record or name to profiles."""

from __future__ import annotations

from dataclasses import dataclass

from passerelle.identifiers import (
    first_name_key,
    id_texts,
    last_name_key,
    parse_full_name,
    recognise,
)
from passerelle.identify.graph_store import EDGE_SIDES
from passerelle.identify.profiles import PROFILE_PREFIX, SHARED, get_placements
from passerelle.identify.rows_by_id import rows_by_ids, rows_for_ids
from passerelle.kernel import IdentifierKeys, InvalidInput, parse_id
from passerelle.kernel.language import _
from passerelle.store import Store

MOST_FINDINGS = 50
"""Profiles that a value leads to, at most; a name may have more bearers."""

_MOST_WORDS = 10  # of a name; a text with more is none
_MOST_EDGES = 5_000  # looked at of a shop's mailbox, which may have a million


@dataclass(frozen=True)
class Finding:
    """A profile that a value leads to.

    by: Identifier type, or `name`, or `profile_id`. objection: why the value is not this one
    profile's, as a code of `REFUSAL_REASONS`: it is a family's or a shop's, say; None if it is.
    """

    profile_id: int
    by: str
    objection: str | None = None


def find_profiles(store: Store, keys: IdentifierKeys, value: str) -> list[Finding]:
    """Profiles that an e-mail, phone, card, number, login, cookie, name or profile id leads to.

    The best reading of the value that is known wins. What is no one person's leads to all who
    use it, and a name to all who bear it, each to `MOST_FINDINGS` at most.
    """
    profile_id = parse_id(value, PROFILE_PREFIX)
    if profile_id is not None:
        placed = get_placements(store, [profile_id])
        return [Finding(placed[profile_id], "profile_id")] if placed else []
    readings = _readings(keys, value)
    placed = get_placements(store, readings)
    for identifier_id, type_name in readings.items():
        if identifier_id in placed:
            return [Finding(placed[identifier_id], type_name)]
    for identifier_id, type_name in readings.items():
        using = _using(store, identifier_id)
        if using:
            return [Finding(each, type_name, objection) for each, objection in using]
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


def list_bearers(store: Store, identifier_id: int) -> list[int]:
    """Profiles of all people who are said to use an identifier, whether or not that was followed.

    A family's mailbox has several, even where one of them was found to be its owner. A profile
    without records is nobody's as long as somebody else's record names the identifier. At most
    `MOST_FINDINGS`.
    """
    owned = get_placements(store, [identifier_id])
    named = [each for each, _objection in _using(store, identifier_id)]
    profiles = sorted({*owned.values(), *named})
    rows = rows_by_ids(
        store,
        "select distinct p.profile_id from placements p "
        "join records r on r.record_id = p.identifier_id where p.profile_id in ({})",
        profiles,
    )
    people = sorted({row["profile_id"] for row in rows})
    return (people or profiles)[:MOST_FINDINGS]


def get_identifier_id(store: Store, keys: IdentifierKeys, value: str) -> int:
    """The identifier behind a value: a profile id stands for its anchor.

    Raises:
        InvalidInput: Nothing is known by that value.
    """
    profile_id = parse_id(value, PROFILE_PREFIX)
    candidates = [profile_id] if profile_id is not None else list(_readings(keys, value))
    known = {
        row["identifier_id"]
        for row in rows_by_ids(
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


def _using(store: Store, identifier_id: int) -> list[tuple[int, str]]:
    """Profiles that have to do with an identifier of nobody's, and why it is not theirs."""
    halves = " union all ".join(
        f"select * from (select e.edge_id, e.{side.other} as other_id from {side.tables} "  # noqa: S608
        f"where {side.matches} and e.withdrawn_at is null limit {_MOST_EDGES}) {side.other}s"
        for side in EDGE_SIDES
    )
    rows = rows_for_ids(
        store,
        "select p.profile_id, case when count(*) > count(r.reason) then null "  # noqa: S608
        f"else min(r.reason) end as objection from ({halves}) e "
        "join placements p on p.identifier_id = e.other_id "
        "left join refusals r on r.edge_id = e.edge_id "
        f"group by p.profile_id order by p.profile_id limit {MOST_FINDINGS}",
        [identifier_id],
    )
    # Evidence that was followed, to an identifier in no profile: it stands for one name of several.
    return [(row["profile_id"], row["objection"] or SHARED) for row in rows]


def _named(store: Store, text: str) -> list[int]:
    """Profiles of people called so; the words may be first and last name in either order."""
    found: dict[int, None] = {}
    for last, first in _names(text):
        if len(found) >= MOST_FINDINGS:
            break
        wanted = "r.last_name_key = ?" + ("" if first is None else " and r.first_name_key = ?")
        rows = store.rows(
            "select distinct p.profile_id from records r "  # noqa: S608
            f"join placements p on p.identifier_id = r.record_id where {wanted} "
            f"order by p.profile_id limit {MOST_FINDINGS}",
            (last,) if first is None else (last, first),
        )
        found.update(dict.fromkeys(row["profile_id"] for row in rows))
    return list(found)[:MOST_FINDINGS]


def _names(text: str) -> list[tuple[str, str | None]]:
    """Keys of last and first name that a text can mean, the most likely first."""
    words = text.split()
    if len(words) > _MOST_WORDS:
        return []
    name = parse_full_name(text)
    told = [] if name is None else [(name.first_name or "", name.last_name or "")]
    for cut in range(1, len(words)):
        one, other = " ".join(words[:cut]), " ".join(words[cut:])
        told += [(one, other), (other, one)]
    told.append(("", text))
    keys = {
        (last_name_key(last), first_name_key(first) if first else None): None
        for first, last in told
    }
    return [(last, first) for last, first in keys if last is not None]
