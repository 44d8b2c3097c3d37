"""The customer's page in a process of its own, and the links that it sends."""

from __future__ import annotations

import email
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.command import PROGRAM, environment

_LISTENS = re.compile(r"http://127\.0\.0\.1:\d+")
_LINK = re.compile(r"https?://\S+/s/\S+")
_STARTS_IN_S = 120
_ENDS_IN_S = 30
_ARRIVES_IN_S = 30


@dataclass
class PortalProcess:
    """A running page, with its home."""

    home: Path
    url: str
    process: subprocess.Popen[str]
    log: Path

    def mails(self) -> list[Path]:
        """Mails that were written, oldest first."""
        folder = self.home / "outgoing"
        found = folder.glob("*.eml") if folder.exists() else []
        return sorted(found, key=lambda each: each.stat().st_mtime_ns)

    def next_link(self, known: int) -> str:
        """The link of the next mail after so many that were there."""
        ends = time.monotonic() + _ARRIVES_IN_S
        while len(self.mails()) <= known:
            assert time.monotonic() < ends, "no mail was written"
            time.sleep(0.05)
        mail = email.message_from_bytes(self.mails()[-1].read_bytes())
        found = _LINK.search(mail.get_payload(decode=True).decode())  # type: ignore[union-attr]
        assert found is not None
        return found[0]


@contextmanager
def running_portal(home: Path, **settings: str) -> Iterator[PortalProcess]:
    """The page of a home on a free port.

    Raises:
        AssertionError: It does not start, or does not end well when asked to.
    """
    log = home.parent / "portal.log"
    with log.open("w") as written:
        process = subprocess.Popen(
            [*PROGRAM, "portal", "serve", "--port", "0"],
            env={**os.environ, **environment(home), **settings},
            stdout=written,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield PortalProcess(home, _address(log, process), process, log)
            process.send_signal(signal.SIGTERM)
            assert process.wait(_ENDS_IN_S) == 0, log.read_text()
        finally:
            process.kill()
            process.wait()


def _address(log: Path, process: subprocess.Popen[str]) -> str:
    ends = time.monotonic() + _STARTS_IN_S
    while (found := _LISTENS.search(log.read_text())) is None:
        assert process.poll() is None and time.monotonic() < ends, log.read_text()
        time.sleep(0.1)
    return found[0]
