"""passerelle retention: what has been kept long enough, hidden first and then erased."""

from __future__ import annotations

import signal
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.output import Column, json_option, print_json, print_table, say
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle

_DAY_SECONDS = 86_400.0


@click.group(help=N_("Hold what was kept long enough, let go of it, or erase it."))
def retention() -> None:
    """Group of commands about retention."""


@retention.command(
    "plan",
    help=N_("Say what a run would hold, rule by rule; nothing is changed."),
    epilog=N_("Example: passerelle retention plan"),
)
@json_option
@click.pass_obj
def plan(invocation: Invocation, *, as_json: bool) -> None:
    """Count what is due."""
    from passerelle.consent import RETENTION_BEGINNINGS, count_due

    passerelle = _open(invocation)
    counts = count_due(passerelle.store, passerelle.lake, passerelle.engine, passerelle.clock())
    if as_json:
        print_json(counts)
        return
    print_table(
        [
            _("Rule"),
            _("Kept for"),
            _("From"),
            Column(_("Due"), is_number=True),
            Column(_("Held"), is_number=True),
            _("By itself"),
        ],
        [
            (each.rule, each.period, _(RETENTION_BEGINNINGS[each.begins]), each.due, each.held,
             _("yes") if each.is_automatic else _("no"))
            for each in counts
        ],
        empty=_("The policy has no rule on how long to keep things."),
    )  # fmt: skip


@retention.command(
    "run",
    help=N_("Hold what is due: it is hidden at once, and erased at the next vacuum."),
    epilog=N_("Example: passerelle retention run"),
)
@click.option("--daily", is_flag=True, help=N_("Go on, once a day, until told to stop."))
@json_option
@click.pass_obj
def run(invocation: Invocation, *, daily: bool, as_json: bool) -> None:
    """Hold what is due."""
    passerelle = _open(invocation)
    if daily:
        _run_daily(passerelle)
        return
    held = _hold(passerelle)
    if as_json:
        print_json({"held": held})
    else:
        say(_("Held anew: {count}.").format(count=held))


@retention.command(
    "undo",
    help=N_("Let go of what is held, and not erased yet."),
    epilog=N_("Example: passerelle retention undo --rule prospects"),
)
@click.option("--rule", help=N_("What this rule of the policy holds; all unless given."))
@json_option
@click.pass_obj
def undo(invocation: Invocation, *, rule: str | None, as_json: bool) -> None:
    """Let go."""
    from passerelle.consent import undo_holds

    passerelle = _open(invocation)
    released = undo_holds(passerelle.store, rule=rule)
    if as_json:
        print_json({"released": released})
    else:
        say(_("Let go of: {count}.").format(count=released))


@retention.command(
    "vacuum",
    help=N_("Erase what has been held for some days; it cannot be undone."),
    epilog=N_("Example: passerelle retention vacuum --held-days 30"),
)
@click.option(
    "--held-days",
    type=click.IntRange(0, 3_650),
    default=30,
    show_default=True,
    help=N_("Erase what has been held for more days than that."),
)
@json_option
@click.pass_obj
def vacuum(invocation: Invocation, *, held_days: int, as_json: bool) -> None:
    """Erase what is held."""
    from passerelle.consent import vacuum_holds

    passerelle = _open(invocation)
    before: datetime = passerelle.clock() - timedelta(days=held_days)
    erased = vacuum_holds(passerelle.store, passerelle.erase, held_before=before)
    if as_json:
        print_json({"erased": erased})
    else:
        say(_("Erased: {count}.").format(count=erased))


def _hold(passerelle: Passerelle) -> int:
    from passerelle.consent import hold_due

    return hold_due(passerelle.store, passerelle.lake, passerelle.engine, passerelle.clock())


def _run_daily(passerelle: Passerelle) -> None:
    """Hold what is due each day; without a policy nothing is, and the next day is waited for."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _got, _frame: stop.set())
    while not stop.is_set():
        try:
            say(_("Held anew: {count}.").format(count=_hold(passerelle)))
        except InvalidInput as trouble:
            say(trouble.message)
        stop.wait(_DAY_SECONDS)


def _open(invocation: Invocation) -> Passerelle:
    from passerelle.bootstrap import open_passerelle

    return open_passerelle(invocation.settings())
