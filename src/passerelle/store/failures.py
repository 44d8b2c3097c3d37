"""What a database says when it cannot go on, told with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from passerelle.kernel import Misconfigured, PasserelleError, Retryable
from passerelle.kernel.language import N_, _

_FULL = ("disk is full", "disk full", "no space left", "disk quota", "disk i/o error")
_BUSY = ("is locked", "busy", "deadlock detected", "too many clients", "lock timeout")
_READ_ONLY = ("readonly database", "read-only")
_DAMAGED = ("not a database", "malformed", "corrupt", "invalid page")
_REFUSED = ("password authentication failed", "no password supplied", "no pg_hba.conf entry")
_GONE = (
    "connection refused",
    "could not connect",
    "connection failed",
    "connection timeout",
    "timeout expired",
    "translate host name",
    "name or service not known",
    "no route to host",
    "server closed the connection",
    "terminating connection",
    "the connection is closed",
    "no connection to the server",
    "starting up",
)

_FIX_PLACE = N_("Check PASSERELLE_DATABASE_URL and PASSERELLE_HOME, then run: passerelle doctor")


@contextmanager
def explained(url: str, *, opening: bool = False) -> Iterator[None]:
    """Turn what a database says into what to do; what it does not know passes unchanged.

    Args:
        url: The store's.
        opening: Whether the store is being opened, when a silent server means a wrong setting.

    Raises:
        Retryable: The disk is full, or the database is busy or gone.
        Misconfigured: The database cannot be used as it is set.
    """
    try:
        yield
    except PasserelleError:
        raise
    except Exception as error:
        told = explain(error, url, opening=opening)
        if told is None:
            raise
        raise told from None


def explain(error: Exception, url: str, *, opening: bool = False) -> PasserelleError | None:
    """The error to tell a person; None if it is no known trouble, so a bug of ours."""
    text = str(error).lower()
    if _says(text, _FULL):
        return Retryable(
            _("The disk of the store is full; nothing of this batch was kept."),
            after=timedelta(minutes=1),
            hint=_("Free some space, then run the same command again."),
        )
    if _says(text, _BUSY):
        return Retryable(
            _("The store is busy with another change."),
            after=timedelta(seconds=10),
            hint=_("Wait for the other command to end, then run this one again."),
        )
    if _says(text, _READ_ONLY):
        return Misconfigured(
            _("The store at {place} cannot be written to.").format(place=place_of(url)),
            hint=_("Set PASSERELLE_HOME or PASSERELLE_DATABASE_URL to what you may write to."),
        )
    if _says(text, _DAMAGED):
        return Misconfigured(
            _("The store at {place} is damaged, or is not a database.").format(place=place_of(url)),
            hint=_("Put it back from a backup, or move it away to start with an empty one."),
        )
    return _unreachable(text, url, opening=opening)


def _unreachable(text: str, url: str, *, opening: bool) -> PasserelleError | None:
    place = place_of(url)
    if "unable to open" in text or ('database "' in text and "does not exist" in text):
        return Misconfigured(
            _("The store at {place} cannot be opened.").format(place=place), hint=_(_FIX_PLACE)
        )
    if _says(text, _REFUSED):
        return Misconfigured(
            _("The database at {place} refuses this user or password.").format(place=place),
            hint=_("Check PASSERELLE_DATABASE_URL; in a password, write @ as %40 and / as %2F."),
        )
    if not _says(text, _GONE):
        return None
    if opening:
        return Misconfigured(
            _("No database answers at {place}.").format(place=place), hint=_(_FIX_PLACE)
        )
    return Retryable(
        _("The database at {place} went away; nothing of this batch was kept.").format(place=place),
        after=timedelta(seconds=30),
        hint=_("Run the same command again once it is back."),
    )


def place_of(url: str) -> str:
    """Where a store is, without its user and password.

    >>> place_of("postgresql://marie:secret@db.example:5433/base?sslmode=require")
    'postgresql://db.example:5433/base'
    """
    if url.startswith("sqlite:///"):
        return str(Path(url.removeprefix("sqlite:///")))
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # a port that is no number, or half a bracket
        return "PASSERELLE_DATABASE_URL"
    return f"postgresql://{parts.hostname or 'localhost'}{port}{parts.path}"


def _says(text: str, signs: tuple[str, ...]) -> bool:
    return any(sign in text for sign in signs)


def unopenable(url: str, error: OSError) -> PasserelleError:
    """What to do when the folder of a SQLite store does not let us work in it."""
    told = explain(error, url)
    return told or Misconfigured(
        _("The store at {place} cannot be opened: {reason}.").format(
            place=place_of(url), reason=error.strerror
        ),
        hint=_(_FIX_PLACE),
    )
