"""How a collector is to be run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from passerelle.ingest.door.limits import Limits


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
        cookie_domain: Whose servers read the visitor's cookie, such as `example.fr`; empty: the
            collector's own host alone.
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
    cookie_domain: str = ""
    logs_access: bool = False
    limits: Limits = field(default_factory=Limits)

    @property
    def log_root(self) -> Path:
        """Where the logs of all writers are."""
        return self.home / "collector" / "log"

    @property
    def sdk_folder(self) -> Path:
        """Where the operator puts files of SDKs."""
        return self.home / "collector" / "sdk"

    @property
    def own_lifetimes(self) -> Path:
        """Where the operator puts limits of the cookie's life in place of ours."""
        return self.home / "collector" / "lifetimes.toml"
