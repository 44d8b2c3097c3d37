"""passerelle keys: the master key, and the keys of people that it wraps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.output import json_option, print_fields, print_json, progress
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle


@click.group(help=N_("Change the master key that people's keys are wrapped with."))
def keys() -> None:
    """Group of commands about keys."""


@keys.command(
    "rotate",
    help=N_("Make a new master key and wrap people's keys with it; go on if it was stopped."),
    epilog=N_("Example: passerelle keys rotate"),
)
@json_option
@click.pass_obj
def rotate(invocation: Invocation, *, as_json: bool) -> None:
    """Rotate the master key."""
    from passerelle.store import AuditEntry, rotate_keys, write_audit

    passerelle = _open(invocation)
    vault = passerelle.vault
    with progress(_("Wrapping people's keys")) as advance:
        done = 0

        def tell(so_far: int) -> None:
            nonlocal done
            advance(so_far - done)
            done = so_far

        wrapped = rotate_keys(passerelle.store, vault, progress=tell)
    version = max(vault.masters.read(), default=0)
    detail = {"keys": str(wrapped), "version": str(version)}
    entry = AuditEntry(invocation.actor, "keys.rotated", (), detail, at=passerelle.clock())
    write_audit(passerelle.store, [entry], secret=passerelle.keys.secret)
    if as_json:
        print_json({"wrapped": wrapped, "version": version})
        return
    print_fields([(_("keys wrapped anew"), wrapped), (_("version of the master key"), version)])


def _open(invocation: Invocation) -> Passerelle:
    from passerelle.bootstrap import open_passerelle

    return open_passerelle(invocation.settings())
