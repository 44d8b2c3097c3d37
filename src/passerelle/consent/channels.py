"""Channels that a purpose may use, and what a permission for one is given for.

Consent belongs to the contact point or the device that gave it. Post reaches a person at a
source's record of them, and not an address that others share: consent never flows through a home.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from passerelle.kernel.language import N_


@dataclass(frozen=True)
class Channel:
    """One way to reach or to know somebody.

    Args:
        label: What people call it.
        subject_types: Types of identifiers that a permission for it is given for.
    """

    label: str
    subject_types: tuple[str, ...]


CHANNELS = MappingProxyType(
    {
        "email": Channel(N_("e-mail"), ("email",)),
        "sms": Channel(N_("text message"), ("phone",)),
        "phone": Channel(N_("telephone call"), ("phone",)),
        "post": Channel(N_("letter"), ("record",)),
        "push": Channel(N_("notification of the app"), ("mobile_id",)),
        "ads": Channel(
            N_("advertising platforms and partners"), ("cookie", "email", "mobile_id", "phone")
        ),
        "site": Channel(N_("personal pages and offers on the site"), ("cookie", "login")),
        "store": Channel(
            N_("your file, looked up to serve you"),
            ("customer_number", "email", "login", "loyalty_card", "phone"),
        ),
        "analytics": Channel(N_("measuring visits"), ("cookie", "mobile_id")),
        "open_tracking": Channel(N_("seeing that an e-mail was opened"), ("email",)),
        "profiling": Channel(
            N_("deducing interests and habits"),
            ("cookie", "email", "login", "loyalty_card", "mobile_id", "phone"),
        ),
    }
)

DEVICES = ("cookie", "mobile_id")
"""Types of which a browser may itself say that consent was given."""
EVERY = "*"
"""Every purpose, or every channel: a denial may say it, a grant never."""
