"""`./dev test`: the tests, in as many processes as fit, with what they need or a clear word."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tools.environment import ROOT

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OWN_PROCESSES = ("-n", "--numprocesses", "--dist", "--pdb", "--trace", "-p")


def run(arguments: list[str]) -> int:
    """Run pytest; without a path, everything, for which a browser must be there."""
    everything = not any(not argument.startswith("-") for argument in arguments)
    if everything and not find_browser() and not install_browser():
        print(
            "error: the tests that look at pages need Chromium, which is not on this machine.\n"
            "hint: apt-get install chromium (macOS: brew install chromium), then ./dev test again;"
            " for the others alone: ./dev test tests/unit",
            file=sys.stderr,
        )
        return 3
    own = any(argument.startswith(_OWN_PROCESSES) for argument in arguments)
    spread = [] if own else ["-n", "2", "--dist", "loadfile"]
    command = [sys.executable, "-m", "pytest", *spread, *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def find_browser() -> str | None:
    """Where a Chromium is, if the machine has one."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def install_browser() -> bool:
    """Install Debian's Chromium when we may (as root); say whether it is there afterwards."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return False
    print("· Installing Chromium with apt-get, for the tests that look at pages", file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "-y", "-qq", "--no-install-recommends", "chromium"]
    for arguments in (["update", "-qq"], install):
        command = ["apt-get", *arguments]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    return find_browser() is not None
