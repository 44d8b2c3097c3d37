"""passerelle portal: the customer's own page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.output import json_option, print_json, say
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.portal import PortalOptions
    from passerelle.settings import Settings


@click.group(help=N_("Serve the customer's own page, and make links to it for paper."))
def portal() -> None:
    """Group of commands about the customer's page."""


@portal.command(
    "serve",
    help=N_("Serve the page: people see what is known of them, and decide."),
    epilog=N_("Example: passerelle portal serve --port 8090"),
)
@click.option("--host", default="127.0.0.1", show_default=True, help=N_("Address to listen on."))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8090,
    show_default=True,
    help=N_("Port to listen on; 0 takes any that is free, which is then said."),
)
@click.option(
    "--trusted-proxy",
    default="",
    metavar="ADDRESS",
    help=N_("The proxy whose X-Forwarded-For and X-Forwarded-Proto are believed."),
)
@click.pass_obj
def serve(invocation: Invocation, *, host: str, port: int, trusted_proxy: str) -> None:
    """Serve until told to stop."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.portal import read_options, serve_portal

    settings = invocation.settings()
    options = read_options(settings, host=host, port=port, trusted_proxy=trusted_proxy)
    serve_portal(open_passerelle(settings), options, lambda ready: _say_ready(settings, ready))


@portal.command(
    "link",
    help=N_("Make a link that opens somebody's page, to print as a QR code on paper."),
    epilog=N_("Example: passerelle portal link marie.dupont@exemple.fr --days 30 --qr link.svg"),
)
@click.argument("contact")
@click.option("--days", default=30, show_default=True, help=N_("Days that it can be used."))
@click.option(
    "--once", is_flag=True, help=N_("Good for one use; else who follows it says who they are.")
)
@click.option(
    "--qr",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("Also write it as a QR code, to a file ending in .svg or .png."),
)
@json_option
@click.pass_obj
def link(
    invocation: Invocation, *, contact: str, days: int, once: bool, qr: Path | None, as_json: bool
) -> None:
    """Make one link for paper."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.portal import make_paper_link

    if qr is not None and qr.suffix not in (".svg", ".png"):
        raise click.BadParameter(_("A QR code is written to a file ending in .svg or .png."))
    made = make_paper_link(
        open_passerelle(invocation.settings()), contact, days=days, is_single_use=once
    )
    if qr is not None:
        import segno

        segno.make_qr(made.url, error="m").save(str(qr), scale=6)
    if as_json:
        print_json(made)
    else:
        click.echo(made.url)


def _say_ready(settings: Settings, ready: PortalOptions) -> None:
    say(_("The customer's page listens on {url}").format(url=ready.base_url))
    folder = settings.home / "outgoing"
    if not settings.mail_url:
        say(_("No mail server is set: mails are written to {folder}.").format(folder=folder))
    if not settings.sms_url:
        say(_("No gateway is set: text messages are written to {folder}.").format(folder=folder))
