"""The policy: for which purposes, by what right, on which channels, for how long."""

from passerelle.consent.policy.policy import (
    LEGAL_BASES,
    RETENTION_BEGINNINGS,
    Frequency,
    Notice,
    Policy,
    Purpose,
    Retention,
    Rule,
)
from passerelle.consent.policy.policy_diff import PolicyChange, compare_policies
from passerelle.consent.policy.policy_file import (
    PolicyProblem,
    ReadPolicy,
    open_policy,
    parse_policy,
    read_default_policy,
)
from passerelle.consent.policy.policy_store import apply_policy, get_policy, get_policy_text

__all__ = [
    "LEGAL_BASES",
    "RETENTION_BEGINNINGS",
    "Frequency",
    "Notice",
    "Policy",
    "PolicyChange",
    "PolicyProblem",
    "Purpose",
    "ReadPolicy",
    "Retention",
    "Rule",
    "apply_policy",
    "compare_policies",
    "get_policy",
    "get_policy_text",
    "open_policy",
    "parse_policy",
    "read_default_policy",
]
