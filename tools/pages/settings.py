"""docs/reference/settings.md: every setting, its default, and what it is for."""

from __future__ import annotations

from dataclasses import fields

from passerelle.settings import PREFIX, Settings
from tools.pages.markdown import code, page, table


def write() -> str:
    """The page's text."""
    rows = [
        (code(PREFIX + each.name.upper()), code(str(each.default)), each.metadata["about"])
        for each in fields(Settings)
    ]
    return page(
        "Settings",
        "src/passerelle/settings.py",
        "A setting is an environment variable, read once when a command starts. "
        "None is needed: the defaults keep everything in one folder.",
        table(["variable", "default", "meaning"], rows),
        "`PASSERELLE_DEBUG=1` prints errors of passerelle's own in full, personal data included.",
    )
