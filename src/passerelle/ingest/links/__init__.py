"""Personal links: made for one person, signed, good for one use; pure, for the door and the CLI."""

from passerelle.ingest.links.rules import LINK_FILE, LinkRules, read_link_rules
from passerelle.ingest.links.tokens import (
    CHANNELS,
    LINK_EVENT,
    LINK_PROPERTY,
    LinkKey,
    LinkReading,
    PersonalLink,
    make_link_token,
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
