"""passerelle profiles: resolve, find, explain, take apart."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from passerelle.cli.audited_reading import (
    chosen_role,
    masked_fields,
    note_reading,
    role_option,
)
from passerelle.cli.change_rows import change_row, print_changes
from passerelle.cli.edge_rows import (
    decision_row,
    edge_row,
    likeness_row,
    print_decisions,
    print_edges,
    print_likeness,
)
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
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle
    from passerelle.identify import Decider, Finding, HeldEdge, KeptPair, LikenessSummary
    from passerelle.unify import LifeChange


_TELLING = ("first_name", "last_name", "city", "email")  # of a golden record, in a list


@click.group(help=N_("Resolve, find and explain profiles."))
def profiles() -> None:
    """Group of commands about profiles."""


@profiles.command(
    "resolve",
    help=N_("Make profiles of all the evidence there is, and of records that are alike."),
    epilog=N_("Example: passerelle profiles resolve"),
)
@click.option(
    "--exact",
    is_flag=True,
    help=N_("Follow what sources say and nothing else: do not look for records that are alike."),
)
@json_option
@click.pass_obj
def resolve(invocation: Invocation, *, exact: bool, as_json: bool) -> None:
    """Resolve every profile."""
    from passerelle.identify import REFUSAL_REASONS, resolve_profiles

    passerelle = _open(invocation)
    likenesses = look_for_likenesses(passerelle, exact=exact)
    summary = resolve_profiles(passerelle.store, passerelle.rules)
    if as_json:
        print_json({**asdict(summary), "likenesses": likenesses and asdict(likenesses)})
        return
    if likenesses is not None:
        print_fields(
            [
                (_("records compared"), likenesses.records),
                (_("likenesses that join profiles"), likenesses.found),
                (_("not known before"), likenesses.new),
                (_("known before, and gone"), likenesses.gone),
            ]
        )
    print_fields(
        [
            (_("people"), summary.people),
            (_("profiles without a record"), summary.profiles - summary.people),
            (_("households"), summary.households),
            (_("identifiers in a profile"), summary.identifiers),
            (_("identifiers that moved"), summary.changed),
        ]
    )
    print_table(
        [_("Evidence not followed"), Column(_("Edges"), is_number=True)],
        [(_(REFUSAL_REASONS[reason]), count) for reason, count in summary.refused.items()],
        empty=_("All evidence was followed."),
    )
    say(_("Next: passerelle match report"))


def look_for_likenesses(passerelle: Passerelle, *, exact: bool) -> LikenessSummary | None:
    """Look for records that are alike, or forget those found before where that is not wanted."""
    from passerelle.identify import find_likenesses, forget_likenesses

    if exact or not passerelle.rules.finds_likenesses:
        forget_likenesses(passerelle.store)
        return None
    with progress(_("Looking for records that are alike")) as advance:
        found = find_likenesses(passerelle.store, passerelle.rules, passerelle.clock)
        advance(found.records)
    return found


@profiles.command(
    "find",
    help=N_("Find profiles by e-mail, phone, card, number, login, cookie, name or id."),
    epilog=N_("Example: passerelle profiles find marie.dupont@exemple.fr"),
)
@click.argument("value")
@role_option
@json_option
@click.pass_obj
def find(invocation: Invocation, value: str, role: str | None, as_json: bool) -> None:
    """Find profiles."""
    from passerelle.identify import MOST_FINDINGS, PROFILE_PREFIX, REFUSAL_REASONS, find_profiles
    from passerelle.kernel import format_id
    from passerelle.unify import get_golden_records, read_survivorship

    passerelle = _open(invocation)
    findings = _with_former_names(
        find_profiles(passerelle.store, passerelle.keys, value), passerelle, value
    )
    golden = get_golden_records(
        passerelle.store,
        passerelle.engine,
        [each.profile_id for each in findings],
        read_survivorship(passerelle.settings.home / "survivorship.toml"),
        on=passerelle.clock().date(),
    )
    seen_by = chosen_role(passerelle, role)
    who = [each.profile_id for each in findings]
    note_reading(passerelle, invocation, "profile.found", who, role=role)
    found = []
    for each in findings:
        values = {item.attribute: item.value for item in golden[each.profile_id]}
        row = {
            "profile_id": format_id(each.profile_id, PROFILE_PREFIX),
            "found_by": each.by,
            "objection": each.objection,
            **{name: values.get(name) for name in _TELLING},
        }
        found.append(masked_fields(row, seen_by, _TELLING))
    if as_json:
        print_json(found)
        return
    objections = {each.objection for each in findings} - {None}
    print_table(
        [_("Profile"), _("Found by"), _("First name"), _("Last name"), _("City"), _("E-mail")],
        [(row["profile_id"], row["found_by"], *(row[name] for name in _TELLING)) for row in found],
        empty=_("Nobody is known by that value. After an import, run: passerelle profiles resolve"),
    )
    for objection in sorted(map(str, objections)):
        say(
            _("The value is no one person's. {reason}").format(reason=_(REFUSAL_REASONS[objection]))
        )
    if len(findings) == MOST_FINDINGS:
        say(_("Only the first {count} are shown.").format(count=MOST_FINDINGS))


def _with_former_names(
    findings: list[Finding], passerelle: Passerelle, value: str
) -> list[Finding]:
    """What was found, and after it whoever bore that name before; only names are looked for so."""
    from passerelle.identify import Finding
    from passerelle.unify import find_by_former_name

    if any(each.by != "name" for each in findings):
        return findings
    known = {each.profile_id for each in findings}
    former = find_by_former_name(passerelle.store, value)
    return findings + [Finding(each, "former_name") for each in former if each not in known]


@profiles.command(
    "show",
    help=N_(
        "Show a profile: its golden record with where each value comes from, its identifiers, "
        "the evidence that joins them, and what happened."
    ),
    epilog=N_("Example: passerelle profiles show p_0123456789abc"),
)
@click.argument("value", metavar="ID")
@role_option
@json_option
@click.pass_obj
def show(invocation: Invocation, value: str, role: str | None, as_json: bool) -> None:
    """Show one profile."""
    from passerelle.cli.profile_sheet import print_sheet, read_sheet
    from passerelle.cli.sheet_masks import masked_sheet
    from passerelle.identify import get_profile_id

    passerelle = _open(invocation)
    seen_by = chosen_role(passerelle, role)
    profile_id = get_profile_id(passerelle.store, passerelle.keys, value)
    note_reading(passerelle, invocation, "profile.shown", [profile_id], role=role)
    sheet = masked_sheet(read_sheet(passerelle, value), seen_by)
    if as_json:
        print_json(sheet)
    else:
        print_sheet(sheet)


@profiles.command(
    "why",
    help=N_("Say why two identifiers, records or profiles are one person, or why they are not."),
    epilog=N_("Example: passerelle profiles why crm:C000123 marie.dupont@exemple.fr"),
)
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@json_option
@click.pass_obj
def why(invocation: Invocation, one: str, other: str, as_json: bool) -> None:
    """Explain two identifiers."""
    from passerelle.identify import (
        explain,
        get_identifier_id,
        get_likeness_reasons,
        get_values,
    )

    passerelle = _open(invocation)
    ids = [get_identifier_id(passerelle.store, passerelle.keys, each) for each in (one, other)]
    note_reading(passerelle, invocation, "profile.explained", ids)
    chain = explain(passerelle.store, ids[0], ids[1])
    edges = chain.edges if chain.is_same else chain.objections
    pairs: list[HeldEdge | KeptPair] = [*edges, *chain.decisions]
    values = get_values(passerelle.store, {end for e in pairs for end in (e.left_id, e.right_id)})
    rows = [edge_row(edge, values) for edge in edges]
    reasons = get_likeness_reasons(passerelle.store, [edge.edge_id for edge in edges])
    decisions = [decision_row(each, values) for each in chain.decisions]
    applied = _applied_changes(passerelle, (one, other))
    if as_json:
        for row, edge in zip(rows, edges, strict=True):
            reason = reasons.get(edge.edge_id)
            row["likeness"] = reason and likeness_row(reason)
        print_json(
            {
                "is_same": chain.is_same,
                "edges": rows,
                "kept_apart": decisions,
                "life_changes": [change_row(each) for each in applied],
            }
        )
        return
    click.echo(
        _("They are one person, by this chain of evidence:")
        if chain.is_same
        else _("They are two people. Evidence between them that was not followed:")
    )
    print_edges(rows, empty=_("None."))
    for row, edge in zip(rows, edges, strict=True):
        if edge.edge_id in reasons:
            print_likeness(row, reasons[edge.edge_id])
    print_decisions(decisions)
    if applied:
        print_changes(applied, title=_("Life changes that are followed"))


def _applied_changes(passerelle: Passerelle, values: tuple[str, ...]) -> list[LifeChange]:
    """Life changes in force today of whoever the values lead to."""
    from passerelle.identify import get_profile_id
    from passerelle.unify import list_changes

    store, today = passerelle.store, passerelle.clock().date()
    who = {get_profile_id(store, passerelle.keys, value) for value in values}
    found = list_changes(store, profile_ids=sorted(who))
    return [each for each in found if each.is_followed(today)]


@profiles.command(
    "split",
    help=N_("Take records out of a profile: they become another person."),
    epilog=N_(
        "Example: passerelle profiles split p_0123456789abc crm:C000124 --reason 'two sisters'"
    ),
)
@click.argument("profile")
@click.argument("leaving", metavar="RECORD...", nargs=-1, required=True)
@click.option("--reason", default="", help=N_("Why, for those who ask later."))
@click.option("--undo", is_flag=True, help=N_("Let them come back."))
@click.pass_obj
def split(
    invocation: Invocation, profile: str, leaving: tuple[str, ...], *, reason: str, undo: bool
) -> None:
    """Split a profile, or take that back."""
    from passerelle.identify import (
        get_identifier_id,
        get_profile_id,
        reunion_pairs,
        reunite,
        separate,
        split_pairs,
    )

    passerelle = _open(invocation)
    store, keys = passerelle.store, passerelle.keys
    records = [get_identifier_id(store, keys, each) for each in leaving]
    profile_id = get_profile_id(store, keys, profile)
    if undo:
        _say_moved(reunite(_decider(passerelle), reunion_pairs(store, profile_id, records)))
        return
    pairs = split_pairs(store, profile_id, records)
    _say_moved(separate(_decider(passerelle), pairs, reason=reason or "split"))


@profiles.command(
    "keep-apart",
    help=N_("Say that two profiles or identifiers are two people's, from now on."),
    epilog=N_("Example: passerelle profiles keep-apart crm:C000123 crm:C000124"),
)
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@click.option("--reason", default="", help=N_("Why, for those who ask later."))
@click.option("--undo", is_flag=True, help=N_("Take it back."))
@click.pass_obj
def keep_apart(invocation: Invocation, one: str, other: str, reason: str, undo: bool) -> None:
    """Keep two people apart."""
    from passerelle.identify import get_identifier_id, reunite, separate

    passerelle = _open(invocation)
    first, second = (
        get_identifier_id(passerelle.store, passerelle.keys, each) for each in (one, other)
    )
    decider = _decider(passerelle)
    if undo:
        _say_moved(reunite(decider, [(first, second)]))
    else:
        _say_moved(separate(decider, [(first, second)], reason=reason or "kept apart"))


@profiles.command(
    "unmerge",
    help=N_("Withdraw one piece of evidence: profiles become what the rest of it supports."),
    epilog=N_("Example: passerelle profiles unmerge e_0123456789abc --reason 'two sisters'"),
)
@click.argument("edge")
@click.option("--reason", default="", help=N_("Why, for those who ask later."))
@click.option("--undo", is_flag=True, help=N_("Believe it again."))
@click.pass_obj
def unmerge(invocation: Invocation, edge: str, reason: str, undo: bool) -> None:
    """Withdraw an edge, or restore it."""
    from passerelle.identify import EDGE_PREFIX, remerge
    from passerelle.identify import unmerge as withdraw
    from passerelle.kernel import InvalidInput, parse_id

    edge_id = parse_id(edge, EDGE_PREFIX)
    if edge_id is None:
        raise InvalidInput(
            _("That is not the id of an edge."),
            hint=_("passerelle profiles show ID lists a profile's edges with their ids."),
        )
    decider = _decider(_open(invocation))
    moved = remerge(decider, edge_id) if undo else withdraw(decider, edge_id, reason=reason)
    _say_moved(moved)


def _open(invocation: Invocation) -> Passerelle:
    from passerelle.bootstrap import open_passerelle

    return open_passerelle(invocation.settings())


def _decider(passerelle: Passerelle) -> Decider:
    from passerelle.identify import Decider

    return Decider(passerelle.store, passerelle.rules, passerelle.clock)


def _say_moved(count: int) -> None:
    click.echo(_("Done; identifiers that moved: {count}.").format(count=count))
