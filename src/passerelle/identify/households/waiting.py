"""Profiles whose household is to be judged again: noted as evidence comes in, judged later.

Who is who must be right when an event is committed; who lives with whom may wait for some minutes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from passerelle.store import BulkSession


def let_wait(bulk: BulkSession, profile_ids: npt.NDArray[np.int64]) -> None:
    """Note that the households of some profiles are to be judged again; ids may be repeated."""
    rows = pa.table({"profile_id": pa.array(np.unique(profile_ids), pa.int64())})
    bulk.put("households_waiting", rows, "(profile_id) do nothing")


def count_waiting(bulk: BulkSession) -> int:
    """How many profiles wait."""
    rows = bulk.fetch("select count(*) as waiting from households_waiting")
    return int(rows["waiting"][0].as_py())


def forget_waiting(bulk: BulkSession) -> None:
    """Nobody waits any more: all households were judged."""
    bulk.execute("delete from households_waiting")
