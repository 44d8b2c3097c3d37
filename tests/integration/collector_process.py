"""A collector in a process of its own, for what only a real one can show: kills, disks, sockets."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from passerelle.ingest import Damage, LogEntry, LogReader, list_logs
from tests.journeys.command import PROGRAM, environment
from tests.unit.ingest.door.asking import WEB, basic, make_store

_SECONDS = 60


@dataclass
class RunningCollector:
    """A process that serves, and what it said when it began."""

    home: Path
    process: subprocess.Popen[str] = field(repr=False)
    port: int
    said: Path | None = None

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> tuple[int, str]:
        """Ask it to end; its status, and what else it said."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=_SECONDS)
        said = "" if self.said is None else self.said.read_text()
        return status, said.partition("listens on ")[2].partition("\n")[2]

    def connect(self) -> socket.socket:
        """A connection to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=_SECONDS)

    def post(self, ids: list[str]) -> int:
        """The status of the answer to a batch of events of these ids; 0 if there was none."""
        try:
            with self.connect() as connection:
                connection.sendall(request_of(ids))
                return read_status(connection)
        except OSError:
            return 0


def start_collector(home: Path, *options: str, **settings: str) -> RunningCollector:
    """Start a collector; a store that is not there yet is made, with the keys of the door's tests."""
    home.mkdir(exist_ok=True)
    if not (home / "store.sqlite3").exists():  # else it has keys of its own
        make_store(home / "store.sqlite3")
    command = [*PROGRAM, "collect", "serve", "--port", "0", *options]
    # A file, not a pipe that nobody reads: one that is full would hold the collector up.
    said = home.parent / f"{home.name}-{time.monotonic_ns()}.said"
    with said.open("w") as told:
        process = subprocess.Popen(
            command, env={**os.environ, **environment(home), **settings},
            stdout=subprocess.DEVNULL, stderr=told, text=True,
        )  # fmt: skip
    while not (found := re.search(r"http://127\.0\.0\.1:(\d+)\n", said.read_text())):
        assert process.poll() is None, f"the collector did not start: {said.read_text()}"
        time.sleep(0.02)
    return RunningCollector(home, process, int(found[1]), said)


def request_of(ids: list[str]) -> bytes:
    """A whole request with a small event for each id."""
    events = [
        {"type": "track", "event": "x", "anonymousId": "a", "messageId": each} for each in ids
    ]
    body = json.dumps({"batch": events}).encode()
    head = f"POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: {basic(WEB)['authorization']}\r\n"
    return head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body


def read_status(connection: socket.socket) -> int:
    """The status of one answer, read whole; 0 if it broke off."""
    answer = b""
    while b"}" not in answer:
        part = connection.recv(65536)
        if not part:
            return 0
        answer += part
    return int(answer.split(b" ", 2)[1])


def logged_ids(home: Path) -> list[str]:
    """The message ids in the logs, and nothing damaged but what a crash may leave at an end."""
    ids: list[str] = []
    for log in list_logs(home / "collector" / "log"):
        for entry in LogReader(log).read():
            assert isinstance(entry, LogEntry) or (isinstance(entry, Damage) and entry.is_tail)
            if isinstance(entry, LogEntry):
                ids += [event["messageId"] for event in json.loads(entry.reception.body)["batch"]]
    return ids
