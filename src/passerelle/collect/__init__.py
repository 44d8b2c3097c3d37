"""Collecting: files of records, receipts and events in, with what cannot be used kept aside."""

from passerelle.collect.event_imports import EventsPrepared, import_events
from passerelle.collect.events import open_events
from passerelle.collect.fields import RECORD_MEANINGS
from passerelle.collect.files import ROW_NUMBER, TableFile, guard_formula, open_table
from passerelle.collect.import_counts import ImportCounts
from passerelle.collect.import_runs import Heard, ImportReport
from passerelle.collect.mapping import (
    Mapping,
    parse_dates,
    parse_mapping,
    preview_mapping,
    propose_mapping,
    read_mapping,
    trim_cells,
)
from passerelle.collect.mapping_checks import check_mapping
from passerelle.collect.notice_imports import import_notices
from passerelle.collect.notices import NOTICE_KINDS, RETURN_REASONS, NoticeFile, open_notices
from passerelle.collect.own_blocked_values import read_blocked_values
from passerelle.collect.quarantine import (
    BadRow,
    QuarantinedRow,
    count_quarantine,
    get_quarantined_row,
    list_quarantine,
)
from passerelle.collect.receipt_imports import import_receipts
from passerelle.collect.receipts import open_receipts
from passerelle.collect.record_batches import IDENTIFIER_FIELDS, RecordBatch
from passerelle.collect.record_imports import import_records
from passerelle.collect.repairs import list_columns, read_cells, repair_row
from passerelle.collect.replays import Replayer, ReplaySummary, drop_waiting, replay_rows
from passerelle.collect.sources import SOURCE_KINDS, SourceRef, find_source_kind
from passerelle.collect.warehouse import Warehouse
from passerelle.collect.write_keys import (
    KEY_KINDS,
    SCOPES,
    KeyRules,
    NewKey,
    SourceKeys,
    add_key,
    disable_keys,
    list_keys,
    rotate_key,
)

__all__ = [
    "IDENTIFIER_FIELDS",
    "KEY_KINDS",
    "NOTICE_KINDS",
    "RECORD_MEANINGS",
    "RETURN_REASONS",
    "ROW_NUMBER",
    "SCOPES",
    "SOURCE_KINDS",
    "BadRow",
    "EventsPrepared",
    "Heard",
    "ImportCounts",
    "ImportReport",
    "KeyRules",
    "Mapping",
    "NewKey",
    "NoticeFile",
    "QuarantinedRow",
    "RecordBatch",
    "ReplaySummary",
    "Replayer",
    "SourceKeys",
    "SourceRef",
    "TableFile",
    "Warehouse",
    "add_key",
    "check_mapping",
    "count_quarantine",
    "disable_keys",
    "drop_waiting",
    "find_source_kind",
    "get_quarantined_row",
    "guard_formula",
    "import_events",
    "import_notices",
    "import_receipts",
    "import_records",
    "list_columns",
    "list_keys",
    "list_quarantine",
    "open_events",
    "open_notices",
    "open_receipts",
    "open_table",
    "parse_dates",
    "parse_mapping",
    "preview_mapping",
    "propose_mapping",
    "read_blocked_values",
    "read_cells",
    "read_mapping",
    "repair_row",
    "replay_rows",
    "rotate_key",
    "trim_cells",
]
