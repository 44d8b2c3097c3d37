"""One collector, one process or several: they share a socket, and each keeps a log of its own."""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

from passerelle.ingest.door.options import CollectorOptions
from passerelle.ingest.door.telling import tell
from passerelle.kernel import Misconfigured, PasserelleError, Retryable
from passerelle.kernel.language import _

_RESTART_SECONDS = 1.0
_LOOK_SECONDS = 0.2


def serve_collector(options: CollectorOptions, on_listening: Callable[[str], None]) -> None:
    """Serve until told to stop.

    Args:
        options: How.
        on_listening: Told the address, once every worker is ready.

    Raises:
        Misconfigured: The address cannot be listened on.
        Retryable: The log cannot be written.
    """
    from passerelle.ingest.door.serving import listen, run_worker  # uvicorn takes its time to load

    try:
        sock = listen(options.host, options.port)
    except (OSError, OverflowError) as error:
        raise Misconfigured(
            _("Nothing can listen on {host} at port {port}: {reason}.").format(
                host=options.host,
                port=options.port,
                reason=getattr(error, "strerror", None) or _("no such port"),
            ),
            hint=_("Choose another --port or --host; port 0 takes any that is free."),
        ) from None
    address = _address(options.host, sock.getsockname()[1])
    with sock:
        if options.workers == 1:
            run_worker(options, sock, lambda: on_listening(address))
        else:
            _Workers(options, sock).run(lambda: on_listening(address))


class _Workers:
    """The processes of one collector, kept alive until it is told to stop."""

    def __init__(self, options: CollectorOptions, sock: socket.socket) -> None:
        self._options = options
        self._sock = sock
        self._children: set[int] = set()
        self._is_stopping = False
        self._has_failed = False

    def run(self, on_ready: Callable[[], None]) -> None:
        """Start them, and again whichever dies; end when they have ended.

        Raises:
            Retryable: One could not even start.
        """
        reader, writer = os.pipe()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        for _each in range(self._options.workers):
            self._start(writer)
        ready = 0
        while self._children:
            if select.select([reader], [], [], _LOOK_SECONDS)[0]:
                ready += len(os.read(reader, 64))
                if ready == self._options.workers:
                    on_ready()
            self._replace_dead(writer, is_ready=ready >= self._options.workers)
        if self._has_failed:
            raise Retryable(
                _("The collector's workers could not start."),
                after=timedelta(seconds=30),
                hint=_("The lines above say why."),
            )

    def _replace_dead(self, writer: int, *, is_ready: bool) -> None:
        for pid in list(self._children):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended:
                continue
            self._children.discard(pid)
            if self._is_stopping:
                continue
            tell("ingest.worker_died", pid=pid, code=os.waitstatus_to_exitcode(status))
            if is_ready:
                time.sleep(_RESTART_SECONDS)  # whatever has killed it may do so again at once
                self._start(writer)
            else:
                self._has_failed = True
                self._stop(signal.SIGTERM, None)

    def _start(self, writer: int) -> None:
        pid = os.fork()
        if pid:
            self._children.add(pid)
            return
        from passerelle.ingest.door.serving import run_worker

        code = 70  # EX_SOFTWARE
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            run_worker(self._options, self._sock, lambda: _ready(writer))
            code = 0
        except PasserelleError as error:
            tell("ingest.worker_failed", reason=error.message)
            code = error.exit_code
        finally:
            os._exit(code)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        self._is_stopping = True
        for pid in list(self._children):
            os.kill(pid, signal.SIGTERM)


def _ready(writer: int) -> None:
    os.write(writer, b".")


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
