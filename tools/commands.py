"""The seven words of `./dev`: what each needs installed, and what runs it.

Runs under the machine's Python; each command is then handed to the environment's own Python.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

from tools.environment import ROOT, Environment, SetupFailed

EXIT_BAD_USAGE = 2
EXIT_SETUP_FAILED = 3
EXIT_INTERRUPTED = 130


@dataclass(frozen=True)
class Command:
    """One word of `./dev`."""

    summary: str
    needs: str = "dev"


COMMANDS = {
    "setup": Command("make .venv from the locks (--relock: make the locks from pyproject.toml)"),
    "demo": Command("set up what the product needs and run: passerelle demo", needs="run"),
    "test": Command("set up and run the tests; arguments go to pytest"),
    "check": Command("lint, types, import contracts, generated pages, locks, notes of changes"),
    "bench": Command("run the measurements of benchmarks/, or the one named"),
    "docs": Command("write the generated pages and catalogues, and run the examples of the docs"),
    "new": Command("write a plug-in's file from its kind's template: ./dev new KIND NAME"),
}

_LINKING = ("setup", "demo", "test")  # what links records, or comes before; see tools/kernels.py


def main(arguments: list[str]) -> int:
    """Run one word of `./dev` and answer its exit status."""
    word = arguments[0] if arguments else "help"
    if word in ("help", "--help", "-h"):
        print(_usage())
        return 0
    if word not in COMMANDS:
        print(f"error: ./dev does not know {word!r}.\n\n{_usage()}", file=sys.stderr)
        return EXIT_BAD_USAGE
    try:
        return _run(word, arguments[1:])
    except SetupFailed as failed:
        details = f"\n{failed.details}" if failed.details else ""
        print(f"error: {failed}{details}\nhint: {failed.hint}", file=sys.stderr)
        return EXIT_SETUP_FAILED
    except KeyboardInterrupt:
        print("interrupted; run the same command again to continue", file=sys.stderr)
        return EXIT_INTERRUPTED


def _run(word: str, rest: list[str]) -> int:
    environment = Environment(ROOT)
    if word == "setup" and not set(rest) <= {"--relock"}:
        print("usage: ./dev setup [--relock]", file=sys.stderr)
        return EXIT_BAD_USAGE
    environment.prepare(COMMANDS[word].needs)
    if word in _LINKING:
        subprocess.run([environment.python, "-m", "tools", "kernels"], cwd=ROOT, check=False)
    if word == "setup":
        if rest:
            return _hand_over(environment, ["-m", "tools", "relock"])
        print(f"{environment.folder} is ready; passerelle is {environment.folder}/bin/passerelle")
        return 0
    if word == "demo":
        return _hand_over(
            environment, [str(environment.folder / "bin" / "passerelle"), word, *rest]
        )
    return _hand_over(environment, ["-m", "tools", word, *rest])


def _hand_over(environment: Environment, arguments: list[str]) -> int:
    """Become the environment's Python; nothing runs after this."""
    sys.stdout.flush()
    os.environ["PYTHONPATH"] = os.pathsep.join(
        [str(environment.root), *filter(None, [os.environ.get("PYTHONPATH")])]
    )
    os.environ["PATH"] = f"{environment.folder / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    os.execv(environment.python, [str(environment.python), *arguments])


def _usage() -> str:
    lines = ["usage: ./dev COMMAND", ""]
    lines += [f"  {word:<6} {command.summary}" for word, command in COMMANDS.items()]
    return "\n".join(lines)
