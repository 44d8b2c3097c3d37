"""passerelle consent: the policy, what people said, and what may therefore be done."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from passerelle.cli.audited_reading import note_reading
from passerelle.cli.consent_imports import import_
from passerelle.cli.consent_rows import entry_row, print_verdicts, verdict_row
from passerelle.cli.import_options import find_source, source_option
from passerelle.cli.invocation import Invocation
from passerelle.cli.output import (
    json_option,
    print_fields,
    print_json,
    print_table,
    progress,
    say,
)
from passerelle.cli.suppressing import suppress, suppressed, suppressions
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle
    from passerelle.consent import ReadPolicy

# As in passerelle.consent, which is too slow to load for --help.
_DECISIONS = (
    "granted", "informed", "refused", "withdrawn", "objected", "restricted", "suppressed",
    "deceased", "minor", "lifted",
)  # fmt: skip
_BLOCKS = ("suppressed", "deceased", "restricted", "minor", "objected")
_METHODS = ("account", "call", "double_optin", "form", "link", "paper", "portal", "store")
_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.group(help=N_("Keep the consent policy, record what people said, ask what is permitted."))
def consent() -> None:
    """Group of commands about consent."""


@consent.group(help=N_("Check, compare and apply the policy: purposes, periods, notices."))
def policy() -> None:
    """Group of commands about the policy."""


@policy.command(
    "show",
    help=N_("Print the policy in force, or the French retailer's that comes with passerelle."),
    epilog=N_("Example: passerelle consent policy show > consent.toml"),
)
@click.pass_obj
def policy_show(invocation: Invocation) -> None:
    """Print the text of the policy."""
    from passerelle.consent import get_policy_text, read_default_policy

    passerelle = _open(invocation)
    now = passerelle.clock()
    with passerelle.store.reading() as reading:
        text = get_policy_text(reading, at=now, known_at=now)
    click.echo(text or read_default_policy(), nl=False)


@policy.command(
    "check",
    help=N_("Say all that is wrong with a policy file, and what to write instead."),
    epilog=N_("Example: passerelle consent policy check consent.toml"),
)
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def policy_check(file: Path, *, as_json: bool) -> None:
    """Check a policy file."""
    from passerelle.consent import open_policy

    read = open_policy(file)
    if as_json:
        print_json({"version": read.policy.version, "problems": read.problems})
    else:
        _print_problems(read)
    if read.problems:
        raise click.exceptions.Exit(2)


@policy.command(
    "diff",
    help=N_("Show what a policy file would change of the policy in force."),
    epilog=N_("Example: passerelle consent policy diff consent.toml"),
)
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def policy_diff(invocation: Invocation, file: Path, *, as_json: bool) -> None:
    """Compare a policy file with the policy in force."""
    from passerelle.consent import compare_policies, get_policy, open_policy

    read = open_policy(file)
    passerelle = _open(invocation)
    now = passerelle.clock()
    with passerelle.store.reading() as reading:
        changes = compare_policies(get_policy(reading, at=now, known_at=now), read.policy)
    if as_json:
        print_json(changes)
        return
    print_table(
        [_("Place"), _("In force"), _("In the file")],
        [(each.place, each.before, each.after) for each in changes],
        empty=_("It says what is in force."),
    )


@policy.command(
    "apply",
    help=N_("Put a policy file in force from the day it names; without FILE, the default one."),
    epilog=N_("Example: passerelle consent policy apply consent.toml"),
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.pass_obj
def policy_apply(invocation: Invocation, file: Path | None) -> None:
    """Apply a policy file."""
    from passerelle.consent import apply_policy, open_policy, read_default_policy

    if file is not None:
        open_policy(file)  # says so if it cannot be read
    text = read_default_policy() if file is None else file.read_text(encoding="utf-8")
    passerelle = _open(invocation)
    applied = apply_policy(passerelle.store, passerelle.clock, text)
    print_fields(
        [
            (_("policy"), applied.version),
            (_("in force since"), applied.effective_from),
            (_("purposes"), len(applied.purposes)),
            (_("notices"), len(applied.notices)),
        ]
    )


@consent.command(
    "banner",
    help=N_("Have the collector show our banner, as the policy in force has it."),
    epilog=N_("Example: passerelle consent banner"),
)
@click.pass_obj
def banner(invocation: Invocation) -> None:
    """Write what the banner says."""
    from passerelle.consent import banner_of, get_policy
    from passerelle.ingest import write_banner_settings

    passerelle = _open(invocation)
    now = passerelle.clock()
    with passerelle.store.reading() as reading:
        found = get_policy(reading, at=now, known_at=now)
    if found is None:
        raise InvalidInput(
            _("No policy is in force."), hint=_("Apply one: passerelle consent policy apply")
        )
    shown = banner_of(found)
    path = write_banner_settings(passerelle.settings.home, shown)
    print_fields(
        [
            (_("notice"), shown.notice),
            (_("purposes"), ", ".join(each.key for each in shown.purposes)),
            (_("kept for"), _("{months} months").format(months=shown.months)),
            (_("written to"), path.name),
        ]
    )


@consent.command(
    "record",
    help=N_("Record what somebody said: TYPE is email, phone, cookie, login, record, ..."),
    epilog=N_(
        "Example: passerelle consent record email marie@exemple.fr --purpose news --channel email "
        "--decision granted --notice account@1 --method store --source shop-lyon"
    ),
)
@click.argument("type_name", metavar="TYPE")
@click.argument("value")
@click.option("--purpose", default="*", help=N_("A purpose of the policy; every one unless given."))
@click.option("--channel", default="*", help=N_("A channel; every one unless given."))
@click.option("--decision", type=click.Choice(_DECISIONS), required=True, help=N_("What was said."))
@click.option("--method", type=click.Choice(_METHODS), required=True, help=N_("How it was said."))
@click.option("--notice", default="", help=N_("What was shown, such as account@1."))
@click.option(
    "--whole-person",
    is_flag=True,
    help=N_("It is about the person, through whatever contact point."),
)
@click.option("--lifts", type=click.Choice(_BLOCKS), help=N_("Which block is lifted."))
@click.option("--on", "said_on", type=_DAY, help=N_("When it was said (UTC); now unless given."))
@click.option("--proof", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help=N_("A file that proves it; its hash is kept."))  # fmt: skip
@source_option
@json_option
@click.pass_obj
def record_(
    invocation: Invocation,
    type_name: str,
    value: str,
    *,
    purpose: str,
    channel: str,
    decision: str,
    method: str,
    notice: str,
    whole_person: bool,
    lifts: str | None,
    said_on: datetime | None,
    proof: Path | None,
    source: str,
    as_json: bool,
) -> None:
    """Record one thing that was said."""
    from hashlib import sha256

    from passerelle.consent import Said, find_subject_id, record

    passerelle = _open(invocation)
    ref = find_source(passerelle, source, None, default="crm")
    now = passerelle.clock()
    said = Said(
        subject_type=type_name,
        subject_id=find_subject_id(type_name, value, passerelle.keys),
        purpose=purpose,
        channel=channel,
        decision=decision,
        method=method,
        source=source,
        is_trusted=ref.is_trusted,
        occurred_at=now if said_on is None else said_on.replace(tzinfo=UTC),
        scope="person" if whole_person else "subject",
        lifts=lifts or "",
        notice=notice,
        evidence="" if proof is None else sha256(proof.read_bytes()).hexdigest(),
    )
    with passerelle.store.bulk() as bulk:
        new = record(bulk, [said], keys=passerelle.keys, at=now)
    if as_json:
        print_json({"recorded": new})
    else:
        say(_("Recorded.") if new else _("It was known already."))


@consent.command(
    "show",
    help=N_("Say what is permitted for a profile, why, and what was said."),
    epilog=N_("Example: passerelle consent show marie.dupont@exemple.fr --as-of 2026-01-31"),
)
@click.argument("profile")
@click.option("--as-of", type=_DAY, help=N_("Ask about the end of this day (UTC)."))
@click.option("--known-at", type=_DAY, help=N_("Count only what we knew then; all unless given."))
@json_option
@click.pass_obj
def show(
    invocation: Invocation,
    profile: str,
    *,
    as_of: datetime | None,
    known_at: datetime | None,
    as_json: bool,
) -> None:
    """Show what is permitted for one profile."""
    from passerelle.consent import Gate
    from passerelle.identify import get_profile_id

    passerelle = _open(invocation)
    profile_id = get_profile_id(passerelle.store, passerelle.keys, profile)
    note_reading(passerelle, invocation, "consent.shown", [profile_id])
    gate = Gate(passerelle.store, passerelle.keys, passerelle.clock)
    verdicts, said = gate.explain(profile_id, at=_end(as_of), known_at=_end(known_at))
    if as_json:
        print_json(
            {
                "verdicts": [verdict_row(each) for each in verdicts],
                "said": [entry_row(each) for each in said],
            }
        )
    else:
        print_verdicts(verdicts, said)


@consent.command(
    "audience",
    help=N_("Write a file of whom one may reach for a purpose, each row with its proof."),
    epilog=N_("Example: passerelle consent audience --purpose news --channel email --out news.csv"),
)
@click.option("--purpose", required=True, help=N_("A purpose of the policy."))
@click.option("--channel", required=True, help=N_("A channel."))
@click.option("--at", type=_DAY, help=N_("Ask about this instant (UTC); now unless given."))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("The file: its name ends with .csv or .parquet."),
)
@json_option
@click.pass_obj
def audience(
    invocation: Invocation,
    *,
    purpose: str,
    channel: str,
    at: datetime | None,
    out: Path,
    as_json: bool,
) -> None:
    """Write whom one may reach."""
    from passerelle.consent import Audience, Gate, check_pair, write_audience

    passerelle = _open(invocation)
    gate = Gate(passerelle.store, passerelle.keys, passerelle.clock)
    check_pair(gate, purpose, channel)
    asked = Audience(purpose, channel, _end(at))
    with progress(_("Writing {file}").format(file=out.name)) as advance:
        done = write_audience(gate, passerelle.engine, asked, out, progress=advance)
    if as_json:
        print_json(done)
    else:
        print_fields(
            [
                (_("selected"), done.selected),
                (_("permitted when written"), done.profiles),
                (_("rows"), done.rows),
            ]
        )


@consent.command(
    "verify",
    help=N_("Read the whole ledger and say whether anything in it was changed or taken out."),
    epilog=N_("Example: passerelle consent verify"),
)
@json_option
@click.pass_obj
def verify(invocation: Invocation, *, as_json: bool) -> None:
    """Check the ledger."""
    from passerelle.consent import check_ledger

    passerelle = _open(invocation)
    check = check_ledger(passerelle.store, passerelle.keys)
    if as_json:
        print_json({"rows": check.rows, "first_bad": check.first_bad, "is_whole": check.is_whole})
    elif check.is_whole:
        say(_("The ledger is whole: {rows} rows.").format(rows=check.rows))
    elif check.first_bad is not None:
        say(
            _("The ledger is not whole: row {row} is not what was recorded.").format(
                row=check.first_bad
            )
        )
    else:
        say(_("The ledger is not whole: rows are missing at its end."))
    if not check.is_whole:
        raise click.exceptions.Exit(1)


def _open(invocation: Invocation) -> Passerelle:
    from passerelle.bootstrap import open_passerelle

    return open_passerelle(invocation.settings())


def _end(day: datetime | None) -> datetime | None:
    """The instant itself, or the end of a day of which no hour is said."""
    if day is None:
        return None
    is_day = day.time() == time()
    return (
        day.replace(hour=23, minute=59, second=59, tzinfo=UTC)
        if is_day
        else day.replace(tzinfo=UTC)
    )


def _print_problems(read: ReadPolicy) -> None:
    print_table(
        [_("Place"), _("What is wrong"), _("What to do")],
        [(each.place, each.message, each.hint) for each in read.problems],
        empty=_("Policy {version} can be applied.").format(version=read.policy.version),
    )


for _command in (import_, suppress, suppressed, suppressions):
    consent.add_command(_command)
