"""The gate: whether somebody may be reached or known, for one profile and for many."""

from passerelle.consent.gate.audience import check_pair, list_permits, select_audience
from passerelle.consent.gate.gate import Gate
from passerelle.consent.gate.recognising import ProfileLeave, find_profile_leave
from passerelle.consent.gate.set_wise import SAID_COLUMNS, judge_many
from passerelle.consent.gate.verdict import REASONS, Judged, Permit, Verdict

__all__ = [
    "REASONS",
    "SAID_COLUMNS",
    "Gate",
    "Judged",
    "Permit",
    "ProfileLeave",
    "Verdict",
    "check_pair",
    "find_profile_leave",
    "judge_many",
    "list_permits",
    "select_audience",
]
