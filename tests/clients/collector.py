"""A running collector, and what its log holds: what clients sent, once each."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from passerelle.ingest import LogEntry, LogReader, Reception, list_logs
from tests.journeys.command import PROGRAM, environment, passerelle

_LISTENS = re.compile(r"http://127\.0\.0\.1:\d+")
_ENDS_IN_S = 20


@dataclass
class Collector:
    """A collector in a process of its own, with its home."""

    home: Path
    url: str
    keys: dict[str, str] = field(repr=False)

    def receptions(self, source: str) -> list[Reception]:
        """What was acknowledged to one source, in the order of the log."""
        entries = [
            entry
            for folder in list_logs(self.home / "collector" / "log")
            for entry in LogReader(folder).read()
        ]
        assert all(isinstance(entry, LogEntry) for entry in entries)
        kept = [entry.reception for entry in entries if isinstance(entry, LogEntry)]
        return [each for each in kept if each.source == source]

    def sent(self, source: str) -> list[dict[str, Any]]:
        """The events of a source, each message id once, in order of the time they say."""
        events = [event for each in self.receptions(source) for event in events_of(each)]
        first: dict[str, dict[str, Any]] = {}
        for event in events:
            first.setdefault(event["messageId"], event)
        return sorted(first.values(), key=happened_at)


def events_of(reception: Reception) -> list[dict[str, Any]]:
    """The sound events of a request, with what the request says of all of them."""
    body = json.loads(reception.body)
    batch = body["batch"] if isinstance(body.get("batch"), list) else [body]
    events = []
    for place, event in enumerate(batch):
        if place in reception.faults:
            continue
        shared = {"type": reception.call, "messageId": reception.given_ids.get(place)}
        events.append({**shared, **event, "visitor": reception.facts.get("cookie")})
    return events


def happened_at(event: dict[str, Any]) -> str:
    """When an event says that it happened."""
    return str(event.get("timestamp") or event.get("originalTimestamp"))


@contextmanager
def running_collector(home: Path, sources: dict[str, str], *options: str) -> Iterator[Collector]:
    """A collector on a free port, with sources by name and kind.

    Raises:
        AssertionError: It does not start, or does not end well when asked to.
    """
    keys = {name: _add_source(home, name, kind) for name, kind in sources.items()}
    serve = [*PROGRAM, "collect", "serve", "--port", "0", *options]
    process = subprocess.Popen(
        serve, env={**os.environ, **environment(home)}, stderr=subprocess.PIPE, text=True
    )
    try:
        yield Collector(home, _address(process), keys)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            status = process.wait(timeout=_ENDS_IN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert status == 0


def _add_source(home: Path, name: str, kind: str) -> str:
    told = passerelle(home, "sources", "add", name, "--kind", kind, "--json")
    assert told.status == 0, told.err
    return str(told.json["write_key"])


def _address(process: subprocess.Popen[str]) -> str:
    """Where it listens; what it says after that is read too, so that it never waits for a reader."""
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        found = _LISTENS.search(line)
        if found:
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return found.group()
    raise AssertionError("the collector did not start:\n" + "".join(said))
