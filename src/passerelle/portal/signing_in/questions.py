"""Who of those who share a contact point somebody is: asked by birth date or card number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from passerelle.identifiers import Parsed, id_texts, parse_identifier
from passerelle.kernel import IdentifierKeys
from passerelle.store import Store

_NUMBERS = ("loyalty_card", "customer_number")


@dataclass(frozen=True)
class Answer:
    """What somebody says to show who they are: one of both is enough."""

    birth_date: str = field(default="", repr=False)
    number: str = field(default="", repr=False)


def find_person(
    store: Store, keys: IdentifierKeys, answer: Answer, profile_ids: Sequence[int]
) -> int | None:
    """The one profile of several that an answer is right for; None if it is none, or not one."""
    fitting = [
        profile_id
        for profile_id in profile_ids
        if _is_born(store, profile_id, answer.birth_date)
        or _holds(store, keys, profile_id, answer.number)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _is_born(store: Store, profile_id: int, text: str) -> bool:
    read = parse_identifier("birth_date", text) if text.strip() else None
    if not isinstance(read, Parsed):
        return False
    rows = store.rows(
        "select r.normalized from placements p join records r on r.record_id = p.identifier_id "
        "where p.profile_id = ?",
        (profile_id,),
    )
    told = {json.loads(row["normalized"]).get("birth_date") for row in rows}
    return read.value in told


def _holds(store: Store, keys: IdentifierKeys, profile_id: int, text: str) -> bool:
    for type_name in _NUMBERS if text.strip() else ():
        read = parse_identifier(type_name, text.strip())
        if isinstance(read, Parsed):
            identifier_id = keys.identifier_id(type_name, id_texts(type_name, [read.value])[0])
            if store.rows(
                "select 1 as found from placements where identifier_id = ? and profile_id = ?",
                (identifier_id, profile_id),
            ):
                return True
    return False
