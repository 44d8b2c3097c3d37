"""The vault: sealing and opening values, a change of the master key, audited readings."""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_bytes

from passerelle.store import (
    AuditEntry,
    Clear,
    FileMasterKeys,
    Sealed,
    Store,
    Vault,
    WaitingAudit,
    check_audit,
    count_old_keys,
    open_store,
    rotate_keys,
    write_audit,
)

MOST_SECONDS = 60.0
_AT_ONCE = 50_000
_READS = 200
_VALUE = "12 rue de la Paix, 75002 Paris"


def run(argv: list[str]) -> int:
    """Measure on this machine; 1 if the master key of a million people takes over a minute."""
    parser = argparse.ArgumentParser(prog="./dev bench vault", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--database", default="", help="URL of PostgreSQL; SQLite without it")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="vault-") as folder:
        home = Path(folder)
        store = open_store(options.database or f"sqlite:///{home / 'store.sqlite3'}")
        vault = Vault(FileMasterKeys(home / "master.key"), token_bytes(32))
        seconds = _keys(store, vault, options.people)
        _audit(store, home, options.entries)
    return int(seconds > MOST_SECONDS and options.people >= 1_000_000)


def _keys(store: Store, vault: Vault, people: int) -> float:
    sealed = []
    with _told("people sealed, with a new key each", people), store.kept_open():
        for start in range(0, people, _AT_ONCE):
            with store.bulk() as bulk:
                some = range(start, min(start + _AT_ONCE, people))
                sealed += vault.seal_many(bulk, [Clear(each, "address", _VALUE) for each in some])
    with _told("values opened", people), store.reading() as reading:
        for start in range(0, people, _AT_ONCE):
            values = [
                Sealed(start + place, "address", text)
                for place, text in enumerate(sealed[start : start + _AT_ONCE])
            ]
            assert vault.open_many(reading, values)[-1] == _VALUE
    started = time.perf_counter()
    with _told("keys wrapped anew, while values are read", people), _reading(store, vault, sealed):
        rotate_keys(store, vault)
    seconds = time.perf_counter() - started
    assert count_old_keys(store, vault) == 0
    with _told("people shredded", min(people, 10_000)), store.bulk() as bulk:
        vault.shred(bulk, range(min(people, 10_000)))
    return seconds


@contextmanager
def _reading(store: Store, vault: Vault, sealed: list[str]) -> Iterator[None]:
    """Somebody reads, one value after the other, until the block ends."""
    done, slowest, reads = threading.Event(), 0.0, 0

    def read() -> None:
        nonlocal slowest, reads
        while not done.is_set():
            person = reads * 7919 % len(sealed)
            started = time.perf_counter()
            with store.reading() as reading:
                assert vault.open(reading, person, "address", sealed[person]) == _VALUE
            slowest = max(slowest, time.perf_counter() - started)
            reads += 1
            time.sleep(0.01)

    reader = threading.Thread(target=read)
    reader.start()
    yield
    done.set()
    reader.join()
    print(f"  {reads:,} values were read meanwhile, the slowest in {1000 * slowest:.0f} ms")


def _audit(store: Store, home: Path, entries: int) -> None:
    secret = token_bytes(32)
    now = datetime.now(UTC)
    with _told("audit entries written", entries), store.bulk() as bulk:
        write_audit(
            bulk,
            (
                AuditEntry("bench", "profile.shown", (each % 1000,), at=now)
                for each in range(entries)
            ),
            secret=secret,
        )
    with _told("audit entries verified", entries):
        assert check_audit(store, secret=secret).is_whole
    waiting = WaitingAudit(home, secret)
    with _told("readings noted on the disk, one by one", _READS):
        for each in range(_READS):
            waiting.add([AuditEntry("bench", "profile.found", (each,), at=now)])
    with _told("readings brought into the log, one by one", _READS):
        for each in range(_READS):
            waiting.add([AuditEntry("bench", "profile.found", (each,), at=now)])
            waiting.take_in(store, at=now)


@contextmanager
def _told(what: str, count: int) -> Iterator[None]:
    wall, processor = time.perf_counter(), time.process_time()
    yield
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    each = 1e6 * processor / count
    print(f"{count:>10,} {what}: {processor:.1f} s of processor, {wall:.1f} s, {each:.1f} µs each")
