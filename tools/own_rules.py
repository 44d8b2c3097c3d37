"""The rules of our own in .semgrep/: that they find what they should, and nothing in the code.

semgrep has an environment of its own, as it asks for another opentelemetry than the tests do.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tools.environment import Environment
from tools.side_environments import prepare_beside

RULES = ".semgrep/rules.yml"
BAD_CODE = ".semgrep/bad_code.py.txt"
_LOCK = "requirements/semgrep.txt"
_OPTIONS = ("--metrics", "off", "--disable-version-check", "--quiet", "--json", "--no-git-ignore")
_BAD = re.compile(r"\s*# bad: (\S+)")

Found = tuple[str, int, str]
"""A file, a line, and the rule that found something there."""


def problems(root: Path) -> list[str]:
    """What the rules find in the code, and which of them miss what they are for; in words."""
    found, messages = _scan(root, ["src", "tools"])
    wanted = expected_findings((root / BAD_CODE).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "bad_code.py"
        shutil.copyfile(root / BAD_CODE, copy)
        met = {(line, rule) for _file, line, rule in _scan(root, [str(copy)])[0]}
    missed = [f"{BAD_CODE}:{line} is not found by {rule}" for line, rule in sorted(wanted - met)]
    wrong = [f"{BAD_CODE}:{line} is found by {rule}" for line, rule in sorted(met - wanted)]
    told = [f"{file}:{line} {rule}: {messages[rule]}" for file, line, rule in found]
    return [*missed, *wrong, *told]


def expected_findings(text: str) -> set[tuple[int, str]]:
    """Line and rule of each thing that the bad code says must be found: the line below says it."""
    named = ((number, _BAD.match(line)) for number, line in enumerate(text.splitlines(), start=1))
    return {(number + 1, bad[1]) for number, bad in named if bad}


def list_rules(text: str) -> list[str]:
    """The names of the rules of a file."""
    return re.findall(r"^  - id: (\S+)$", text, re.MULTILINE)


def _scan(root: Path, places: Sequence[str]) -> tuple[list[Found], dict[str, str]]:
    python = prepare_beside(Environment(root), root / ".venv-bench" / "semgrep", root / _LOCK)
    done = subprocess.run(
        [str(python.with_name("semgrep")), "scan", "--config", RULES, *_OPTIONS, *places],
        cwd=root,
        env={**os.environ, "PATH": f"{python.parent}{os.pathsep}{os.environ.get('PATH', '')}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"semgrep ended with {done.returncode}: {done.stderr[-2000:]}")
    said = json.loads(done.stdout)
    if said["errors"]:
        raise RuntimeError(f"semgrep could not read all: {said['errors'][0].get('message', '')}")
    results = said["results"]
    found = [(each["path"], each["start"]["line"], _name(each["check_id"])) for each in results]
    return found, {_name(each["check_id"]): each["extra"]["message"] for each in results}


def _name(check_id: str) -> str:
    return check_id.rpartition(".")[2]
