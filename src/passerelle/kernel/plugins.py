"""Plug-ins: the folder of a kind is its registry.

A plug-in is one module whose last statement is `PLUGIN = ...`. Packages outside passerelle add
theirs through an entry-point group named `passerelle.<kind>`.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar

from passerelle.kernel.errors import Misconfigured

Plugin = TypeVar("Plugin")


def load_plugins(package: str, kind: type[Plugin], *, group: str) -> dict[str, Plugin]:
    """Every plug-in of a kind, by name (its module's or its entry point's), in name order.

    Raises:
        Misconfigured: A file of the folder has no `PLUGIN` of that kind, or two share a name.
    """
    from importlib.metadata import entry_points  # a fifth of the start of the command line

    folder = import_module(package)
    found: dict[str, Plugin] = {}
    for module in iter_modules(folder.__path__):
        plugin = getattr(import_module(f"{package}.{module.name}"), "PLUGIN", None)
        _keep(found, module.name, plugin, kind)
    for entry in entry_points(group=f"passerelle.{group}"):
        _keep(found, entry.name, entry.load(), kind)
    return dict(sorted(found.items()))


def _keep(found: dict[str, Plugin], name: str, plugin: object, kind: type[Plugin]) -> None:
    if not isinstance(plugin, kind):
        raise Misconfigured(
            f"Plug-in {name!r} does not end with PLUGIN = {kind.__name__}(...).",
            hint="Compare it with a neighbour in the same folder.",
        )
    if name in found:
        raise Misconfigured(f"Two plug-ins are called {name!r}.", hint="Rename or remove one.")
    found[name] = plugin
