"""The shorter way of most requests: what is answered there is what ASGI's way answers."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uvicorn.server import ServerState

from passerelle.ingest import LogAppender, LogEntry, LogReader
from passerelle.ingest.door.application import Door
from passerelle.ingest.door.http_protocol import DoorHttp
from passerelle.ingest.door.serving import configure
from tests.unit.ingest.door.asking import SITE, SLOW, WEB, Ask, Doorway, Heard, answer, basic

EVENT = {"type": "track", "event": "Seen", "anonymousId": "a-1", "messageId": "m-1"}
BODY = json.dumps(EVENT).encode()
BATCH = json.dumps({"batch": [EVENT, EVENT]}).encode()
ORIGIN = {"origin": "https://www.enseigne.example"}


class Served:
    """A door behind sockets; `direct` are the paths that went the shorter way."""

    port: int

    def __init__(self, door: Door) -> None:
        self.door = door
        self.state = ServerState()
        self.direct: list[str] = []
        take = door.take

        def noticed(*told: Any) -> None:
            self.direct.append(told[0].path)
            take(*told)

        door.take = noticed  # type: ignore[method-assign]

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def say(self, *parts: bytes, answers: int = 1) -> list[Heard]:
        """What is heard on one connection, to which the parts are written one by one."""
        reader, writer = await self.connect()
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)
        heard = [await read_answer(reader) for _ in range(answers)]
        writer.close()
        return heard

    @property
    def connection(self) -> DoorHttp:
        """The only connection there is."""
        (found,) = self.state.connections
        assert isinstance(found, DoorHttp)
        return found


def serve(doorway: Doorway, work: Callable[[Served], Awaitable[Any]]) -> Any:
    """Do something with a door behind a socket."""

    async def run() -> Any:
        log = LogAppender(doorway.home / "log")
        served = Served(doorway.open(log))
        config = configure(served.door)
        config.load()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: config.http_protocol_class(  # type: ignore[arg-type, operator]
                config=config, server_state=served.state, app_state={}, _loop=loop
            ),
            "127.0.0.1",
            0,
        )
        served.port = server.sockets[0].getsockname()[1]
        try:
            return await asyncio.wait_for(work(served), 60)
        finally:
            server.close()
            await asyncio.gather(*served.state.tasks)
            await log.close()

    return asyncio.run(run())


async def read_answer(reader: asyncio.StreamReader) -> Heard:
    """One answer, whole."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in head[1:-2])
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Heard(int(head[0].split()[1]), headers, body)


