"""A town in which people move, marry and die: its files, and what is found in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from passerelle.collect import ImportReport, SourceRef, import_notices, open_notices
from passerelle.unify import (
    DetectionSummary,
    Detector,
    GoldenValue,
    LifeChange,
    LifeState,
    decide,
    detect_changes,
    get_golden_record,
    get_life_state,
    list_changes,
    read_survivorship,
    undo_decision,
)
from tests.unit.town import Town

RULES = read_survivorship(Path("there is no such file.toml"))
TODAY = date(2026, 3, 1)

LYON = {"address_1": "12 rue Paul Bert", "postcode": "69003", "city": "Lyon"}
NICE = {"address_1": "3 avenue Jean Médecin", "postcode": "06000", "city": "Nice"}
BREST = {"address_1": "40 rue de Siam", "postcode": "29200", "city": "Brest"}


@dataclass
class LifeTown:
    """A town, and the life changes of its people."""

    town: Town

    def detect(self) -> DetectionSummary:
        warehouse = self.town.warehouse
        return detect_changes(
            Detector(
                warehouse.store, warehouse.lake, self.town.engine, warehouse.keys, warehouse.clock
            )
        )

    def tell(self, kind: str, lines: Sequence[str], source: str = "laposte") -> ImportReport:
        """Import a file of notices, written line by line in latin-1 or UTF-8 as the kind has it."""
        self.town.files += 1
        path = self.town.folder / f"notices-{self.town.files}.txt"
        encoding = "latin-1" if kind == "deaths" else "utf-8"
        path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
        return import_notices(
            open_notices(path, kind),
            SourceRef(source, "partner"),
            self.town.warehouse,
            self.town.engine,
        )

    def changes(self, kind: str | None = None, **asked: object) -> list[LifeChange]:
        return list_changes(self.town.warehouse.store, kind=kind, **asked)  # type: ignore[arg-type]

    def change(self, kind: str) -> LifeChange:
        (found,) = self.changes(kind)
        return found

    def decide(self, change: LifeChange, verdict: str) -> None:
        warehouse = self.town.warehouse
        decide(warehouse.store, warehouse.clock, change.change_id, verdict, reason="she said so")

    def undo(self, change: LifeChange) -> None:
        undo_decision(self.town.warehouse.store, self.town.warehouse.clock, change.change_id)

    def golden(self, value: str, on: date = TODAY) -> dict[str, GoldenValue]:
        store, who = self.town.warehouse.store, self.town.who(value)
        found = get_golden_record(store, self.town.engine, who, RULES, on=on)
        return {each.attribute: each for each in found}

    def city(self, value: str, on: date = TODAY) -> str:
        return self.golden(value, on)["city"].value

    def state(self, value: str, on: date = TODAY, known_at: int | None = None) -> LifeState:
        store, who = self.town.warehouse.store, self.town.who(value)
        found = get_life_state(store, self.town.engine, [who], RULES, on=on, known_at=known_at)
        return found[who]


def death_line(name: str, sex: str, born: str, died: str) -> str:
    """A line in INSEE's layout."""
    widths = (80, 1, 8, 5, 30, 30, 8, 5, 9)
    cells = (name, sex, born, "69123", "LYON", "", died, "69123", "12")
    return "".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
