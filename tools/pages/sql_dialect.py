"""docs/reference/sql-dialect.md: the SQL that means the same on both engines."""

from __future__ import annotations

import tomllib
from typing import Any

from tools.environment import ROOT
from tools.pages.markdown import code, page, table

_SOURCE = "tests/contracts/sql_dialect.toml"


def write() -> str:
    """The page's text."""
    told = tomllib.loads((ROOT / _SOURCE).read_text(encoding="utf-8"))
    return page(
        "SQL for both engines",
        _SOURCE,
        "SQL files are written for DuckDB, and sqlglot translates them for Spark. What is on this "
        "page has been run on both, over rows with nulls, ties and extremes, and the tests run it "
        "again each time.",
        "## Rules",
        _RULES,
        *(_area(area) for area in told["area"]),
        "## Not to be used",
        table(
            ["SQL", "why", "instead"],
            [(code(each["sql"]), each["why"], each["instead"]) for each in told["differs"]],
        ),
    )


_RULES = """\
- Answers have few types: whole numbers of 64 bits, float64, text, truth, date, and instants in UTC.
  `sum` of whole numbers is one; one that does not fit into 64 bits is an error.
- A column of nothing but `null` needs a type: `cast(null as varchar)`.
- `0.1` is float64 in a multiplication or division on either engine. Money is whole cents.
- Sums of fractions may differ in their last digits, as the order of adding does.
- An ordering ends on columns that are unique together, or two runs may differ.
- Nulls come last, upwards and downwards, unless `nulls first` is said.
- `max` and `min` of texts and their ordering go by the bytes of UTF-8.
- A subquery names the outer table by an alias: `from t a where exists (… b.g = a.g)`."""


def _area(area: dict[str, Any]) -> str:
    examples = [f"    {sql}" for sql in area["agrees"]]
    return "\n".join([f"## {area['name']}", "", *examples])
