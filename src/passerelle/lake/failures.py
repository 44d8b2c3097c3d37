"""What the lake's storage says when it cannot go on, told with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from deltalake.exceptions import DeltaError, TableNotFoundError

from passerelle.kernel import Misconfigured, PasserelleError, Retryable
from passerelle.kernel.language import _
from passerelle.lake.places import Place
from passerelle.lake.storage_failures import explain_storage

_FULL = ("no space left", "os error 28", "file too large", "os error 27", "quota", "os error 122")
_FORBIDDEN = (
    *("permission denied", "os error 13", "read-only", "os error 30", "not a directory"),
    *("os error 20", "file exists"),
)
_DAMAGED = (
    *("json error", "invalid checkpoint", "metadata", "expected value", "eof while parsing"),
    *("not a parquet", "corrupt", "invalid table version", "file not found"),
)


@contextmanager
def explained(place: Place) -> Iterator[None]:
    """Turn what the storage at a place says into what to do; the unknown passes unchanged.

    Raises:
        Retryable: The disk is full, or the storage does not answer.
        Misconfigured: The place cannot be used, or what is there is damaged.
    """
    try:
        yield
    except TableNotFoundError:
        raise
    except (DeltaError, OSError) as error:
        told = explain(error, place)
        if told is None:
            raise
        raise told from None


def explain(error: Exception, place: Place) -> PasserelleError | None:
    """What to do about an error of the storage at a place; None if that is not known."""
    text = str(error).lower()
    told = None if place.folder is not None else explain_storage(text, place.name)
    return told or _explain(text, place.name)


def _explain(text: str, place: str) -> PasserelleError | None:
    if any(sign in text for sign in _FULL):
        return Retryable(
            _("The disk of the lake is full; nothing of this batch was kept."),
            after=timedelta(minutes=1),
            hint=_("Free some space at {place}, then run the same command again.").format(
                place=place
            ),
        )
    if any(sign in text for sign in _FORBIDDEN):
        return Misconfigured(
            _("The lake at {place} cannot be written to.").format(place=place),
            hint=_("Set PASSERELLE_HOME or PASSERELLE_LAKE_URL to a place you may write to."),
        )
    if any(sign in text for sign in _DAMAGED):
        return Misconfigured(
            _("The lake at {place} is damaged.").format(place=place),
            hint=_("Put it back from a backup; passerelle doctor says which table it is."),
        )
    return None
