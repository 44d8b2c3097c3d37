"""How long the visitor's cookie may live: what law and browsers allow, as dated configuration."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec

from passerelle.kernel import Misconfigured
from passerelle.kernel.language import _

LIFETIMES_FILE = "cookie-lifetimes.toml"
"""Limits of one's own, in the home folder: they take the place of those that are shipped."""


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One limit of a cookie's life: how many days from when, since which date, and who says so.

    Args:
        counted_from: `first`: from when the visitor was given an id; `set`: from when the browser
            was last given the cookie.
    """

    days: int
    counted_from: Literal["first", "set"] = msgspec.field(name="from")
    since: date
    source: str


class _File(msgspec.Struct, forbid_unknown_fields=True):
    checked_on: date
    limit: list[Limit]


def read_limits(own: Path | None = None) -> tuple[Limit, ...]:
    """The limits that are shipped, or those of a file of one's own.

    Raises:
        Misconfigured: The file is missing, is not TOML, or says something else.
    """
    try:
        if own is not None:
            text = own.read_text(encoding="utf-8")
        else:
            text = (resources.files(__package__) / "lifetimes.toml").read_text("utf-8")
        return tuple(msgspec.toml.decode(text, type=_File).limit)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise Misconfigured(
            _("The cookie's lifetimes cannot be read from {path}: {reason}").format(
                path=own, reason=error
            ),
            hint=_("It has the form of the file lifetimes.toml that passerelle ships."),
        ) from None


def remaining_life(limits: Sequence[Limit], born_at: datetime, now: datetime) -> timedelta:
    """How long a cookie that is set now may live; zero or less: no longer at all.

    >>> from datetime import UTC
    >>> limits = read_limits()
    >>> born = datetime(2026, 1, 1, tzinfo=UTC)
    >>> remaining_life(limits, born, born).days
    395
    >>> remaining_life(limits, born, born + timedelta(days=100)).days
    295
    """
    in_force = [limit for limit in limits if limit.since <= now.date()]
    starts = {"first": born_at, "set": now}
    ends = [starts[limit.counted_from] + timedelta(days=limit.days) for limit in in_force]
    return min(ends, default=now) - now
