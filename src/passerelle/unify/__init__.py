"""Unifying: the golden record with its provenance, and the timeline across channels."""

from passerelle.unify.golden import (
    ADDRESS_FIELDS,
    DEFAULT_RULES,
    GoldenValue,
    Survivorship,
    build_golden_records,
    get_golden_record,
    list_survivorship_rules,
    read_survivorship,
)
from passerelle.unify.survivorship_rule import SurvivorshipRule
from passerelle.unify.timeline import Touchpoint, list_touchpoints

__all__ = [
    "ADDRESS_FIELDS",
    "DEFAULT_RULES",
    "GoldenValue",
    "Survivorship",
    "SurvivorshipRule",
    "Touchpoint",
    "build_golden_records",
    "get_golden_record",
    "list_survivorship_rules",
    "list_touchpoints",
    "read_survivorship",
]
