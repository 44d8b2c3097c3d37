"""An open page: the installation, how it is served, and what it keeps in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING

from passerelle.portal.options import PortalOptions
from passerelle.portal.sending import Carrier, Postman, open_mail_carrier, open_text_carrier
from passerelle.portal.signing_in.limits import (
    PER_CONTACT,
    PER_NETWORK,
    USES_PER_NETWORK,
    TryCounter,
)
from passerelle.portal.telling import tell_failure
from passerelle.store import AuditEntry, BulkSession, write_audit

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle
    from passerelle.postal import Gazetteer

SOURCE = "portal"
"""In whose name the page keeps what people say."""


@dataclass(frozen=True)
class Portal:
    """All that a page needs to answer."""

    parts: Passerelle
    options: PortalOptions
    postman: Postman
    carriers: Mapping[str, Carrier]
    contact_tries: TryCounter
    network_tries: TryCounter
    use_tries: TryCounter

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The tables of towns and streets, read when an address is first looked at."""
        from passerelle.postal import load_gazetteer

        return load_gazetteer(self.parts.settings.home / "reference")

    def note(
        self,
        bulk: BulkSession,
        action: str,
        subjects: tuple[int, ...],
        detail: Mapping[str, str] | None = None,
    ) -> None:
        """Put what somebody does into the audit log, in the open transaction."""
        entry = AuditEntry(SOURCE, action, subjects, detail or {}, at=self.parts.clock())
        write_audit(bulk, [entry], secret=self.parts.keys.secret)

    def derived(self, name: str) -> bytes:
        """A secret for one use, made of the installation's, which it does not tell."""
        return blake2b(
            digest_size=32, key=self.parts.keys.secret, person=name.encode()[:16]
        ).digest()


def open_portal(parts: Passerelle, options: PortalOptions) -> Portal:
    """The page of an installation.

    Raises:
        Misconfigured: It has a mail server, and nobody to be its sender.
    """
    clock = parts.clock
    return Portal(
        parts,
        options,
        Postman(lambda error: tell_failure(clock, "portal.message_not_sent", error)),
        {
            "email": open_mail_carrier(parts.settings, clock),
            "phone": open_text_carrier(parts.settings),
        },
        TryCounter(PER_CONTACT, clock),
        TryCounter(PER_NETWORK, clock),
        TryCounter(USES_PER_NETWORK, clock),
    )
