"""How long a device's identifier can be read again, by kind and browser: dated configuration."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa

from passerelle.kernel import Misconfigured
from passerelle.kernel.language import _

KINDS = ("cookie", "mobile_id", "partner_cookie")
ANY = "any"
WAYS = ("script", "decorated", "server", "server_elsewhere")
"""How a site sets its cookie; the first is thought of one that does not say."""


@dataclass(frozen=True)
class Lifetime:
    """How long the identifiers of one kind live in one family of browsers, and who says so.

    days_unseen: after the last sight. days_old: after the first. set_by: how the site sets its
    cookie, of `WAYS`, or `any`.
    """

    kind: str
    browser: str
    days_unseen: int
    days_old: int
    since: date
    source: str
    set_by: str = ANY


def read_lifetimes(changes: Path | None = None) -> tuple[Lifetime, ...]:
    """The lifetimes that are shipped, with the lines that a file replaces or adds.

    Of the lines on how a cookie is set, those of the way that the file says, or of a script.

    Args:
        changes: `lifetimes.toml` of an installation; may be missing.

    Raises:
        Misconfigured: The file is not TOML, or one of its lines cannot be used.
    """
    shipped = resources.files(__package__) / "data" / "lifetimes.toml"
    _, lines = _read(shipped.read_text("utf-8"), shipped)
    way = WAYS[0]
    if changes is not None and changes.exists():
        way, own = _read(changes.read_text(encoding="utf-8"), changes)
        lines += own
    held = [each for each in lines if each.set_by in (ANY, way)]
    return tuple({(each.kind, each.browser): each for each in held}.values())


def lifetimes_table(lifetimes: Iterable[Lifetime], browsers: Iterable[str]) -> pa.Table:
    """Grain: one row per kind and browser; columns kind, browser, days_unseen, days_old."""
    by_place = {(each.kind, each.browser): each for each in lifetimes}
    rows = [
        {
            "kind": kind,
            "browser": browser,
            "days_unseen": chosen.days_unseen,
            "days_old": chosen.days_old,
        }
        for kind in KINDS
        for browser in sorted({*browsers, "unknown"})
        for chosen in [by_place.get((kind, browser), by_place[kind, ANY])]
    ]
    schema = pa.schema(
        [
            ("kind", pa.string()),
            ("browser", pa.string()),
            ("days_unseen", pa.int64()),
            ("days_old", pa.int64()),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _read(text: str, place: object) -> tuple[str, list[Lifetime]]:
    """How a file says that cookies are set, and its lines."""
    try:
        given = tomllib.loads(text)
        way = str(given.get("set_by", WAYS[0]))
        if way not in WAYS:
            raise ValueError
        return way, [_line(each) for each in given.get("lifetime", [])]
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(
            _("{path} is not valid TOML: {error}").format(path=place, error=error),
            hint=_("See docs/reference/match-definitions.md."),
        ) from None
    except (KeyError, TypeError, ValueError):
        raise Misconfigured(
            _("A lifetime in {path} cannot be used.").format(path=place),
            hint=_(
                "Each [[lifetime]] names kind ({kinds}), browser, days_unseen, days_old, since "
                "and source; set_by is one of {ways}."
            ).format(kinds=", ".join(KINDS), ways=", ".join(WAYS)),
        ) from None


def _line(given: Mapping[str, Any]) -> Lifetime:
    way = str(given.get("set_by", ANY))
    if given["kind"] not in KINDS or not isinstance(given["since"], date):
        raise ValueError
    if way not in (ANY, *WAYS):
        raise ValueError
    return Lifetime(
        kind=given["kind"],
        browser=str(given["browser"]),
        days_unseen=int(given["days_unseen"]),
        days_old=int(given["days_old"]),
        since=given["since"],
        source=str(given["source"]),
        set_by=way,
    )
