"""`./dev new KIND NAME`: a plug-in's file, written from the template of its kind."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from string import Template

from tools.environment import ROOT
from tools.plugin_kinds import KINDS, SOURCE, PluginKind

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def run(arguments: list[str]) -> int:
    """Write one plug-in's file and say what to do with it."""
    kinds = {kind.name: kind for kind in KINDS if kind.is_in(ROOT)}
    if len(arguments) != 2 or arguments[0] not in kinds:
        print(f"usage: ./dev new KIND NAME\n\nkinds: {', '.join(kinds)}", file=sys.stderr)
        return 2
    kind, name = kinds[arguments[0]], arguments[1].replace("-", "_")
    path = ROOT / SOURCE / kind.folder / f"{name}.py"
    if not _NAME.fullmatch(name) or path.exists():
        problem = "exists already" if path.exists() else "is not a name: use a-z, 0-9 and _"
        print(f"error: {name!r} {problem}.", file=sys.stderr)
        return 2
    path.write_text(render(kind, name), encoding="utf-8")
    print(f"wrote {path.relative_to(ROOT)}: make it yours, then run: ./dev test {kind.tests}")
    return 0


def render(kind: PluginKind, name: str) -> str:
    """The text of a new plug-in."""
    template = Path(__file__).with_name(f"{kind.name}.py.txt").read_text(encoding="utf-8")
    label = name.replace("_", " ").capitalize()
    return Template(template).substitute(name=name, label=label)
