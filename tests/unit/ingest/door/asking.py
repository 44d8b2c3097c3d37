"""A door without a server: requests in, answers and what the log keeps of them out."""

from __future__ import annotations

import asyncio
import base64
import json
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from passerelle.ingest import Limits, LogAppender, LogEntry, LogReader, Reception, list_logs
from passerelle.ingest.access import AccessList, hash_key
from passerelle.ingest.door.application import Door
from passerelle.ingest.door.intake import Intake
from passerelle.ingest.door.limits import RateLimiter
from passerelle.ingest.door.metrics import Metrics
from passerelle.ingest.door.site import Site
from passerelle.ingest.tag import CookieRules, read_limits

WEB = "11111111111111111111111111111111"
SHOP = "22222222222222222222222222222222"
SITE = "33333333333333333333333333333333"
SLOW = "44444444444444444444444444444444"
OLD = "55555555555555555555555555555555"
SECRET = b"a secret of the tests, 32 bytes."

_KEYS = (
    (WEB, "web", "events", [], 0, None),
    (SHOP, "shop", "events profile", [], 0, None),
    (SITE, "site", "events", ["https://www.enseigne.example"], 0, None),
    (SLOW, "slow", "events", [], 5, None),
    (OLD, "web", "events", [], 0, 1),
)
_KINDS = {"web": "browser", "site": "browser", "slow": "browser", "shop": "server"}


@dataclass(frozen=True)
class Heard:
    """What a client heard."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Ask:
    """One request; `parts` is its body as it comes."""

    method: str
    path: str
    parts: Sequence[bytes] = (b"",)
    headers: dict[str, str] = field(default_factory=dict)
    query: str = ""
    peer: str = "203.0.113.9"


@dataclass
class Doorway:
    """A door on folders of a test."""

    home: Path
    limits: Limits = field(default_factory=Limits)
    prefix: str = ""
    proxies: frozenset[str] = frozenset()

    def ask(self, *asks: Ask) -> list[Heard]:
        """What each hears, one after the other."""
        return asyncio.run(self._ask(asks))

    def post(
        self, path: str, body: object, key: str = WEB, *, query: str = "", **headers: str
    ) -> Heard:
        """What is heard after a POST with the key in its usual header."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        (heard,) = self.ask(Ask("POST", path, [content], {**basic(key), **named}, query))
        return heard

    def get(self, path: str, query: str = "", **headers: str) -> Heard:
        """What is heard after a GET."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        (heard,) = self.ask(Ask("GET", path, headers=named, query=query))
        return heard

    @property
    def receptions(self) -> list[Reception]:
        """What the log keeps."""
        root = self.home / "log"
        entries = (each for log in list_logs(root) for each in LogReader(log).read())
        return [each.reception for each in entries if isinstance(each, LogEntry)]

    async def run(self, work: Callable[[Door], Awaitable[None]]) -> None:
        """Work with the door while its log is open."""
        log = LogAppender(self.home / "log")
        try:
            await work(self.open(log))
        finally:
            await log.close()

    async def _ask(self, asks: Iterable[Ask]) -> list[Heard]:
        heard: list[Heard] = []

        async def work(door: Door) -> None:
            heard.extend([await answer(door, each) for each in asks])

        await self.run(work)
        return heard

    def open(self, log: LogAppender) -> Door:
        url = f"sqlite:///{self.home / 'store.sqlite3'}"
        make_store(self.home / "store.sqlite3")
        access = AccessList(url)
        assert access.refresh()
        site = Site(
            home=self.home,
            store_url=url,
            cookie=CookieRules(limits=read_limits()),
            find_secret=lambda: SECRET,
        )
        intake = Intake(
            log=log,
            access=access,
            limits=self.limits,
            limiter=RateLimiter(),
            metrics=Metrics("writer-0"),
            site=site,
            trusted_proxies=self.proxies,
        )
        return Door(intake, self.prefix)

    def with_limits(self, **limits: float) -> Doorway:
        """The same with other bounds."""
        return replace(self, limits=Limits(**limits))  # type: ignore[arg-type]


async def answer(door: Door, ask: Ask) -> Heard:
    """What one request hears."""
    sent: list[Any] = []
    waiting = [
        {"type": "http.request", "body": part, "more_body": number < len(ask.parts)}
        for number, part in enumerate(ask.parts, start=1)
    ]

    async def receive() -> Any:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(name.lower().encode(), value.encode()) for name, value in ask.headers.items()]
    scope = {
        "type": "http",
        "method": ask.method,
        "path": ask.path,
        "query_string": ask.query.encode(),
        "headers": headers,
        "client": (ask.peer, 1234),
        "scheme": "http",
    }
    await door(scope, receive, send)
    if not sent:
        return Heard(0, {}, b"")
    named = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Heard(sent[0]["status"], named, b"".join(each["body"] for each in sent[1:]))


def basic(key: str) -> dict[str, str]:
    """The header in which most clients put the key."""
    return {"authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def make_store(path: Path) -> None:
    """The two tables that the door reads."""
    if path.exists():
        return
    with sqlite3.connect(path) as store:
        store.execute("create table sources (name text primary key, kind text)")
        store.execute(
            "create table write_keys (key_hash text primary key, source text, scope text, "
            "origins text, rate integer, created_at integer, ends_at integer)"
        )
        store.executemany("insert into sources values (?, ?)", _KINDS.items())
        rows = [
            (hash_key(key), source, scope, json.dumps(origins), rate, 0, ends_at)
            for key, source, scope, origins, rate, ends_at in _KEYS
        ]
        store.executemany("insert into write_keys values (?, ?, ?, ?, ?, ?, ?)", rows)
    store.close()
