"""passerelle rights: what people ask for by right, answered in time and proved."""

from __future__ import annotations

from collections.abc import Callable
from getpass import getuser
from typing import TYPE_CHECKING, Any

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.output import (
    Column,
    json_option,
    print_fields,
    print_json,
    print_table,
    say,
)
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle
    from passerelle.consent import Answer, Request, RequestBook

# As in passerelle.consent, which is too slow to load for --help.
_PROOFS = ("logged_in", "signed_link", "in_person")
_EXIT_NOT_DONE = 75  # as sysexits' EX_TEMPFAIL: the same command goes on later


@click.group(help=N_("Answer what people ask for by right: access, erasure, objection and others."))
def rights() -> None:
    """Group of commands about rights."""


def _request_options(command: Callable[..., None]) -> Callable[..., None]:
    """What every kind of request is received with."""
    proof = click.option(
        "--proof",
        type=click.Choice(_PROOFS),
        help=N_("How they proved who they are; without it the request waits."),
    )
    return click.argument("profile")(proof(json_option(click.pass_obj(command))))


@rights.command(
    "access",
    help=N_("Hand over all that is known of somebody: a page to read, and files for programs."),
    epilog=N_("Example: passerelle rights access marie.dupont@exemple.fr --proof logged_in"),
)
@_request_options
def access(invocation: Invocation, profile: str, *, proof: str | None, as_json: bool) -> None:
    """Receive a request for access."""
    _receive(invocation, "access", profile, proof, as_json=as_json)


@rights.command(
    "portability",
    help=N_("Hand over what somebody gave or did, for them to take elsewhere."),
    epilog=N_("Example: passerelle rights portability marie.dupont@exemple.fr --proof logged_in"),
)
@_request_options
def portability(invocation: Invocation, profile: str, *, proof: str | None, as_json: bool) -> None:
    """Receive a request for portability."""
    _receive(invocation, "portability", profile, proof, as_json=as_json)


@rights.command(
    "erase",
    help=N_("Erase somebody from every place, for good."),
    epilog=N_("Example: passerelle rights erase marie.dupont@exemple.fr --proof in_person"),
)
@_request_options
def erase(invocation: Invocation, profile: str, *, proof: str | None, as_json: bool) -> None:
    """Receive a request for erasure."""
    _receive(invocation, "erase", profile, proof, as_json=as_json)


@rights.command(
    "restrict",
    help=N_("Use somebody's data no more, but keep them."),
    epilog=N_("Example: passerelle rights restrict marie.dupont@exemple.fr --proof in_person"),
)
@_request_options
def restrict(invocation: Invocation, profile: str, *, proof: str | None, as_json: bool) -> None:
    """Receive a request for restriction."""
    _receive(invocation, "restrict", profile, proof, as_json=as_json)


@rights.command(
    "object",
    help=N_("Put somebody's objection on record, on every channel and for every purpose."),
    epilog=N_("Example: passerelle rights object marie.dupont@exemple.fr --proof signed_link"),
)
@_request_options
def object_(invocation: Invocation, profile: str, *, proof: str | None, as_json: bool) -> None:
    """Receive an objection."""
    _receive(invocation, "object", profile, proof, as_json=as_json)


@rights.command(
    "rectify",
    help=N_("Correct values; without any, receive the request and close it once they are right."),
    epilog=N_(
        "Example: passerelle rights rectify marie.dupont@exemple.fr --set last_name=Durand "
        "--proof in_person"
    ),
)
@click.option(
    "--set",
    "pairs",
    multiple=True,
    metavar="FIELD=VALUE",
    help=N_("The right value of a field, such as last_name or postcode; may be given often."),
)
@_request_options
def rectify(
    invocation: Invocation,
    profile: str,
    *,
    pairs: tuple[str, ...],
    proof: str | None,
    as_json: bool,
) -> None:
    """Receive a request for rectification, and answer it if the values are given."""
    from passerelle.consent import check_corrections, finish_rectified, take_in_corrections

    values = _values(pairs)
    check_corrections(values)
    if not values or proof is None:
        _receive(invocation, "rectify", profile, proof, as_json=as_json)
        return
    passerelle = _open(invocation)
    book, now = _book(passerelle), passerelle.clock()
    profile_id = _profile_id(passerelle, profile)
    proved = book.prove(book.receive("rectify", profile_id, at=now), proof, at=now)
    begun = take_in_corrections(passerelle.rights, book, proved, values)
    _print_request(finish_rectified(passerelle.rights, book, begun), passerelle, as_json=as_json)


def _values(pairs: tuple[str, ...]) -> dict[str, str]:
    values = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not value.strip():
            raise click.BadParameter(_("Write a field and its value: last_name=Durand"))
        values[name.strip()] = value.strip()
    return values


