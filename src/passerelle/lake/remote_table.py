"""A table on an object storage, as this process reads it.

DuckDB reads no object storage without an extension, which would be fetched from the network. So
the library that writes the lake also reads it, with the same keys, for every storage it knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from passerelle.kernel import PasserelleError
from passerelle.lake.failures import explain
from passerelle.lake.places import Place

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset


@dataclass(frozen=True)
class RemoteTable:
    """One version of a table: its files, by their name in the table and their size in bytes."""

    place: Place
    table: str
    sizes: tuple[tuple[str, int], ...]

    def open_dataset(self, schema: pa.Schema) -> Dataset:
        """The rows, of which only the columns and row groups that a query needs are fetched.

        A column that a file does not have is null there.
        """
        # Loaded here: it takes a while, and a lake in a folder never needs it.
        from deltalake.fs import DeltaStorageHandler
        from pyarrow.dataset import FileSystemDataset, ParquetFileFormat, ParquetFragmentScanOptions
        from pyarrow.fs import PyFileSystem

        uri = self.place.table_uri(self.table)
        handler = DeltaStorageHandler(uri, self.place.options, dict(self.sizes))
        storage = PyFileSystem(handler)
        # One request for neighbouring columns instead of one for each.
        ahead = ParquetFragmentScanOptions(pre_buffer=True)
        form = ParquetFileFormat(default_fragment_scan_options=ahead)
        files = [form.make_fragment(name, filesystem=storage) for name, _size in self.sizes]
        return FileSystemDataset(files, schema, form, storage)

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Tell what the storage says while it is read, by whichever library.

        Raises:
            Retryable: The storage does not answer.
            Misconfigured: The storage cannot be used.
        """
        try:
            yield
        except PasserelleError:
            raise
        except Exception as error:  # the engine wraps it in one of its own
            told = explain(error, self.place)
            if told is None:
                raise
            raise told from None
