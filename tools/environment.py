"""The project's own Python environment, `.venv`, made from the locked requirements.

Runs under the machine's Python, before anything is installed: standard library only. What is
installed is written down in a stamp, so that setting up again costs one comparison.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"run": "requirements/run.txt", "dev": "requirements/dev.txt"}
UV_LOCK = "requirements/uv.txt"
_STAMP = "passerelle-setup.json"
_UNFINISHED = "passerelle-setup-unfinished"


class SetupFailed(Exception):
    """Setting up did not work: what happened, and what to do."""

    def __init__(self, message: str, *, hint: str, details: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.details = details


@dataclass(frozen=True)
class Environment:
    """Where the project's Python is, and how it gets there."""

    root: Path = ROOT

    @property
    def folder(self) -> Path:
        """The folder of the environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The environment's Python."""
        return self.folder / "bin" / "python"

    def is_ready(self, kind: str) -> bool:
        """Whether what is installed is what the lock of this kind says (`dev` includes `run`)."""
        stamp = self._read_stamp()
        if stamp is None or not self.python.exists() or (self.folder / _UNFINISHED).exists():
            return False
        if any(stamp.get(name) != value for name, value in self._expected().items()):
            return False
        if stamp.get("kind") not in (kind, "dev"):
            return False
        return set(stamp["installed"]) <= set(self._installed())

    def prepare(self, kind: str) -> None:
        """Install what the lock of this kind says, unless it is there already.

        Raises:
            SetupFailed: Something is missing on the machine, or the network is.
        """
        if self.is_ready(kind):
            return
        with self._alone():
            if not self.is_ready(kind):  # another ./dev may have done it while this one waited
                self._install(kind)

    def _install(self, kind: str) -> None:
        started = time.monotonic()
        if not self._is_usable():
            _say(f"Making {self.folder.name} with Python {sys.version.split()[0]}")
            self._make()
        (self.folder / _STAMP).unlink(missing_ok=True)
        unfinished = self.folder / _UNFINISHED
        unfinished.touch()
        try:
            self._install_packages(kind)
        except SetupFailed:
            unfinished.unlink(missing_ok=True)  # uv downloads all before it changes anything
            raise
        self._write_stamp(kind)
        unfinished.unlink(missing_ok=True)
        _say(f"Ready in {time.monotonic() - started:.0f} s")

    def _is_usable(self) -> bool:
        """Whether the environment is whole, made here, and of a Python that still works."""
        if not self.python.exists() or (self.folder / _UNFINISHED).exists():
            return False
        probe = "import sys; print(sys.prefix); print(*sys.version_info[:2])"
        try:
            answer = subprocess.run(
                [str(self.python), "-c", probe], capture_output=True, text=True, check=False
            )
        except OSError:
            return False
        wanted = [str(self.folder), f"{sys.version_info[0]} {sys.version_info[1]}"]
        launcher = self.folder / "bin" / "passerelle"
        made_here = not launcher.exists() or str(self.folder) in launcher.read_text()[:200]
        return answer.returncode == 0 and answer.stdout.split("\n")[:2] == wanted and made_here

    def _make(self) -> None:
        if self.folder.exists() or self.folder.is_symlink():
            _remove(self.folder)
        base = getattr(sys, "_base_executable", None) or sys.executable
        has_pip = _run([base, "-m", "pip", "--version"]).returncode == 0
        options = ["--without-pip"] if has_pip else []
        made = _run([base, "-m", "venv", *options, str(self.folder)])
        if made.returncode != 0:
            _remove(self.folder)
            raise SetupFailed(
                "Python could not make an environment, and has no pip.",
                hint="Install pip and venv (on Debian and Ubuntu: apt-get install python3-pip"
                " python3-venv), then run ./dev setup again.",
                details=made.stdout + made.stderr,
            )
        pip = [base, "-m", "pip", "--python", str(self.python)] if has_pip else None
        self._install_uv(pip or [str(self.python), "-m", "pip"])

    def _install_uv(self, pip: list[str]) -> None:
        command = [*pip, "install", "--quiet", "--disable-pip-version-check", "--retries", "2"]
        done = _run([*command, "--require-hashes", "-r", str(self.root / UV_LOCK)])
        if done.returncode != 0:
            _remove(self.folder)
            raise _not_downloaded(done.stdout + done.stderr)

    def _install_packages(self, kind: str) -> None:
        uv = self.folder / "bin" / "uv"
        if not uv.exists():
            base = getattr(sys, "_base_executable", None) or sys.executable
            self._install_uv([base, "-m", "pip", "--python", str(self.python)])
        lock = self.root / LOCKS[kind]
        packages = sum("==" in line for line in lock.read_text().splitlines())
        _say(f"Installing the {packages} locked packages of {LOCKS[kind]}")
        here = ["--python", str(self.python)]
        self.run_uv([str(uv), "pip", "sync", *here, "--require-hashes", str(lock)])
        _say("Installing passerelle itself, to be edited in place")
        editable = ["--no-deps", "--no-build-isolation", "--editable", str(self.root)]
        self.run_uv([str(uv), "pip", "install", *here, *editable], uses_network=False)

    def run_uv(self, command: list[str], *, uses_network: bool = True) -> None:
        """Run uv; a person at a terminal sees its progress bars."""
        watched = sys.stderr.isatty()
        environment = {**os.environ, **self._pip_settings()}
        environment.pop("VIRTUAL_ENV", None)
        done = subprocess.run(
            command,
            env=environment,
            cwd=self.root,
            stdout=None if watched else subprocess.PIPE,
            stderr=None if watched else subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            output = "" if watched else done.stdout
            raise _not_downloaded(output) if uses_network else _not_built(output)

    def _pip_settings(self) -> dict[str, str]:
        """What pip was told about the network (a company's mirror, a certificate), for uv."""
        base = getattr(sys, "_base_executable", None) or sys.executable
        listed = _run([base, "-m", "pip", "config", "list"])
        found: dict[str, str] = {}
        for line in listed.stdout.splitlines():
            name, _, value = line.partition("=")
            if name.endswith(".index-url") and not name.endswith("extra-index-url"):
                found["UV_DEFAULT_INDEX"] = value.strip("'\"")
            elif name.endswith(".cert"):
                found["SSL_CERT_FILE"] = value.strip("'\"")
        already = {"UV_DEFAULT_INDEX": "UV_INDEX_URL"}
        return {
            name: value
            for name, value in found.items()
            if name not in os.environ and already.get(name, name) not in os.environ
        }

    def _expected(self) -> dict[str, str]:
        digest = hashlib.sha256()
        for name in (*LOCKS.values(), UV_LOCK, "pyproject.toml"):
            digest.update((self.root / name).read_bytes())
        return {"root": str(self.root), "locks": digest.hexdigest()}

    def _installed(self) -> list[str]:
        packages = self.folder.glob("lib/python3*/site-packages/*.dist-info")
        return sorted(folder.name for folder in packages)

    def _read_stamp(self) -> dict[str, Any] | None:
        try:
            stamp = json.loads((self.folder / _STAMP).read_text())
        except (OSError, ValueError):
            return None
        return stamp if isinstance(stamp, dict) and "installed" in stamp else None

    def _write_stamp(self, kind: str) -> None:
        stamp = {"kind": kind, **self._expected(), "installed": self._installed()}
        draft = self.folder / f"{_STAMP}.new"
        draft.write_text(json.dumps(stamp, indent=1))
        draft.replace(self.folder / _STAMP)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the only right to change the environment; the system frees it if we are killed."""
        try:
            import fcntl
        except ImportError:
            raise SetupFailed(
                "./dev runs on Linux and macOS.",
                hint="On Windows, use the Windows Subsystem for Linux.",
            ) from None
        handle = os.open(self.root / "requirements", os.O_RDONLY)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _say("Another ./dev is setting up; waiting for it")
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _not_downloaded(output: str) -> SetupFailed:
    return SetupFailed(
        "The locked packages could not be downloaded or installed.",
        hint="Setting up needs the network once. Check the connection (a proxy is read from"
        " HTTPS_PROXY, a mirror from pip's configuration), then run ./dev setup again;"
        " it starts over where it is needed.",
        details=_end_of(output),
    )


def _not_built(output: str) -> SetupFailed:
    return SetupFailed(
        "passerelle itself could not be installed in its environment.",
        hint="Look at pyproject.toml: the lines above are its build's. Then run ./dev setup again.",
        details=_end_of(output),
    )


def _end_of(output: str) -> str:
    return "\n".join([line for line in output.splitlines() if line.strip()][-6:])


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _remove(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)


def _say(text: str) -> None:
    print(f"· {text}", file=sys.stderr, flush=True)
