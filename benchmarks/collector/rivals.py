"""What the collector is measured beside: a bare ASGI application, and one that does not sync.

Run as `python -m benchmarks.collector.rivals NAME FOLDER`; it prints the port it listens on.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
import uvloop

from passerelle.ingest import Reception
from passerelle.ingest.door.serving import listen
from passerelle.ingest.log.framing import frame_reception

_HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"16")]
_BODY = {"type": "http.response.body", "body": b'{"success":true}'}
_START = {"type": "http.response.start", "status": 200, "headers": _HEADERS}


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """Reads the body, and answers."""
    body = b""
    is_more = True
    while is_more:
        message = await receive()
        body += message.get("body", b"")
        is_more = message.get("more_body", False)
    await send(_START)
    await send(_BODY)


def unsynced(folder: Path) -> Any:
    """An application that parses the body and appends it to a file; it waits for no disk."""
    file = (folder / "unsynced.log").open("ab", buffering=1 << 20)
    decode = msgspec.json.Decoder(dict[str, Any]).decode

    async def application(scope: Any, receive: Any, send: Any) -> None:
        body = b""
        is_more = True
        while is_more:
            message = await receive()
            body += message.get("body", b"")
            is_more = message.get("more_body", False)
        events = len(decode(body)["batch"])
        now = time.time_ns() // 1000
        reception = Reception(
            received_at=now, source="web", kind="browser", dialect="segment", call="batch",
            body=body, events=events,
        )  # fmt: skip
        file.write(frame_reception(reception))
        await send(_START)
        await send(_BODY)

    return application


async def _serve(application: Any) -> None:
    sock = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        application, loop="none", http="httptools", ws="none", lifespan="off",
        log_config=None, access_log=False, proxy_headers=False, server_header=False,
        timeout_keep_alive=75, interface="asgi3",
    )  # fmt: skip
    print(sock.getsockname()[1], flush=True)
    await uvicorn.Server(config).serve(sockets=[sock])


if __name__ == "__main__":
    name, folder = sys.argv[1], Path(sys.argv[2])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(bare if name == "bare" else unsynced(folder)))
