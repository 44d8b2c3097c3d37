"""passerelle changes: life changes, found, proposed, confirmed or refused, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from passerelle.cli.change_rows import (
    change_row,
    print_change,
    print_changes,
)
from passerelle.cli.import_options import find_source, print_import, source_option
from passerelle.cli.invocation import Invocation
from passerelle.cli.output import (
    Column,
    json_option,
    print_fields,
    print_json,
    print_table,
    progress,
    say,
)
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle
    from passerelle.unify import DetectionSummary, LifeChange

# As in passerelle.collect and passerelle.unify, which are too slow to load for --help.
_FILE_KINDS = ("movers", "deaths", "returned-mail")
_KINDS = (
    "move", "name_change", "new_device", "child", "death", "shop_change", "returned_mail",
)  # fmt: skip
_STATUSES = ("proposed", "certain", "confirmed", "refused")


def _deciding(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the change that is decided on, and why."""
    reason = click.option("--reason", default="", help=N_("Why, for those who ask later."))
    return click.argument("change", metavar="ID")(reason(click.pass_obj(command)))


@click.group(help=N_("Find and decide life changes: moves, names, deaths, returned mail."))
def changes() -> None:
    """Group of commands about life changes."""


@changes.command(
    "import",
    help=N_("Import a file of movers, of deaths (INSEE) or of returned mail."),
    epilog=N_("Example: passerelle changes import deces-2025.txt --kind deaths --source insee"),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--kind", type=click.Choice(_FILE_KINDS), required=True, help=N_("What the file tells.")
)
@source_option
@json_option
@click.pass_obj
def import_(invocation: Invocation, file: Path, *, kind: str, source: str, as_json: bool) -> None:
    """Import a file of notices, then detect what follows from them."""
    from passerelle.collect import import_notices, open_notices

    opened = open_notices(file, kind)
    passerelle = _open(invocation)
    ref = find_source(passerelle, source, None, default="partner")
    with progress(_("Importing {file}").format(file=file.name)) as advance:
        report = import_notices(
            opened, ref, passerelle.warehouse, passerelle.engine, progress=advance
        )
    print_import(report, as_json=as_json, unit=_("rows read"))
    say(_("Next: passerelle changes detect"))


@changes.command(
    "detect",
    help=N_("Find life changes in all that is known; what was decided about them stays."),
    epilog=N_("Example: passerelle changes detect"),
)
@json_option
@click.pass_obj
def detect(invocation: Invocation, *, as_json: bool) -> None:
    """Find life changes."""
    from passerelle.unify import Detector, detect_changes

    passerelle = _open(invocation)
    with progress(_("Looking for life changes")) as advance:
        summary = detect_changes(
            Detector(
                passerelle.store,
                passerelle.lake,
                passerelle.engine,
                passerelle.keys,
                passerelle.clock,
            )
        )
        advance(sum(summary.found.values()))
    if as_json:
        print_json(asdict(summary))
    else:
        _print_detection(summary)


@changes.command(
    "list",
    help=N_("List life changes, the latest first."),
    epilog=N_("Example: passerelle changes list --kind death --status proposed"),
)
@click.option("--kind", type=click.Choice(_KINDS), help=N_("Of this kind only."))
@click.option("--status", type=click.Choice(_STATUSES), help=N_("In this state only."))
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True,
    help=N_("So many at most."),
)  # fmt: skip
@json_option
@click.pass_obj
def list_(
    invocation: Invocation, kind: str | None, status: str | None, *, limit: int, as_json: bool
) -> None:
    """List life changes."""
    from passerelle.unify import list_changes

    found = list_changes(_open(invocation).store, kind=kind, status=status, limit=limit)
    if as_json:
        print_json([change_row(each) for each in found])
    else:
        print_changes(found, empty=_("None are known. Find some with: passerelle changes detect"))


@changes.command(
    "show",
    help=N_("Show a life change: what says so, how its probability came about, what was decided."),
    epilog=N_("Example: passerelle changes show c_0123456789abc"),
)
@click.argument("change", metavar="ID")
@json_option
@click.pass_obj
def show(invocation: Invocation, change: str, *, as_json: bool) -> None:
    """Show one life change."""
    from passerelle.unify import get_change, list_decisions

    store = _open(invocation).store
    found = get_change(store, _change_id(change))
    decisions = list_decisions(store, found.change_id)
    if as_json:
        print_json({**change_row(found), "evidence": found.evidence, "decisions": decisions})
    else:
        print_change(found, decisions)


@changes.command(
    "confirm",
    help=N_("Say that a life change happened: it is followed from now on."),
    epilog=N_("Example: passerelle changes confirm c_0123456789abc --reason 'she called us'"),
)
@_deciding
def confirm(invocation: Invocation, change: str, reason: str) -> None:
    """Confirm a life change."""
    _decide(invocation, change, "confirmed", reason)


@changes.command(
    "refuse",
    help=N_("Say that a life change did not happen: it is not followed, nor proposed again."),
    epilog=N_("Example: passerelle changes refuse c_0123456789abc --reason 'a namesake'"),
)
@_deciding
def refuse(invocation: Invocation, change: str, reason: str) -> None:
    """Refuse a life change."""
    _decide(invocation, change, "refused", reason)


@changes.command(
    "undo",
    help=N_("Take back the last decision about a life change: what was before is again."),
    epilog=N_("Example: passerelle changes undo c_0123456789abc"),
)
@click.argument("change", metavar="ID")
@click.pass_obj
def undo(invocation: Invocation, change: str) -> None:
    """Undo the last decision about a life change."""
    from passerelle.unify import undo_decision

    passerelle = _open(invocation)
    _say_status(undo_decision(passerelle.store, passerelle.clock, _change_id(change)))


def _decide(invocation: Invocation, change: str, verdict: str, reason: str) -> None:
    from passerelle.unify import decide

    passerelle = _open(invocation)
    change_id = _change_id(change)
    _say_status(decide(passerelle.store, passerelle.clock, change_id, verdict, reason=reason))


def _say_status(change: LifeChange) -> None:
    from passerelle.unify import STATUSES

    click.echo(_("The change is now: {status}.").format(status=_(STATUSES[change.status])))


def _change_id(text: str) -> int:
    from passerelle.kernel import InvalidInput, parse_id
    from passerelle.unify import CHANGE_PREFIX

    change_id = parse_id(text, CHANGE_PREFIX)
    if change_id is None:
        raise InvalidInput(
            _("That is not the id of a life change."),
            hint=_("passerelle changes list gives their ids."),
        )
    return change_id


def _print_detection(summary: DetectionSummary) -> None:
    from passerelle.unify import KINDS

    print_table(
        [_("Life change"), Column(_("Found"), is_number=True)],
        [(_(KINDS[kind]), count) for kind, count in summary.found.items()],
        empty=_("Nothing in what is known tells of a life change."),
    )
    print_fields(
        [(_("not known before"), summary.new), (_("known before, and gone"), summary.gone)]
    )
    say(_("Next: passerelle changes list --status proposed"))


def _open(invocation: Invocation) -> Passerelle:
    from passerelle.bootstrap import open_passerelle

    return open_passerelle(invocation.settings())
