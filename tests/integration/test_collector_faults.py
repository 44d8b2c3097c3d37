"""Nothing acknowledged is lost, whatever happens to the collector; nobody can take it down.

Set PASSERELLE_COLLECTOR_KILLS for more kills than the few of every run.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.integration.collector_process import (
    RunningCollector,
    logged_ids,
    read_status,
    request_of,
    start_collector,
)
from tests.journeys.command import PROGRAM, PROJECT
from tests.unit.ingest.door.asking import make_store

KILLS = int(os.environ.get("PASSERELLE_COLLECTOR_KILLS", "6"))
CLIENTS = 4


class Sender:
    """Clients that send again what was not acknowledged, as all SDKs do."""

    def __init__(self) -> None:
        self.numbers = itertools.count()
        self.acknowledged: list[str] = []
        self.unanswered: list[list[str]] = []
        self.lock = threading.Lock()

    def send_until_it_ends(self, collector: RunningCollector) -> None:
        """Batch after batch, on each of several connections."""
        threads = [threading.Thread(target=self._send, args=(collector,)) for _ in range(CLIENTS)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

    def _send(self, collector: RunningCollector) -> None:
        try:
            with collector.connect() as connection:
                while self._send_one(connection):
                    pass
        except OSError:
            return

    def _send_one(self, connection: socket.socket) -> bool:
        with self.lock:
            batch = self.unanswered.pop() if self.unanswered else self._new_batch()
        try:
            connection.sendall(request_of(batch))
            status = read_status(connection)
        except OSError:
            status = 0
        with self.lock:
            (self.acknowledged.extend if status == 200 else self.unanswered.append)(batch)  # type: ignore[operator]
        return status == 200

    def _new_batch(self) -> list[str]:
        return [f"m-{next(self.numbers)}" for _ in range(random.choice((1, 1, 3, 20)))]


def test_what_was_acknowledged_outlives_any_kill(tmp_path: Path) -> None:
    sender = Sender()
    chance = random.Random(7)
    for _kill in range(KILLS):
        collector = start_collector(tmp_path / "home")
        killer = threading.Timer(chance.uniform(0.02, 0.6), collector.process.kill)
        killer.start()
        sender.send_until_it_ends(collector)
        collector.kill()
    collector = start_collector(tmp_path / "home")
    left = sender.unanswered
    assert [collector.post(batch) for batch in left] == [200] * len(left)
    assert collector.stop()[0] == 0

    logged = logged_ids(tmp_path / "home")
    assert len(sender.acknowledged) > KILLS
    assert set(sender.acknowledged) <= set(logged)
    everything = {f"m-{number}" for number in range(next(sender.numbers))}
    assert set(logged) == everything


def test_told_to_stop_it_finishes_what_is_under_way(tmp_path: Path) -> None:
    collector = start_collector(tmp_path / "home")
    sender = Sender()
    stopper = threading.Timer(0.4, collector.process.terminate)
    stopper.start()
    sender.send_until_it_ends(collector)
    status, said = collector.stop()
    assert (status, said) == (0, "")
    # A request may meet the closed door; one that was taken in was answered.
    assert sorted(logged_ids(tmp_path / "home")) == sorted(sender.acknowledged)


def test_several_workers_share_a_port_and_one_that_dies_is_replaced(tmp_path: Path) -> None:
    collector = start_collector(tmp_path / "home", "--workers", "2")
    (first, second) = _children(collector.process.pid)
    os.kill(first, 9)
    ids = [f"m-{number}" for number in range(30)]
    assert {_until_taken(collector, [each]) for each in ids} == {200}
    deadline = time.monotonic() + 60
    while first in _children(collector.process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    while len(alive := _children(collector.process.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(alive) == 2
    assert second in alive
    status, said = collector.stop()
    assert status == 0
    assert "ingest.worker_died" in said
    assert set(logged_ids(tmp_path / "home")) == set(ids)


def _until_taken(collector: RunningCollector, ids: list[str]) -> int:
    """As a client that sends again: a connection may have waited for the worker that died."""
    while (status := collector.post(ids)) == 0:
        time.sleep(0.01)
    return status


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(each) for each in listed]


def test_a_key_that_is_ended_is_refused_within_a_moment(tmp_path: Path) -> None:
    collector = start_collector(tmp_path / "home")
    assert collector.post(["m-1"]) == 200
    with sqlite3.connect(tmp_path / "home" / "store.sqlite3") as store:
        store.execute("update write_keys set ends_at = 1")
    store.close()
    deadline = time.monotonic() + 60
    while collector.post(["m-2"]) == 200 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert collector.post(["m-3"]) == 401
    collector.stop()


def test_a_store_that_goes_away_stops_no_event(tmp_path: Path) -> None:
    collector = start_collector(tmp_path / "home")
    (tmp_path / "home" / "store.sqlite3").rename(tmp_path / "elsewhere")
    time.sleep(2.5)
    assert collector.post(["m-1"]) == 200
    _status, said = collector.stop()
    assert "ingest.store_away" in said


def test_headers_without_end_are_cut_off(tmp_path: Path) -> None:
    collector = start_collector(tmp_path / "home")
    with collector.connect() as connection:
        connection.sendall(b"POST /v1/t HTTP/1.1\r\n")
        heard = b""
        try:
            for number in range(200_000):
                connection.sendall(b"x-%d: %s\r\n" % (number, b"y" * 100))
        except OSError:
            pass
        with contextlib.suppress(OSError):
            heard = connection.recv(65536)
    assert heard == b"" or heard.startswith(b"HTTP/1.1 431")
    assert collector.post(["m-1"]) == 200
    assert _peak_mib(collector) < 400
    collector.stop()


@pytest.mark.parametrize("noise", [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"\x00" * 5000])
def test_what_is_no_http_is_told_so(noise: bytes, tmp_path: Path) -> None:
    collector = start_collector(tmp_path / "home")
    with collector.connect() as connection:
        connection.sendall(noise)
        assert read_status(connection) == 400
    assert collector.post(["m-1"]) == 200
    assert collector.stop() == (0, "")


def test_a_large_body_costs_no_memory(tmp_path: Path) -> None:
    collector = start_collector(tmp_path / "home")
    before = _peak_mib(collector)
    for _each in range(3):
        with collector.connect() as connection:
            connection.sendall(
                b"POST /v1/t HTTP/1.1\r\nHost: x\r\nContent-Length: 67108864\r\n\r\n"
            )
            try:
                for _part in range(64):
                    connection.sendall(bytes(1 << 20))
            except OSError:
                continue
            assert read_status(connection) == 413
    assert _peak_mib(collector) - before < 60
    assert collector.stop()[0] == 0


def _peak_mib(collector: RunningCollector) -> float:
    status = Path(f"/proc/{collector.process.pid}/status").read_text()
    line = next(each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def test_a_full_disk_loses_nothing_and_is_survived(tmp_path: Path) -> None:
    code = (
        "import sys, json; from pathlib import Path; "
        "from tests.integration.test_collector_faults import fill_and_free; "
        "fill_and_free(Path(sys.argv[1]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "home")],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def fill_and_free(home: Path) -> None:
    """On a small disk: send until it is full, make room, send on; in a process of its own."""
    from tests.servers.small_disk import enter_small_disk

    make_room = enter_small_disk(home / "collector", size_kib=1000)
    careful = start_collector(home)
    time.sleep(1.5)
    assert careful.post(["too-early"]) == 429  # the disk is smaller than what is to be left free
    assert careful.stop()[0] == 0
    collector = start_collector(home, "--keep-free", "0")
    batches = [[f"m-{number}-{item}" for item in range(200)] for number in range(200)]
    statuses = [collector.post(batch) for batch in batches]
    assert set(statuses) == {200, 503}
    make_room()
    again = [b for b, status in zip(batches, statuses, strict=True) if status == 503]
    assert {collector.post(batch) for batch in again} == {200}
    assert collector.stop()[0] == 0
    assert sorted(logged_ids(home)) == sorted(each for batch in batches for each in batch)


def test_a_disk_that_may_not_be_written_is_said_at_the_start(tmp_path: Path) -> None:
    log = tmp_path / "home" / "collector" / "log"
    log.mkdir(parents=True)
    log.chmod(0o500)
    code = (
        "import sys; from tests.servers.permissions import obey_permissions; obey_permissions(); "
        "from passerelle.cli.main import main; main(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--home", str(tmp_path / "home"), "collect", "serve", "--port", "0"],
        cwd=PROJECT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    log.chmod(0o700)
    assert done.returncode == 75
    assert "event log cannot be written" in done.stderr


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    collector = start_collector(tmp_path / "home")
    command = [sys.executable, "-c", "from passerelle.cli.main import main; main()"]
    again = [
        *command,
        "--home",
        str(tmp_path / "home"),
        "collect",
        "serve",
        "--port",
        str(collector.port),
    ]
    done = subprocess.run(
        again, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 3
    assert "--port" in done.stderr
    collector.stop()


def test_a_client_that_dawdles_is_hung_up_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    make_store(home / "store.sqlite3")
    code = (
        "import sys; from pathlib import Path; from passerelle.ingest import *; "
        "home = Path(sys.argv[1]); url = f'sqlite:///{home}/store.sqlite3'; "
        "options = CollectorOptions(home, url, limits=Limits(request_seconds=1.0)); "
        "serve_collector(options, lambda address: print(address, flush=True))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(home)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    collector = RunningCollector(home, process, int(process.stdout.readline().rpartition(":")[2]))
    slow = [collector.connect() for _each in range(20)]
    for place, connection in enumerate(slow):
        connection.sendall(b"POST /v1/t HTTP/1.1\r\nContent-Length: 99\r\n\r\n{"[: place * 3])
    for connection in slow:
        with contextlib.suppress(ConnectionResetError), connection:
            assert connection.recv(100) == b""
    assert collector.post(["m-1"]) == 200
    process.terminate()
    assert process.wait() == 0


def test_workers_that_cannot_start_say_so(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "collector").write_text("in the way")
    command = [*PROGRAM, "--home", str(tmp_path / "home"), "collect", "serve", "--port", "0"]
    done = subprocess.run(
        [*command, "--workers", "2"], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 75
    assert "event log cannot be written" in done.stderr
