"""Looks people up in the store's tables, read only, beside whoever writes."""

from __future__ import annotations

from passerelle.ingest.recognition.answers import WITHHELD, Caller, ProfileAnswer, ProfileQuery
from passerelle.kernel import IdentifierKeys


class Recogniser:
    """Looks people up; one for a process, safe to call from several threads at once."""

    def recognise(self, query: ProfileQuery, caller: Caller) -> ProfileAnswer:
        """Who somebody is, as far as the caller may see.

        It blocks for a few selects (well under a millisecond on SQLite): call it from a worker
        thread (`loop.run_in_executor`), each of which has its own connection. A browser's key is
        answered at once, without a look-up, so that not even the time it takes says anything.

        Raises:
            InvalidInput: The query's type does not exist, or its value cannot be one (HTTP 422);
                never for a caller that may learn nothing.
            Retryable: The store is busy or gone (HTTP 503).
        """
        if not caller.may_recognise:
            return WITHHELD
        raise NotImplementedError

    def close(self) -> None:
        """Close every connection; nobody may be asking any more."""
        raise NotImplementedError


def open_recogniser(url: str, keys: IdentifierKeys) -> Recogniser:
    """A recogniser on the store at a URL (SQLite or PostgreSQL), without Django.

    Connections are opened when first needed, so a store that is gone for a while fails queries only.

    Args:
        url: The store's, as `Settings.store_url` gives it.
        keys: Of the installation; what identifiers' ids are made with.
    """
    raise NotImplementedError
