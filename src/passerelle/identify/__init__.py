"""Identity: from evidence about identifiers to profiles, and back when evidence is withdrawn."""

from passerelle.identify.clusters import resolve
from passerelle.identify.decisions import (
    Decider,
    remerge,
    reunion_pairs,
    reunite,
    separate,
    split_pairs,
    unmerge,
)
from passerelle.identify.declared_ties import tie_declared
from passerelle.identify.evidence import EVIDENCE_KINDS, EvidenceKind
from passerelle.identify.finding import (
    MOST_FINDINGS,
    Finding,
    find_profiles,
    get_identifier_id,
    get_profile_id,
    list_bearers,
)
from passerelle.identify.forgetting import (
    FORGOTTEN_TABLES,
    count_known,
    find_own_ids,
    forget_people,
)
from passerelle.identify.graph import IdentityGraph, Resolution
from passerelle.identify.graph_store import (
    Evidence,
    add_evidence,
    allow_together,
    keep_apart,
    restore_edge,
    with_edge_ids,
    withdraw_edge,
)
from passerelle.identify.hearing import hear_events, hear_records
from passerelle.identify.households.addresses import Occupant, get_occupants, list_occupants
from passerelle.identify.households.reading import (
    TIE_REASONS,
    HouseholdParts,
    HouseholdTie,
    Membership,
    get_household,
    list_memberships,
)
from passerelle.identify.likeness_store import (
    LikenessReason,
    LikenessStep,
    get_likeness_reasons,
)
from passerelle.identify.likenesses import LikenessSummary, find_likenesses, forget_likenesses
from passerelle.identify.personal_links import (
    SUBJECT_TYPES,
    LinkMaker,
    LinkOrder,
    LinksMade,
    write_links,
)
from passerelle.identify.profiles import (
    ADDRESS_PREFIX,
    EDGE_PREFIX,
    HOUSEHOLD_PREFIX,
    PROFILE_PREFIX,
    HeldEdge,
    HeldIdentifier,
    KeptPair,
    ProfileParts,
    get_current_profile,
    get_edges,
    get_parts,
    get_values,
)
from passerelle.identify.reasons import REFUSAL_REASONS, Chain, explain
from passerelle.identify.resolving import (
    ResolveSummary,
    judge_waiting_households,
    resolve_around,
    resolve_profiles,
)
from passerelle.identify.rules import DEFAULT_RULES, RuleSet, TypeRule, read_rules
from passerelle.identify.taking_in import TakenIn, take_in_events, take_in_records

__all__ = [
    "ADDRESS_PREFIX",
    "DEFAULT_RULES",
    "EDGE_PREFIX",
    "EVIDENCE_KINDS",
    "FORGOTTEN_TABLES",
    "HOUSEHOLD_PREFIX",
    "MOST_FINDINGS",
    "PROFILE_PREFIX",
    "REFUSAL_REASONS",
    "SUBJECT_TYPES",
    "TIE_REASONS",
    "Chain",
    "Decider",
    "Evidence",
    "EvidenceKind",
    "Finding",
    "HeldEdge",
    "HeldIdentifier",
    "HouseholdParts",
    "HouseholdTie",
    "IdentityGraph",
    "KeptPair",
    "LikenessReason",
    "LikenessStep",
    "LikenessSummary",
    "LinkMaker",
    "LinkOrder",
    "LinksMade",
    "Membership",
    "Occupant",
    "ProfileParts",
    "Resolution",
    "ResolveSummary",
    "RuleSet",
    "TakenIn",
    "TypeRule",
    "add_evidence",
    "allow_together",
    "count_known",
    "explain",
    "find_likenesses",
    "find_own_ids",
    "find_profiles",
    "forget_likenesses",
    "forget_people",
    "get_current_profile",
    "get_edges",
    "get_household",
    "get_identifier_id",
    "get_likeness_reasons",
    "get_occupants",
    "get_parts",
    "get_profile_id",
    "get_values",
    "hear_events",
    "hear_records",
    "judge_waiting_households",
    "keep_apart",
    "list_bearers",
    "list_memberships",
    "list_occupants",
    "read_rules",
    "remerge",
    "resolve",
    "resolve_around",
    "resolve_profiles",
    "restore_edge",
    "reunion_pairs",
    "reunite",
    "separate",
    "split_pairs",
    "take_in_events",
    "take_in_records",
    "tie_declared",
    "unmerge",
    "with_edge_ids",
    "withdraw_edge",
    "write_links",
]
