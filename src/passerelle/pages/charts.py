"""Charts as inline SVG: shapes only, so that they stretch; words and numbers stand in HTML beside.

Every chart is hidden from screen readers: a table with the same numbers stands next to it.
"""

from __future__ import annotations

from collections.abc import Sequence

_HEIGHT = 100.0
_BAR = 10.0
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


def skyline_svg(heights: Sequence[float], *, level: int, mark: float | None = None) -> str:
    """Columns without room between them, as a histogram has, and an upright line at a value.

    Args:
        heights: Of the columns, between 0 and 1.
        level: Number of their colour.
        mark: Where the line stands, between 0 (left) and 1 (right).

    >>> skyline_svg([0.5, 0.0], level=0, mark=0.5).count("<rect")
    1
    """
    room = 100.0 / max(len(heights), 1)
    shapes = [
        f'<rect class="r{level}" x="{place * room:.3f}" y="{_HEIGHT * (1 - height):.3f}" '
        f'width="{room:.3f}" height="{_HEIGHT * height:.3f}"/>'
        for place, height in enumerate(heights)
        if height > 0
    ]
    if mark is not None:
        shapes.append(_upright("mark", 100 * mark, _HEIGHT))
    return _svg("skyline", f"0 0 100 {_HEIGHT:.0f}", "".join(shapes))


def balance_svg(weights: Sequence[float], *, most: float) -> str:
    """Bars below each other that go from the middle to the right, or to the left below 0.

    Args:
        weights: How long each is, in any unit.
        most: What reaches the edge; above 0.
    """
    tall = _BAR * len(weights)
    shapes = [_upright("grid", 50.0, tall)]
    for place, weight in enumerate(weights):
        long = 50.0 * max(-1.0, min(weight / most, 1.0))
        shapes.append(
            f'<rect class="r{place}" x="{50 + min(long, 0.0):.3f}" y="{place * _BAR + 1:.0f}" '
            f'width="{abs(long):.3f}" height="{_BAR - 2:.0f}"/>'
        )
    return _svg("balance", f"0 0 100 {tall:.0f}", "".join(shapes))


def step_svg(before: float, after: float, *, lowest: float, highest: float) -> str:
    """One step of a waterfall: a bar from where things stood to where they stand after it.

    Args:
        before: Where they stood.
        after: Where they stand.
        lowest: What is at the left edge, 0 at most.
        highest: What is at the right edge, 0 at least, above the lowest.
    """
    wide = (highest - lowest) or 1.0
    start, end = (100 * (each - lowest) / wide for each in (before, after))
    kind = "more" if after >= before else "less"
    shapes = (
        _upright("grid", -100 * lowest / wide, _BAR)
        + f'<rect class="{kind}" x="{min(start, end):.3f}" y="1" '
        f'width="{abs(end - start):.3f}" height="{_BAR - 2:.0f}"/>' + _upright("now", end, _BAR)
    )
    return _svg("step", f"0 0 100 {_BAR:.0f}", shapes)


def _upright(kind: str, across: float, tall: float) -> str:
    return f'<line class="{kind}" x1="{across:.3f}" x2="{across:.3f}" y1="0" y2="{tall:.0f}"/>'


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
