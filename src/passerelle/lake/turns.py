"""Writers of a local lake take turns, table by table.

On object storage nothing can be locked: there a writer that was overtaken looks again whether its
step is there, and writes its files once more if not.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def one_at_a_time(folder: Path | None, table: str) -> Iterator[None]:
    """Wait until nobody else adds to a table of the lake in a folder; freed if its holder dies."""
    if folder is None:
        yield
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / f"{table}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
