"""What the contract tests of stores share: rows to write, and a Python beside to write them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from passerelle.store import Store

OPEN_STORE = "import sys; from passerelle.store import Store; store = Store(sys.argv[1])\n"
"""The first line of a program for `run_python` whose first argument is a store's URL."""


def objects(model: str) -> Any:
    """What Django's model of a table holds; models exist only once a store was opened."""
    from django.apps import apps

    return next(each for each in apps.get_models() if each.__name__ == model).objects


def put_sources(store: Store, *names: str) -> None:
    """Write sources, in one bulk session."""
    with store.bulk() as bulk:
        for name in names:
            bulk.execute(
                "insert into sources (name, kind, trusted, created_at) values (?, ?, ?, ?)",
                (name, "crm", 1, 0),
            )


def source_names(store: Store) -> list[str]:
    """The sources that are there, in order."""
    return [row["name"] for row in store.rows("select name from sources order by name")]


def run_python(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a program in a Python of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
