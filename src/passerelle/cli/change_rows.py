"""Life changes and dated addresses, as rows for people and programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from passerelle.cli.output import Column, print_fields, print_table, show_number, show_share
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.unify import AddressPeriod, LifeChange

_ADDRESS = ("address_1", "address_2", "address_3", "postcode", "city", "country")
_ENDS = {"old": N_("before"), "new": N_("after"), "notice": N_("in a file")}
_ADDRESS_STATES = {
    "active": N_("lives there"),
    "temporary": N_("there for a while"),
    "moved": N_("moved away"),
    "undeliverable": N_("mail does not arrive"),
    "returned": N_("mail came back once"),
    "other": N_("also given"),
}


def change_row(change: LifeChange) -> dict[str, Any]:
    """A life change as programs read it."""
    from passerelle.identify import PROFILE_PREFIX
    from passerelle.kernel import format_id
    from passerelle.unify import CHANGE_PREFIX

    return {
        "change_id": format_id(change.change_id, CHANGE_PREFIX),
        "profile_id": format_id(change.profile_id, PROFILE_PREFIX),
        "kind": change.kind,
        "status": change.status,
        "probability": change.probability,
        "happened_on": change.happened_on,
        "learned_at": change.learned_at,
        "source": change.source,
        "details": change.details,
    }


def print_changes(found: Sequence[LifeChange], *, title: str = "", empty: str = "") -> None:
    """Print life changes, a line each."""
    from passerelle.unify import KINDS

    rows = [(change_row(each), each) for each in found]
    print_table(
        [_("Change"), _("Profile"), _("Kind"), _("State"), Column(_("Probable"), is_number=True),
         _("Happened"), _("Source"), _("Before"), _("After")],
        [
            (row["change_id"], row["profile_id"], _(KINDS[each.kind]), _state(each),
             show_share(each.probability), each.happened_on, each.source, *_ends(each))
            for row, each in rows
        ],
        title=title,
        empty=empty,
    )  # fmt: skip


def print_change(change: LifeChange, decisions: Sequence[Mapping[str, Any]]) -> None:
    """Print one life change with all that speaks for it and against it."""
    from passerelle.unify import KINDS

    row = change_row(change)
    before, after = _ends(change)
    print_fields(
        [
            (_("change"), row["change_id"]),
            (_("profile"), row["profile_id"]),
            (_("kind"), _(KINDS[change.kind])),
            (_("state"), _state(change)),
            (_("happened"), change.happened_on),
            (_("learned"), change.learned_at),
            (_("before"), before),
            (_("after"), after),
            (_("until"), change.until),
            (_("may be used until"), change.expires_on),
            (_("probability"), show_share(change.probability)),
        ]
    )
    _print_evidence(change)
    print_table(
        [_("Decided"), _("Decision"), _("Reason"), _("Undone")],
        [
            (each["decided_at"], _state_name(each["verdict"]), each["reason"], each["undone_at"])
            for each in decisions
        ],
        title=_("Decisions"),
        empty="\n" + _("Nobody decided about it yet."),
    )


def print_addresses(periods: Sequence[AddressPeriod]) -> None:
    """Print the dated addresses of a person."""
    print_table(
        [_("Address"), _("From"), _("Until"), _("State"), _("Level"), _("Source")],
        [
            (one_line(each.address), each.valid_from, each.valid_to,
             _(_ADDRESS_STATES[each.status]), each.level, each.source)
            for each in periods
        ],
        title=_("Addresses"),
        empty="\n" + _("No address is known."),
    )  # fmt: skip


def one_line(address: Mapping[str, Any]) -> str:
    """An address in one line."""
    return ", ".join(str(address[name]) for name in _ADDRESS if address.get(name))


def _print_evidence(change: LifeChange) -> None:
    from passerelle.unify import REASONS

    told = [(end, change.evidence[end]) for end in _ENDS if change.evidence.get(end)]
    print_table(
        [_("What says so"), _("Source"), _("Record or row"), _("Day")],
        [
            (_(_ENDS[end]), where["source"], _record(where), where.get("on"))
            for end, where in told
        ],
        title=_("Evidence"),
    )  # fmt: skip
    reasons = change.evidence.get("reasons", {})
    print_table(
        [_("How the probability came about"), Column(_("Odds times"), is_number=True)],
        [
            (_(REASONS[name]), show_number(factor, decimals=2))
            for name, factor in reasons.items()
            if factor is not None
        ],
        title="",
    )


def _record(where: Mapping[str, Any]) -> str:
    if "key" in where:
        return str(where["key"])
    return _("{file}, row {row}").format(file=where["file_name"], row=where["row_number"])


def _ends(change: LifeChange) -> tuple[str | None, str | None]:
    """What was before and what is after, as short texts."""
    details = change.details
    before, after = details.get("from"), details.get("to")
    if change.kind == "death":
        after = details.get("died_on")
    if change.kind == "child":
        after = details.get("born_on")
    if change.kind == "returned_mail":
        after = _reason(details.get("reason"))
    texts = [one_line(each) if isinstance(each, dict) else each for each in (before, after)]
    return texts[0], texts[1]


def _reason(code: object) -> str | None:
    from passerelle.collect import RETURN_REASONS

    return _(RETURN_REASONS[str(code)]) if code in RETURN_REASONS else None


def _state(change: LifeChange) -> str:
    return _state_name(change.status)


def _state_name(status: str) -> str:
    from passerelle.unify import STATUSES

    return _(STATUSES[status])
