"""The lake: facts, appended and never updated, as Delta Lake tables."""

from passerelle.lake.erasing import Having
from passerelle.lake.lake import Lake, LakeFiles
from passerelle.lake.tables import TABLES, LakeTable

__all__ = ["TABLES", "Having", "Lake", "LakeFiles", "LakeTable"]
