"""Functions over Arrow batches, importable by the Spark server of the tests too."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

DOUBLED = pa.schema([("n", pa.int64()), ("doubled", pa.int64()), ("texts", pa.list_(pa.string()))])


def double(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Each number, its double, and both as texts; nothing of an odd one."""
    for batch in batches:
        even = [each for each in batch["n"].to_pylist() if each % 2 == 0]
        told = [[str(each), None] for each in even]
        doubles = [2 * each for each in even]
        yield pa.record_batch([pa.array(even, pa.int64()), pa.array(doubles, pa.int64()),
                               pa.array(told, pa.list_(pa.string()))], schema=DOUBLED)  # fmt: skip