@rights.command(
    "list",
    help=N_("List requests with their deadline, the most urgent first."),
    epilog=N_("Example: passerelle rights list --open"),
)
@click.option("--open", "open_only", is_flag=True, help=N_("Only those to be answered."))
@json_option
@click.pass_obj
def list_(invocation: Invocation, *, open_only: bool, as_json: bool) -> None:
    """List requests."""
    from passerelle.consent import list_requests

    passerelle = _open(invocation)
    now = passerelle.clock()
    rows = [_row(each, passerelle) for each in list_requests(passerelle.store, open_only=open_only)]
    if as_json:
        print_json(rows)
        return
    columns: list[Column | str] = [
        _("Request"), _("Kind"), _("Profile"), _("State"), _("Due"),
        Column(_("Days left"), is_number=True),
    ]  # fmt: skip
    print_table(
        columns,
        [
            (
                row["request"],
                row["kind"],
                row["profile"],
                row["state"],
                row["due_at"],
                "" if row["settled_at"] else (row["due_at"] - now).days,
            )
            for row in rows
        ],
        empty=_("Nobody asked for anything."),
    )


@rights.command(
    "show",
    help=N_("Show a request: its deadline, and every step that was taken."),
    epilog=N_("Example: passerelle rights show r_0123456789abc"),
)
@click.argument("request")
@json_option
@click.pass_obj
def show(invocation: Invocation, request: str, *, as_json: bool) -> None:
    """Show a request."""
    from passerelle.consent import list_deliveries, list_steps

    passerelle = _open(invocation)
    found = _find(passerelle, request)
    steps = list_steps(passerelle.store, found.request_id)
    deliveries = list_deliveries(passerelle.store, found.request_id)
    row = _row(found, passerelle)
    if as_json:
        print_json({**row, "steps": steps, "destinations": deliveries})
        return
    print_fields([(name, row[name]) for name in row])
    print_table(
        [_("When"), _("Who"), _("Step"), _("Detail")],
        [(each.at, each.actor, each.step, each.detail) for each in steps],
        title=_("Steps"),
    )
    if deliveries:
        print_table(
            [_("Destination"), Column(_("Attempts"), is_number=True), _("Receipt")],
            [(each["destination"], each["attempts"], each["receipt"]) for each in deliveries],
            title=_("Destinations"),
        )


@rights.command(
    "prove",
    help=N_("Say how somebody who made a request proved who they are."),
    epilog=N_("Example: passerelle rights prove r_0123456789abc signed_link"),
)
@click.argument("request")
@click.argument("proof", type=click.Choice(_PROOFS))
@click.pass_obj
def prove(invocation: Invocation, request: str, proof: str) -> None:
    """Put a proof of identity on record."""
    passerelle = _open(invocation)
    _book(passerelle).prove(_find(passerelle, request), proof, at=passerelle.clock())
    say(_("Recorded. Next: passerelle rights run"))


@rights.command(
    "run",
    help=N_("Answer every request whose person proved who they are; erasures go together."),
    epilog=N_("Example: passerelle rights run"),
)
@json_option
@click.pass_obj
def run(invocation: Invocation, *, as_json: bool) -> None:
    """Answer what can be answered."""
    from passerelle.consent import answer_erasures, answer_request, get_request, list_requests

    passerelle = _open(invocation)
    of, book = passerelle.rights, _book(passerelle)
    ready = [
        each
        for each in list_requests(passerelle.store, open_only=True)
        if each.state in ("proved", "running") and each.kind != "rectify"
    ]
    for each in ready:  # erasures last: somebody may have asked for their data, too
        if each.kind != "erase":
            answer_request(of, book, each)
    answer_erasures(of, book, ready)
    after = [get_request(passerelle.store, each.request_id) for each in ready]
    if as_json:
        print_json([_row(each, passerelle) for each in after])
    else:
        _print_states(after)
    if any(each.settled_at is None for each in after):
        raise click.exceptions.Exit(_EXIT_NOT_DONE)


@rights.command(
    "close",
    help=N_("Refuse a request, with the reason that the person is told; or settle a correction."),
    epilog=N_("Example: passerelle rights close r_0123456789abc --reason 'already answered'"),
)
@click.argument("request")
@click.option("--reason", default="", help=N_("Why it is refused, without a value of the person."))
@click.option("--done", is_flag=True, help=N_("The values of a rectification were corrected."))
@click.pass_obj
def close(invocation: Invocation, request: str, *, reason: str, done: bool) -> None:
    """Refuse a request, or settle a rectification."""
    from passerelle.consent import finish_rectified

    passerelle = _open(invocation)
    book, found = _book(passerelle), _find(passerelle, request)
    if done:
        finish_rectified(passerelle.rights, book, found)
        say(_("Done. Its receipt is in the folder of the request."))
        return
    book.refuse(found, reason, at=passerelle.clock())
    say(_("Refused. Tell the person why, and that they may complain to the authority."))


@rights.command(
    "extend",
    help=N_("Take two months more for a request that is hard to answer."),
    epilog=N_("Example: passerelle rights extend r_0123456789abc --reason 'many shops'"),
)
@click.argument("request")
@click.option("--reason", required=True, help=N_("Why, without a value of the person."))
@click.pass_obj
def extend(invocation: Invocation, request: str, *, reason: str) -> None:
    """Extend a request."""
    passerelle = _open(invocation)
    book, found = _book(passerelle), _find(passerelle, request)
    extended = book.extend(found, reason, at=passerelle.clock())
    print_fields([(_("due"), extended.due_at)])


