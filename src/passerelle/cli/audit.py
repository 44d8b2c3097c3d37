"""passerelle audit: who did what with personal data, and that the log of it is whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.output import Column, json_option, print_fields, print_json, print_table, say
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle
    from passerelle.store import AuditCheck

_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.group(help=N_("List who did what with personal data, export and verify the log of it."))
def audit() -> None:
    """Group of commands about the audit log."""


@audit.command(
    "list",
    help=N_("List what was done, the newest first."),
    epilog=N_("Example: passerelle audit list --profile marie.dupont@exemple.fr"),
)
@click.option("--profile", help=N_("Only what is about whoever this id or value leads to."))
@click.option("--actor", help=N_("Only what this person or program did."))
@click.option("--action", help=N_("Only this, or what begins so: profile, rights.erase, ..."))
@click.option("--since", type=_DAY, help=N_("Not before this day (UTC)."))
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True,
              help=N_("At most so many entries."))  # fmt: skip
@json_option
@click.pass_obj
def list_(
    invocation: Invocation,
    *,
    profile: str | None,
    actor: str | None,
    action: str | None,
    since: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """List entries."""
    from passerelle.identify import get_profile_id
    from passerelle.store import AuditSearch, list_audit

    passerelle = _open(invocation)
    about = None if profile is None else get_profile_id(passerelle.store, passerelle.keys, profile)
    since = None if since is None else since.replace(tzinfo=UTC)
    search = AuditSearch(about, actor, action, since, limit)
    found = list_audit(passerelle.store, search, secret=passerelle.keys.secret)
    if as_json:
        print_json(found)
        return
    print_table(
        [Column(_("Entry"), is_number=True), _("At"), _("Who"), _("Did"), _("About"), _("Words")],
        [
            (
                each.number,
                each.at,
                each.actor,
                each.action,
                " ".join(subject[:8] for subject in each.subjects),
                ", ".join(f"{name}={value}" for name, value in each.detail.items()),
            )
            for each in found
        ],
        empty=_("The audit log has no such entry."),
    )


@audit.command(
    "export",
    help=N_("Add what is new to a folder outside the database, and sign how far it goes."),
    epilog=N_("Example: passerelle audit export --out /mnt/elsewhere/audit"),
)
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False),
              help=N_("The folder; give the same one each time."))  # fmt: skip
@json_option
@click.pass_obj
def export(invocation: Invocation, *, out: Path, as_json: bool) -> None:
    """Export the log."""
    from passerelle.store import export_audit, read_audit_signer

    passerelle = _open(invocation)
    done = export_audit(
        passerelle.store,
        out,
        signer=read_audit_signer(passerelle.settings.home / "audit.key"),
        secret=passerelle.keys.secret,
        at=passerelle.clock(),
    )
    if as_json:
        print_json(done)
        return
    print_fields(
        [
            (_("entries added"), done.added),
            (_("entries in all"), done.head.size),
            (_("signed root"), done.head.root),
        ]
    )


@audit.command(
    "verify",
    help=N_("Read the whole log and name the first record that is not what was written."),
    epilog=N_("Example: passerelle audit verify --export /mnt/elsewhere/audit"),
)
@click.option("--export", "folder", type=click.Path(path_type=Path, file_okay=False, exists=True),
              help=N_("Check this export too, and compare the log with it."))  # fmt: skip
@json_option
@click.pass_obj
def verify(invocation: Invocation, *, folder: Path | None, as_json: bool) -> None:
    """Verify the log."""
    passerelle = _open(invocation)
    checks = _checks(passerelle, folder)
    if as_json:
        print_json(
            {
                name: {"rows": each.rows, "first_bad": each.first_bad, "is_whole": each.is_whole}
                for name, each in checks.items()
            }
        )
    else:
        for name, each in checks.items():
            say(_verdict(name, each))
    if not all(each.is_whole for each in checks.values()):
        raise click.exceptions.Exit(1)


def _checks(passerelle: Passerelle, folder: Path | None) -> dict[str, AuditCheck]:
    from passerelle.store import check_audit, check_export, compare_audit, read_audit_signer

    checks = {"log": check_audit(passerelle.store, secret=passerelle.keys.secret)}
    if folder is not None:
        signer = read_audit_signer(passerelle.settings.home / "audit.key")
        checks["export"] = check_export(folder, signer)
        checks["log_beside_export"] = compare_audit(passerelle.store, folder)
    return checks


def _verdict(name: str, check: AuditCheck) -> str:
    if check.is_whole:
        said = {
            "log": _("The log is whole: {rows} records."),
            "export": _("The export is whole and signed: {rows} records."),
            "log_beside_export": _("The log has all that the export has: {rows} records."),
        }[name]
        return said.format(rows=check.rows)
    if check.first_bad is None:
        return _("The log is not whole: its end is not the one that was sealed.")
    said = {
        "log": _("The log is not whole: record {number} is not what was written."),
        "export": _("The export is not whole: record {number} is not what was signed."),
        "log_beside_export": _("The log is not what was exported, from record {number} on."),
    }[name]
    return said.format(number=check.first_bad)


def _open(invocation: Invocation) -> Passerelle:
    """The installation, with what waited to enter the log in it."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.store import WaitingAudit

    passerelle = open_passerelle(invocation.settings())
    waiting = WaitingAudit(passerelle.settings.home, passerelle.keys.secret)
    waiting.take_in(passerelle.store, at=passerelle.clock())
    return passerelle
