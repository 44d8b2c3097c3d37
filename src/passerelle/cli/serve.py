"""passerelle serve: the collector and the follower, kept running together."""

from __future__ import annotations

import sys

import click

from passerelle.cli.door_arguments import DoorOptions, door_options
from passerelle.cli.invocation import Invocation
from passerelle.cli.output import say
from passerelle.cli.supervising import Child, supervise
from passerelle.kernel.language import N_, _, current_language


@click.command(
    "serve",
    help=N_("Take events in and bring them to profiles and the lake: collector and follower."),
    epilog=N_("Example: passerelle serve --port 8080"),
)
@door_options
@click.pass_obj
def serve(invocation: Invocation, *, door: DoorOptions) -> None:
    """Run until told to stop."""
    settings = invocation.settings()
    shared = ["--home", str(settings.home), "--language", current_language()]
    children = [
        Child(
            _("The collector"), [*shared, "collect", "serve", *door.as_arguments()], is_vital=True
        ),
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
