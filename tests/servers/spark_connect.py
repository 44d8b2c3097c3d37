"""A Spark Connect server without a JVM: Sail, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_SERVE = """
import sys
from pysail.spark import SparkConnectServer
server = SparkConnectServer(port=0)
server.start(background=True)
print(server.listening_address[1], flush=True)
sys.stdin.read()  # until whoever started us is gone
"""


@contextmanager
def running_server() -> Iterator[str]:
    """A server on a free port of this machine, by its `sc://` URL, gone at the end."""
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "RUST_LOG": "off"},
        text=True,
    )
    assert server.stdout is not None
    try:
        port = server.stdout.readline().strip()
        if not port:
            raise RuntimeError(
                "The Spark Connect server of pysail did not start; run ./dev setup\n"
                + server.communicate()[1]
            )
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.kill()  # a polite end would wait for every client to have said goodbye
        server.communicate()
