"""DuckDB's SQL in Spark's words, with the meanings that sqlglot leaves apart brought together.

What cannot be brought together is listed in docs/reference/sql-dialect.md and is not to be used.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlglot
from sqlglot import exp


def spark_sql(sql: str, names: Mapping[str, str] | None = None) -> str:
    """A select of DuckDB's dialect in Spark's; `$name` becomes `:name`.

    Args:
        sql: The select.
        names: What some of the tables it reads are called there.
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    for table in tree.find_all(exp.Table):
        if names and table.name in names:
            alias = table.alias_or_name
            table.set("this", exp.to_identifier(names[table.name]))
            table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
    return tree.transform(_with_duckdbs_meaning).sql(dialect="spark")


def _with_duckdbs_meaning(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.Literal) and not node.is_string and not node.is_int:
        return _fraction(node)
    if isinstance(node, exp.TimeToUnix):
        return _seconds(node.this)
    if isinstance(node, exp.Anonymous) and node.name.lower() == "epoch_us":
        return exp.Anonymous(this="unix_micros", expressions=node.expressions)
    return node


def _fraction(node: exp.Literal) -> exp.Expression:
    # Spark reads 0.1 as a decimal, and dividing by a decimal cuts the answer off.
    if isinstance(node.parent, exp.Cast):
        return node
    return exp.cast(node, "double")


def _seconds(instant: exp.Expression) -> exp.Expression:
    # Spark's own answer is whole, and cut towards 1970.
    micros = exp.Anonymous(this="unix_micros", expressions=[instant])
    return exp.paren(exp.cast(micros, "double") / exp.cast(exp.Literal.number("1000000"), "double"))
