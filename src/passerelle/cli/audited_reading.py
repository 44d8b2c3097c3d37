"""Reading of personal data by a person: noted before it is shown, and shown as the role sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from passerelle.cli.invocation import Invocation
from passerelle.kernel.language import N_

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle
    from passerelle.consent import Role

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

role_option: Callable[[Decorated], Decorated] = click.option(
    "--role",
    metavar="ROLE",
    help=N_("Show what this role may see: dpo, call-centre, shop, marketer, analyst, admin."),
)
"""Gives a command `--role`; it receives `role`."""


def note_reading(
    passerelle: Passerelle,
    invocation: Invocation,
    action: str,
    subject_ids: Iterable[int] = (),
    **detail: str | None,
) -> None:
    """Note that somebody is about to see what is kept of people.

    The entry is on the disk when this ends, and in the log's chain if nobody is writing.

    Raises:
        Misconfigured: It cannot be noted: nothing must be shown.
        InvalidInput: The purpose names a person.
    """
    from passerelle.store import AuditEntry, WaitingAudit

    now = passerelle.clock()
    words = {name: value for name, value in detail.items() if value}
    if invocation.purpose:
        words["purpose"] = invocation.purpose
    entry = AuditEntry(invocation.actor, action, tuple(subject_ids), words, at=now)
    waiting = WaitingAudit(passerelle.settings.home, passerelle.keys.secret)
    waiting.add([entry])
    if not passerelle.store.is_being_written():
        waiting.take_in(passerelle.store, at=now)


def chosen_role(passerelle: Passerelle, name: str | None) -> Role | None:
    """The role that was asked for; None shows everything, as its account may read the files."""
    from passerelle.consent import get_role

    return None if name is None else get_role(passerelle.settings.home, name)


def masked_fields(
    row: Mapping[str, Any], role: Role | None, fields: Iterable[str]
) -> dict[str, Any]:
    """A row whose fields of a person are as the role sees them."""
    from passerelle.consent import masked_value

    if role is None:
        return dict(row)
    seen = {name: masked_value(row.get(name), role.sight_of(name)) for name in fields}
    return {**row, **seen}
