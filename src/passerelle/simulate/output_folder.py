"""A folder that is either a whole simulation or none: files get their names only at the end."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from passerelle.kernel import InvalidInput

MANIFEST = "retailer.toml"
MARKER = ".passerelle-simulation"
_PART = ".part"
_WORKERS = 2
_AHEAD = 3  # chunks being made while one is written: bounds the memory
T = TypeVar("T")


@dataclass(frozen=True)
class OutputFolder:
    """Where the files of one simulation grow, under names that end in `.part`."""

    path: Path
    _names: list[str] = field(default_factory=list)

    def file(self, name: str) -> Path:
        """The path to write the file called `name` to, until the simulation is complete."""
        part = self.path / f"{name}{_PART}"
        part.parent.mkdir(parents=True, exist_ok=True)
        self._names.append(name)
        return part


@contextmanager
def open_folder(path: Path) -> Iterator[OutputFolder]:
    """Give a folder to write to; on success name its files, the manifest last; else remove them.

    Raises:
        InvalidInput: The path is a file, or a folder that holds something else.
    """
    _refuse_foreign(path)
    path.mkdir(parents=True, exist_ok=True)
    (path / MARKER).write_text("Made by passerelle simulate; may be overwritten by it.\n")
    _remove_parts(path)
    folder = OutputFolder(path)
    try:
        yield folder
        _name_files(folder)
    except BaseException:
        _remove_parts(path)
        _remove_traces(path)
        raise


def ordered_chunks(
    count: int, chunk: int, make: Callable[[int, slice], T]
) -> Iterator[tuple[int, T]]:
    """Make chunks of `count` rows on two threads; give them in order, with the rows done so far.

    At least one chunk is made, so that an empty file has its header.

    A chunk depends on its number and its rows alone, so threads change the speed, not the result.
    """
    with ThreadPoolExecutor(_WORKERS) as pool:
        waiting: deque[tuple[int, Future[T]]] = deque()
        try:
            for number, start in enumerate(range(0, max(count, 1), chunk)):
                rows = slice(start, min(start + chunk, count))
                waiting.append((rows.stop, pool.submit(make, number, rows)))
                if len(waiting) >= _AHEAD:
                    done, future = waiting.popleft()
                    yield done, future.result()
            while waiting:
                done, future = waiting.popleft()
                yield done, future.result()
        finally:
            for _, future in waiting:
                future.cancel()


def _refuse_foreign(path: Path) -> None:
    if path.is_file():
        raise InvalidInput(f"{path} is a file.", hint="Give a folder that is new or empty.")
    if not path.is_dir() or (path / MARKER).is_file() or not any(path.iterdir()):
        return
    raise InvalidInput(
        f"{path} holds files that are not a simulation's.",
        hint="Give a folder that is new, empty, or left by an earlier simulation.",
    )


def _remove_parts(path: Path) -> None:
    for part in path.rglob(f"*{_PART}"):
        part.unlink()


def _remove_traces(path: Path) -> None:
    """Without a former simulation in it, the folder is left empty."""
    if (path / MANIFEST).is_file():
        return
    (path / MARKER).unlink(missing_ok=True)
    for folder in [p for p in path.iterdir() if p.is_dir() and not any(p.iterdir())]:
        folder.rmdir()


def _name_files(folder: OutputFolder) -> None:
    (folder.path / MANIFEST).unlink(missing_ok=True)
    for name in sorted(folder._names, key=lambda n: (n == MANIFEST, n)):
        (folder.path / f"{name}{_PART}").replace(folder.path / name)
