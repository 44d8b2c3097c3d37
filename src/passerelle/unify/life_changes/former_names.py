"""Find people by a name that they no longer bear."""

from __future__ import annotations

from passerelle.identifiers import first_name_key, last_name_key
from passerelle.store import Store

_MOST = 50
_MOST_WORDS = 10  # of a name; a text with more is none


def find_by_former_name(store: Store, value: str) -> list[int]:
    """Profiles of people who were called so before a change of name that nobody refused.

    Args:
        store: Where changes are.
        value: A last name, or first and last name in either order.
    """
    found: dict[int, None] = {}
    for last, first in _readings(value):
        wanted = "" if first is None else " and r.first_name_key = ?"
        rows = store.rows(
            "select distinct p.profile_id from life_changes c "  # noqa: S608
            "join placements p on p.identifier_id = c.identifier_id "
            "join placements q on q.identifier_id = c.other_id and q.profile_id = p.profile_id "
            "join records r on r.record_id = c.identifier_id "
            "where c.former_name_key = ? and c.gone_at is null and not exists ("
            "select 1 from life_decisions d where d.change_id = c.change_id "
            f"and d.verdict = 'refused' and d.undone_at is null){wanted} "
            f"order by p.profile_id limit {_MOST}",
            (last,) if first is None else (last, first),
        )
        found.update(dict.fromkeys(row["profile_id"] for row in rows))
    return list(found)


def _readings(value: str) -> list[tuple[str, str | None]]:
    words = value.split()
    if len(words) > _MOST_WORDS:
        return []
    told = [(value, "")]
    for cut in range(1, len(words)):
        one, other = " ".join(words[:cut]), " ".join(words[cut:])
        told += [(one, other), (other, one)]
    keys = [(last_name_key(last), first_name_key(first) if first else None) for last, first in told]
    return [(last, first) for last, first in keys if last is not None]
