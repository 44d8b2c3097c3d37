"""`./dev bench fuzz`: each target in a process of its own, in an environment that has atheris."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from benchmarks.fuzz.targets import TARGETS
from tools.environment import ROOT, Environment
from tools.side_environments import prepare_beside

_LOCK = ROOT / "benchmarks" / "fuzz" / "atheris.txt"
_FOLDER = ROOT / ".venv-bench" / "atheris"
CORPUS = ROOT / "benchmarks" / "fuzz" / "corpus"
"""Inputs that are always tried, a folder a target; what is found goes beside the environment."""


def main(argv: list[str]) -> int:
    """Fuzz; a broken promise leaves its input in the folder that is named."""
    parser = argparse.ArgumentParser(prog="./dev bench fuzz", description=__doc__)
    parser.add_argument("target", nargs="?", choices=sorted(TARGETS), help="one of them; all else")
    parser.add_argument("--seconds", type=int, default=10, help="for each target")
    options = parser.parse_args(argv)
    python = prepare_beside(Environment(ROOT), _FOLDER, _LOCK)
    names = [options.target] if options.target else sorted(TARGETS)
    return max(_fuzz(python, name, options.seconds) for name in names)


def _fuzz(python: Path, name: str, seconds: int) -> int:
    found = _FOLDER / "found" / name
    found.mkdir(parents=True, exist_ok=True)
    # Passerelle and what it needs are this environment's; the other one adds atheris alone.
    path = os.pathsep.join([str(ROOT), str(ROOT / "src"), sysconfig.get_path("purelib")])
    command = [str(python), "-m", "benchmarks.fuzz.under_atheris", name, str(found)]
    saved = [str(CORPUS / name)] if (CORPUS / name).is_dir() else []
    limits = [f"-max_total_time={seconds}", "-rss_limit_mb=4096", "-timeout=60", "-max_len=4096"]
    artifacts = [f"-artifact_prefix={found}{os.sep}broken-", "-print_final_stats=1"]
    print(f"· {name}, {seconds} s", flush=True)
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(
        [*command, *saved, *limits, *artifacts],
        cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, errors="replace", check=False,
    )  # fmt: skip
    lines = done.stderr.splitlines()
    if done.returncode:
        print("\n".join(lines[-60:]), file=sys.stderr)
        print(f"{name} broke a promise; its input is in {found}", file=sys.stderr)
        return 1
    tried = next((line.split()[-1] for line in lines if "number_of_executed_units" in line), "?")
    print(f"  {tried} inputs, no promise broken", flush=True)
    return 0
