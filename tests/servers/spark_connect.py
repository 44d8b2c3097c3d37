"""A Spark Connect server without a JVM, in this process: Sail."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def running_server() -> Iterator[str]:
    """A server on a free port of this machine, by its `sc://` URL, stopped at the end."""
    os.environ.setdefault("RUST_LOG", "error")
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer(port=0)
    server.start(background=True)
    address = server.listening_address
    if address is None:
        raise RuntimeError("The Spark Connect server of pysail did not start; run ./dev setup")
    try:
        yield f"sc://127.0.0.1:{address[1]}"
    finally:
        server.stop()
