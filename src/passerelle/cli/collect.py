"""passerelle collect: the processes that take events in as they happen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.output import say
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
@click.option("--host", default="127.0.0.1", show_default=True, help=N_("Address to listen on."))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help=N_("Port to listen on; 0 takes any that is free, which is then said."),
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help=N_("Processes that share the work."),
)
@click.option(
    "--prefix",
    default="",
    metavar="PATH",
    help=N_("A neutral path under which all addresses work too, such as /collecte."),
)
@click.option(
    "--trusted-proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help=N_("A proxy whose X-Forwarded-For is believed; give it again for each."),
)
@click.option(
    "--keep-free",
    "free_mib",
    type=click.IntRange(min=0),
    default=256,
    show_default=True,
    help=N_("MiB of the disk that are left free: events are put off before it is full."),
)
@click.option(
    "--cookie-name",
    default="_v",
    show_default=True,
    help=N_("Name of the visitor's cookie, which the tag's answers set."),
)
@click.option(
    "--cookie-domain",
    default="",
    metavar="DOMAIN",
    help=N_("Domain of that cookie, such as example.fr; the collector's host unless given."),
)
@click.option(
    "--access-log",
    is_flag=True,
    help=N_("Note each request: method, route and status, and nothing of a person."),
)
@click.pass_obj
def serve(
    invocation: Invocation,
    *,
    host: str,
    port: int,
    workers: int,
    prefix: str,
    proxies: tuple[str, ...],
    free_mib: int,
    cookie_name: str,
    cookie_domain: str,
    access_log: bool,
) -> None:
    """Serve until told to stop."""
    from passerelle.bootstrap import make_home
    from passerelle.ingest import CollectorOptions, Limits, serve_collector

    settings = invocation.settings()
    make_home(settings.home)
    options = CollectorOptions(
        home=settings.home,
        store_url=settings.store_url,
        host=host,
        port=port,
        workers=workers,
        prefix="/" + prefix.strip("/") if prefix.strip("/") else "",
        trusted_proxies=frozenset(proxies),
        cookie_name=cookie_name,
        cookie_domain=cookie_domain,
        find_secret=lambda: _find_secret(settings),
        logs_access=access_log,
        limits=Limits(free_bytes=free_mib << 20),
    )
    serve_collector(
        options, lambda address: say(_("The collector listens on {url}").format(url=address))
    )


def _find_secret(settings: Settings) -> bytes | None:
    """The installation's secret, if it has one: the collector makes none."""
    from passerelle.settings import read_secret, secret_file

    file = secret_file(settings)
    return read_secret(settings) if file is None or file.exists() else None
