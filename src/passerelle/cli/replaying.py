"""What `passerelle events replay` does once its options are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from passerelle.cli.output import Column, print_json, print_table, say
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle
    from passerelle.collect import LogReplay, LogSelection, ReplaySummary
    from passerelle.store import Store

PROFILES = "profiles"
_MOST_ROWS = 1_000_000


def read_selection(since: str, until: str | None, where: str | None) -> LogSelection:
    """The selection that options name.

    Raises:
        InvalidInput: One cannot be read.
    """
    from passerelle.collect import LogSelection

    wanted: dict[str, str] = {}
    for part in where.split(",") if where else ():
        name, separator, value = part.partition("=")
        if name.strip() not in ("source", "event") or not separator:
            raise InvalidInput(
                _("--where cannot be read."),
                hint=_("Write it as: {example}").format(example="source=web,event=Order Completed"),
            )
        wanted[name.strip()] = value.strip()
    end = None if until is None else _read_instant(until)
    return LogSelection(_read_instant(since), end, wanted.get("source"), wanted.get("event"))


def replay_into(
    passerelle: Passerelle,
    into: str,
    selection: LogSelection,
    advance: Callable[[int], None],
    *,
    dry_run: bool,
) -> list[LogReplay]:
    """Replay a selection of our log into our profiles, or into the base of another home."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import ReplayPlan, log_ends, preview_replay, replay_log

    home = passerelle.settings.home
    target: Passerelle = passerelle
    followed: Store | None = passerelle.store
    if into != PROFILES:
        other = replace(passerelle.settings, home=Path(into), database_url="", lake_url="")
        if other.home.absolute() == home.absolute():
            raise InvalidInput(
                _("The test base is this very home folder."),
                hint=_("Name another folder, or use: --into profiles"),
            )
        target, followed = open_passerelle(other), None
    plan = ReplayPlan(home, selection, log_ends(home, followed), target.warehouse, target.engine)
    if dry_run:
        return preview_replay(plan)
    return replay_log(plan, target.hear_events, progress=advance)


def repair_from_log(
    passerelle: Passerelle, selection: LogSelection, *, dry_run: bool
) -> ReplaySummary:
    """Try the events that were put into quarantine in a period again."""
    from passerelle.collect import Replayer, ReplaySummary, list_quarantine, replay_rows

    waiting = list_quarantine(passerelle.store, source=selection.source, limit=_MOST_ROWS)
    chosen = [
        row.row_id
        for row in waiting
        if row.kind == "events"
        and selection.has(row.quarantined_at, row.source)
        and (selection.event is None or f'"{selection.event}"' in row.text)
    ]
    if dry_run or not chosen:
        return ReplaySummary(replayed=len(chosen))
    replayer = Replayer(
        passerelle.warehouse,
        passerelle.engine,
        folder=passerelle.settings.home / "replays",
        hear_records=passerelle.hear_records,
        hear_events=passerelle.hear_events,
        import_consents=passerelle.import_consents,
    )
    return replay_rows(replayer, row_ids=chosen)


def print_replays(reports: Sequence[LogReplay], *, as_json: bool) -> None:
    """Show what a replay came to."""
    if as_json:
        print_json({"new": sum(each.new for each in reports), "sources": reports})
        return
    labels = (_("events"), _("new"), _("known"), _("refused"))
    columns: list[Column | str] = [
        _("source"),
        *(Column(label, is_number=True) for label in labels),
    ]
    rows = [(each.source, each.events, each.new, each.known, each.refused) for each in reports]
    print_table(columns, rows, empty=_("The log holds no such event."))
    if any(each.new for each in reports):
        say(_("Next: passerelle profiles resolve"))


def print_repaired(summary: ReplaySummary, *, as_json: bool) -> None:
    """Show what trying quarantined events again came to."""
    if as_json:
        print_json(summary)
        return
    click.echo(
        _("{replayed} events tried again: {used} used, {rejected} still in quarantine.").format(
            replayed=summary.replayed, used=summary.used, rejected=summary.rejected
        )
    )


def _read_instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            _("An instant cannot be read."),
            hint=_("Write it as: {example}").format(example="2026-11-01T08:30"),
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
