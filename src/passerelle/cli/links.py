"""passerelle links: personal links for mails, SMS and receipts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.output import json_option, print_fields, print_json, progress
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle
    from passerelle.identify import LinkMaker

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

# As in passerelle.ingest and passerelle.identify, which are too slow to load for --help; a test
# compares.
_CHANNELS = ("mail", "sms", "qr")
_TYPES = ("profile", "record", "customer_number", "loyalty_card", "login", "email", "phone")

url_option: Callable[[Decorated], Decorated] = click.option(
    "--url", required=True, help=N_("Page of your site that the link leads to.")
)
channel_option: Callable[[Decorated], Decorated] = click.option(
    "--channel",
    type=click.Choice(_CHANNELS),
    default="mail",
    show_default=True,
    help=N_("What carries the link: a mail, an SMS, or a QR code on a receipt."),
)
days_option: Callable[[Decorated], Decorated] = click.option(
    "--days",
    type=click.IntRange(1, 1100),
    help=N_("Days that the link lives; what links.toml says of the channel unless given."),
)


@click.group(help=N_("Make personal links, which bind the browser that follows them first."))
def links() -> None:
    """Group of commands about personal links."""


@links.command(
    "make",
    help=N_("Make one link, for a profile, a record or an identifier."),
    epilog=N_(
        "Example: passerelle links make crm:1042 --url https://www.enseigne.fr/offres --channel sms"
    ),
)
@click.argument("value")
@url_option
@channel_option
@days_option
@json_option
@click.pass_obj
def make(
    invocation: Invocation, value: str, *, url: str, channel: str, days: int | None, as_json: bool
) -> None:
    """Make one personal link."""
    from passerelle.identify import get_identifier_id

    passerelle = _open(invocation)
    maker = _maker(passerelle, url, channel, days)
    (link,) = maker.make([get_identifier_id(passerelle.store, passerelle.keys, value)])
    if as_json:
        print_json({"link": link, "channel": channel, "expires_at": maker.expires_at})
    else:
        click.echo(link)


@links.command(
    "file",
    help=N_("Add a column of links to a file of people, to hand to the tool that sends."),
    epilog=N_(
        "Example: passerelle links file people.csv --column email --type email "
        "--url https://www.enseigne.fr/offres --out people-with-links.csv"
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--column", required=True, help=N_("Column that says who each row is about."))
@click.option(
    "--type",
    "type_name",
    type=click.Choice(_TYPES),
    default="email",
    show_default=True,
    help=N_("What that column holds; records are named SOURCE:KEY."),
)
@url_option
@channel_option
@days_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help=N_("CSV file to write: the same rows, with a column called link."),
)
@json_option
@click.pass_obj
def file(
    invocation: Invocation,
    file: Path,
    *,
    column: str,
    type_name: str,
    url: str,
    channel: str,
    days: int | None,
    out: Path,
    as_json: bool,
) -> None:
    """Make a personal link for each row of a file."""
    from passerelle.collect import open_table
    from passerelle.identify import write_links

    passerelle = _open(invocation)
    maker = _maker(passerelle, url, channel, days)
    with progress(_("Making links")) as advance:
        made = write_links(
            open_table(file),
            out,
            maker,
            store=passerelle.store,
            keys=passerelle.keys,
            column=column,
            type_name=type_name,
            progress=advance,
        )
    if as_json:
        print_json(made)
        return
    print_fields(
        [
            (_("rows"), made.rows),
            (_("links made"), made.links),
            (_("rows that name nobody known"), made.unknown),
            (_("links live until"), made.expires_at),
            (_("written to"), made.out),
        ]
    )


def _open(invocation: Invocation) -> Passerelle:
    from passerelle.bootstrap import open_passerelle

    return open_passerelle(invocation.settings())


def _maker(passerelle: Passerelle, url: str, channel: str, days: int | None) -> LinkMaker:
    from passerelle.identify import LinkMaker, LinkOrder
    from passerelle.ingest import LINK_FILE, read_link_rules
    from passerelle.kernel import Misconfigured

    path = passerelle.settings.home / LINK_FILE
    rules = read_link_rules(path)
    if rules is None:
        raise Misconfigured(
            _("Personal links need the file {path}, which is not there.").format(path=path),
            hint=_(
                "Write two lines in it: base, where your collector answers, and hosts, where links "
                "may lead. See docs/how-to/bind-with-personal-links.md."
            ),
        )
    return LinkMaker(passerelle.keys, rules, LinkOrder(url, channel, days), now=passerelle.clock())
