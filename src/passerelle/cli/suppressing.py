"""Commands of `passerelle consent` about suppression lists."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.output import (
    Column,
    json_option,
    print_fields,
    print_json,
    print_table,
    progress,
    say,
)
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle

_REASONS = ("asked", "erased")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    "suppress",
    help=N_("Never contact somebody again: an e-mail, a phone, an address or a whole profile."),
    epilog=N_("Example: passerelle consent suppress --email marie.dupont@exemple.fr"),
)
@click.option("--email", help=N_("An e-mail address."))
@click.option("--phone", help=N_("A phone number."))
@click.option("--address", help=N_('A street and a postcode: "12 rue des Lilas, 75011".'))
@click.option("--profile", help=N_("A profile, by anything that leads to it."))
@click.option("--reason", type=click.Choice(_REASONS), default="asked", help=N_("Why."))
@json_option
@click.pass_obj
def suppress(
    invocation: Invocation,
    *,
    email: str | None,
    phone: str | None,
    address: str | None,
    profile: str | None,
    reason: str,
    as_json: bool,
) -> None:
    """Put one person, contact point or address on the list."""
    from passerelle.consent import suppress_contact, suppress_home

    given = {"email": email, "phone": phone, "address": address, "profile": profile}
    ((kind, value),) = _one_of(given)
    passerelle = _open(invocation)
    now = passerelle.clock()
    if kind == "profile":
        _suppress_profile(passerelle, value, reason)
    else:
        with passerelle.store.bulk() as bulk:
            if kind == "address":
                home = _home(passerelle, value)
                suppress_home(bulk, home, keys=passerelle.keys, reason=reason, at=now)
            else:
                canonical = _canonical(kind, value)
                suppress_contact(bulk, kind, canonical, keys=passerelle.keys, reason=reason, at=now)
    if as_json:
        print_json({"suppressed": kind, "reason": reason})
    else:
        say(_("It is on the list: nothing is sent there any more."))


def _suppress_profile(passerelle: Passerelle, value: str, reason: str) -> None:
    from passerelle.consent import close_profile, suppress_profile
    from passerelle.identify import get_profile_id

    profile_id = get_profile_id(passerelle.store, passerelle.keys, value)
    now = passerelle.clock()
    with passerelle.store.bulk() as bulk:
        suppress_profile(bulk, profile_id, keys=passerelle.keys, reason=reason, at=now)
        close_profile(bulk, profile_id, keys=passerelle.keys, at=now)


@click.command(
    "suppressed",
    help=N_("Say which rows of a file of customers are on a suppression list."),
    epilog=N_("Example: passerelle consent suppressed mailing.csv"),
)
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def suppressed(invocation: Invocation, file: Path, *, as_json: bool) -> None:
    """Check a file against the lists."""
    from passerelle.collect import open_table
    from passerelle.consent import check_file

    passerelle = _open(invocation)
    with passerelle.store.reading() as reading:
        hits = check_file(reading, open_table(file), passerelle.keys, passerelle.clock())
    if as_json:
        print_json(hits)
        return
    print_table(
        [Column(_("Row"), is_number=True), _("What"), _("List"), _("Channels"), _("Since")],
        [
            (hit.row_number, hit.type, hit.list_name, ", ".join(hit.channels), hit.listed_at)
            for hit in hits
        ],
        empty=_("Nobody in this file is on a list."),
    )


@click.group(help=N_("Import, list and remove suppression lists."))
def suppressions() -> None:
    """Group of commands about lists."""


@suppressions.command(
    "import",
    help=N_("Put a file of a list in force, in the place of the one it had before."),
    epilog=N_("Example: passerelle consent suppressions import bloctel.csv --list bloctel"),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--list", "list_name", required=True, help=N_("bloctel, robinson, or your own name."))
@click.option("--channel", "channels", multiple=True, help=N_("A channel that the list closes."))
@click.option("--on", "listed_on", type=_DAY, help=N_("Day of the list (UTC); today if not given."))
@click.option("--until", type=_DAY, help=N_("Last day on which it counts (UTC)."))
@json_option
@click.pass_obj
def import_(
    invocation: Invocation,
    file: Path,
    *,
    list_name: str,
    channels: tuple[str, ...],
    listed_on: datetime | None,
    until: datetime | None,
    as_json: bool,
) -> None:
    """Import a file of a list."""
    from passerelle.collect import open_table
    from passerelle.consent import KNOWN_LISTS, ListFile, import_list

    passerelle = _open(invocation)
    now = passerelle.clock()
    given = ListFile(
        table=open_table(file),
        list_name=list_name,
        channels=channels or KNOWN_LISTS.get(list_name, ()),
        listed_at=now if listed_on is None else listed_on.replace(tzinfo=UTC),
        expires_at=None if until is None else _end_of(until),
    )
    with progress(_("Importing {file}").format(file=file.name)) as advance:
        done = import_list(passerelle.store, given, passerelle.keys, now, progress=advance)
    if as_json:
        print_json(done)
    else:
        print_fields(
            [
                (_("rows read"), done.rows),
                (_("unreadable"), done.unreadable),
                (_("keys"), done.keys),
            ]
        )


@suppressions.command(
    "list",
    help=N_("List the lists: how many entries and keys each has, and what it closes."),
    epilog=N_("Example: passerelle consent suppressions list"),
)
@json_option
@click.pass_obj
def list_(invocation: Invocation, *, as_json: bool) -> None:
    """List the lists."""
    from passerelle.consent import count_suppressions

    passerelle = _open(invocation)
    with passerelle.store.reading() as reading:
        counts = count_suppressions(reading)
    if as_json:
        print_json(counts)
        return
    print_table(
        [
            _("List"),
            _("Reason"),
            _("Channels"),
            Column(_("Entries"), is_number=True),
            Column(_("Keys"), is_number=True),
            _("Until"),
        ],
        [
            (each.list_name, each.reason, ", ".join(each.channels), each.entries, each.keys,
             each.expires_at)
            for each in counts
        ],
        empty=_("There is no suppression list yet."),
    )  # fmt: skip


@suppressions.command(
    "remove",
    help=N_("Take a contact point off your own list, or a whole list out of force."),
    epilog=N_("Example: passerelle consent suppressions remove --email marie@exemple.fr"),
)
@click.option("--email", help=N_("An e-mail address; whoever was listed with it goes, too."))
@click.option("--phone", help=N_("A phone number; whoever was listed with it goes, too."))
@click.option("--list", "list_name", help=N_("A list, whole."))
@json_option
@click.pass_obj
def remove(
    invocation: Invocation,
    *,
    email: str | None,
    phone: str | None,
    list_name: str | None,
    as_json: bool,
) -> None:
    """Take entries off."""
    from passerelle.consent import OWN, find_contact_entries, list_suppressions, remove_entries

    ((kind, value),) = _one_of({"email": email, "phone": phone, "list": list_name})
    passerelle = _open(invocation)
    with passerelle.store.bulk() as bulk:
        entries = (
            list_suppressions(bulk, list_name=value)
            if kind == "list"
            else find_contact_entries(bulk, kind, _canonical(kind, value), passerelle.keys)
        )
        own = [each for each in entries if kind == "list" or each.list_name == OWN]
        removed = remove_entries(bulk, [each.entry_id for each in own])
    if as_json:
        print_json({"removed": removed})
    else:
        say(_("Entries removed: {count}.").format(count=removed))


def _one_of(given: dict[str, str | None]) -> list[tuple[str, str]]:
    named = [(kind, value) for kind, value in given.items() if value]
    if len(named) != 1:
        raise InvalidInput(
            _("One thing is suppressed or removed at a time."),
            hint=_("Give one of: {names}.").format(names=", ".join(f"--{name}" for name in given)),
        )
    return named


def _canonical(kind: str, value: str) -> str:
    from passerelle.identifiers import Parsed, parse_identifier

    read = parse_identifier(kind, value)
    if not isinstance(read, Parsed):
        raise InvalidInput(
            _("What was given is no value of type {name}.").format(name=kind),
            hint=_("Check it, and write it whole."),
        )
    return read.value


def _home(passerelle: Passerelle, address: str) -> int:
    from passerelle.consent import find_address_id

    found = find_address_id(address, passerelle.keys)
    if found is None:
        raise InvalidInput(
            _("No street and postcode are in what was given."),
            hint=_('Write it as in: "12 rue des Lilas, 75011 Paris".'),
        )
    return found


def _end_of(day: datetime) -> datetime:
    return day.replace(hour=23, minute=59, second=59, tzinfo=UTC)


def _open(invocation: Invocation) -> Passerelle:
    from passerelle.bootstrap import open_passerelle

    return open_passerelle(invocation.settings())
