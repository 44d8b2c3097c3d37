"""`./dev bench`: the measurements, each a module or a package of benchmarks/ with `run(argv)`.

Each runs in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tools.environment import ROOT

_START = "import sys; from benchmarks.{name} import run; sys.exit(run(sys.argv[1:]))"


def run(arguments: list[str]) -> int:
    """Run the measurement named first with the arguments after it; all of them without a name."""
    names = list_measurements(ROOT / "benchmarks")
    if arguments and arguments[0] not in names:
        print(f"error: no measurement called {arguments[0]!r}.\n", file=sys.stderr)
        print("usage: ./dev bench [NAME [ARGUMENTS]]\n", file=sys.stderr)
        for name, summary in names.items():
            print(f"  {name:<20} {summary}", file=sys.stderr)
        return 2
    if not names:
        print("benchmarks/ holds no measurement yet: a module with run(argv) -> int is one.")
    status = 0
    for name in arguments[:1] or names:
        print(f"\n{name}: {names[name]}", flush=True)
        command = [sys.executable, "-c", _START.format(name=name), *arguments[1:]]
        status = max(status, subprocess.run(command, cwd=ROOT, check=False).returncode)
    return status


def list_measurements(folder: Path) -> dict[str, str]:
    """The measurements and the first line of what each says of itself."""
    found = {}
    for path in sorted([*folder.glob("*.py"), *folder.glob("*/__init__.py")]):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if "run" in functions:
            name = path.parent.name if path.stem == "__init__" else path.stem
            found[name] = (ast.get_docstring(tree) or "").split("\n")[0]
    return dict(sorted(found.items()))
