"""Have those who received data delete them, however long they are out of reach.

What a destination knows somebody by is kept until it has said that they are deleted, and no longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from passerelle.kernel import PasserelleError
from passerelle.store import BulkSession, Store, to_micros

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
"""Between two attempts, which are made further and further apart."""


class Destination(Protocol):
    """Somebody who received data of people."""

    name: str

    def find_reference(self, profile_id: int) -> str | None:
        """What it knows somebody by; None if it never received them."""
        ...

    def delete(self, reference: str) -> str:
        """Have somebody deleted; answers its receipt.

        The same reference may come several times.

        Raises:
            PasserelleError: It does not answer, or refuses.
        """
        ...


def queue_deletions(
    bulk: BulkSession,
    request_id: int,
    profile_id: int,
    destinations: Sequence[Destination],
    at: datetime,
) -> None:
    """Note what is to be deleted where, before what says so is forgotten."""
    for each in destinations:
        reference = each.find_reference(profile_id)
        if reference is not None:
            bulk.execute(
                "insert into rights_deliveries (request_id, destination, reference, attempts, "
                "next_at, receipt, settled_at) values (?, ?, ?, 0, ?, '', null) "
                "on conflict (request_id, destination) do nothing",
                (request_id, each.name, reference, to_micros(at)),
            )


def deliver_deletions(store: Store, destinations: Sequence[Destination], at: datetime) -> int:
    """Ask each destination whose turn it is; answers how many deletions still wait."""
    known = {each.name: each for each in destinations}
    waiting = store.rows(
        "select request_id, destination, reference, attempts, next_at from rights_deliveries "
        "where settled_at is null order by request_id, destination"
    )
    left = len(waiting)
    for row in waiting:
        destination = known.get(row["destination"])
        if destination is not None and row["next_at"] <= to_micros(at):
            left -= _deliver(store, destination, row, at)
    return left


def _deliver(store: Store, destination: Destination, row: dict[str, Any], at: datetime) -> bool:
    try:
        receipt = destination.delete(row["reference"])
    except PasserelleError:
        pause = min(FIRST_PAUSE * 2 ** min(row["attempts"], 20), LONGEST_PAUSE)
        with store.bulk() as bulk:
            bulk.execute(
                "update rights_deliveries set attempts = attempts + 1, next_at = ? "
                "where request_id = ? and destination = ?",
                (to_micros(at + pause), row["request_id"], row["destination"]),
            )
        return False
    with store.bulk() as bulk:
        bulk.execute(
            "update rights_deliveries set attempts = attempts + 1, reference = '', receipt = ?, "
            "settled_at = ? where request_id = ? and destination = ?",
            (receipt, to_micros(at), row["request_id"], row["destination"]),
        )
    return True


def list_deliveries(store: Store, request_id: int) -> list[dict[str, Any]]:
    """What became of a request at each destination: destination, attempts, receipt, settled_at."""
    return store.rows(
        "select destination, attempts, receipt, settled_at from rights_deliveries "
        "where request_id = ? order by destination",
        (request_id,),
    )
