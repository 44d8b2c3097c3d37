"""Selects that go through a connection which somebody else holds open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from passerelle.store.bulk import Value

Select = Callable[[str, Sequence[Any]], tuple[list[str], list[Any]]]
"""Runs a select, whose `?` take the values: the names of its columns, and its rows."""


class Reading(Protocol):
    """One state of the store that can be asked: a session's, or a lent connection's."""

    def fetch(self, sql: str, parameters: Sequence[Value] = ()) -> pa.Table:
        """The rows of a select; `?` takes its value from `parameters`."""


@dataclass(frozen=True)
class LentReading:
    """A reading for who asks many times a second: opening a connection each time takes longer.

    On SQLite it also keeps to the library that opened the file: two in one process would undo
    each other's locks.

    Args:
        select: Runs a select in the state that its owner keeps open.
    """

    select: Select

    def fetch(self, sql: str, parameters: Sequence[Value] = ()) -> pa.Table:
        """The rows of a select, for a few of them; a column without any value has no type."""
        names, rows = self.select(sql, list(parameters))
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
        return pa.Table.from_arrays([pa.array(each) for each in columns], names=names)
