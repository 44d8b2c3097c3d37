"""People's keys in the database, each wrapped with a master key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from passerelle.store.bulk import BulkSession

_AT_ONCE = 500  # databases limit how many values a statement takes


@dataclass(frozen=True)
class WrappedKey:
    """A person's key as the database keeps it; `version` is the master key's."""

    person_id: int
    generation: int
    version: int
    wrapped: str


def find_keys(reading: BulkSession, person_ids: Iterable[int]) -> dict[int, WrappedKey]:
    """The keys of those people who have one."""
    wanted = sorted(set(person_ids))
    found: dict[int, WrappedKey] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        rows = reading.fetch(
            "select person_id, generation, version, wrapped from person_keys "  # noqa: S608
            f"where person_id in ({', '.join('?' * len(some))})",
            some,
        )
        found.update((row["person_id"], WrappedKey(**row)) for row in rows.to_pylist())
    return found


def next_keys(reading: BulkSession, *, since: int, other_than: int, limit: int) -> list[WrappedKey]:
    """Keys of people from an id on, in order, that another master key's version wraps."""
    rows = reading.fetch(
        "select person_id, generation, version, wrapped from person_keys "
        "where person_id >= ? and version <> ? order by person_id limit ?",
        (since, other_than, limit),
    )
    return [WrappedKey(**row) for row in rows.to_pylist()]


def put_keys(bulk: BulkSession, keys: Sequence[WrappedKey]) -> None:
    """Keep keys, in place of what their people had."""
    columns: Mapping[str, list[int] | list[str]] = {
        "person_id": [each.person_id for each in keys],
        "generation": [each.generation for each in keys],
        "version": [each.version for each in keys],
        "wrapped": [each.wrapped for each in keys],
    }
    bulk.put(
        "person_keys",
        pa.table(columns),
        "(person_id) do update set generation = excluded.generation, "
        "version = excluded.version, wrapped = excluded.wrapped",
    )


def drop_keys(bulk: BulkSession, person_ids: Iterable[int]) -> int:
    """Take people's keys away; answers how many had one."""
    known = sorted(find_keys(bulk, person_ids))
    for start in range(0, len(known), _AT_ONCE):
        some = known[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        bulk.execute(f"delete from person_keys where person_id in ({marks})", some)  # noqa: S608
    return len(known)


def has_keys(reading: BulkSession) -> bool:
    """Whether anybody has a key."""
    return bool(reading.fetch("select person_id from person_keys limit 1").num_rows)
