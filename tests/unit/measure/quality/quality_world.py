"""Small files to look at, and what their reports say."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from passerelle.collect import open_table, propose_mapping
from passerelle.measure import QualityReport, build_quality_report, file_part
from passerelle.measure.quality.quality_report import ColumnQuality

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def write_csv(path: Path, header: list[str], *rows: list[str]) -> Path:
    """A file of semicolons."""
    lines = [";".join(cells) for cells in (header, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def report_on(*paths: Path, id_column: str | None = None) -> QualityReport:
    """The report on files, whose columns are understood by themselves."""
    parts = []
    for path in paths:
        table = open_table(path)
        mapping = propose_mapping(table.columns, table.sample(), kind="records")
        parts.append(file_part(table, mapping, id_column=id_column))
    return build_quality_report(parts, made_at=NOW)


def column_of(report: QualityReport, name: str) -> ColumnQuality:
    """The column of that name."""
    return next(each for each in report.columns if each.column == name)


def findings_of(report: QualityReport, name: str) -> dict[str, int]:
    """How often each finding was made in a column."""
    return {each.code: each.cells for each in column_of(report, name).findings}


def gains_of(report: QualityReport) -> dict[str, dict[str, int]]:
    """By way of mending, the customers whom it alone would reach by each channel."""
    return {each.code: each.reached for each in report.gains}
