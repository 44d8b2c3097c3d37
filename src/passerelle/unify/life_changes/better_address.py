"""Looks among the sources for an address of people from whose own mail came back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from passerelle.store import Store, from_micros
from passerelle.unify.life_changes.following import (
    OTHER,
    Address,
    AddressPeriod,
    fails_commune_check,
    is_same_address,
)
from passerelle.unify.life_changes.sayings import ADDRESS

_SAID = """
select p.profile_id, r.source, r.observed_at, r.normalized
from placements p
join records r on r.record_id = p.identifier_id
join sources s on s.name = r.source
where s.trusted = 1 and p.profile_id in ({marks})
order by r.observed_at desc, r.record_id
"""


def find_better_addresses(
    store: Store, returned: Mapping[int, Sequence[Address]]
) -> dict[int, AddressPeriod]:
    """The address said last of those that a trusted source gives and no mail came back from.

    One whose town is not found is no better. Profiles for which none is known are left out.

    Args:
        store: Where records are.
        returned: By profile, at most a few hundred, the addresses that mail came back from.
    """
    found: dict[int, AddressPeriod] = {}
    for profile_id, period in _said(store, list(returned)):
        if profile_id in found or fails_commune_check(period.address):
            continue
        if not any(is_same_address(period.address, old) for old in returned[profile_id]):
            found[profile_id] = period
    return found


def _said(store: Store, profile_ids: Sequence[int]) -> Iterator[tuple[int, AddressPeriod]]:
    """Addresses in trusted records of profiles, the one said last first."""
    if not profile_ids:
        return
    marks = ", ".join("?" * len(profile_ids))
    for row in store.rows(_SAID.format(marks=marks), profile_ids):
        fields = json.loads(row["normalized"])
        address = {name: str(fields[name]) for name in ADDRESS if fields.get(name)}
        if address.get("address_1") or address.get("address_2"):
            said_on = from_micros(row["observed_at"]).date().isoformat()
            yield (
                row["profile_id"],
                AddressPeriod(address, said_on, None, OTHER, row["source"]),
            )
