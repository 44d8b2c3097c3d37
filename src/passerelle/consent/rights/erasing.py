"""Erase people: from every place, for good, and so that a process killed anywhere can go on.

The order makes it so. First who is to be erased is written where nothing of the erasure can remove
it, in keyed ids: the suppression list, the tombstone journal. Then places go that are searched by
words which the store knows, and the store with its words comes last, in one transaction.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from passerelle.collect import (
    Traces,
    find_quarantined_of,
    forget_quarantined,
    forget_records,
    read_traces,
)
from passerelle.consent.rights.destinations import deliver_deletions, queue_deletions
from passerelle.consent.rights.installation import Installation
from passerelle.consent.rights.places import PLACES, STORE_TABLES
from passerelle.consent.rights.receipts import write_receipt
from passerelle.consent.rights.requests import (
    STORE,
    Request,
    RequestBook,
    find_present_profile,
    get_request,
)
from passerelle.consent.rights.tombstones import (
    Tombstone,
    TombstoneJournal,
    move_mark,
    read_mark,
)
from passerelle.identify import find_own_ids, forget_people
from passerelle.kernel import Retryable
from passerelle.kernel.language import _
from passerelle.store import BulkSession, to_micros
from passerelle.unify import forget_changes

SUPPRESSED, DISK = "suppressed", "store_disk"
"""What an erasure begins with, and its last place: the store's file, written anew."""


_BY_RETENTION = 0
"""Stands in a tombstone for the request that there was not."""


