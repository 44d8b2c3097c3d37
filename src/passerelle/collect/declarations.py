"""What a person declares when signed in: one record, kept as records of files are."""

from __future__ import annotations

import json
from collections.abc import Mapping

import polars as pl

from passerelle.collect.mapping import DEFAULT_NAMESPACE
from passerelle.collect.record_batches import RecordReader
from passerelle.collect.record_imports import RecordsObserver, record_writer
from passerelle.collect.sources import SourceRef, ensure_source
from passerelle.collect.warehouse import Warehouse
from passerelle.store import BulkSession, to_micros


def declare(
    bulk: BulkSession,
    declared: Mapping[str, str],
    *,
    source: SourceRef,
    record_key: str,
    warehouse: Warehouse,
    observe: RecordsObserver,
) -> int:
    """Keep what a person declares as a record of a source, in the open transaction.

    The lake keeps each version. Said again unchanged, nothing changes.

    Args:
        bulk: The transaction.
        declared: All that the person declares, by canonical field; dates in ISO form.
        source: In whose name it is kept, of kind `DECLARED_KIND`.
        record_key: What the source calls the person.
        warehouse: Where records go.
        observe: Hears of the record, as of those of files.

    Returns:
        The id of the record.
    """
    now = warehouse.clock()
    ensure_source(bulk, source, at=to_micros(now))
    original = json.dumps(dict(declared), ensure_ascii=False, sort_keys=True)
    row = pl.DataFrame(
        {**declared, "record_key": record_key, "row_number": 1, "original": original}
    )
    reader = RecordReader(
        source, warehouse.keys, DEFAULT_NAMESPACE, received_at=now, blocked=warehouse.blocked
    )
    batch = reader.read(row, 0, 1, ())
    import_id = f"{source.name}-{record_key}-{to_micros(now)}"
    record_writer(warehouse.lake, observe)(bulk, batch, import_id)
    return int(batch.records["record_id"][0])
