"""A town of a few people, told by files that are imported as anybody's are."""

from __future__ import annotations

import json
from collections import abc
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from passerelle.collect import (
    SourceRef,
    Warehouse,
    import_events,
    import_records,
    open_events,
    open_table,
)
from passerelle.collect.mapping import ColumnMapping, Mapping
from passerelle.engine import Engine
from passerelle.identify import (
    DEFAULT_RULES,
    Decider,
    RuleSet,
    find_profiles,
    get_edges,
    get_identifier_id,
    hear_events,
    hear_records,
    resolve_profiles,
)

Row = abc.Mapping[str, str]


@dataclass
class Town:
    """A store and a lake, and what was told to them."""

    warehouse: Warehouse
    engine: Engine
    folder: Path
    rules: RuleSet = DEFAULT_RULES
    files: int = field(default=0)

    def hear(self, source: str, kind: str, rows: Sequence[Row]) -> None:
        """Import some records; columns are named in passerelle's own words."""
        columns = list(dict.fromkeys(column for row in rows for column in row))
        lines = [";".join(columns), *(";".join(row.get(c, "") for c in columns) for row in rows)]
        table = open_table(self._write("csv", lines))
        import_records(
            table,
            Mapping("records", tuple(ColumnMapping(each, each, 1.0, "") for each in columns)),
            SourceRef(source, kind),
            self.warehouse,
            observe=lambda batch: hear_records(batch, keys=self.warehouse.keys),
        )

    def happen(self, events: Sequence[abc.Mapping[str, object]], kind: str = "browser") -> None:
        """Import some events in Segment's format."""
        path = self._write("jsonl", [json.dumps(event) for event in events])
        file = open_events(path, format="segment", received_at=self.warehouse.clock())
        source = SourceRef("web" if kind == "browser" else kind, kind)
        import_events(file, source, self.warehouse, self.engine, observe=hear_events)

    def resolve(self) -> None:
        resolve_profiles(self.warehouse.store, self.rules)

    def who(self, value: str) -> int:
        """The one profile that a value leads to, without any objection."""
        (found,) = find_profiles(self.warehouse.store, self.warehouse.keys, value)
        assert found.objection is None
        return found.profile_id

    def whoever(self, value: str) -> set[int]:
        """All profiles that a value leads to."""
        found = find_profiles(self.warehouse.store, self.warehouse.keys, value)
        return {each.profile_id for each in found}

    def identifier(self, value: str) -> int:
        return get_identifier_id(self.warehouse.store, self.warehouse.keys, value)

    def kinds(self, one: str, other: str) -> set[str]:
        """The kinds of evidence between two values, followed or not."""
        ends = {self.identifier(one), self.identifier(other)}
        edges = get_edges(self.warehouse.store, ends)
        return {edge.kind for edge in edges if {edge.left_id, edge.right_id} == ends}

    def map(self) -> dict[int, int]:
        """The identity map: the profile of each identifier."""
        rows = self.warehouse.store.rows("select identifier_id, profile_id from placements")
        return {row["identifier_id"]: row["profile_id"] for row in rows}

    @property
    def decider(self) -> Decider:
        return Decider(self.warehouse.store, self.rules, self.warehouse.clock)

    def _write(self, suffix: str, lines: Sequence[str]) -> Path:
        self.files += 1
        path = self.folder / f"told-{self.files}.{suffix}"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path
