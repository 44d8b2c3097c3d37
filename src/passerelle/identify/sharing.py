"""A mailbox or a phone that people of different names hold is a family's: split it by name.

Each name among its holders gets a node of its own in the place of the shared one, so that Marie's
two records still meet through the family's address while Marie and Paul do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.identify.judge import Person
from passerelle.identify.rules import RuleSet

Ints = npt.NDArray[np.int64]

_HOLDER = ("edge", "first_name_key", "birth_date")


class Arrays(Protocol):
    """The part of the graph's arrays that splitting reads and writes."""

    ids: Ints
    tier: Ints
    type_code: Ints
    type_names: list[str]
    left: Ints
    right: Ints
    reason: npt.NDArray[np.object_]


def split_shared(arrays: Arrays, people: pl.DataFrame, rules: RuleSet) -> int:
    """Split what is shared; refuse edges to it that no name tells apart.

    Returns:
        How many nodes were added, numbered from the count of real nodes on.
    """
    touching = _edges_to_shareable(arrays, rules)
    named = touching.join(people, left_on="record", right_on="at", how="inner")
    several = (
        named.group_by("shared")
        .agg(
            pl.col("first_name_key").drop_nulls().n_unique().alias("names"),
            pl.col("birth_date").drop_nulls().n_unique().alias("births"),
        )
        .filter((pl.col("names") > 1) | (pl.col("births") > 1))
    )
    doubtful = named.join(several, on="shared", how="semi").sort("shared", "record")
    touched = _edges_by_node(arrays, doubtful["shared"].unique())
    added = 0
    for shared, holders in _by_first(doubtful.select("shared", *_HOLDER).iter_rows()):
        groups = _groups_of_names(holders)
        if len(groups) == 1:
            continue
        is_family = len(groups) <= rules.most_people
        for edge in touched[shared]:
            arrays.reason[edge] = "shared_mailbox" if is_family else "shared_by_too_many"
        for edges in groups if is_family else ():
            for edge in edges:
                _redirect(arrays, edge, shared, len(arrays.ids) + added)
            added += 1
    return added


def _edges_to_shareable(arrays: Arrays, rules: RuleSet) -> pl.DataFrame:
    shareable = np.array([rules.of(t).splits_by_name for t in arrays.type_names], dtype=bool)
    usable = arrays.reason == ""
    found = []
    for record, shared in ((arrays.left, arrays.right), (arrays.right, arrays.left)):
        at = np.flatnonzero(
            usable & (arrays.tier[record] == 0) & shareable[arrays.type_code[shared]]
        )
        found.append(pl.DataFrame({"edge": at, "record": record[at], "shared": shared[at]}))
    return pl.concat(found)


def _edges_by_node(arrays: Arrays, nodes: pl.Series) -> dict[int, list[int]]:
    wanted = np.zeros(len(arrays.ids), dtype=bool)
    wanted[nodes.to_numpy()] = True
    found: dict[int, list[int]] = {node: [] for node in nodes}
    usable = arrays.reason == ""
    for ends in (arrays.left, arrays.right):
        for edge in np.flatnonzero(usable & wanted[ends]).tolist():
            found[int(ends[edge])].append(edge)
    return found


def _by_first(
    rows: Iterable[tuple[int, int, str | None, str | None]],
) -> Iterator[tuple[int, list[tuple[int, Person]]]]:
    for shared, held in groupby(rows, key=itemgetter(0)):
        yield shared, [(edge, Person(first, birth)) for _, edge, first, birth in held]


def _groups_of_names(holders: Iterable[tuple[int, Person]]) -> list[list[int]]:
    """Edges of the holders, grouped by people who could be one: compatible names, transitively."""
    groups: list[tuple[set[Person], list[int]]] = []
    for edge, person in holders:
        near, far = [], []
        for group in groups:
            fits = any(person.agrees_with(other) for other in group[0])
            (near if fits else far).append(group)
        people = {person}.union(*(group[0] for group in near))
        groups = [*far, (people, [edge, *(e for group in near for e in group[1])])]
    return [edges for _, edges in groups]


def _redirect(arrays: Arrays, edge: int, shared: int, node: int) -> None:
    arrays.reason[edge] = ""
    if arrays.left[edge] == shared:
        arrays.left[edge] = node
    else:
        arrays.right[edge] = node
