"""Leave nothing on the disk of rows that were removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from passerelle.kernel import Retryable
from passerelle.kernel.language import _
from passerelle.store.bulk import sqlite_lock
from passerelle.store.connections import autocommitting, connected, is_sqlite
from passerelle.store.failures import explained


def scrub(url: str, tables: Sequence[str]) -> None:
    """Write anew what held removed rows; see `Store.scrub`."""
    if not is_sqlite(url):
        with explained(url), autocommitting(url) as connection:
            # With statistics: they repeat common values of columns.
            _run(connection, f"vacuum (full, analyze) {', '.join(tables)}")
        return
    with sqlite_lock(url), connected(url) as connection, explained(url):
        _run(connection, "vacuum")
        is_busy = _run(connection, "pragma wal_checkpoint(truncate)")[0][0]
    if is_busy:
        raise Retryable(
            _("Somebody reads the store, so that its log cannot be emptied."),
            after=timedelta(seconds=10),
            hint=_("Wait for the other command to end, then run this one again."),
        )


def _run(connection: Any, sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []
