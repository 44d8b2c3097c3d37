"""Identity: from evidence about identifiers to profiles, and back when evidence is withdrawn."""

from passerelle.identify.clusters import IdentityGraph, Resolution, resolve
from passerelle.identify.evidence import EVIDENCE_KINDS, EvidenceKind
from passerelle.identify.graph_store import (
    Evidence,
    add_evidence,
    allow_together,
    keep_apart,
    restore_edge,
    with_edge_ids,
    withdraw_edge,
)
from passerelle.identify.resolving import ResolveSummary, resolve_around, resolve_profiles
from passerelle.identify.rules import DEFAULT_RULES, RuleSet, TypeRule, read_rules

__all__ = [
    "DEFAULT_RULES",
    "EVIDENCE_KINDS",
    "Evidence",
    "EvidenceKind",
    "IdentityGraph",
    "Resolution",
    "ResolveSummary",
    "RuleSet",
    "TypeRule",
    "add_evidence",
    "allow_together",
    "keep_apart",
    "read_rules",
    "resolve",
    "resolve_around",
    "resolve_profiles",
    "restore_edge",
    "with_edge_ids",
    "withdraw_edge",
]
