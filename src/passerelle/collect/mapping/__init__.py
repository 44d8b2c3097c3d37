"""Understands what the columns of a file mean, and turns its rows into the fields we know."""

from passerelle.collect.mapping.amounts import parse_amounts
from passerelle.collect.mapping.canonical import ORIGINAL, apply_mapping, trim_cells
from passerelle.collect.mapping.dates import CENTURY_PIVOT, parse_dates, parse_timestamps
from passerelle.collect.mapping.known_layouts import list_layouts
from passerelle.collect.mapping.layout import Layout
from passerelle.collect.mapping.mapping_file import parse_mapping, read_mapping
from passerelle.collect.mapping.plan import (
    DEFAULT_NAMESPACE,
    ColumnMapping,
    DateOrder,
    Mapping,
)
from passerelle.collect.mapping.proposal import SURE_ENOUGH, propose_mapping
from passerelle.collect.mapping.sampling import PreviewRow, preview_mapping

__all__ = [
    "CENTURY_PIVOT",
    "DEFAULT_NAMESPACE",
    "ORIGINAL",
    "SURE_ENOUGH",
    "ColumnMapping",
    "DateOrder",
    "Layout",
    "Mapping",
    "PreviewRow",
    "apply_mapping",
    "list_layouts",
    "parse_amounts",
    "parse_dates",
    "parse_mapping",
    "parse_timestamps",
    "preview_mapping",
    "propose_mapping",
    "read_mapping",
    "trim_cells",
]
