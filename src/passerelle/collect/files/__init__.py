"""Any file of rows and columns, read safely into tables of text."""

from passerelle.collect.files.formulas import guard_formula, is_formula
from passerelle.collect.files.opening import open_table
from passerelle.collect.files.table import (
    ROW_NUMBER,
    ReadLimits,
    RejectedRow,
    TableBatch,
    TableFile,
)

__all__ = [
    "ROW_NUMBER",
    "ReadLimits",
    "RejectedRow",
    "TableBatch",
    "TableFile",
    "guard_formula",
    "is_formula",
    "open_table",
]
