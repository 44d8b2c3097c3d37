"""`passerelle serve` keeps the collector and the follower running, and stops them in turn."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

_PATIENCE = 120.0
_COMMAND = [sys.executable, "-c", "from passerelle.cli.main import main; main()"]


class Served:
    """An installation that is being served."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.key = json.loads(self.run("sources", "add", "web", "--kind", "browser", "--json"))[
            "write_key"
        ]
        self.said = home / "said.txt"
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                [*_COMMAND, "--home", str(home), "--language", "en", "serve", "--port", "0"],
                stderr=said,
            )
        self.url = self.wait_for(lambda: re.search(r"http://[\d.:]+", self.said.read_text()))[0]

    def run(self, *arguments: str) -> str:
        command = [*_COMMAND, "--home", str(self.home), "--language", "en", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def send(self, message: str) -> int:
        event = {"type": "track", "event": "Seen", "messageId": message, "anonymousId": "anon-1"}
        word = base64.b64encode(f"{self.key}:".encode()).decode()
        request = urllib.request.Request(
            f"{self.url}/v1/track",
            json.dumps(event).encode(),
            {"Authorization": f"Basic {word}"},
        )
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            return int(answer.status)

    def accepted(self) -> int:
        with closing(sqlite3.connect(self.home / "store.sqlite3")) as store:
            sql = "select coalesce(sum(events), 0) from event_counts where outcome = 'accepted'"
            return int(store.execute(sql).fetchone()[0])

    def wait_for(self, found: Callable[[], Any]) -> Any:
        until = time.monotonic() + _PATIENCE
        while not (answer := found()):
            assert time.monotonic() < until, self.said.read_text()
            time.sleep(0.2)
        return answer

    def children(self) -> dict[str, int]:
        """Process ids of the children, by what they do."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and f"PPid:\t{self.process.pid}\n" in _status(entry):
                command = (entry / "cmdline").read_bytes().split(b"\0")
                noun = next(each for each in (b"collect", b"retention") if each in command)
                found[command[command.index(noun) + 1].decode()] = int(entry.name)
        return found


def _status(process: Path) -> str:
    try:
        return (process / "status").read_text()
    except OSError:  # it has just ended
        return ""


@pytest.fixture
def served(home: Path) -> Any:
    running = Served(home)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()


def test_a_follower_that_is_killed_starts_again_and_all_ends_in_turn(served: Served) -> None:
    assert served.send("m-1") == 200
    served.wait_for(lambda: served.accepted() == 1)

    killed = served.wait_for(lambda: served.children().get("follow"))
    os.kill(killed, signal.SIGKILL)
    assert served.send("m-2") == 200

    served.wait_for(lambda: served.accepted() == 2)
    assert served.children()["follow"] != killed
    assert "starts again" in served.said.read_text()

    assert served.send("m-3") == 200
    served.process.terminate()
    assert served.process.wait(_PATIENCE) == 0
    assert served.children() == {}
    served.run("collect", "follow", "--once")
    assert served.accepted() == 3
