"""Charts as inline SVG: shapes only, so that they stretch; words and numbers stand in HTML beside.

Every chart is hidden from screen readers: a table with the same numbers stands next to it.
"""

from __future__ import annotations

from collections.abc import Sequence

_HEIGHT = 100.0
_GAP = 0.24  # of a column's room, so that columns are told apart


def bars_svg(ratios: Sequence[float]) -> str:
    """Bars over each other, from the longest to the shortest; each between 0 and 1.

    >>> bars_svg([0.5]).count("<rect")
    2
    """
    track = '<rect class="track" x="0" y="0" width="100" height="10"/>'
    shapes = "".join(
        f'<rect class="s{place}" x="0" y="0" width="{_percent(ratio)}" height="10"/>'
        for place, ratio in enumerate(ratios)
    )
    return _svg("bar", "0 0 100 10", track + shapes)


def parts_svg(ratios: Sequence[float]) -> str:
    """One bar in parts that add up to 1."""
    shapes, start = [], 0.0
    for place, ratio in enumerate(ratios):
        shapes.append(
            f'<rect class="g{place}" x="{_percent(start)}" y="0" '
            f'width="{_percent(ratio)}" height="10"/>'
        )
        start += ratio
    return _svg("parts", "0 0 100 10", "".join(shapes))


def columns_svg(columns: Sequence[Sequence[float]], line: Sequence[float | None] = ()) -> str:
    """Columns of bars over each other, from the tallest to the shortest, and a line across.

    Args:
        columns: For each column its heights, in any unit; the tallest fills the chart.
        line: For each column a height between 0 and 1; a gap where there is none.
    """
    tallest = max((max(heights, default=0.0) for heights in columns), default=0.0) or 1.0
    room = 100.0 / max(len(columns), 1)
    shapes = [_grid_line(part) for part in (0.25, 0.5, 0.75, 1.0)]
    for place, heights in enumerate(columns):
        left = (place + _GAP / 2) * room
        for level, height in enumerate(heights):
            tall = _HEIGHT * height / tallest
            shapes.append(
                f'<rect class="s{level}" x="{left:.3f}" y="{_HEIGHT - tall:.3f}" '
                f'width="{room * (1 - _GAP):.3f}" height="{tall:.3f}"/>'
            )
    points = [
        f"{(place + 0.5) * room:.3f},{_HEIGHT * (1 - height):.3f}"
        for place, height in enumerate(line)
        if height is not None
    ]
    if points:
        shapes.append(f'<polyline class="line" points="{" ".join(points)}"/>')
    return _svg("columns", f"0 0 100 {_HEIGHT:.0f}", "".join(shapes))


def _grid_line(part: float) -> str:
    height = _HEIGHT * (1 - part)
    return f'<line class="grid" x1="0" x2="100" y1="{height:.1f}" y2="{height:.1f}"/>'


def _percent(ratio: float) -> str:
    return f"{100 * max(0.0, min(ratio, 1.0)):.3f}"


def _svg(name: str, box: str, shapes: str) -> str:
    return (
        f'<svg class="chart-{name}" viewBox="{box}" preserveAspectRatio="none" '
        f'aria-hidden="true" focusable="false">{shapes}</svg>'
    )
