"""Small pieces of Markdown that every generated page uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def page(title: str, source: str, *blocks: str) -> str:
    """A page that says where it comes from."""
    warning = f"<!-- Written by ./dev docs from {source}: change it there. -->"
    return "\n\n".join([f"# {title}", warning, *(block.strip() for block in blocks)]) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""A table; its cells are kept on one line each.

    >>> print(table(["a", "b"], [["1", "x|y"]]))
    | a | b |
    | --- | --- |
    | 1 | x\|y |
    """
    lines = [_row(header), _row(["---"] * len(header)), *map(_row, rows)]
    return "\n".join(lines)


def code(text: str) -> str:
    """A word as code; nothing for an empty one."""
    return f"`{text}`" if text else ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
