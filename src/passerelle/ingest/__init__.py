"""The collector's own process: events in over HTTP, profiles looked up; without Django."""

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

__all__ = [
    "CHANNELS",
    "LINK_EVENT",
    "LINK_FILE",
    "LINK_PROPERTY",
    "LinkKey",
    "LinkReading",
    "LinkRules",
    "PersonalLink",
    "make_link_token",
    "read_link_rules",
    "read_link_token",
]
