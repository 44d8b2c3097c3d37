"""Verdicts of the gate and rows of the ledger, as people and programs read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from passerelle.cli.output import print_table
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.consent import LedgerEntry, Verdict

_EVENT_PREFIX = "v"  # of what was said


def verdict_row(verdict: Verdict) -> dict[str, Any]:
    """One verdict, with what it says of each contact point."""
    return {
        "purpose": verdict.purpose,
        "channel": verdict.channel,
        "allowed": verdict.is_allowed,
        "reason": verdict.reason,
        "policy": verdict.policy_version,
        "contacts": [
            {
                "type": each.subject_type,
                "allowed": each.is_allowed,
                "reason": each.reason,
                "said": _event(each.event_id),
            }
            for each in verdict.contacts
        ],
    }


def entry_row(entry: LedgerEntry) -> dict[str, Any]:
    """One thing that was said."""
    said = entry.said
    return {
        "said": _event(entry.event_id),
        "on": said.occurred_at,
        "learned": entry.recorded_at,
        "type": said.subject_type,
        "scope": said.scope,
        "purpose": said.purpose,
        "channel": said.channel,
        "decision": said.decision,
        "lifts": said.lifts or None,
        "method": said.method,
        "notice": said.notice or None,
        "source": said.source,
    }


def print_verdicts(verdicts: Sequence[Verdict], said: Sequence[LedgerEntry]) -> None:
    """Print what is permitted and what was said."""
    from passerelle.consent import CHANNELS, DECISIONS, REASONS

    print_table(
        [_("Purpose"), _("Channel"), _("Permitted"), _("Why"), _("Said in")],
        [
            (
                each.purpose,
                _(CHANNELS[each.channel].label),
                each.is_allowed,
                _(REASONS[each.reason]),
                _decisive(each),
            )
            for each in verdicts
        ],
        empty=_("No policy was in force. Apply one with: passerelle consent policy apply"),
    )
    print_table(
        [
            _("Said in"),
            _("On"),
            _("About"),
            _("Purpose"),
            _("Channel"),
            _("What was said"),
            _("How"),
        ],
        [
            (
                _event(each.event_id),
                each.said.occurred_at,
                _(_SCOPES[each.said.scope]).format(type=each.said.subject_type),
                each.said.purpose,
                each.said.channel,
                _(DECISIONS[each.said.decision]),
                f"{each.said.method}, {each.said.source}",
            )
            for each in said
        ],
        title=_("What was said"),
        empty=_("Nothing was said. Record it with: passerelle consent record"),
    )


_SCOPES = {"subject": N_("this {type}"), "person": N_("the person, by {type}")}


def _decisive(verdict: Verdict) -> str | None:
    for each in verdict.contacts:
        if each.reason == verdict.reason and each.event_id is not None:
            return _event(each.event_id)
    return None


def _event(event_id: int | None) -> str | None:
    from passerelle.kernel import format_id

    return None if event_id is None else format_id(event_id, _EVENT_PREFIX)