@rights.command(
    "places",
    help=N_("List every place with data of people, and what becomes of it at an erasure."),
    epilog=N_("Example: passerelle rights places"),
)
@json_option
@click.pass_obj
def places(invocation: Invocation, *, as_json: bool) -> None:
    """List the registry of places."""
    from passerelle.consent import KEPT, PLACES, find_unlisted_files

    unlisted = find_unlisted_files(invocation.settings().home)
    if as_json:
        print_json({"places": [each.name for each in PLACES], "unlisted": unlisted})
        return
    print_table(
        [_("Place"), _("What of people is there"), _("At an erasure")],
        [
            *((each.name, _(each.holds), _("erased")) for each in PLACES),
            *((name, _(why), _("kept")) for name, why in KEPT.items()),
        ],
    )
    if unlisted:
        say(_("{count} files of the home folder are not ours.").format(count=len(unlisted)))


@rights.command(
    "replay-tombstones",
    help=N_("Erase again whoever a restored backup has brought back."),
    epilog=N_("Example: passerelle rights replay-tombstones --everything"),
)
@click.option(
    "--everything",
    is_flag=True,
    help=N_("Go over everybody who was ever erased: the lake or logs came from an older backup."),
)
@click.pass_obj
def replay(invocation: Invocation, *, everything: bool) -> None:
    """Replay the tombstone journal."""
    from passerelle.consent import replay_tombstones

    passerelle = _open(invocation)
    count = replay_tombstones(passerelle.rights, everything=everything)
    click.echo(_("People gone over: {count}.").format(count=count))


def _receive(
    invocation: Invocation, kind: str, value: str, proof: str | None, *, as_json: bool
) -> None:
    from passerelle.consent import answer_request

    passerelle = _open(invocation)
    profile_id = _profile_id(passerelle, value)
    book, now = _book(passerelle), passerelle.clock()
    request = book.receive(kind, profile_id, at=now)
    if proof is None:
        _print_request(request, passerelle, as_json=as_json)
        say(_("It waits for a proof of identity: passerelle rights prove ID HOW"))
        return
    answer = answer_request(passerelle.rights, book, book.prove(request, proof, at=now))
    _print_answer(answer, passerelle, as_json=as_json)


def _profile_id(passerelle: Passerelle, value: str) -> int:
    from passerelle.identify import get_profile_id

    return get_profile_id(passerelle.store, passerelle.keys, value)


def _print_answer(answer: Answer, passerelle: Passerelle, *, as_json: bool) -> None:
    row = _row(answer.request, passerelle)
    row["archive"] = None if answer.archive is None else str(answer.archive)
    row["remaining"] = {} if answer.erased is None else dict(answer.erased.remaining)
    if as_json:
        print_json(row)
    else:
        print_fields([(name, row[name]) for name in ("request", "kind", "state", "due_at")])
        if answer.archive is not None:
            print_fields([(_("archive"), answer.archive)])
    if answer.erased is not None and not answer.erased.is_whole:
        say(
            _("Not done yet: {rows} rows and {deletions} destinations are left.").format(
                rows=sum(answer.erased.remaining.values()), deletions=answer.erased.waiting
            )
        )
        say(_("Go on with: passerelle rights run"))
        raise click.exceptions.Exit(_EXIT_NOT_DONE)


def _print_request(request: Request, passerelle: Passerelle, *, as_json: bool) -> None:
    row = _row(request, passerelle)
    if as_json:
        print_json(row)
    else:
        print_fields([(name, row[name]) for name in ("request", "kind", "state", "due_at")])


def _print_states(requests: list[Request]) -> None:
    from passerelle.consent import STATES

    print_table(
        [_("Request"), _("Kind"), _("State")],
        [(each.name, each.kind, _(STATES[each.state])) for each in requests],
        empty=_("No request is ready to be answered."),
    )


def _row(request: Request, passerelle: Passerelle) -> dict[str, Any]:
    from passerelle.identify import PROFILE_PREFIX
    from passerelle.kernel import format_id

    return {
        "request": request.name,
        "kind": request.kind,
        "profile": format_id(request.profile_id, PROFILE_PREFIX),
        "state": request.state,
        "proof": request.proof or None,
        "received_at": request.received_at,
        "due_at": request.due_at,
        "is_late": request.is_late(passerelle.clock()),
        "settled_at": request.settled_at,
        "receipt_sha256": request.receipt_hash or None,
    }


def _find(passerelle: Passerelle, text: str) -> Request:
    from passerelle.consent import get_request, read_request_id

    return get_request(passerelle.store, read_request_id(text))


def _book(passerelle: Passerelle) -> RequestBook:
    from passerelle.consent import RequestBook

    return RequestBook(passerelle.store, passerelle.rights.audit, getuser())


def _open(invocation: Invocation) -> Passerelle:
    from passerelle.bootstrap import open_passerelle

    return open_passerelle(invocation.settings())
