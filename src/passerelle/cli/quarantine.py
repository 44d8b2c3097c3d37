"""passerelle quarantine: rows that could not be used, to mend and replay."""

from __future__ import annotations

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.output import (
    Column,
    json_option,
    print_fields,
    print_json,
    print_table,
    say,
)
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import N_, _


@click.group(help=N_("List, mend and replay rejected rows."))
def quarantine() -> None:
    """Group of commands about rejected rows."""


@quarantine.command(
    "list",
    help=N_("List the rows that wait, with what is wrong with them."),
    epilog=N_("Example: passerelle quarantine list --source crm"),
)
@click.option("--source", help=N_("Only rows of this source."))
@click.option("--reason", help=N_("Only rows with this reason."))
@click.option("--limit", type=int, default=20, show_default=True, help=N_("At most so many rows."))
@json_option
@click.pass_obj
def list_(
    invocation: Invocation, source: str | None, reason: str | None, limit: int, as_json: bool
) -> None:
    """List waiting rows."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import count_quarantine, list_quarantine

    store = open_passerelle(invocation.settings()).store
    counts = count_quarantine(store)
    rows = list_quarantine(store, source=source, reason=reason, limit=limit)
    if as_json:
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
        [(*key, count) for key, count in counts.items()],
        empty=_("The quarantine is empty: every row that was imported could be used."),
    )
    if rows:
        print_table(
            [_("Row id"), Column(_("Row"), is_number=True), _("Reason"), _("What to do")],
            [(row.row_id, row.row_number, row.reason, row.detail) for row in rows],
        )
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
    from passerelle.collect import get_quarantined_row, read_cells

    row = get_quarantined_row(open_passerelle(invocation.settings()).store, row_id)
    if as_json:
        print_json(row)
        return
    print_fields(
        [
            (_("row"), row.row_number),
            (_("source"), row.source),
            (_("kind"), row.kind),
            (_("state"), row.state),
            (_("reason"), row.reason),
            (_("what to do"), row.detail),
        ]
    )
    cells = read_cells(row.original)
    print_fields(cells.items() if cells else [(_("as received"), row.original)], title="")


@quarantine.command(
    "repair",
    help=N_("Change cells of a row, so that it can be replayed; or drop it."),
    epilog=N_("Example: passerelle quarantine repair ROW_ID --set Courriel=marie@exemple.fr"),
)
@click.argument("row_id")
@click.option(
    "--set", "changes", multiple=True, metavar="COLUMN=VALUE", help=N_("A cell's new value.")
)
@click.option("--drop", is_flag=True, help=N_("Give the row up."))
@click.pass_obj
def repair(invocation: Invocation, row_id: str, changes: tuple[str, ...], drop: bool) -> None:
    """Change a row."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import drop_row, repair_row

    passerelle = open_passerelle(invocation.settings())
    if drop:
        drop_row(passerelle.store, row_id, passerelle.clock)
        click.echo(_("Dropped."))
        return
    cells = {}
    for change in changes:
        column, equals, value = change.partition("=")
        if not equals:
            raise InvalidInput(
                _("A change is written COLUMN=VALUE."),
                hint=_("Example: --set Courriel=marie@exemple.fr"),
            )
        cells[column] = value
    if not cells:
        raise InvalidInput(_("Nothing to change."), hint=_("Give --set COLUMN=VALUE, or --drop."))
    repair_row(passerelle.store, row_id, cells)
    click.echo(_("Mended. Use it with: passerelle quarantine replay {row}").format(row=row_id))


@quarantine.command(
    "replay",
    help=N_("Import waiting rows again, without their file."),
    epilog=N_("Example: passerelle quarantine replay --source crm"),
)
@click.argument("row_ids", nargs=-1)
@click.option("--source", help=N_("Only rows of this source."))
@click.option("--reason", help=N_("Only rows with this reason."))
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
    )
    done = replay_rows(replayer, row_ids=row_ids, source=source, reason=reason)
    if as_json:
        print_json(done)
        return
    print_fields(
        [
            (_("replayed"), done.replayed),
            (_("used now"), done.used),
            (_("rejected again"), done.rejected),
            (_("to be mended first"), done.unreadable),
        ]
    )
