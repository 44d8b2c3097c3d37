"""passerelle serve: the collector and the follower, kept running together."""

from __future__ import annotations

import sys

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.output import say
from passerelle.cli.supervising import Child, supervise
from passerelle.kernel.language import N_, _, current_language


@click.command(
    "serve",
    help=N_("Take events in and bring them to profiles and the lake: collector and follower."),
    epilog=N_("Example: passerelle serve --port 8080"),
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
@click.pass_obj
def serve(
    invocation: Invocation,
    *,
    host: str,
    port: int,
    workers: int,
    prefix: str,
    proxies: tuple[str, ...],
) -> None:
    """Run until told to stop."""
    settings = invocation.settings()
    shared = ["--home", str(settings.home), "--language", current_language()]
    door = ["--host", host, "--port", str(port), "--workers", str(workers)]
    if prefix:
        door += ["--prefix", prefix]
    for proxy in proxies:
        door += ["--trusted-proxy", proxy]
    children = [
        Child(_("The collector"), [*shared, "collect", "serve", *door], is_vital=True),
        Child(_("The follower"), [*shared, "collect", "follow"]),
        Child(_("Retention"), [*shared, "retention", "run", "--daily"]),
    ]
    sys.exit(supervise(children, _tell_end))


def _tell_end(child: Child, status: int, pause: float) -> None:
    say(
        _("{name} ended with status {status}; it starts again in {seconds} s.").format(
            name=child.name, status=status, seconds=f"{pause:g}"
        )
    )
