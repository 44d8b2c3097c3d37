"""Serve the door on uvicorn: open the log, watch keys and disk, stop without losing anything."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
import uvloop

from passerelle.ingest.access import AccessList
from passerelle.ingest.door.application import Door
from passerelle.ingest.door.http_protocol import DoorHttp, door_http
from passerelle.ingest.door.intake import Intake
from passerelle.ingest.door.limits import RateLimiter
from passerelle.ingest.door.metrics import Metrics
from passerelle.ingest.door.options import CollectorOptions
from passerelle.ingest.door.requests import Request
from passerelle.ingest.door.routes import Route
from passerelle.ingest.door.settings_answers import read_sdk_files
from passerelle.ingest.door.site import SDK_FOLDER, Site
from passerelle.ingest.door.telling import tell
from passerelle.ingest.log import LogAppender
from passerelle.ingest.tag import LIFETIMES_FILE, CookieRules, read_limits

_LOOK_SECONDS = 1.0  # between two looks at keys, disk and slow clients
_KEEP_ALIVE_SECONDS = 75
_STOP_SECONDS = 30  # for what is under way when told to stop
_BACKLOG = 2048
_GARBAGE_LOOKED_FOR_AFTER = 20_000  # objects made and not yet let go


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens already, so that workers can share it.

    Raises:
        OSError: The address is taken, or is none of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(_BACKLOG)
    except OSError:
        sock.close()
        raise
    sock.setblocking(False)
    return sock


def run_worker(
    options: CollectorOptions, sock: socket.socket, on_ready: Callable[[], None]
) -> None:
    """Serve until told to stop by SIGTERM or SIGINT; what is under way is finished.

    Raises:
        Retryable: The log cannot be written.
        Misconfigured: The driver of the store's database is not installed.
    """
    _quieten_uvicorn()
    _collect_garbage_seldom()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_work(options, sock, on_ready))


async def _work(
    options: CollectorOptions, sock: socket.socket, on_ready: Callable[[], None]
) -> None:
    access = AccessList(options.store_url)
    await asyncio.to_thread(access.refresh)
    log = LogAppender(options.log_root)
    try:
        if log.cut_bytes:
            tell("ingest.torn_tail_cut", log=log.folder.name, bytes=log.cut_bytes)
        intake = _open_intake(options, access, log)
        door = Door(intake, options.prefix, _tell_access if options.logs_access else None)
        server = _Server(configure(door), intake, on_ready)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, server.stop)
        watch = asyncio.create_task(_watch(server))
        await server.serve(sockets=[sock])
        watch.cancel()
    finally:
        await log.close()


def _open_intake(options: CollectorOptions, access: AccessList, log: LogAppender) -> Intake:
    own = options.home / LIFETIMES_FILE
    limits = read_limits(own if own.exists() else None)
    cookie = CookieRules(limits, name=options.cookie_name, domain=options.cookie_domain)
    site = Site(
        home=options.home,
        store_url=options.store_url,
        cookie=cookie,
        find_secret=options.find_secret,
        open_gate=options.open_gate,
        sdk_files=read_sdk_files(options.home / SDK_FOLDER),
    )
    return Intake(
        log=log,
        access=access,
        limits=options.limits,
        limiter=RateLimiter(options.workers),
        metrics=Metrics(log.folder.name),
        site=site,
        trusted_proxies=options.trusted_proxies,
    )


class _Server(uvicorn.Server):
    """uvicorn's server, which says when it is ready and leaves signals to us."""

    def __init__(
        self, config: uvicorn.Config, intake: Intake, on_ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self.intake = intake
        self._on_ready = on_ready

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them: uvicorn would raise the signal again, before the log is closed."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, then say so."""
        await super().startup(sockets=sockets)
        self._on_ready()

    def stop(self) -> None:
        """Take no new connection, and finish what is under way; told twice, the same."""
        self.should_exit = True
        self.intake.is_stopping = True


async def _watch(server: _Server) -> None:
    """Look now and then at write keys, disk and clients that take too long."""
    loop, intake = asyncio.get_running_loop(), server.intake
    was_known = True
    while True:
        intake.look_at_disk()
        is_known = await asyncio.to_thread(intake.access.refresh)
        if was_known and not is_known:
            tell("ingest.store_away", keys=intake.access.count)
        was_known = is_known
        for each in list(server.server_state.connections):
            if isinstance(each, DoorHttp) and each.drop_if_late(loop.time()):
                intake.metrics.refused["too_slow"] += 1
        await asyncio.sleep(_LOOK_SECONDS)


def configure(door: Door) -> uvicorn.Config:
    """How uvicorn serves a door."""
    return uvicorn.Config(
        door,
        loop="none",
        http=door_http(door),
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
        backlog=_BACKLOG,
    )


def _tell_access(request: Request, route: Route | None, status: int) -> None:
    # The address as it was asked may hold a key or an e-mail: the route's name does not.
    name = "unknown" if route is None else route.name
    tell("ingest.answered", method=request.method, route=name, status=status)


def _collect_garbage_seldom() -> None:
    # Answering makes hardly any cycles; looking for them as often as Python does by itself, among
    # all that was loaded, takes a sixth of the processor.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE_LOOKED_FOR_AFTER, 20, 20)


def _quieten_uvicorn() -> None:
    # Its messages may quote what a client sent.
    logger = logging.getLogger("uvicorn.error")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
