"""Whether an object storage keeps two writers from overwriting each other.

A batch of the lake is added by making a file that must not be there yet. S3 and most storages that
speak its protocol see to that; some overwrite it without a word, and lose what another process
added. No answer tells them apart, so a few writers race here before the first table is made.
"""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError

from passerelle.lake.places import Place
from passerelle.lake.storage_failures import not_atomic

# Enough that, where nothing keeps them apart, more than one wins; one alone wins where it does.
_RACERS = 4
_ONCE = CommitProperties(max_commit_retries=0)


def require_atomic_commits(place: Place) -> None:
    """Refuse a storage that lets two writers make the same file; it is left as it was.

    Raises:
        Misconfigured: It does.
    """
    uri = place.table_uri(f"_check-{uuid.uuid4().hex}")
    try:
        write_deltalake(uri, _row(), mode="error", storage_options=place.options)
        winners = _race(uri, place)
    finally:
        _remove(uri, place)
    if winners > 1:
        raise not_atomic(place.name)


def _race(uri: str, place: Place) -> int:
    start = Barrier(_RACERS)
    tables = [DeltaTable(uri, storage_options=place.options) for _racer in range(_RACERS)]

    def add(table: DeltaTable) -> int:
        start.wait()
        try:
            write_deltalake(table, _row(), mode="append", commit_properties=_ONCE)
        except DeltaError:  # overtaken, as it should be
            return 0
        return 1

    with ThreadPoolExecutor(_RACERS) as racers:
        return sum(racers.map(add, tables))


def _remove(uri: str, place: Place) -> None:
    from deltalake.fs import DeltaStorageHandler

    # A few small files that nobody reads: a key that may not remove them is good enough.
    with suppress(OSError, DeltaError):
        DeltaStorageHandler(uri, place.options).delete_dir("")


def _row() -> pa.Table:
    return pa.table({"racer": [0]})
