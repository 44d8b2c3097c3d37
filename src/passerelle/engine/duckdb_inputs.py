"""Give DuckDB what a query reads: Arrow tables, the lake's files, a person's file."""

from __future__ import annotations

import duckdb

from passerelle.engine.data_file import DataFile
from passerelle.engine.engine import Input, MappedRows
from passerelle.lake import LakeFiles

_GLOB = "*?[{"  # DuckDB would look for other files where a path has one of these


def give_input(connection: duckdb.DuckDBPyConnection, name: str, given: Input) -> None:
    """Make an input a view of its name."""
    if isinstance(given, DataFile):
        read = connection.read_parquet if given.is_parquet else connection.read_csv
        read(str(given.path)).project(given.selection).create_view(name)
    elif isinstance(given, MappedRows):
        connection.register(name, given.held)
    elif not isinstance(given, LakeFiles):
        connection.register(name, given)
    elif not given.files:
        connection.register(name, given.schema.empty_table())
    elif given.remote is not None:
        connection.register(name, given.remote.open_dataset(given.schema))
    elif any(sign in file for file in given.files for sign in _GLOB):
        connection.register(name, _dataset(given))
    else:
        _give_local_files(connection, name, given)


def _give_local_files(connection: duckdb.DuckDBPyConnection, name: str, given: LakeFiles) -> None:
    files = connection.read_parquet(list(given.files), union_by_name=True)
    # A column that came after the last of these files was written is null in all of them.
    late = [each for each in given.schema.names if each not in files.columns]
    if late:
        none = connection.from_arrow(given.schema.empty_table().select(late))
        none.create_view(f"{name}_late")
        files = files.join(none, condition="false", how="left")
    files.create_view(name)


def _dataset(given: LakeFiles) -> object:
    from pyarrow import dataset

    return dataset.dataset(list(given.files), schema=given.schema, format="parquet")
