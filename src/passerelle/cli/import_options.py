"""What the import commands share: the source they name, and the report they print."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from passerelle.cli.output import Column, print_fields, print_json, print_table, show_number
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle
    from passerelle.collect import ImportReport, SourceRef

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

# As in passerelle.collect.SOURCE_KINDS, which is too slow to load for --help; a test compares.
# Nobody imports a file in the name of the people themselves.
_KINDS = ("crm", "loyalty", "webshop", "till", "server", "browser", "partner")

kind_option: Callable[[Decorated], Decorated] = click.option(
    "--kind",
    type=click.Choice(_KINDS),
    help=N_("What kind of source it is; asked for once, then known."),
)


def find_source(passerelle: Passerelle, name: str, kind: str | None, *, default: str) -> SourceRef:
    """The source of that name: as it is known, as the person says, or of the usual kind."""
    from passerelle.collect import SourceRef, find_source_kind

    known = find_source_kind(passerelle.store, name)
    return SourceRef(name, kind or known or default)


def check_source(_context: click.Context, _option: click.Parameter, name: str) -> str:
    """The name of a source as it is kept, or why it can be none, before any work is done."""
    from passerelle.collect import SourceRef

    # A terminal may write é in one letter or in two: one name must not become two sources.
    return SourceRef(unicodedata.normalize("NFC", name), "crm").name


source_option: Callable[[Decorated], Decorated] = click.option(
    "--source",
    required=True,
    metavar="NAME",
    callback=check_source,
    help=N_("Who says it: a name you choose, such as crm or shop-lyon."),
)


def print_import(report: ImportReport, *, as_json: bool, unit: str) -> None:
    """Print what an import did."""
    counts = report.counts
    if as_json:
        print_json(
            {
                "import_id": report.import_id,
                "was_known": report.was_known,
                "resumed_at": report.resumed_at,
                "rows": counts.rows,
                "new": counts.new,
                "changed": counts.changed,
                "outdated": counts.outdated,
                "unchanged": counts.unchanged,
                "repeated": counts.repeated,
                "rejected": dict(counts.rejected),
                "identifiers": _by_type(report),
            }
        )
        return
    if report.was_known:
        click.echo(_("This file was imported before; nothing changed."))
    print_fields(
        [
            (unit, counts.rows),
            (_("new"), counts.new),
            (_("changed"), counts.changed),
            *([(_("older than known"), counts.outdated)] if counts.outdated else []),
            (_("unchanged"), counts.unchanged),
            *([(_("repeated in the file"), counts.repeated)] if counts.repeated else []),
            (_("rejected"), sum(counts.rejected.values())),
        ]
    )
    if counts.rejected:
        print_table(
            [_("Reason"), Column(_("Rows"), is_number=True)],
            sorted(counts.rejected.items()),
        )
        click.echo(_("Look at them with: passerelle quarantine list"))
    if counts.identifiers:
        print_table(
            [
                _("Identifier"),
                Column(_("Valid"), is_number=True),
                Column(_("Invalid"), is_number=True),
                _("Why invalid"),
            ],
            [
                (name, found["valid"], sum(found["invalid"].values()), _reasons(found["invalid"]))
                for name, found in _by_type(report).items()
            ],
        )


def _by_type(report: ImportReport) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, count in sorted(report.counts.identifiers.items()):
        name, _slash, what = key.partition("/")
        entry = found.setdefault(name, {"valid": 0, "invalid": {}})
        if what == "valid":
            entry["valid"] = count
        else:
            entry["invalid"][what] = count
    return found


def _reasons(invalid: dict[str, int]) -> str:
    most = sorted(invalid.items(), key=lambda item: -item[1])
    return ", ".join(f"{reason} {show_number(count)}" for reason, count in most)
