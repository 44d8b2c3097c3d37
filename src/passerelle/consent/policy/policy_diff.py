"""What changes from one policy to the next, in what people can compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

from passerelle.consent.policy.policy import Policy


@dataclass(frozen=True)
class PolicyChange:
    """One value that differs: where, what it was, what it becomes; empty if it was not there."""

    place: str
    before: str
    after: str


def compare_policies(before: Policy | None, after: Policy) -> tuple[PolicyChange, ...]:
    """Every value that differs, in the order of its place."""
    old = {} if before is None else dict(_values("", before))
    new = dict(_values("", after))
    return tuple(
        PolicyChange(place, old.get(place, ""), new.get(place, ""))
        for place in sorted({*old, *new})
        if old.get(place, "") != new.get(place, "")
    )


def _values(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if value is None or value in ((), ""):
        return
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _values(f"{place}.{key}".lstrip("."), each)
    elif isinstance(value, datetime):
        yield place, f"{value:%Y-%m-%d}"
    elif isinstance(value, tuple):
        yield place, ", ".join(map(str, value))
    elif is_dataclass(value) and type(value).__str__ is object.__str__:
        for each in fields(value):
            yield from _values(f"{place}.{each.name}".lstrip("."), getattr(value, each.name))
    else:
        yield place, str(value)
