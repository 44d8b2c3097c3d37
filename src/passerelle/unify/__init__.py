"""Unifying: the golden record with its provenance, and the timeline across channels."""

from passerelle.unify.golden import (
    ADDRESS_FIELDS,
    GoldenValue,
    build_golden_records,
    get_golden_record,
    get_golden_records,
)
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
    "DEFAULT_RULES",
    "SCORES",
    "GoldenValue",
    "Survivorship",
    "SurvivorshipRule",
    "Touchpoint",
    "build_golden_records",
    "get_golden_record",
    "get_golden_records",
    "list_survivorship_rules",
    "list_touchpoints",
    "read_survivorship",
]