def in_http(ask: Ask, version: str = "1.1") -> bytes:
    """A request as it is written."""
    path = f"{ask.path}?{ask.query}" if ask.query else ask.path
    body = b"".join(ask.parts)
    headers = {"Host": "x", "Content-Length": str(len(body)), **ask.headers}
    lines = [f"{ask.method} {path} HTTP/{version}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def post(path: str, body: bytes, key: str = WEB, *, query: str = "", **headers: str) -> Ask:
    """A POST with its key in the usual header."""
    return Ask("POST", path, [body], {**(basic(key) if key else {}), **headers}, query, "127.0.0.1")


def kept(home: Path) -> list[Any]:
    """What the log has, without its times."""
    entries = LogReader(home / "log" / "writer-0").read()
    return [
        (each.reception.source, each.reception.call, each.reception.body, each.reception.facts)
        for each in entries
        if isinstance(each, LogEntry)
    ]


ASKS = {
    "one event": post("/v1/t", BODY),
    "a batch": post("/v1/batch", BATCH, **ORIGIN),
    "no event": post("/v1/batch", b'{"batch": []}'),
    "a verdict": post("/v1/batch", BATCH, query="verdict=1"),
    "a key in the address": post("/beacon/v1/batch", BATCH, "", query=f"writeKey={WEB}"),
    "compressed": post("/v1/batch", gzip.compress(BATCH, mtime=0)),
    "cut off while compressed": post("/v1/batch", gzip.compress(BATCH)[:-9]),
    "no JSON": post("/v1/t", b"{", **ORIGIN),
    "no body": post("/v1/t", b""),
    "no key": post("/v1/t", BODY, ""),
    "a key of nobody": post("/v1/t", BODY, "nobody"),
    "another site": post("/v1/t", BODY, SITE, origin="https://other.example"),
    "too many": post("/v1/batch", json.dumps({"batch": [EVENT] * 99}).encode(), SLOW),
    "below the prefix": post("/collecte/v1/t", BODY),
    "a new visitor": post("/e", BATCH, **ORIGIN),
    "a bomb": post("/v1/t", gzip.compress(b" " * (5 << 20))),
    "an origin that is none": post("/v1/t", BODY, origin="a\tb"),
}


@pytest.mark.parametrize("name", ASKS)
def test_both_ways_answer_and_keep_the_same(name: str, tmp_path: Path) -> None:
    ask = ASKS[name]
    shorter = Doorway(tmp_path / "shorter", prefix="/collecte")
    usual = Doorway(tmp_path / "usual", prefix="/collecte")
    for each in (shorter, usual):
        each.home.mkdir()

    async def say(served: Served) -> list[Heard]:
        heard = [(await served.say(in_http(ask)))[0] for _ in range(2)]
        assert len(served.direct) == len(heard)
        return heard

    async def call(served: Served) -> list[Heard]:
        return [await answer(served.door, ask) for _ in range(2)]

    assert [_seen(each) for each in serve(shorter, say)] == [
        _seen(each) for each in serve(usual, call)
    ]
    assert _without_visitor(kept(shorter.home)) == _without_visitor(kept(usual.home))


def _seen(heard: Heard) -> tuple[int, dict[str, str], bytes]:
    """What does not differ from one visitor to another."""
    headers = {name: value for name, value in heard.headers.items() if name != "set-cookie"}
    return heard.status, headers, heard.body


def _without_visitor(rows: list[Any]) -> list[Any]:
    return [
        (*row[:3], {name: value for name, value in row[3].items() if name != "cookie"})
        for row in rows
    ]


@given(cuts=st.lists(st.integers(0, 400), max_size=8), chunk=st.integers(1, 50))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_it_does_not_matter_where_the_network_cuts(
    cuts: list[int], chunk: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = in_http(ASKS["a batch"])
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    parts = [text[start:end] for start, end in itertools.pairwise(places)]
    head = b"POST /v1/batch HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
    head += f"Authorization: {basic(WEB)['authorization']}\r\n\r\n".encode()
    pieces = [BATCH[place : place + chunk] for place in range(0, len(BATCH), chunk)]
    chunked = head + b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in pieces) + b"0\r\n\r\n"
    home = tmp_path_factory.mktemp("cut")

    async def say(served: Served) -> list[Heard]:
        return [*await served.say(*parts), *await served.say(chunked)]

    assert [each.status for each in serve(Doorway(home), say)] == [200, 200]
    assert [row[2] for row in kept(home)] == [BATCH, BATCH]


@pytest.mark.parametrize(
    "paths",
    [
        ["/v1/t", "/v1/t", "/v1/nothing"],
        ["/healthz", "/v1/t"],
        ["/v1/t", "/healthz", "/v1/t"],
        ["/v1/t", "/v1/nothing", "/healthz", "/v1/t", "/e"],
    ],
)
def test_requests_sent_without_waiting_are_answered_in_turn(
    paths: list[str], doorway: Doorway
) -> None:
    asks = [Ask("GET", path) if path == "/healthz" else post(path, BODY) for path in paths]
    told = b"".join(map(in_http, asks))

    async def say(served: Served) -> list[Heard]:
        reader, writer = await served.connect()
        writer.write(told)
        heard = [await read_answer(reader) for _ in paths]
        writer.write(in_http(ASKS["one event"]))
        heard.append(await read_answer(reader))
        writer.close()
        return heard

    statuses = {"/v1/t": 200, "/healthz": 200, "/v1/nothing": 404, "/e": 400}
    heard = serve(doorway, say)
    assert [each.status for each in heard] == [*map(statuses.get, paths), 200]
    assert [b"status" in each.body for each in heard] == [path == "/healthz" for path in paths] + [
        False
    ]


def test_what_is_not_plain_goes_the_usual_way(doorway: Doorway) -> None:
    one = ASKS["one event"]

    async def say(served: Served) -> list[int]:
        old = await served.say(in_http(one, "1.0"))
        closing = await served.say(
            in_http(Ask("POST", "/v1/t", [BODY], one.headers | {"Connection": "close"}))
        )
        reader, writer = await served.connect()
        head, _mark, body = in_http(one).partition(b"\r\n\r\n")
        writer.write(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(body)
        expected = await read_answer(reader)
        writer.close()
        assert served.direct == []
        return [old[0].status, closing[0].status, expected.status]

    assert serve(doorway, say) == [200, 200, 200]
    assert len(kept(doorway.home)) == 3


def test_who_hangs_up_leaves_nothing_behind(doorway: Doorway) -> None:
    async def say(served: Served) -> None:
        _reader, writer = await served.connect()
        writer.write(in_http(ASKS["a batch"])[:-5])
        await writer.drain()
        intake = served.door.intake
        while not intake.reading_bytes:
            await asyncio.sleep(0.001)
        assert (intake.requests, intake.reading_bytes) == (1, len(BATCH))
        writer.close()
        while intake.reading_bytes:
            await asyncio.sleep(0.001)
        assert (intake.requests, intake.metrics.refused["client_gone"]) == (0, 1)
        assert served.direct == []

    serve(doorway, say)
    assert kept(doorway.home) == []


def test_a_server_that_stops_answers_and_says_goodbye(doorway: Doorway) -> None:
    async def say(served: Served) -> Heard:
        reader, writer = await served.connect()
        text = in_http(ASKS["a batch"])
        writer.write(text[:-5])
        while not served.door.intake.reading_bytes:
            await asyncio.sleep(0.001)
        served.connection.shutdown()
        writer.write(text[-5:])
        heard = await read_answer(reader)
        assert await reader.read() == b""
        writer.close()
        return heard

    heard = serve(doorway, say)
    assert (heard.status, heard.headers["connection"]) == (200, "close")


def test_an_idle_connection_is_closed_after_a_while(doorway: Doorway) -> None:
    async def say(served: Served) -> bytes:
        reader, writer = await served.connect()
        writer.write(in_http(ASKS["one event"]))
        await read_answer(reader)
        connection, now = served.connection, asyncio.get_running_loop().time()
        assert not connection.drop_if_late(now + 70)
        assert not connection.transport.is_closing()
        assert not connection.drop_if_late(now + 80)
        rest = await reader.read()
        writer.close()
        return rest

    assert serve(doorway, say) == b""


def test_a_disk_that_refuses_is_told_to_all_who_wait(
    doorway: Doorway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def say(served: Served) -> list[Heard]:
        def refuse(_file: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr("os.fdatasync", refuse)
            heard = [
                (await served.say(in_http(ASKS[name])))[0] for name in ("one event", "a batch")
            ]
        heard += await served.say(in_http(ASKS["one event"]))
        assert served.door.intake.requests == 0
        return heard

    heard = serve(doorway, say)
    assert [each.status for each in heard] == [503, 503, 200]
    assert heard[0].headers["retry-after"] == "5"
    assert [row[2] for row in kept(doorway.home)] == [BODY]
