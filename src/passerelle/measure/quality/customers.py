"""Counts customers: which rows are one, how each is reached, and what mending brings them.

Memory: about 60 bytes a row (five 64-bit hashes with their rows, and one bit a flag).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from passerelle.measure.quality.frequency import is_shared
from passerelle.measure.quality.mendings import FLAGS, MENDINGS
from passerelle.measure.quality.quality_report import (
    CHANNELS,
    ChannelReach,
    Customers,
    DuplicateKey,
    Gain,
)
from passerelle.measure.quality.row_reading import KEYS, RowFacts

_Rows = npt.NDArray[np.int64]
_BY_CONTACT = {"email": ("email",), "phone": ("sms", "call")}


@dataclass(frozen=True)
class CountedCustomers:
    """What counting came to; `numbers` holds, for each row, the number of its customer."""

    customers: Customers
    reach: tuple[ChannelReach, ...]
    gains: tuple[Gain, ...]
    numbers: _Rows


class CustomerCount:
    """Takes in rows by batches, and says how many customers they are."""

    def __init__(self) -> None:
        """Begin with no row."""
        self._rows = 0
        self._keys: dict[str, list[pl.DataFrame]] = {key: [] for key in KEYS}
        self._flags: list[pl.DataFrame] = []
        self._contacts: list[pl.DataFrame] = []
        self._proposed = dict.fromkeys(MENDINGS, 0)

    def add(self, facts: RowFacts, proposed: dict[str, int]) -> None:
        """Take in a batch; `proposed` says how many cells each way of mending changes."""
        for key, hashes in facts.keys:
            at = pl.Series("row", range(self._rows, self._rows + hashes.len()), dtype=pl.UInt32)
            self._keys[key].append(pl.DataFrame({"hash": hashes, "row": at}).drop_nulls())
        self._rows += facts.flags.height
        self._flags.append(facts.flags)
        self._contacts.append(facts.contacts)
        for code, cells in proposed.items():
            self._proposed[code] += cells

    @property
    def rows(self) -> int:
        """Rows taken in so far."""
        return self._rows

    def finish(self) -> CountedCustomers:
        """How many customers there are, how they are reached, and what mending brings."""
        pairs = {key: _pairs(frames) for key, frames in self._keys.items()}
        labels, customers = _components(list(pairs.values()), self._rows)
        flags = self._by_customer(labels)
        sizes = np.bincount(labels, minlength=customers)
        counted = Customers(
            rows=self._rows,
            customers=customers,
            repeated=int((sizes > 1).sum()),
            surplus=self._rows - customers,
            letters_saved=self._rows_reached_by_post() - int(flags["now post"].sum()),
            keys=tuple(DuplicateKey(key, len(left)) for key, (left, _right) in pairs.items()),
        )
        return CountedCustomers(counted, _reach(flags), self._gains(flags), labels)

    def _rows_reached_by_post(self) -> int:
        return sum(int(each["now post"].sum()) for each in self._flags)

    def _by_customer(self, labels: _Rows) -> pl.DataFrame:
        """The flags of each customer: those that any row of it has."""
        if not self._flags:
            return pl.DataFrame(schema=dict.fromkeys(FLAGS.all, pl.Boolean))
        rows = pl.concat(self._flags).with_columns(customer=pl.Series(labels, dtype=pl.UInt32))
        contacts = pl.concat(self._contacts)
        for contact, channels in _BY_CONTACT.items():
            is_own = ~_shared_rows(contacts[contact], rows["customer"])
            rows = rows.with_columns(pl.col(f"now {each}") & is_own for each in channels)
        return rows.group_by("customer").agg(pl.col(FLAGS.all).any())

    def _gains(self, flags: pl.DataFrame) -> tuple[Gain, ...]:
        gains = []
        for code, channels in MENDINGS.items():
            reached = {
                channel: int((flags[f"opened {code} {channel}"] & ~flags[f"now {channel}"]).sum())
                for channel in channels
            }
            customers = int(flags[f"touched {code}"].sum())
            gains.append(Gain(code, self._proposed[code], customers, reached))
        told = [gain for gain in gains if gain.cells]
        return tuple(sorted(told, key=lambda gain: -max(gain.reached.values(), default=0)))


def _pairs(frames: Sequence[pl.DataFrame]) -> tuple[_Rows, _Rows]:
    """Rows that share a hash, each with the next one that has it."""
    if not frames:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    told = pl.concat(frames).unique().sort("hash", "row")
    hashes, rows = told["hash"].to_numpy(), told["row"].to_numpy().astype(np.int64)
    is_same = hashes[1:] == hashes[:-1]
    return rows[:-1][is_same], rows[1:][is_same]


def _components(pairs: Sequence[tuple[_Rows, _Rows]], rows: int) -> tuple[_Rows, int]:
    """For each row the number of its customer, and how many customers there are."""
    if not rows:
        return np.empty(0, np.int64), 0
    left = np.concatenate([each for each, _right in pairs])
    right = np.concatenate([each for _left, each in pairs])
    links = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(rows, rows))
    count, labels = connected_components(links, directed=False)
    return labels.astype(np.int64), int(count)


def _shared_rows(contacts: pl.Series, customers: pl.Series) -> pl.Series:
    """Whether a row's contact is that of so many customers that it is none's own."""
    rows = pl.DataFrame({"contact": contacts, "customer": customers})
    counts = rows.drop_nulls().group_by("contact").agg(pl.col("customer").n_unique())
    shared = [contact for contact, count in counts.iter_rows() if is_shared(count)]
    return contacts.is_in(pl.Series(shared, dtype=pl.UInt64).implode()).fill_null(False)


def _reach(flags: pl.DataFrame) -> tuple[ChannelReach, ...]:
    reach = []
    for channel in CHANNELS:
        openers = [f"opened {code} {channel}" for code in MENDINGS if channel in MENDINGS[code]]
        now, said = flags[f"now {channel}"], flags[f"said {channel}"]
        mendable = flags.select(any=pl.any_horizontal(openers))["any"] & ~now
        rest = ~now & ~mendable
        parts = (now, mendable, rest & said, rest & ~said)
        reach.append(ChannelReach(channel, *(int(each.sum()) for each in parts)))
    return tuple(reach)
