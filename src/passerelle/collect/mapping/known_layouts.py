"""Recognises the exports of known tools by their headers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from passerelle.collect.fields import RecordKind
from passerelle.collect.mapping.layout import Layout
from passerelle.kernel import load_plugins


@cache
def list_layouts() -> dict[str, Layout]:
    """Every known export, by name."""
    return load_plugins("passerelle.collect.mapping.layouts", Layout, group="layouts")


def find_layout(columns: Sequence[str], kind: RecordKind) -> tuple[str | None, Layout | None]:
    """The known export these columns come from, the most specific one, if any."""
    scored = [
        (layout.recognises(columns), name)
        for name, layout in list_layouts().items()
        if layout.kind == kind
    ]
    best, name = max(scored, default=(0, ""))
    return (name, list_layouts()[name]) if best else (None, None)
