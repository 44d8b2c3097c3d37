"""Collecting: files of records, receipts and events in, with what cannot be used kept aside."""

from passerelle.collect.declarations import declare
from passerelle.collect.event_counts import SourceCounts, read_counts
from passerelle.collect.event_imports import EventsPrepared, import_events
from passerelle.collect.events import open_events
from passerelle.collect.fields import RECORD_MEANINGS
from passerelle.collect.following import (
    ArrivedEvent,
    Followed,
    FollowedStep,
    Follower,
    FollowerPlaces,
    LogReplay,
    LogSelection,
    LogStanding,
    Pace,
    ReplayPlan,
    Waits,
    follow_once,
    follow_until,
    following,
    log_ends,
    preview_replay,
    read_standings,
    replay_log,
    wait_until_followed,
    watch_events,
)
from passerelle.collect.following.log_forgetting import count_in_log, forget_in_log
from passerelle.collect.forgetting import (
    RECEIPT_IDS,
    count_in_lake,
    find_notices_of,
    find_quarantined_of,
    forget_quarantined,
    forget_records,
    lake_rows_of,
)
from passerelle.collect.import_counts import ImportCounts
from passerelle.collect.import_plan import ImportPlan
from passerelle.collect.import_runs import Heard, ImportReport, ImportRun, Work, run_import
from passerelle.collect.mapping import (
    Mapping,
    parse_dates,
    parse_mapping,
    parse_timestamps,
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
from passerelle.collect.schemas import (
    EventSchema,
    SchemaFit,
    check_schemas,
    find_schema,
    infer_schemas,
    write_schema,
)
from passerelle.collect.sources import DECLARED_KIND, SOURCE_KINDS, SourceRef, find_source_kind
from passerelle.collect.traces import Traces, read_traces
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
from passerelle.files import ROW_NUMBER, TableFile, guard_formula, open_table

__all__ = [
    "DECLARED_KIND",
    "IDENTIFIER_FIELDS",
    "KEY_KINDS",
    "NOTICE_KINDS",
    "RECEIPT_IDS",
    "RECORD_MEANINGS",
    "RETURN_REASONS",
    "ROW_NUMBER",
    "SCOPES",
    "SOURCE_KINDS",
    "ArrivedEvent",
    "BadRow",
    "EventSchema",
    "EventsPrepared",
    "Followed",
    "FollowedStep",
    "Follower",
    "FollowerPlaces",
    "Heard",
    "ImportCounts",
    "ImportPlan",
    "ImportReport",
    "ImportRun",
    "KeyRules",
    "LogReplay",
    "LogSelection",
    "LogStanding",
    "Mapping",
    "NewKey",
    "NoticeFile",
    "Pace",
    "QuarantinedRow",
    "RecordBatch",
    "ReplayPlan",
    "ReplaySummary",
    "Replayer",
    "SchemaFit",
    "SourceCounts",
    "SourceKeys",
    "SourceRef",
    "TableFile",
    "Traces",
    "Waits",
    "Warehouse",
    "Work",
    "add_key",
    "check_mapping",
    "check_schemas",
    "count_in_lake",
    "count_in_log",
    "count_quarantine",
    "declare",
    "disable_keys",
    "drop_waiting",
    "find_notices_of",
    "find_quarantined_of",
    "find_schema",
    "find_source_kind",
    "follow_once",
    "follow_until",
    "following",
    "forget_in_log",
    "forget_quarantined",
    "forget_records",
    "get_quarantined_row",
    "guard_formula",
    "import_events",
    "import_notices",
    "import_receipts",
    "import_records",
    "infer_schemas",
    "lake_rows_of",
    "list_columns",
    "list_keys",
    "list_quarantine",
    "log_ends",
    "open_events",
    "open_notices",
    "open_receipts",
    "open_table",
    "parse_dates",
    "parse_mapping",
    "parse_timestamps",
    "preview_mapping",
    "preview_replay",
    "propose_mapping",
    "read_blocked_values",
    "read_cells",
    "read_counts",
    "read_mapping",
    "read_standings",
    "read_traces",
    "repair_row",
    "replay_log",
    "replay_rows",
    "rotate_key",
    "run_import",
    "trim_cells",
    "wait_until_followed",
    "watch_events",
    "write_schema",
]