@dataclass(frozen=True)
class Erased:
    """What an erasure came to.

    removed: rows by place, of all that were erased together. remaining: rows that were found
    afterwards, by place: none, or it is not done. waiting: deletions that destinations still owe.
    """

    removed: Mapping[str, int]
    remaining: Mapping[str, int]
    waiting: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left, here or at a destination."""
        return not self.remaining and not self.waiting


def erase_people(of: Installation, book: RequestBook, requests: Sequence[Request]) -> Erased:
    """Do what requests for erasure ask, together: each place is gone through once for all.

    Args:
        of: The installation.
        book: Where the requests are kept.
        requests: Requests whose person proved who they are, or that were begun.

    Raises:
        Retryable: Another erasure is at work, or a place cannot be had now; the same call goes on.
        InvalidInput: A request is settled, or nobody proved their identity.
    """
    clock = of.warehouse.clock
    with alone_at_erasing(of.home):
        begun = [book.begin(each, at=clock()) for each in requests]
        stones = [_mark(of, each) for each in begun]
        erased = _forget(of, stones, [each.request_id for each in begun])
        if erased.is_whole:
            for each in begun:
                _settle(of, book, get_request(of.warehouse.store, each.request_id), erased)
    return erased


def erase_kept_long_enough(
    of: Installation, profile_ids: Sequence[int], identifier_ids: Sequence[int]
) -> Erased:
    """Erase people and identifiers whose time has come: nobody asked, and no list keeps them out.

    Whoever becomes a customer again is welcome. Killed half way, their tombstones bring it to an
    end at the next opening of the store.

    Raises:
        Retryable: Another erasure is at work, or a place cannot be had now; the same call goes on.
    """
    store = of.warehouse.store
    with alone_at_erasing(of.home):
        whole = [(each, find_own_ids(store, each) | {each}) for each in profile_ids]
        parts = [(each, frozenset({each})) for each in identifier_ids]
        journal = TombstoneJournal(of.journal, of.warehouse.keys)
        at, mark = of.warehouse.clock(), read_mark(store)
        stones = [
            journal.append(_BY_RETENTION, each, ids, at=at, mark=mark)
            for each, ids in (*whole, *parts)
        ]
        return _forget(of, stones, [])


def replay_tombstones(of: Installation, *, everything: bool = False) -> int:
    """Erase again whoever a restored backup has brought back.

    Args:
        of: The installation.
        everything: Also those whom the store knows to be erased: the lake, or logs, may be of an
            older backup than the store.

    Returns:
        How many people were gone over.

    Raises:
        Misconfigured: The journal is not as it was written.
    """
    if not list_behind(of, everything=everything):
        return 0
    with alone_at_erasing(of.home):
        stones = list_behind(of, everything=everything)
        if stones:
            _suppress_again(of, stones)
            _forget(of, stones, [])
    return len(stones)


def list_behind(of: Installation, *, everything: bool = False) -> list[Tombstone]:
    """The tombstones that the store has not heard of; those under way are not among them."""
    store = of.warehouse.store
    mark = 0 if everything else read_mark(store)
    journal = TombstoneJournal(of.journal, of.warehouse.keys)
    if journal.read_last_number() <= mark:  # as at nearly every opening: no seal need be looked at
        return []
    stones = journal.read()
    running = {
        row["request_id"]
        for row in store.rows("select request_id from rights_requests where state = 'running'")
    }
    return [each for each in stones if each.number > mark and each.request_id not in running]


def find_remaining(of: Installation, traces: Traces) -> dict[str, int]:
    """How many rows of each place are about some people; places with none are left out."""
    counts = {each.name: each.count(of, traces) for each in PLACES}
    return {name: count for name, count in counts.items() if count}


@contextmanager
def alone_at_erasing(home: Path) -> Iterator[None]:
    """Be the only one to erase in a home folder.

    Raises:
        Retryable: Somebody else is.
    """
    handle = os.open(home / "rights.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Retryable(
                _("Another erasure is at work."),
                after=timedelta(seconds=30),
                hint=_("Wait for it to end, then run the same command again."),
            ) from None
        yield
    finally:
        os.close(handle)


def _mark(of: Installation, request: Request) -> Tombstone:
    """The tombstone of a request, made before anything is removed."""
    journal = TombstoneJournal(of.journal, of.warehouse.keys)
    known = journal.find(request.request_id)
    if known is not None:
        return known
    store, at = of.warehouse.store, of.warehouse.clock()
    profile_id = find_present_profile(store, request.profile_id)
    ids = find_own_ids(store, profile_id) | {request.profile_id, profile_id}
    progress = _Progress(of, [request.request_id])
    if SUPPRESSED not in progress.done:
        with store.bulk() as bulk:
            of.suppress(bulk, profile_id)
            queue_deletions(bulk, request.request_id, profile_id, of.destinations, at)
            progress.note(bulk, SUPPRESSED, 0)
        of.reached(SUPPRESSED)
    store.make_durable()
    mark = read_mark(store)
    stone = journal.append(request.request_id, profile_id, ids, at=at, mark=mark)
    of.reached("tombstone")
    return stone


def _suppress_again(of: Installation, stones: Sequence[Tombstone]) -> None:
    """The list may have been put back with the rest; who is not known any more adds nothing."""
    with of.warehouse.store.bulk() as bulk:
        for each in stones:
            if each.request_id != _BY_RETENTION:
                of.suppress(bulk, each.profile_id)


def _forget(of: Installation, stones: Sequence[Tombstone], requests: Sequence[int]) -> Erased:
    store = of.warehouse.store
    ids = frozenset(each for stone in stones for each in stone.ids)
    traces = read_traces(store, ids)
    progress = _Progress(of, requests)
    for place in PLACES:
        if place.erase is not None and place.name not in progress.done:
            progress.finish(place.name, place.erase(of, traces))
    if STORE not in progress.done:
        with store.bulk() as bulk:
            removed = _forget_in_store(bulk, of, traces, stones)
            progress.note(bulk, STORE, removed)
        of.reached(STORE)
    if DISK not in progress.done:
        store.scrub(STORE_TABLES)
        progress.finish(DISK, 0)
    waiting = deliver_deletions(store, of.destinations, of.warehouse.clock())
    return Erased(progress.removed(), find_remaining(of, traces), waiting)


def _forget_in_store(
    bulk: BulkSession, of: Installation, traces: Traces, stones: Sequence[Tombstone]
) -> int:
    quarantined = find_quarantined_of(bulk, traces)
    forget_quarantined(bulk, quarantined)
    removed = len(quarantined) + forget_records(bulk, traces.ids)
    removed += forget_changes(bulk, traces.ids)
    removed += sum(forget_people(bulk, traces.ids, of.rules).values())
    of.shred(bulk, sorted(traces.ids))
    move_mark(bulk, max(stone.number for stone in stones))
    return removed


class _Progress:
    """Which places some requests are done with, in the store; none for what follows no request."""

    def __init__(self, of: Installation, requests: Sequence[int]) -> None:
        self._of, self._requests = of, requests
        marks = ", ".join("?" * len(requests))
        rows = of.warehouse.store.rows(
            "select place, max(removed) as removed from rights_places "  # noqa: S608
            f"where request_id in ({marks or 'null'}) group by place having count(*) = ?",
            (*requests, len(requests)),
        )
        self.done = {row["place"]: int(row["removed"]) for row in rows}

    def finish(self, place: str, removed: int) -> None:
        """Say that a place is done with."""
        with self._of.warehouse.store.bulk() as bulk:
            self.note(bulk, place, removed)
        self._of.reached(place)

    def note(self, bulk: BulkSession, place: str, removed: int) -> None:
        """Say so in the transaction of what was done."""
        at = to_micros(self._of.warehouse.clock())
        for request_id in self._requests:
            bulk.execute(
                "insert into rights_places (request_id, place, removed, done_at) "
                "values (?, ?, ?, ?) on conflict (request_id, place) do nothing",
                (request_id, place, removed, at),
            )
        self.done[place] = removed

    def removed(self) -> dict[str, int]:
        """Rows that went, by place."""
        return {name: count for name, count in self.done.items() if count}


def _settle(of: Installation, book: RequestBook, request: Request, erased: Erased) -> None:
    at = of.warehouse.clock()
    outcome = {"removed": dict(erased.removed)}
    receipt = write_receipt(of, request, outcome, at=at)
    book.finish(request, outcome, receipt.sha256, at=at)
