"""A file of notices, open: its kind, its columns, its rows as they are kept."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from passerelle.collect.mapping import ORIGINAL, ColumnMapping, Mapping, apply_mapping
from passerelle.collect.notices.death_lines import has_death_lines, open_death_lines
from passerelle.collect.notices.notice_kind import NOTICE_REASONS, REASON, NoticeKind
from passerelle.collect.notices.notice_kinds import NOTICE_KINDS
from passerelle.collect.quarantine import BadRow
from passerelle.files import ROW_NUMBER, TableFile, open_table
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

_NOT_WORDS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class NoticeBatch:
    """Rows of a file of notices.

    frame: the fields of the kind, row_number, original. bad_rows: those that cannot be used.
    """

    number: int
    frame: pl.DataFrame
    bad_rows: tuple[BadRow, ...]


@dataclass(frozen=True)
class NoticeFile:
    """A file of notices of one kind, and which of its columns feeds which field."""

    kind: NoticeKind
    table: TableFile
    mapping: Mapping
    file_name: str

    @property
    def details(self) -> str:
        """How the file is read, as text by which rows of it are read alike."""
        columns = list(self.table.columns)
        return json.dumps({"kind": self.kind.name, "columns": columns}, ensure_ascii=False)

    def batches(self, size: int, *, start: int) -> Iterator[NoticeBatch]:
        """The rows in batches, from batch `start` on."""
        for batch in self.table.batches(size, start=start):
            unreadable = tuple(
                BadRow(row.row_number, row.reason, row.detail, row.original)
                for row in batch.rejected
            )
            read = self.kind.read(self._fields(batch.frame))
            bad = read.filter(pl.col(REASON).is_not_null())
            refused = tuple(
                BadRow(row[ROW_NUMBER], row[REASON], _(NOTICE_REASONS[row[REASON]]), row[ORIGINAL])
                for row in bad.iter_rows(named=True)
            )
            good = read.filter(pl.col(REASON).is_null()).drop(REASON)
            yield NoticeBatch(batch.number, good, (*unreadable, *refused))

    def _fields(self, frame: pl.DataFrame) -> pl.DataFrame:
        mapped = apply_mapping(self.mapping, frame)
        missing = [name for name in self.kind.headers if name not in mapped.columns]
        return mapped.with_columns(pl.lit(None, pl.String).alias(name) for name in missing)


def open_notices(path: Path, kind_name: str, *, file_name: str | None = None) -> NoticeFile:
    """Open a file of movers, deaths or returned mail: CSV, Excel, JSON, Parquet, or INSEE's lines.

    Args:
        path: The file; gzip and zip are opened.
        kind_name: A name of `NOTICE_KINDS`.
        file_name: What the file is called, when it stands for another.

    Raises:
        InvalidInput: The file cannot be read, or lacks columns that its kind needs.
    """
    kind = NOTICE_KINDS[kind_name]
    is_lines = kind_name == "deaths" and path.is_file() and has_death_lines(path)
    table = open_death_lines(path) if is_lines else open_table(path)
    named = {_plain(column): column for column in reversed(table.columns)}
    columns = tuple(
        ColumnMapping(named[header], field, 1.0, "")
        for field, headers in kind.headers.items()
        for header in (*headers, field.replace("_", " "))
        if header in named
    )
    _check(path, kind, {each.field for each in columns})
    return NoticeFile(kind, table, Mapping("records", columns), file_name or path.name)


def _check(path: Path, kind: NoticeKind, fed: set[str | None]) -> None:
    missing = [group for group in kind.needed if not fed & set(group)]
    if not missing:
        return
    raise InvalidInput(
        _("{name} lacks columns that a {kind} needs.").format(name=path.name, kind=_(kind.label)),
        hint=_("Add or rename: {columns}.").format(
            columns=", ".join(
                " / ".join(f"« {kind.headers[field][0]} »" for field in group) for group in missing
            )
        ),
    )


def _plain(header: str) -> str:
    spread = unicodedata.normalize("NFKD", header.replace("°", " "))
    letters = "".join(c for c in spread if not unicodedata.combining(c)).lower()
    return _NOT_WORDS.sub(" ", letters).strip()
