"""passerelle events: import what happened online, see it arrive, and take it again."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from passerelle.cli.import_options import check_source, find_source, kind_option, print_import
from passerelle.cli.invocation import Invocation
from passerelle.cli.output import (
    Column,
    harmless,
    json_option,
    print_json,
    print_table,
    progress,
    say,
)
from passerelle.cli.replaying import (
    print_repaired,
    print_replays,
    read_selection,
    repair_from_log,
    replay_into,
)
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.collect import ArrivedEvent

_TAIL_SECONDS = 0.1
_OUTCOMES = (N_("accepted"), N_("duplicate"), N_("quarantined"), N_("late"), N_("clock skewed"))


@click.group(help=N_("Import what happened online, see it arrive, take it again."))
def events() -> None:
    """Group of commands about events."""


@events.command(
    "import",
    help=N_(
        "Import a file of events: Segment JSON Lines, Matomo's visit log, GA4's BigQuery rows."
    ),
    epilog=N_("Example: passerelle events import events.jsonl --source web"),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--source",
    default="web",
    show_default=True,
    metavar="NAME",
    callback=check_source,
    help=N_("Who says it."),
)
@kind_option
@click.option("--format", "format_", help=N_("Format of the file, when it is not found by itself."))
@json_option
@click.pass_obj
def import_(
    invocation: Invocation,
    file: Path,
    *,
    source: str,
    kind: str | None,
    format_: str | None,
    as_json: bool,
) -> None:
    """Import a file of events."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import import_events, open_events

    passerelle = open_passerelle(invocation.settings())
    opened = open_events(file, format=format_, received_at=passerelle.clock())
    say(_("Format: {format}.").format(format=opened.format))
    ref = find_source(passerelle, source, kind, default="browser")
    with progress(_("Importing {file}").format(file=file.name)) as advance:
        report = import_events(
            opened,
            ref,
            passerelle.warehouse,
            passerelle.engine,
            observe=passerelle.hear_events,
            progress=advance,
        )
    print_import(report, as_json=as_json, unit=_("events read"))
    if not as_json:
        say(_("Next: passerelle profiles resolve"))


_SOURCE = click.option("--source", metavar="NAME", help=N_("Only of this source."))
_EVENT = click.option("--event", metavar="NAME", help=N_("Only events of this name."))


@events.command(
    "tail",
    help=N_("Show events as collectors receive them, until Ctrl-C."),
    epilog=N_("Example: passerelle events tail --source web --limit 10"),
)
@_SOURCE
@_EVENT
@click.option("--limit", type=click.IntRange(min=1), help=N_("End after so many events."))
@click.option("--json", "as_json", is_flag=True, help=N_("Print one JSON object a line."))
@click.pass_obj
def tail(
    invocation: Invocation,
    *,
    source: str | None,
    event: str | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """Show what arrives; nothing of a person is shown."""
    from passerelle.collect import watch_events

    home = invocation.settings().home

    def wait() -> bool:
        sys.stdout.flush()
        time.sleep(_TAIL_SECONDS)
        return True

    arriving = watch_events(home, wait=wait, source=source, event=event)
    say(_("Waiting for events; end with Ctrl-C."))
    with suppress(KeyboardInterrupt):
        for arrived in islice(arriving, limit):
            click.echo(_as_json(arrived) if as_json else _as_line(arrived))


@events.command(
    "count",
    help=N_("Count events by source and by what became of them."),
    epilog=N_("Example: passerelle events count --source web"),
)
@_SOURCE
@_EVENT
@json_option
@click.pass_obj
def count(invocation: Invocation, *, source: str | None, event: str | None, as_json: bool) -> None:
    """Count events that came in, by collector or by file."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import read_counts

    counts = read_counts(open_passerelle(invocation.settings()).store, source=source, event=event)
    if as_json:
        print_json({"accepted": sum(each.accepted for each in counts), "sources": counts})
        return
    columns: list[Column | str] = [
        _("source"),
        *(Column(_(label), is_number=True) for label in _OUTCOMES),
    ]
    rows = [
        (
            each.source,
            each.accepted,
            each.duplicate,
            sum(each.quarantined.values()),
            each.late,
            each.clock_skewed,
        )
        for each in counts
    ]
    print_table(columns, rows, empty=_("No event came yet."))
    reasons = [
        (each.source, reason, number)
        for each in counts
        for reason, number in sorted(each.quarantined.items())
    ]
    if reasons:
        headings = (_("source"), _("reason"), Column(_("events"), is_number=True))
        print_table(headings, reasons, title=_("In quarantine"))


@events.command(
    "replay",
    help=N_("Take events again from the event log: all since an instant, or a selection."),
    epilog=N_("Example: passerelle events replay --from 2026-11-01 --where source=web --dry-run"),
)
@click.option("--from", "since", required=True, metavar="INSTANT", help=N_("Received since (UTC)."))
@click.option("--to", "until", metavar="INSTANT", help=N_("Received before (UTC)."))
@click.option(
    "--where", metavar="FIELD=VALUE,...", help=N_("Only of this source or event: source=…,event=…")
)
@click.option(
    "--into",
    default="profiles",
    show_default=True,
    metavar="WHERE",
    help=N_("profiles, quarantine-repair, or the home folder of a test base."),
)
@click.option("--dry-run", is_flag=True, help=N_("Count what would be taken; write nothing."))
@json_option
@click.pass_obj
def replay(
    invocation: Invocation,
    *,
    since: str,
    until: str | None,
    where: str | None,
    into: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take a selection of the log again."""
    from passerelle.bootstrap import open_passerelle

    selection = read_selection(since, until, where)
    passerelle = open_passerelle(invocation.settings())
    if into == "quarantine-repair":
        print_repaired(repair_from_log(passerelle, selection, dry_run=dry_run), as_json=as_json)
        return
    with progress(_("Replaying the event log")) as advance:
        reports = replay_into(passerelle, into, selection, advance, dry_run=dry_run)
    print_replays(reports, as_json=as_json)


def _as_line(arrived: ArrivedEvent) -> str:
    told = (
        f"{arrived.received_at:%H:%M:%S}",
        arrived.source,
        arrived.type,
        arrived.name,
        arrived.message_id,
        _("refused: {reason}").format(reason=arrived.refusal) if arrived.refusal else "",
    )
    return "  ".join(harmless(each) for each in told if each)


def _as_json(arrived: ArrivedEvent) -> str:
    import msgspec

    return msgspec.json.encode(arrived).decode()
