"""A report as sections of rows in words, which a terminal prints and a page shows alike."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One row of a section: its label, its cells as texts, and how long its bars are (0 to 1).

    bars: from the longest to the shortest, drawn over each other. is_part: it details the row
    above. remark: a sentence about the row.
    """

    label: str
    cells: tuple[str, ...]
    bars: tuple[float, ...] = ()
    is_part: bool = False
    remark: str = ""


@dataclass(frozen=True)
class Section:
    """One table of the report: a stable code, a title, a sentence that says how to read it.

    headings: of the label, then of each cell. legend: what the bars are, in their order. texts:
    places of the cells that hold words, not numbers.
    """

    code: str
    title: str
    lead: str
    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    legend: tuple[str, ...] = ()
    note: str = ""
    texts: tuple[int, ...] = ()
