"""Some ids, as a table that a statement can join."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from passerelle.store import BulkSession

_MANY = 20_000  # so many are sooner written as one text than put into a table
_FROM_TEXT = {
    "sqlite": "select value as identifier_id from json_each(?)",
    "postgresql": "select unnest(cast(string_to_array(?, ',') as bigint[])) as identifier_id",
}


@dataclass(frozen=True)
class WantedIds:
    """Ids that a statement knows as `f(identifier_id)`: it begins with `sql`."""

    sql: str
    parameters: Sequence[str]


@contextmanager
def wanted_ids(bulk: BulkSession, ids: npt.NDArray[np.int64]) -> Iterator[WantedIds]:
    """Make ids known to statements inside the block; they are ended there with the block."""
    if len(ids) <= _MANY:
        # One parameter for all: the drivers take 50 microseconds for each.
        listed = ",".join(map(str, ids.tolist()))
        dialect = "sqlite" if bulk.is_sqlite else "postgresql"
        text = f"[{listed}]" if bulk.is_sqlite else listed
        yield WantedIds(f"with f as ({_FROM_TEXT[dialect]})", (text,))
        return
    bulk.stage("wanted_ids", pa.table({"identifier_id": pa.array(ids, pa.int64())}))
    yield WantedIds("with f as (select identifier_id from wanted_ids)", ())
    bulk.execute("drop table wanted_ids")
