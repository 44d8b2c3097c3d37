"""The records of a source as they were last received, as parts of the quality report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from passerelle.collect import ROW_NUMBER, count_quarantine, find_source_kind, parse_mapping
from passerelle.engine import Engine
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.lake import Lake
from passerelle.measure.quality.quality_parts import BATCH_ROWS, QualityPart, RowBatch
from passerelle.measure.quality.quality_report import RefusedRows
from passerelle.store import Store

_IMPORTS = """
select distinct i.import_id, i.file_name, i.plan, i.started_at
from imports i join records r on r.import_id = i.import_id
where i.source = ? and i.kind = 'records'
order by i.started_at, i.import_id
"""
_PRESENT = "select record_id, content_hash from records where import_id = ? order by record_id"
# A record that went back to what it said before stands in the lake more than once.
_LAST_SAID = """
select min(r.row_number) as row_number, p.record_id, min(r.original) as original
from records r
join present p on p.record_id = r.record_id and p.content_hash = r.content_hash
where r.import_id = $import_id
group by p.record_id
order by row_number, p.record_id
"""


class Parts(Protocol):
    """The parts of an installation that are read."""

    @property
    def store(self) -> Store:
        """Which version of each record is the present one."""
        ...

    @property
    def lake(self) -> Lake:
        """What each version said."""
        ...

    @property
    def engine(self) -> Engine:
        """What joins the two."""
        ...


@dataclass(frozen=True)
class _Import:
    """An import that records of the source were last received by."""

    import_id: str
    file_name: str
    plan: str


def source_parts(passerelle: Parts, source: str) -> tuple[QualityPart, ...]:
    """What a source last said of each customer, one part for each mapping it came under.

    Raises:
        InvalidInput: There is no such source, or no record of it.
    """
    if find_source_kind(passerelle.store, source) is None:
        raise InvalidInput(
            _("There is no source {name}.").format(name=source),
            hint=_("Import its file first: passerelle records import FILE --source NAME"),
        )
    by_plan: dict[str, list[_Import]] = {}
    for row in passerelle.store.rows(_IMPORTS, (source,)):
        found = _Import(row["import_id"], row["file_name"], row["plan"])
        by_plan.setdefault(found.plan, []).append(found)
    if not by_plan:
        raise InvalidInput(
            _("The source {name} has no record.").format(name=source),
            hint=_("Only sources of customer records have a quality report."),
        )
    return tuple(
        _part(
            passerelle, plan, imports, name=source if len(by_plan) == 1 else imports[-1].file_name
        )
        for plan, imports in by_plan.items()
    )


def list_quarantined(store: Store, source: str) -> list[RefusedRows]:
    """Rows of records of a source that wait in quarantine, by reason, the most frequent first."""
    counts = {
        reason: rows
        for (name, kind, reason), rows in count_quarantine(store).items()
        if name == source and kind == "records"
    }
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return [RefusedRows(reason, rows) for reason, rows in ordered]


def _part(passerelle: Parts, plan: str, imports: list[_Import], *, name: str) -> QualityPart:
    mapping = parse_mapping(json.loads(plan))
    columns = [each.column for each in mapping.columns]

    def batches() -> Iterator[RowBatch]:
        for each in imports:
            rows = _last_said(passerelle, each.import_id)
            for start in range(0, rows.height, BATCH_ROWS):
                some = rows.slice(start, BATCH_ROWS)
                yield RowBatch(each.file_name, _cells(some, columns))

    return QualityPart(name, mapping, batches)


def _last_said(passerelle: Parts, import_id: str) -> pl.DataFrame:
    present = passerelle.store.arrow(_PRESENT, (import_id,))
    inputs = {"records": passerelle.lake.files("records"), "present": present}
    return pl.DataFrame(passerelle.engine.run(_LAST_SAID, inputs, {"import_id": import_id}))


def _cells(rows: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """The originals of some rows as the columns they came in; absent cells are null."""
    wanted = list(dict.fromkeys(columns))
    said = pl.Struct(dict.fromkeys(wanted, pl.String()))
    decoded = rows.select(cells=pl.col("original").str.json_decode(said)).unnest("cells")
    return decoded.select(*wanted, pl.lit(rows["row_number"]).cast(pl.Int64).alias(ROW_NUMBER))
