"""passerelle quarantine: rows that could not be used, to mend and replay."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from passerelle.cli.audited_reading import note_reading
from passerelle.cli.invocation import Invocation
from passerelle.cli.output import (
    Column,
    json_option,
    print_fields,
    print_json,
    print_table,
    say,
    show_number,
)
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import N_, _, ngettext

if TYPE_CHECKING:
    from passerelle.collect import QuarantinedRow
    from passerelle.store import Store

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

# As passerelle.collect has them, which is too slow to load for --help.
_STATES = ("waiting", "replayed", "dropped")
_KIND_WORDS = {
    "records": N_("records"),
    "receipts": N_("receipts"),
    "events": N_("events"),
    "consents": N_("consents"),
}
_STATE_WORDS = {"waiting": N_("waiting"), "replayed": N_("replayed"), "dropped": N_("dropped")}


def _filters(command: Decorated) -> Decorated:
    """Gives a command `--source` and `--reason`."""
    by_reason = click.option("--reason", help=N_("Only rows with this reason."))
    return click.option("--source", help=N_("Only rows of this source."))(by_reason(command))


@click.group(help=N_("List, mend and replay rejected rows."))
def quarantine() -> None:
    """Group of commands about rejected rows."""


@quarantine.command(
    "list",
    help=N_("List the rows that wait, with what is wrong with them."),
    epilog=N_("Example: passerelle quarantine list --source crm"),
)
@_filters
@click.option(
    "--state",
    type=click.Choice(_STATES),
    default="waiting",
    show_default=True,
    help=N_("Rows that wait, or that were settled."),
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help=N_("At most so many rows."),
)
@json_option
@click.pass_obj
def list_(
    invocation: Invocation,
    source: str | None,
    reason: str | None,
    state: str,
    limit: int,
    as_json: bool,
) -> None:
    """List rows."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import count_quarantine, list_quarantine

    passerelle = open_passerelle(invocation.settings())
    store = passerelle.store
    counts = {
        (s, k, r): count
        for (s, k, r), count in count_quarantine(store, state=state).items()
        if source in (None, s) and reason in (None, r)
    }
    rows = list_quarantine(store, source=source, reason=reason, state=state, limit=limit)
    if as_json:  # the table below shows no value of a row
        note_reading(passerelle, invocation, "quarantine.listed", source=source, reason=reason)
        print_json(
            {
                "counts": [
                    {"source": s, "kind": k, "reason": r, "rows": n}
                    for (s, k, r), n in counts.items()
                ],
                "rows": rows,
            }
        )
        return
    print_table(
        [_("Source"), _("Kind"), _("Reason"), Column(_("Rows"), is_number=True)],
        [(s, _(_KIND_WORDS[k]), r, count) for (s, k, r), count in counts.items()],
        empty=_nothing(source or reason, state),
    )
    if rows:
        print_table(
            [_("Row id"), Column(_("Row"), is_number=True), _("Reason"), _("What to do")],
            [(row.row_id, row.row_number, row.reason, row.detail) for row in rows],
        )
        _say_how_many_more(sum(counts.values()) - len(rows))
        say(_("Look at one with: passerelle quarantine show ROW_ID"))


@quarantine.command(
    "show",
    help=N_("Show one row: what the source said, and how to mend it."),
    epilog=N_("Example: passerelle quarantine show ROW_ID"),
)
@click.argument("row_id")
@json_option
@click.pass_obj
def show(invocation: Invocation, row_id: str, as_json: bool) -> None:
    """Show one row."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import get_quarantined_row

    passerelle = open_passerelle(invocation.settings())
    store = passerelle.store
    row = get_quarantined_row(store, row_id)
    note_reading(passerelle, invocation, "quarantine.shown", row=row_id)
    if as_json:
        print_json(row)
        return
    print_fields(
        [
            (_("row"), row.row_number),
            (_("source"), row.source),
            (_("kind"), _(_KIND_WORDS[row.kind])),
            (_("state"), _(_STATE_WORDS[row.state])),
            (_("reason"), row.reason),
            (_("what to do"), row.detail),
        ]
    )
    _print_text(row.original, _("as received"))
    if row.repaired is not None:
        _print_text(row.repaired, _("as mended"))
    if row.state == "waiting":
        _say_how_to_mend(store, row)


@quarantine.command(
    "repair",
    help=N_("Change cells of a row, so that it can be replayed; or drop it."),
    epilog=N_("Example: passerelle quarantine repair ROW_ID --set Courriel=marie@exemple.fr"),
)
@click.argument("row_id")
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="COLUMN=VALUE",
    help=N_("A cell's new value; inside an event, a path such as traits.email."),
)
@click.option("--line", metavar="JSON", help=N_("The whole row anew, as a JSON object."))
@click.option("--drop", is_flag=True, help=N_("Give the row up."))
@click.pass_obj
def repair(
    invocation: Invocation, row_id: str, changes: tuple[str, ...], line: str | None, drop: bool
) -> None:
    """Change a row."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import drop_waiting, get_quarantined_row, repair_row

    cells = dict(_read_change(change) for change in changes)
    if drop == bool(cells or line):
        raise InvalidInput(
            _("Say what to change, or that the row is to be dropped."),
            hint=_("Give --set COLUMN=VALUE, or --line JSON, or --drop."),
        )
    passerelle = open_passerelle(invocation.settings())
    if drop:
        drop_waiting(passerelle.store, passerelle.clock, row_ids=[row_id])
        click.echo(_("Dropped."))
        return
    before = get_quarantined_row(passerelle.store, row_id)
    after = repair_row(passerelle.store, row_id, cells, line=line)
    _print_changes(before, after)
    click.echo(_("Mended. Use it with: passerelle quarantine replay {row}").format(row=row_id))


