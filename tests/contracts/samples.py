"""Sample files of plug-ins: the project's own, and those of a package outside it.

PASSERELLE_TEST_SAMPLES names a folder with the same folders in it as `tests/samples`, so that a
package that adds a layout or a format can hold it to the contract of its kind.
"""

from __future__ import annotations

import os
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

_OURS = Path(__file__).parents[1] / "samples"


def list_samples(folder: str) -> list[Path]:
    """The sample files of one kind, in order."""
    roots = [_OURS, *map(Path, filter(None, [os.environ.get("PASSERELLE_TEST_SAMPLES")]))]
    found = [path for root in roots for path in (root / folder).glob("*")]
    return sorted(path for path in found if path.suffix != ".md")


def docstring(package: str, group: str, name: str) -> str:
    """What a plug-in's file says that it is."""
    outside = {each.name: each.module for each in entry_points(group=f"passerelle.{group}")}
    return import_module(outside.get(name, f"{package}.{name}")).__doc__ or ""
