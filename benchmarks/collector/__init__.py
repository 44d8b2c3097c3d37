"""The collector under load: events a second that are durable, beside what the server alone allows.

In one run, in turn: a bare ASGI application that only reads the body; one that parses it and
appends it to a file without waiting for the disk; and the collector, which answers when the events
are on the disk. All on uvicorn, uvloop and httptools, one worker each, with the loader beside them
on the same processors. The best of the rounds counts, since other work on the machine only slows;
what each event takes of the processor, and its ratio to the bare one's (`by CPU`), are the figures
that other work disturbs least.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from passerelle.bootstrap import open_passerelle
from passerelle.collect import KeyRules, SourceRef, add_key
from passerelle.settings import Settings
from passerelle.store import to_micros

_CONNECTIONS = {1: 64, 10: 32, 100: 16}  # by events in a batch
_NAMES = ("bare", "unsynced", "collector")
_TARGET = 0.7
_FULL = 0.95  # of a processor: a loader above it is what is measured


@dataclass(frozen=True)
class _Server:
    """A server under load."""

    process: subprocess.Popen[str]
    port: int

    @property
    def memory_mib(self) -> float:
        """What it holds of the memory, now."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)

    @property
    def cpu_seconds(self) -> float:
        """What it has used of the processors, all its threads together."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(argv: list[str]) -> int:
    """Measure and print; answers an exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="the best one counts")
    parser.add_argument("--folder", type=Path, help="on the disk to measure")
    parser.add_argument(
        "--memory-over", type=int, default=0, metavar="EVENTS",
        help="instead of speed, watch the collector's memory over so many events",
    )  # fmt: skip
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        home = Path(folder)
        key = _make_key(home)
        if options.memory_over:
            _watch_memory(home, key, options.memory_over, options.seconds)
            return 0
        print(f"{'events a batch':<16}{'server':<12}{'events/s':>12}{'p50 ms':>9}{'p99 ms':>9}"
              f"{'CPU µs/event':>14}{'of bare':>9}{'by CPU':>8}{'loader':>8}")  # fmt: skip
        for events, connections in _CONNECTIONS.items():
            _measure_size(home, key, events, connections, options)
    return 0


def _measure_size(
    home: Path, key: str, events: int, connections: int, options: argparse.Namespace
) -> None:
    best: dict[str, dict[str, float]] = {}
    for _round in range(options.rounds):
        for name in _NAMES:
            found = _measure(name, home, key, events, connections, options.seconds)
            rate = found["events_per_second"]
            if rate > best.get(name, {}).get("events_per_second", 0):
                best[name] = found
    bare = best["bare"]["events_per_second"]
    for name in _NAMES:
        one = best[name]
        share = one["events_per_second"] / bare
        by_cpu = best["bare"]["cpu_us"] / one["cpu_us"]
        notes = "  loader at its limit" if one["loader_share"] > _FULL else ""
        if one["wrong"]:
            notes += f"  {one['wrong']:.0f} answers were not 200"
        if name == "collector" and share < _TARGET:
            notes += f"  below the target of {_TARGET}"
        print(f"{events:<16}{name:<12}{one['events_per_second']:>12,.0f}{one['p50_ms']:>9.2f}"
              f"{one['p99_ms']:>9.2f}{one['cpu_us']:>14.1f}{share:>9.2f}{by_cpu:>8.2f}{one['loader_share']:>8.2f}"
              f"{notes}", flush=True)  # fmt: skip


def _measure(
    name: str, home: Path, key: str, events: int, connections: int, seconds: float
) -> dict[str, float]:
    with _running(name, home) as server:
        before = server.cpu_seconds
        load = [sys.executable, "-m", "benchmarks.collector.load", str(server.port), str(events)]
        done = subprocess.run(
            [*load, str(connections), str(seconds), key],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        found: dict[str, float] = json.loads(done.stdout)
        used = server.cpu_seconds - before
        # The processor's time includes the loader's warming up, during which as much is done.
        share = seconds / (seconds + 0.5)
        found["cpu_us"] = 1e6 * used * share / (found["requests"] * events)
    for log in (home / "collector").rglob("*.log"):
        log.unlink()
    (home / "unsynced.log").unlink(missing_ok=True)
    return found


def _watch_memory(home: Path, key: str, most: int, seconds: float) -> None:
    """Send batches of 1,000 until so many events are in; print what the server holds meanwhile.

    Segments that are done with are removed, as a follower's retention does: the disk need not hold
    them all.
    """
    sent = 0
    with _running("collector", home) as server:
        while sent < most:
            command = [sys.executable, "-m", "benchmarks.collector.load", str(server.port), "1000"]
            done = subprocess.run(
                [*command, "4", str(seconds), key], stdout=subprocess.PIPE, text=True, check=True
            )
            found = json.loads(done.stdout)
            sent += int(found["requests"]) * 1000
            for log in sorted((home / "collector").rglob("*.log"))[:-1]:
                log.unlink()
            print(f"{sent:>12,} events, {server.memory_mib:8.1f} MiB, "
                  f"{found['wrong']:.0f} answers were not 200", flush=True)  # fmt: skip


@contextmanager
def _running(name: str, home: Path) -> Iterator[_Server]:
    if name == "collector":
        command = [str(Path(sys.executable).parent / "passerelle"), "--home", str(home)]
        command += ["collect", "serve", "--port", "0"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        found = re.search(r":(\d+)\s*$", process.stderr.readline())
    else:
        command = [sys.executable, "-m", "benchmarks.collector.rivals", name, str(home)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        found = re.search(r"(\d+)\s*$", process.stdout.readline())
    assert found is not None, f"{name} did not start"
    try:
        yield _Server(process, int(found[1]))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _make_key(home: Path) -> str:
    passerelle = open_passerelle(Settings(home=home))
    at = to_micros(passerelle.clock())
    return add_key(passerelle.store, SourceRef("web", "browser"), KeyRules(), at=at).write_key