@quarantine.command(
    "drop",
    help=N_("Give waiting rows up: those named, or all of a source or a reason."),
    epilog=N_("Example: passerelle quarantine drop --source crm --reason nothing_to_know_by"),
)
@click.argument("row_ids", nargs=-1, metavar="[ROW_ID]...")
@_filters
@click.pass_obj
def drop_(
    invocation: Invocation, row_ids: tuple[str, ...], source: str | None, reason: str | None
) -> None:
    """Give rows up."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import drop_waiting

    if not (row_ids or source or reason):
        raise InvalidInput(
            _("Say which rows to drop."),
            hint=_("Give their ids, or --source, or --reason; see: passerelle quarantine list"),
        )
    passerelle = open_passerelle(invocation.settings())
    count = drop_waiting(
        passerelle.store, passerelle.clock, row_ids=row_ids, source=source, reason=reason
    )
    click.echo(
        ngettext("{count} row dropped.", "{count} rows dropped.", count).format(
            count=show_number(count)
        )
    )


@quarantine.command(
    "replay",
    help=N_("Import waiting rows again, without their file."),
    epilog=N_("Example: passerelle quarantine replay --source crm"),
)
@click.argument("row_ids", nargs=-1, metavar="[ROW_ID]...")
@_filters
@json_option
@click.pass_obj
def replay(
    invocation: Invocation,
    row_ids: tuple[str, ...],
    source: str | None,
    reason: str | None,
    as_json: bool,
) -> None:
    """Replay waiting rows."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import Replayer, replay_rows

    passerelle = open_passerelle(invocation.settings())
    replayer = Replayer(
        passerelle.warehouse,
        passerelle.engine,
        folder=passerelle.settings.home / "replays",
        hear_records=passerelle.hear_records,
        hear_events=passerelle.hear_events,
        import_consents=passerelle.import_consents,
    )
    done = replay_rows(replayer, row_ids=row_ids, source=source, reason=reason)
    if as_json:
        print_json(done)
        return
    print_fields(
        [
            (_("rows replayed"), done.replayed),
            (_("used now"), done.used),
            (_("rejected again"), done.rejected),
            (_("to be mended first"), done.unreadable),
        ]
    )
    if done.rejected or done.unreadable:
        say(_("What is wrong with the others: passerelle quarantine list"))
    if done.used:
        say(_("Next: passerelle profiles resolve"))


def _read_change(change: str) -> tuple[str, str]:
    column, equals, value = change.partition("=")
    if not equals or not column:
        raise InvalidInput(
            _("A change is written COLUMN=VALUE."),
            hint=_("Example: --set Courriel=marie@exemple.fr"),
        )
    return column, value


def _nothing(filtered: str | None, state: str) -> str:
    if filtered or state != "waiting":
        return _("The quarantine has no such row.")
    return _("The quarantine is empty: every row that was imported could be used.")


def _say_how_many_more(count: int) -> None:
    if count:
        say(
            ngettext(
                "{count} more row; see it with --limit.",
                "{count} more rows; see them with --limit, --source or --reason.",
                count,
            ).format(count=show_number(count))
        )


def _print_text(text: str, title: str) -> None:
    from passerelle.collect import read_cells

    cells = read_cells(text)
    if cells:
        print_fields(cells.items(), title=title)
    else:
        print_fields([(title, text)])


def _say_how_to_mend(store: Store, row: QuarantinedRow) -> None:
    from passerelle.collect import list_columns, read_cells

    command = f"passerelle quarantine repair {row.row_id}"
    if row.kind == "events" and not read_cells(row.text):
        say(_("Mend it with: {command} --line JSON").format(command=command))
        return
    say(_("Mend it with: {command} --set COLUMN=VALUE").format(command=command))
    columns = list_columns(store, row)
    if columns and row.kind != "events":
        click.echo(_("Columns: {columns}").format(columns=", ".join(columns)))


def _print_changes(before: QuarantinedRow, after: QuarantinedRow) -> None:
    from passerelle.collect import read_cells

    old, new = read_cells(before.text), read_cells(after.text)
    print_table(
        [_("Column"), _("Before"), _("Now")],
        [
            (name, old.get(name), new.get(name))
            for name in {**old, **new}
            if old.get(name) != new.get(name)
        ],
        empty=_("Nothing is different from before."),
    )
