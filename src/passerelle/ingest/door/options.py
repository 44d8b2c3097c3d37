"""How a collector is to be run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from passerelle.ingest.door.limits import Limits
from passerelle.ingest.recognition import ProfileGate, permit_nobody
from passerelle.kernel import IdentifierKeys


@dataclass(frozen=True)
class CollectorOptions:
    """How a collector is to be run.

    Args:
        home: Folder of the installation; the log goes below it.
        store_url: Where write keys are read.
        host: Address to listen on.
        port: Port to listen on; 0 takes any that is free.
        workers: Processes, each with a log of its own.
        prefix: A path under which all addresses work too, such as `/collecte`.
        trusted_proxies: Addresses whose `X-Forwarded-For` is believed.
        cookie_name: Name of the visitor's cookie, the only one that is ever looked at.
        cookie_domain: Domain that it is set for, as `example.fr`; empty: the collector's host only.
        find_secret: The installation's secret; None before there is one.
        open_gate: Gives what asks the gate of consent before a profile is shown; without it
            nobody is.
        logs_access: Whether each request is noted, without anything of a person.
        limits: Bounds of each worker.
    """

    home: Path
    store_url: str = field(repr=False)  # it may hold a password
    host: str = "127.0.0.1"
    port: int = 0
    workers: int = 1
    prefix: str = ""
    trusted_proxies: frozenset[str] = frozenset()
    logs_access: bool = False
    cookie_name: str = "_v"
    cookie_domain: str = ""
    find_secret: Callable[[], bytes | None] = field(default=lambda: None, repr=False)
    open_gate: Callable[[IdentifierKeys], ProfileGate] = lambda _keys: permit_nobody
    limits: Limits = field(default_factory=Limits)

    @property
    def log_root(self) -> Path:
        """Where the logs of all writers are."""
        return self.home / "collector" / "log"
