"""The collector's own process: events in over HTTP, durable before they are acknowledged.

It imports neither Django nor a data frame: a request is answered in tens of microseconds, and
whatever takes longer is done by the follower, which reads the log.
"""

from passerelle.ingest.access import WriteKey, hash_key
from passerelle.ingest.banner import (
    BANNER_FILE,
    BannerPurpose,
    BannerSettings,
    write_banner_settings,
)
from passerelle.ingest.dialects import matomo_events, webhook_events
from passerelle.ingest.door import (
    CollectorOptions,
    Limits,
    read_webhook_mapping,
    serve_collector,
)
from passerelle.ingest.links import (
    CHANNELS,
    LINK_EVENT,
    LINK_FILE,
    LINK_PROPERTY,
    LinkKey,
    LinkReading,
    LinkRules,
    PersonalLink,
    make_link_token,
    read_link_rules,
    read_link_token,
)
from passerelle.ingest.log import (
    Damage,
    LogAppender,
    LogEntry,
    LogReader,
    Position,
    Reception,
    blank_events,
    finish_overwriting,
    list_logs,
    list_segments,
    overwrite_blocks,
    segment_path,
)
from passerelle.ingest.recognition import LOOKUP_KINDS, ProfileGate, Recognised, Snapshot

__all__ = [
    "BANNER_FILE",
    "CHANNELS",
    "LINK_EVENT",
    "LINK_FILE",
    "LINK_PROPERTY",
    "LOOKUP_KINDS",
    "BannerPurpose",
    "BannerSettings",
    "CollectorOptions",
    "Damage",
    "Limits",
    "LinkKey",
    "LinkReading",
    "LinkRules",
    "LogAppender",
    "LogEntry",
    "LogReader",
    "PersonalLink",
    "Position",
    "ProfileGate",
    "Reception",
    "Recognised",
    "Snapshot",
    "WriteKey",
    "blank_events",
    "finish_overwriting",
    "hash_key",
    "list_logs",
    "list_segments",
    "make_link_token",
    "matomo_events",
    "overwrite_blocks",
    "read_link_rules",
    "read_link_token",
    "read_webhook_mapping",
    "segment_path",
    "serve_collector",
    "webhook_events",
    "write_banner_settings",
]
