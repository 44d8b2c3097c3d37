"""passerelle sources: who may send events to the collector, and with which write key."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from passerelle.cli.import_options import check_source
from passerelle.cli.invocation import Invocation
from passerelle.cli.output import Column, json_option, print_fields, print_json, print_table, say
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.collect import NewKey, SourceKeys

# As in passerelle.collect, which is too slow to load for --help; a test compares.
_KINDS = ("browser", "server", "till")
_SCOPES = ("events", "profile", "identifiers")


@click.group(help=N_("Say who may send events to the collector, and make their write keys."))
def sources() -> None:
    """Group of commands about the sources of events."""


@sources.command(
    "add",
    help=N_("Make the write key of a source; it is shown once, and never again."),
    epilog=N_("Example: passerelle sources add web --kind browser --origin https://www.example.fr"),
)
@click.argument("name", callback=check_source)
@click.option(
    "--kind",
    type=click.Choice(_KINDS),
    required=True,
    help=N_("Who holds the key: a browser's is public, and is trusted less."),
)
@click.option(
    "--origin",
    "origins",
    multiple=True,
    metavar="URL",
    help=N_("A site whose pages may use it; give it again for each. All, if none is given."),
)
@click.option(
    "--rate",
    type=click.IntRange(min=0),
    default=0,
    help=N_("Most events a second; 0 is no limit."),
)
@click.option(
    "--scope",
    "scope",
    type=click.Choice(_SCOPES),
    multiple=True,
    help=N_("What it allows; give it again for each. Unless given, what its kind needs."),
)
@json_option
@click.pass_obj
def add(
    invocation: Invocation,
    name: str,
    *,
    kind: str,
    origins: tuple[str, ...],
    rate: int,
    scope: tuple[str, ...],
    as_json: bool,
) -> None:
    """Make a source's first key."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import KeyRules, SourceRef, add_key
    from passerelle.store import to_micros

    passerelle = open_passerelle(invocation.settings())
    rules = KeyRules(scope, origins, rate)
    at = to_micros(passerelle.clock())
    _print_key(add_key(passerelle.store, SourceRef(name, kind), rules, at=at), as_json=as_json)


@sources.command(
    "rotate",
    help=N_("Replace the write key of a source; the old one goes on to work for a while."),
    epilog=N_("Example: passerelle sources rotate web --grace 48"),
)
@click.argument("name", callback=check_source)
@click.option(
    "--grace",
    "hours",
    type=click.FloatRange(min=0),
    default=24,
    show_default=True,
    help=N_("Hours for which the old key goes on to work."),
)
@json_option
@click.pass_obj
def rotate(invocation: Invocation, name: str, *, hours: float, as_json: bool) -> None:
    """Replace a key."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import rotate_key
    from passerelle.store import to_micros

    passerelle = open_passerelle(invocation.settings())
    at = to_micros(passerelle.clock())
    made = rotate_key(passerelle.store, name, at=at, grace=timedelta(hours=hours))
    _print_key(made, as_json=as_json)


@sources.command(
    "disable",
    help=N_("End the write keys of a source now; what it has sent is kept."),
    epilog=N_("Example: passerelle sources disable web"),
)
@click.argument("name", callback=check_source)
@click.pass_obj
def disable(invocation: Invocation, name: str) -> None:
    """End a source's keys."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import disable_keys
    from passerelle.store import to_micros

    passerelle = open_passerelle(invocation.settings())
    disable_keys(passerelle.store, name, at=to_micros(passerelle.clock()))
    say(_("Source {name} can send no more events.").format(name=name))


@sources.command(
    "list",
    help=N_("List the sources that may send events; their keys are not shown."),
    epilog=N_("Example: passerelle sources list"),
)
@json_option
@click.pass_obj
def list_them(invocation: Invocation, *, as_json: bool) -> None:
    """List sources with keys."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import list_keys
    from passerelle.store import to_micros

    passerelle = open_passerelle(invocation.settings())
    found = list_keys(passerelle.store, at=to_micros(passerelle.clock()))
    if as_json:
        print_json([_plain(each) for each in found])
        return
    print_table(
        [
            _("Source"),
            _("Kind"),
            Column(_("Keys in force"), is_number=True),
            _("Allows"),
            _("Sites"),
            Column(_("Events a second"), is_number=True),
            _("Since"),
        ],
        [_row(each) for each in found],
        empty=_("No source sends events. First: passerelle sources add NAME --kind browser"),
    )


def _print_key(made: NewKey, *, as_json: bool) -> None:
    if as_json:
        print_json({"source": made.source, "kind": made.kind, "write_key": made.write_key})
        return
    print_fields([(_("source"), made.source), (_("write key"), made.write_key)])
    say(_("Keep the key now: it is not shown again. It works within a second."))


def _row(keys: SourceKeys) -> tuple[object, ...]:
    from passerelle.collect import SCOPES
    from passerelle.store import from_micros

    return (
        keys.source,
        keys.kind,
        keys.keys,
        ", ".join(_(SCOPES[word]) for word in keys.scope),
        ", ".join(keys.origins) or _("all"),
        keys.rate or None,
        from_micros(keys.created_at),
    )


def _plain(keys: SourceKeys) -> dict[str, object]:
    from passerelle.store import from_micros

    return {
        "source": keys.source,
        "kind": keys.kind,
        "keys": keys.keys,
        "scope": list(keys.scope),
        "origins": list(keys.origins),
        "rate": keys.rate,
        "created_at": from_micros(keys.created_at),
        "ends_at": None if keys.ends_at is None else from_micros(keys.ends_at),
    }
