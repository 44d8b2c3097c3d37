"""The engine: one SQL, run here by DuckDB or on a Spark Connect server."""

from passerelle.engine.data_file import DataFile
from passerelle.engine.engine import Engine, Input
from passerelle.engine.opening import open_engine
from passerelle.engine.sql_files import SqlFile, list_sql_files, read_sql_file

__all__ = [
    "DataFile",
    "Engine",
    "Input",
    "SqlFile",
    "list_sql_files",
    "open_engine",
    "read_sql_file",
]
