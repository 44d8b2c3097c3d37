"""The follower: how fast it works off a backlog, and how soon an event is in its profile.

The first part writes a backlog into the log, in requests of 100 events and of one, and follows it:
events a second by the clock and by the processor, beside the speed at which the log itself took
them. The second has another process receive 2,000 events a second while the follower runs, and
tells how long after its reception an event's transaction is committed, once all is loaded. One
event in twenty is a login, so that there is evidence to follow.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from passerelle.bootstrap import Passerelle, open_passerelle
from passerelle.ingest import LogAppender, Position, Reception
from passerelle.settings import Settings

_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36"
_LOGIN_SHARE = 0.05
_PEOPLE = 50_000


def run(argv: list[str]) -> int:
    """Measure and print; answers an exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=500_000, help="events of the backlog")
    parser.add_argument("--rate", type=int, default=2000, help="events a second of the second part")
    parser.add_argument("--seconds", type=float, default=30.0, help="length of the second part")
    parser.add_argument("--receive", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.receive:
        asyncio.run(_receive(options.receive, options.rate, options.seconds))
        return 0
    for size in (100, 1):
        with tempfile.TemporaryDirectory() as folder:
            _measure_backlog(Path(folder), options.events // (1 if size > 1 else 5), size)
    with tempfile.TemporaryDirectory() as folder:
        _measure_delay(Path(folder), options.rate, options.seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory {peak:,.0f} MiB\n")
    return 0


def _measure_backlog(home: Path, events: int, size: int) -> None:
    seconds = asyncio.run(_fill(home, events, size))
    sys.stdout.write(f"requests of {size}: the log takes {events / seconds:,.0f} events/s\n")
    passerelle = open_passerelle(Settings(home=home))
    began, used = time.perf_counter(), time.process_time()
    passerelle.follow_once()
    seconds, used = time.perf_counter() - began, time.process_time() - used
    sys.stdout.write(
        f"requests of {size}: followed to identity and lake {events / seconds:,.0f} events/s, "
        f"{events / used:,.0f} a second of the processor ({events:,} events)\n"
    )


async def _fill(home: Path, events: int, size: int) -> float:
    rng = random.Random(7)
    appender = LogAppender(home / "collector" / "log")
    began = time.perf_counter()
    made = [_reception(rng, size) for _ in range(events // size)]
    building = time.perf_counter() - began
    for first in range(0, len(made), 64):
        await asyncio.gather(*(appender.append(each) for each in made[first : first + 64]))
    await appender.close()
    return time.perf_counter() - began - building


def _measure_delay(home: Path, rate: int, seconds: float) -> None:
    passerelle = open_passerelle(Settings(home=home))
    stop = threading.Event()
    following = threading.Thread(target=_follow, args=(passerelle, stop))
    following.start()
    command = ["--receive", str(home), "--rate", str(rate), "--seconds", str(seconds)]
    start = "import sys; from benchmarks.follower import run; sys.exit(run(sys.argv[1:]))"
    subprocess.run([sys.executable, "-c", start, *command], check=True)
    stop.set()
    following.join()


def _follow(passerelle: Passerelle, stop: threading.Event) -> None:
    passerelle.follow(stop)


async def _receive(home: Path, rate: int, seconds: float) -> None:
    """Receive events at a rate, and watch how far the store says that the follower is."""
    rng = random.Random(8)
    appender = LogAppender(home / "collector" / "log")
    log = appender.folder.name
    waiting: list[tuple[Position, float]] = []
    delays: list[float] = []
    with sqlite3.connect(home / "store.sqlite3") as store:
        await _warm_up(appender, rng, store, log)
        began = time.perf_counter()
        sent = 0
        while (now := time.perf_counter() - began) < seconds or (waiting and now < 2 * seconds):
            due = int(min(now, seconds) * rate) - sent
            if due > 0:
                at = time.perf_counter()
                await asyncio.gather(*(appender.append(_reception(rng, 1)) for _ in range(due)))
                waiting.append((appender.position, at))
                sent += due
            reached = _position(store, log)
            while waiting and waiting[0][0] <= reached:
                delays.append(time.perf_counter() - waiting.pop(0)[1])
            await asyncio.sleep(0.01)
    await appender.close()
    delays.sort()
    if not delays:
        sys.stdout.write("nothing was followed\n")
        return
    middle, late = delays[len(delays) // 2], delays[int(len(delays) * 0.99)]
    sys.stdout.write(
        f"{rate:,} events/s for {seconds:g} s: in the profile after {middle * 1000:,.0f} ms (p50), "
        f"{late * 1000:,.0f} ms (p99), {delays[-1] * 1000:,.0f} ms (most); {sent:,} events\n"
    )


async def _warm_up(
    appender: LogAppender, rng: random.Random, store: sqlite3.Connection, log: str
) -> None:
    """Wait until the follower has loaded what it needs, which takes seconds, and done something."""
    for _ in range(3):
        await asyncio.gather(*(appender.append(_reception(rng, 1)) for _ in range(200)))
        while _position(store, log) < appender.position:
            await asyncio.sleep(0.05)


def _position(store: sqlite3.Connection, log: str) -> Position:
    sql = "select segment, byte from log_offsets where log = ? and consumer = 'identity'"
    row = store.execute(sql, (log,)).fetchone()
    return Position(*row) if row else Position()


def _reception(rng: random.Random, size: int) -> Reception:
    events = list(_events(rng, size))
    body = {"batch": events} if size > 1 else events[0]
    return Reception(
        received_at=time.time_ns() // 1000,
        source="web",
        kind="browser",
        dialect="segment",
        call="batch" if size > 1 else "track",
        body=json.dumps(body, separators=(",", ":")).encode(),
        facts={"user_agent": _AGENT},
        events=size,
    )


def _events(rng: random.Random, size: int) -> Iterator[dict[str, object]]:
    for _ in range(size):
        person = rng.randrange(_PEOPLE)
        is_login = rng.random() < _LOGIN_SHARE
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        yield {
            "type": "identify" if is_login else "track",
            "event": "Product Viewed",
            "messageId": f"ajs-next-1795320223713-{uuid.UUID(int=rng.getrandbits(128))}",
            "anonymousId": str(uuid.UUID(int=person)),
            "userId": f"u-{person}" if is_login else None,
            "timestamp": stamp,
            "properties": {"sku": f"A{person}", "price": 12.3, "currency": "EUR", "name": "Bottes"},
            "context": {
                "page": {
                    "path": "/p",
                    "referrer": "https://www.google.fr/",
                    "title": "Bottes",
                    "url": f"https://shop.example/p/{person}?utm_source=news&utm_campaign=noel",
                },
                "userAgent": _AGENT,
                "locale": "fr-FR",
                "library": {"name": "analytics.js", "version": "npm:next-1.84.3"},
            },
        }
