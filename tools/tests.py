"""`./dev test`: the tests, in as many processes as fit, with what they need or a clear word."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tools.environment import ROOT
from tools.node import has_node

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OWN_PROCESSES = ("-n", "--numprocesses", "--dist", "--pdb", "--trace", "-p")


def run(arguments: list[str]) -> int:
    """Run pytest; without a path, everything, for which a browser and Node must be there."""
    everything = not any(not argument.startswith("-") for argument in arguments)
    if everything and not (find_browser() or (_may_install("chromium") and find_browser())):
        return _missing("Chromium", "the tests that look at pages", "chromium")
    if everything and not (has_node() or (_may_install("nodejs", "npm") and has_node())):
        return _missing("Node and npm", "the tests that run client libraries", "nodejs npm")
    own = any(argument.startswith(_OWN_PROCESSES) for argument in arguments)
    # In the order of tests/conftest.py: the longest files first, so that no process ends alone.
    spread = [] if own else ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    command = [sys.executable, "-m", "pytest", *spread, *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def find_browser() -> str | None:
    """Where a Chromium is, if the machine has one."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def _may_install(*packages: str) -> bool:
    """Install Debian's packages when we may (as root); say whether we tried."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return False
    print(f"· Installing {' and '.join(packages)} with apt-get, for the tests", file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "-y", "-qq", "--no-install-recommends", *packages]
    for arguments in (["update", "-qq"], install):
        command = ["apt-get", *arguments]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    return True


def _missing(what: str, tests: str, packages: str) -> int:
    print(
        f"error: {tests} need {what}, which this machine has not.\n"
        f"hint: apt-get install {packages} (macOS: brew install), then ./dev test again;"
        " for the others alone: ./dev test tests/unit",
        file=sys.stderr,
    )
    return 3
