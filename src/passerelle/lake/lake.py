"""Append to the lake's tables, list their files, and join small ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError

from passerelle.kernel import InvalidInput, Retryable
from passerelle.kernel.language import _
from passerelle.lake.atomic_commits import require_atomic_commits
from passerelle.lake.durability import flush_commits
from passerelle.lake.erasing import Having, delete_rows, empty_cells, remove_old_files
from passerelle.lake.failures import explained
from passerelle.lake.places import Place, read_place
from passerelle.lake.remote_table import RemoteTable
from passerelle.lake.tables import TABLES
from passerelle.lake.turns import one_at_a_time

_COMPRESSION = WriterProperties(compression="ZSTD", compression_level=1)
# Delta's log repeats the least and greatest value of each column, and stays after an erasure.
_NO_VALUES_IN_THE_LOG = {"delta.dataSkippingNumIndexedCols": "0"}
_ATTEMPTS = 20  # of an append that other writers overtook
_KEPT_HOURS = 7 * 24  # how long files that were joined stay for those still reading them


@dataclass(frozen=True)
class LakeFiles:
    """One version of a table as the engine reads it: Parquet files of one schema.

    A file written before a column was added does not have it: the column is null there.
    remote: how this process reads the files, if they are on an object storage.
    """

    table: str
    files: tuple[str, ...]
    schema: pa.Schema
    remote: RemoteTable | None = None


@dataclass(frozen=True)
class Lake:
    """The lake at one place: a folder or an object storage URL.

    Raises:
        Misconfigured: No lake can be kept at that place.
    """

    location: str

    def __post_init__(self) -> None:
        read_place(
            self.location
        )  # a place that cannot work is refused before anything is read or written

    def append(self, table: str, rows: pa.Table, *, writer: str, step: int) -> bool:
        """Add rows once: a second append by the same writer of the same step does nothing.

        On a local disk they have reached it when this returns: a power cut does not lose them.

        Args:
            table: Name of a table of `TABLES`.
            rows: Rows; missing columns are null, their order does not matter.
            writer: Who appends, such as an import's id.
            step: Number of the batch, growing from 0.

        Returns:
            Whether the rows were added now.

        Raises:
            Retryable: The disk is full or the storage does not answer; nothing was added.
            Misconfigured: The lake cannot be written to.
        """
        # Overtaken by others, delta-rs is not to try again by itself: they may have added the step.
        done = [Transaction(writer, step)]
        commit = CommitProperties(max_commit_retries=0, app_transactions=done)
        fitted = _fitted(rows, TABLES[_known(table)].schema)
        with self._explained(), one_at_a_time(self._place.folder, table):
            for _attempt in range(_ATTEMPTS):
                before = self._open(table)
                if before is not None and _done(before, writer) >= step:
                    return False
                try:
                    self._write(table, fitted, commit, onto=before)
                except (DeltaError, OSError):
                    # On object storage: somebody made the table, or a commit, at the same moment.
                    if _version(self._open(table)) == _version(before):
                        raise
                    continue
                self._make_durable(table, since=_version(before))
                return True
        raise Retryable(
            _("Others add to the lake's table {table} all the time.").format(table=table),
            after=timedelta(seconds=10),
            hint=_("Wait for the other command to end, then run this one again."),
        )

    def files(self, table: str) -> LakeFiles:
        """The files of the present version; none if nothing was ever added."""
        existing = self._open(table)
        schema = TABLES[table].schema
        if existing is None:
            return LakeFiles(table, (), schema)
        files = pa.table(existing.get_add_actions())
        names = files["path"].to_pylist()
        if self._place.folder is None:
            sizes = tuple(zip(names, files["size_bytes"].to_pylist(), strict=True))
            remote = RemoteTable(self._place, table, sizes)
            return LakeFiles(table, tuple(existing.file_uris()), schema, remote)
        # The table's own URIs write a space as %20, which no file system understands.
        folder = self._place.folder / table
        return LakeFiles(table, tuple(str(folder / name) for name in names), schema)

    def row_count(self, table: str) -> int:
        """How many rows the table has."""
        existing = self._open(table)
        return 0 if existing is None else int(existing.count())

    def size_bytes(self, table: str) -> int:
        """How much the files of the present version take."""
        existing = self._open(table)
        if existing is None:
            return 0
        return sum(pa.table(existing.get_add_actions())["size_bytes"].to_pylist())

    def compact(self, table: str) -> int:
        """Join small files into large ones; answers how many were joined.

        The small ones stay a week, for those who are reading them, and are then removed.
        """
        existing = self._open(table)
        if existing is None:
            return 0
        before = _version(existing)
        with self._explained():
            joined = existing.optimize.compact(writer_properties=_COMPRESSION)
            # In full: also what a writer left that was overtaken or killed before its commit.
            existing.vacuum(retention_hours=_KEPT_HOURS, dry_run=False, full=True)
            self._make_durable(table, since=before)
        return int(joined["numFilesRemoved"])

    def erase(self, table: str, having: Having) -> int:
        """Remove rows, from this version on; `purge` then removes them from the disk.

        Args:
            table: Name of a table of `TABLES`.
            having: Values of columns; rows that have any of them are removed.

        Returns:
            How many rows were removed.

        Raises:
            Retryable: The disk is full or the storage does not answer.
        """
        return self._change(
            table, having, lambda existing: delete_rows(existing, having, _COMPRESSION)
        )

    def blank(self, table: str, having: Having, columns: Sequence[str]) -> int:
        """Make columns of some rows null, as `erase` removes rows; answers how many rows."""
        return self._change(
            table, having, lambda existing: empty_cells(existing, having, columns, _COMPRESSION)
        )

    def purge(self, table: str) -> None:
        """Remove every file that only older versions of the table need.

        Who reads an older version at this moment fails, and reads again. In a folder, files that a
        killed writer left go too; on an object storage these may be a writer's at work, and stay
        until they are a week old (`compact`).
        """
        with self._explained(), one_at_a_time(self._place.folder, table):
            existing = self._open(table)
            if existing is not None:
                remove_old_files(existing, strays_too=self._place.folder is not None)

    def _change(self, table: str, having: Having, change: Callable[[DeltaTable], int]) -> int:
        if not any(len(values) for values in having.values()):
            return 0
        with self._explained(), one_at_a_time(self._place.folder, table):
            existing = self._open(table)
            if existing is None:
                return 0
            before = _version(existing)
            changed = change(existing)
            self._make_durable(table, since=before)
            return changed

    @cached_property
    def _place(self) -> Place:
        return read_place(self.location)

    def _open(self, table: str) -> DeltaTable | None:
        try:
            with self._explained():
                uri = self._place.table_uri(_known(table))
                return DeltaTable(uri, storage_options=self._place.options)
        except TableNotFoundError:
            return None

    def _write(
        self, table: str, rows: pa.Table, commit: CommitProperties, *, onto: DeltaTable | None
    ) -> None:
        if onto is None and self._place.folder is None and self._is_new():
            require_atomic_commits(self._place)
        write_deltalake(
            self._place.table_uri(table) if onto is None else onto,
            rows,
            mode="error" if onto is None else "append",
            storage_options=self._place.options,
            configuration=_NO_VALUES_IN_THE_LOG,
            schema_mode="merge",  # a version of passerelle may bring a column
            commit_properties=commit,
            writer_properties=_COMPRESSION,
        )

    def _is_new(self) -> bool:
        return all(self._open(table) is None for table in TABLES)

    def _make_durable(self, table: str, *, since: int) -> None:
        if self._place.folder is not None:
            flush_commits(self._place.folder / table, since=since)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        with explained(self._place):
            yield


def _known(table: str) -> str:
    if table not in TABLES:
        raise InvalidInput(
            _("The lake has no table {table!r}.").format(table=table),
            hint=_("Its tables: {tables}.").format(tables=", ".join(TABLES)),
        )
    return table


def _done(table: DeltaTable, writer: str) -> int:
    version = table.transaction_version(writer)
    return -1 if version is None else int(version)


def _version(table: DeltaTable | None) -> int:
    return -1 if table is None else table.version()


def _fitted(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    present = set(rows.column_names)
    unknown = present - set(schema.names)
    if unknown:
        raise ValueError(f"columns that the lake table does not have: {sorted(unknown)}")
    columns: Iterable[pa.Array] = (
        rows[each.name].cast(each.type)
        if each.name in present
        else pa.nulls(rows.num_rows, each.type)
        for each in schema
    )
    return pa.table(list(columns), schema=schema)
