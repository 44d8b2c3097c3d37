"""Aligned tables of texts."""

from __future__ import annotations

from collections.abc import Sequence


def show(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: what begins with a letter stands left, numbers right."""
    print(f"\n{title}\n")
    if not rows:
        print("nothing was asked for")
        return
    widths = [max(len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    numeric = [all(_is_number(row[at]) for row in rows) for at in range(len(heads))]
    for row in (heads, ["─" * width for width in widths], *rows):
        cells = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, numeric, strict=True)
        ]
        print("  ".join(cells).rstrip(), flush=True)


def share(value: float | None) -> str:
    """Four digits after the point, or nothing."""
    return "" if value is None else f"{value:.4f}"


def seconds(value: float) -> str:
    """Two digits after the point below ten."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def megabytes(value: int) -> str:
    """In millions of bytes."""
    return f"{value / 1e6:,.0f}"


def count(value: int | None) -> str:
    """With commas, or nothing."""
    return "" if value is None else f"{value:,}"


def _is_number(cell: str) -> bool:
    return not cell or cell[0].isdigit() or cell[0] in "-.<"
