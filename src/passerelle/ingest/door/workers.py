"""One collector, one process or several: they share a socket, and each keeps a log of its own."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable
from types import FrameType

from passerelle.ingest.door.options import CollectorOptions
from passerelle.ingest.door.telling import tell
from passerelle.kernel import Misconfigured, PasserelleError, Retryable
from passerelle.kernel.language import _

_RESTART_SECONDS = 1.0


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

    def run(self, on_ready: Callable[[], None]) -> None:
        """Start them, and again whichever dies; end when they have ended."""
        reader, writer = os.pipe()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        for _each in range(self._options.workers):
            self._start(writer)
        ready = 0
        while ready < self._options.workers and self._children:
            ready += len(os.read(reader, 64))
            if not self._is_alive():
                break
        if ready == self._options.workers:
            on_ready()
        self._look_after(writer)

    def _look_after(self, writer: int) -> None:
        while self._children:
            pid, status = os.wait()
            self._children.discard(pid)
            if self._is_stopping:
                continue
            code = os.waitstatus_to_exitcode(status)
            tell("ingest.worker_died", pid=pid, code=code)
            if code in (Retryable.exit_code, Misconfigured.exit_code):
                time.sleep(_RESTART_SECONDS)  # it has said why; the disk may be back
            self._start(writer)

    def _is_alive(self) -> bool:
        return not self._is_stopping

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
            tell("ingest.worker_failed", error=type(error).__name__)
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
