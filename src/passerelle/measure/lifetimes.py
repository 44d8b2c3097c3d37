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


@dataclass(frozen=True)
class Lifetime:
    """How long the identifiers of one kind live in one family of browsers, and who says so.

    days_unseen: after the last sight. days_old: after the first.
    """

    kind: str
    browser: str
    days_unseen: int
    days_old: int
    since: date
    source: str


def read_lifetimes(changes: Path | None = None) -> tuple[Lifetime, ...]:
    """The lifetimes that are shipped, with the lines that a file replaces or adds.

    Args:
        changes: `lifetimes.toml` of an installation; may be missing.

    Raises:
        Misconfigured: The file is not TOML, or one of its lines cannot be used.
    """
    shipped = resources.files(__package__) / "data" / "lifetimes.toml"
    lines = _lines(shipped.read_text("utf-8"), shipped)
    if changes is not None and changes.exists():
        lines += _lines(changes.read_text(encoding="utf-8"), changes)
    return tuple({(each.kind, each.browser): each for each in lines}.values())


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


def _lines(text: str, place: object) -> list[Lifetime]:
    try:
        given = tomllib.loads(text)
        return [_line(each) for each in given.get("lifetime", [])]
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
                "and source."
            ).format(kinds=", ".join(KINDS)),
        ) from None


def _line(given: Mapping[str, Any]) -> Lifetime:
    if given["kind"] not in KINDS or not isinstance(given["since"], date):
        raise ValueError
    return Lifetime(
        kind=given["kind"],
        browser=str(given["browser"]),
        days_unseen=int(given["days_unseen"]),
        days_old=int(given["days_old"]),
        since=given["since"],
        source=str(given["source"]),
    )
