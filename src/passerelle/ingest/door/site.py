"""What the door offers beside taking events in: profiles, personal links, SDKs, the cookie."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from passerelle.ingest.links import LINK_FILE, LinkKey, LinkRules, read_link_rules
from passerelle.ingest.recognition import ProfileGate, Recogniser, open_recogniser, permit_nobody
from passerelle.ingest.tag import CookieRules
from passerelle.kernel import IdentifierKeys

SDK_FOLDER = "sdk"
"""Folder of the files of SDKs that are served from our own host, in the home folder."""


@dataclass
class Site:
    """One installation as the door sees it; what needs its secret is opened when first asked for.

    Args:
        home: Folder of the installation.
        store_url: Where profiles are.
        cookie: How the visitor's cookie is set.
        find_secret: The installation's secret; None before there is one.
        open_gate: Gives what asks the gate of consent, with the installation's keys.
        sdk_files: Files of browser SDKs, by the name they are asked for.
    """

    home: Path
    store_url: str = field(repr=False)
    cookie: CookieRules
    find_secret: Callable[[], bytes | None] = field(repr=False)
    open_gate: Callable[[IdentifierKeys], ProfileGate] = lambda _keys: permit_nobody
    sdk_files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    _recogniser: Recogniser | None = field(default=None, repr=False)
    _links: tuple[LinkKey, LinkRules] | None = field(default=None, repr=False)

    def recogniser(self) -> Recogniser | None:
        """Who looks people up; None before the installation has a secret."""
        if self._recogniser is None and (secret := self.find_secret()) is not None:
            keys = IdentifierKeys(secret)
            self._recogniser = open_recogniser(self.store_url, keys, self.open_gate(keys))
        return self._recogniser

    def links(self) -> tuple[LinkKey, LinkRules] | None:
        """What personal links are signed with, and where they may lead; None where there are none.

        Raises:
            Misconfigured: Their file cannot be used.
        """
        if self._links is None and (secret := self.find_secret()) is not None:
            rules = read_link_rules(self.home / LINK_FILE)
            self._links = None if rules is None else (LinkKey.of(secret), rules)
        return self._links
