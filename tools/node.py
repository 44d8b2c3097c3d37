"""The packages of npm that tests and the build of the tag use; users of passerelle need none.

Locked in `tests/clients/npm/package-lock.json`, by hash and without the address of a registry. The
optional parts of msgpackr-extract for other systems are in it by hand, without a hash: not every
registry has them, npm leaves out what it cannot find, and then refuses the lock.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from tools.environment import ROOT, SetupFailed

FOLDER = ROOT / "tests/clients/npm"
_LOCK = "package-lock.json"
_STAMP = "node_modules/.passerelle-lock"


def node_packages() -> Path:
    """The folder `node_modules`, with what the lock says in it.

    Raises:
        SetupFailed: Node or npm is missing, or the packages could not be downloaded.
    """
    if not is_ready():
        if not has_node():
            raise SetupFailed(
                "The tests of the client libraries need Node and npm.",
                hint="apt-get install nodejs npm (macOS: brew install node), then again.",
            )
        with (FOLDER / _LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two processes of tests ask at the same time
            if not is_ready():
                _install()
    return FOLDER / "node_modules"


def has_node() -> bool:
    """Whether the machine has Node and npm."""
    return bool(shutil.which("node") and shutil.which("npm"))


def is_ready() -> bool:
    """Whether what is installed is what the lock says."""
    stamp = FOLDER / _STAMP
    return stamp.exists() and stamp.read_text() == _digest()


def _install() -> None:
    print("· Installing the locked packages of tests/clients/npm", file=sys.stderr, flush=True)
    done = subprocess.run(
        ["npm", "ci", "--no-fund", "--no-audit", "--ignore-scripts"],
        cwd=FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SetupFailed(
            "The locked packages of npm could not be installed.",
            hint="It needs the network once; npm's own configuration names proxy and mirror.",
            details="\n".join(done.stdout.splitlines()[-6:]),
        )
    (FOLDER / _STAMP).write_text(_digest())


def _digest() -> str:
    return hashlib.sha256((FOLDER / _LOCK).read_bytes()).hexdigest()
