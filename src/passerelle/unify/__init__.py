"""Unifying: the golden record with its provenance, and the timeline across channels."""

from passerelle.unify.golden import (
    ADDRESS_FIELDS,
    GoldenValue,
    build_golden_records,
    get_golden_record,
    get_golden_records,
)
from passerelle.unify.life_changes.change import (
    CHANGE_PREFIX,
    KINDS,
    STATUSES,
    LifeChange,
)
from passerelle.unify.life_changes.change_store import (
    VERDICTS,
    decide,
    get_change,
    list_changes,
    list_decisions,
    undo_decision,
)
from passerelle.unify.life_changes.detecting import DetectionSummary, Detector, detect_changes
from passerelle.unify.life_changes.following import AddressPeriod
from passerelle.unify.life_changes.forgetting import (
    FORGOTTEN_TABLES,
    count_changes,
    forget_changes,
)
from passerelle.unify.life_changes.former_names import find_by_former_name
from passerelle.unify.life_changes.life_state import (
    ContactStop,
    LifeState,
    get_life_state,
    list_life_states,
)
from passerelle.unify.life_changes.weighing import REASONS
from passerelle.unify.survivorship_rule import SCORES, SurvivorshipRule
from passerelle.unify.survivorship_rules import (
    DEFAULT_RULES,
    Survivorship,
    list_survivorship_rules,
    read_survivorship,
)
from passerelle.unify.timeline import Touchpoint, list_touchpoints

__all__ = [
    "ADDRESS_FIELDS",
    "CHANGE_PREFIX",
    "DEFAULT_RULES",
    "FORGOTTEN_TABLES",
    "KINDS",
    "REASONS",
    "SCORES",
    "STATUSES",
    "VERDICTS",
    "AddressPeriod",
    "ContactStop",
    "DetectionSummary",
    "Detector",
    "GoldenValue",
    "LifeChange",
    "LifeState",
    "Survivorship",
    "SurvivorshipRule",
    "Touchpoint",
    "build_golden_records",
    "count_changes",
    "decide",
    "detect_changes",
    "find_by_former_name",
    "forget_changes",
    "get_change",
    "get_golden_record",
    "get_golden_records",
    "get_life_state",
    "list_changes",
    "list_decisions",
    "list_life_states",
    "list_survivorship_rules",
    "list_touchpoints",
    "read_survivorship",
    "undo_decision",
]
