"""docs/reference/lake.md: the tables of facts, column by column."""

from __future__ import annotations

from passerelle.lake import TABLES, LakeTable
from tools.pages.markdown import code, page, table


def write() -> str:
    """The page's text."""
    return page(
        "Tables of the lake",
        "src/passerelle/lake/tables.py",
        "Facts as they were received, appended and never updated, as Delta Lake tables in the "
        "folder or URL of `PASSERELLE_LAKE_URL`.",
        *(_block(each) for _, each in sorted(TABLES.items())),
    )


def _block(each: LakeTable) -> str:
    rows = [(code(name), str(kind), meaning) for name, kind, meaning in each.columns]
    columns = table(["column", "type", "meaning"], rows)
    return f"## {each.name}\n\nGrain: {each.grain}.\n\n{columns}"
