"""SQL files: each builds one table, says its grain and what it reads, and is one select."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources

from passerelle.kernel import Misconfigured

_READS = re.compile(r"^--\s+(?:Reads\s+|\s{6,})([a-z_]+)\(", re.MULTILINE)


@dataclass(frozen=True)
class SqlFile:
    """One `<stage>/sql/<table>.sql`."""

    stage: str
    table: str
    text: str

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of the tables it reads, from its opening comment."""
        return tuple(_READS.findall(self.text))


def read_sql_file(stage: str, table: str) -> SqlFile:
    """The SQL that builds a table of a stage, such as ("measure", "match_report").

    Raises:
        Misconfigured: There is no such file.
    """
    file = resources.files(f"passerelle.{stage}") / "sql" / f"{table}.sql"
    if not file.is_file():
        raise Misconfigured(f"No SQL for table {table!r} of stage {stage!r}.")
    return SqlFile(stage, table, file.read_text(encoding="utf-8"))


def list_sql_files() -> list[SqlFile]:
    """Every SQL file of the package, in the order of stage and table."""
    found = []
    for stage in resources.files("passerelle").iterdir():
        folder = stage / "sql"
        if folder.is_dir():
            found += [
                read_sql_file(stage.name, file.name.removesuffix(".sql"))
                for file in folder.iterdir()
                if file.name.endswith(".sql")
            ]
    return sorted(found, key=lambda each: (each.stage, each.table))
