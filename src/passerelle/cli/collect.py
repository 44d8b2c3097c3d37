"""passerelle collect: the processes that take events in as they happen."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import click

from passerelle.cli.door_arguments import DoorOptions, door_options
from passerelle.cli.invocation import Invocation
from passerelle.cli.output import Column, json_option, print_json, print_table, progress, say
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.settings import Settings


@click.group(help=N_("Take in events as they happen, over HTTP."))
def collect() -> None:
    """Group of commands about the collector."""


@collect.command(
    "serve",
    help=N_("Serve the collector: events of sites, apps, tills and mails, durable when answered."),
    epilog=N_("Example: passerelle collect serve --port 8080"),
)
@door_options
@click.pass_obj
def serve(invocation: Invocation, *, door: DoorOptions) -> None:
    """Serve until told to stop."""
    from passerelle.bootstrap import make_home, open_profile_gate
    from passerelle.ingest import CollectorOptions, Limits, serve_collector

    settings = invocation.settings()
    make_home(settings.home)
    prefix = door.prefix.strip("/")
    options = CollectorOptions(
        home=settings.home,
        store_url=settings.store_url,
        host=door.host,
        port=door.port,
        workers=door.workers,
        prefix=f"/{prefix}" if prefix else "",
        trusted_proxies=frozenset(door.proxies),
        cookie_name=door.cookie_name,
        cookie_domain=door.cookie_domain,
        find_secret=lambda: _find_secret(settings),
        open_gate=lambda keys: open_profile_gate(settings.store_url, keys),
        logs_access=door.access_log,
        limits=Limits(free_bytes=door.free_mib << 20),
    )
    serve_collector(
        options, lambda address: say(_("The collector listens on {url}").format(url=address))
    )


@collect.command(
    "follow",
    help=N_("Bring what collectors receive to profiles and the lake, each event once."),
    epilog=N_("Example: passerelle collect follow --once"),
)
@click.option("--once", is_flag=True, help=N_("Do what waits now, and end."))
@click.pass_obj
def follow(invocation: Invocation, *, once: bool) -> None:
    """Follow the event log until told to stop."""
    from passerelle.bootstrap import open_passerelle

    passerelle = open_passerelle(invocation.settings())
    with progress(_("Following the event log")) as advance:
        if once:
            passerelle.follow_once(followed=lambda step: advance(step.events))
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        passerelle.follow(
            stop,
            followed=lambda step: advance(step.events),
            waits=lambda trouble: say(f"{trouble.message} {trouble.hint}"),
        )


@collect.command(
    "status",
    help=N_("Say how far the follower is behind the collectors."),
    epilog=N_("Example: passerelle collect status"),
)
@json_option
@click.pass_obj
def status(invocation: Invocation, *, as_json: bool) -> None:
    """Show how far each log has been read."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import read_standings

    passerelle = open_passerelle(invocation.settings())
    standings = read_standings(passerelle.settings.home, passerelle.store)
    if as_json:
        print_json(standings)
        return
    columns = (
        _("log"),
        _("read by"),
        Column(_("bytes behind"), is_number=True),
        _("waiting since"),
    )
    rows = [(each.log, each.consumer, each.bytes_behind, each.waiting_since) for each in standings]
    print_table(columns, rows, empty=_("No collector has received anything yet."))


def _find_secret(settings: Settings) -> bytes | None:
    """The installation's secret, if it has one: the collector makes none."""
    from passerelle.settings import read_secret, secret_file

    file = secret_file(settings)
    return read_secret(settings) if file is None or file.exists() else None
