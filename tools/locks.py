"""The hashed locks of requirements/, and the proof that they answer to pyproject.toml.

The proof needs no network: next to the locks stands the digest of what they were made from.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tools.environment import ROOT

RECORD = "requirements/locked-from.json"
MAKE_AGAIN = "./dev setup --relock"


@dataclass(frozen=True)
class Lock:
    """One lock and what goes in it."""

    path: str
    options: tuple[str, ...]
    asked: str = "pyproject.toml"
    """The file that says what is wanted."""


LOCKS = (
    Lock("requirements/dev.txt", ("--all-extras", "--group", "dev")),
    # The same versions as for developers, so that going from one to the other changes nothing.
    # Without Spark's client, which brings pandas: whoever has a Spark server adds it.
    Lock(
        "requirements/run.txt",
        ("--extra", "postgres", "--group", "build", "--constraints", "requirements/dev.txt"),
    ),
    # Programs that `./dev bench linkage` compares with: one environment each, for they ask for
    # different versions of the same things.
    *(
        Lock(f"benchmarks/linkage/peers/{peer}.txt", (), f"benchmarks/linkage/peers/{peer}.in")
        for peer in ("splink", "goldenmatch", "recordlinkage", "faker")
    ),
    # For `./dev check`: it asks for another opentelemetry than schemathesis does.
    Lock("requirements/semgrep.txt", (), "requirements/semgrep.in"),
    # For `./dev bench fuzz`.
    Lock("benchmarks/fuzz/atheris.txt", (), "benchmarks/fuzz/atheris.in"),
    Lock("benchmarks/identifiers/peers.txt", (), "benchmarks/identifiers/peers.in"),
)


def run(arguments: list[str]) -> int:
    """Make the locks again (needs the network); then `./dev setup` installs them."""
    relock(ROOT, ROOT / ".venv/bin/uv")
    print("The locks answer to pyproject.toml; install them with: ./dev setup")
    return 0


def relock(root: Path, uv: Path) -> None:
    """Resolve pyproject.toml again into the locks, and record what they were made from."""
    for lock in LOCKS:
        command = [str(uv), "pip", "compile", "--quiet", lock.asked, *lock.options]
        command += ["--universal", "--generate-hashes", "--python-version", "3.11"]
        command += ["--no-emit-index-url", "--no-emit-find-links", "--no-annotate"]
        subprocess.run([*command, "--no-header", "-o", lock.path], cwd=root, check=True)
    record(root)


def record(root: Path) -> None:
    """Write down what the locks were made from."""
    (root / RECORD).write_text(json.dumps(digests(root), indent=2) + "\n")


def outdated(root: Path) -> list[str]:
    """What is out of step, in words; nothing when the locks are what pyproject.toml asks for."""
    try:
        recorded = json.loads((root / RECORD).read_text())
    except (OSError, ValueError):
        return [f"{RECORD} is missing or unreadable"]
    return [
        f"{name} changed since the locks were made"
        for name, digest in digests(root).items()
        if recorded.get(name) != digest
    ]


def digests(root: Path) -> dict[str, str]:
    """The digest of what is asked for and of each lock."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    asked = {
        "build": project["build-system"]["requires"],
        "python": project["project"]["requires-python"],
        "dependencies": project["project"]["dependencies"],
        "extras": project["project"].get("optional-dependencies", {}),
        "groups": project.get("dependency-groups", {}),
    }
    found = {"pyproject.toml": _digest(json.dumps(asked, sort_keys=True).encode())}
    for lock in LOCKS:
        if lock.asked not in found:
            found[lock.asked] = _digest((root / lock.asked).read_bytes())
        found[lock.path] = _digest((root / lock.path).read_bytes())
    return found


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
