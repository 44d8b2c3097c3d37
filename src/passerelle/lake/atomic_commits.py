"""Whether an object storage keeps two writers from overwriting each other.

A batch of the lake is added by making a file that must not be there yet. S3 and most storages that
speak its protocol see to that; some overwrite it without a word, and lose what another process
added. Nothing they say of themselves tells them apart, so one file is made twice here before the
first table is. Not by way of delta-rs: it looks whether the file is there before it asks for it to
be made, so that only two writers at the same moment would find out.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import ObjectStore, from_url

from passerelle.lake.places import MAX_RETRIES, RETRY_SECONDS, Place
from passerelle.lake.storage_failures import not_atomic

if TYPE_CHECKING:
    from obstore.store import RetryConfig

_PATIENCE: RetryConfig = {
    "max_retries": MAX_RETRIES,
    "retry_timeout": timedelta(seconds=RETRY_SECONDS),
}


def require_atomic_commits(place: Place) -> None:
    """Refuse a storage that lets two writers make the same file; it is left as it was.

    Raises:
        Misconfigured: It does.
        OSError: It cannot be used, in its own words.
    """
    try:
        storage = from_url(place.name, retry_config=_PATIENCE)
        keeps_apart = _keeps_apart(storage, f"_check-{uuid.uuid4().hex}")
    except (BaseError, NotImplementedError, ValueError) as error:
        raise OSError(str(error)) from None
    if not keeps_apart:
        raise not_atomic(place.name)


def _keeps_apart(storage: ObjectStore, path: str) -> bool:
    try:
        for _writer in range(2):
            obstore.put(storage, path, b"", mode="create", use_multipart=False)
    except AlreadyExistsError:
        return True
    finally:
        # An empty file that nobody reads: a key that may not remove it is good enough.
        with suppress(BaseError):
            obstore.delete(storage, path)
    return False
