"""Any file of rows and columns, read safely into tables of text."""

from passerelle.files.container import Payload, unpack_gzip, unpack_zip
from passerelle.files.formulas import guard_formula, is_formula
from passerelle.files.opening import open_table
from passerelle.files.table import (
    ROW_NUMBER,
    Piece,
    ReadLimits,
    RejectedRow,
    TableBatch,
    TableFile,
)

__all__ = [
    "ROW_NUMBER",
    "Payload",
    "Piece",
    "ReadLimits",
    "RejectedRow",
    "TableBatch",
    "TableFile",
    "guard_formula",
    "is_formula",
    "open_table",
    "unpack_gzip",
    "unpack_zip",
]
