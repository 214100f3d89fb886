"""Plots as inline SVG, in the colours of the page around them; no script and nothing to load."""

import html
import math
from collections.abc import Sequence

WIDTH, HEIGHT = 420, 230
LEFT, RIGHT, TOP, BOTTOM = 54, 16, 26, 40
BARS = 20

Series = tuple[str, Sequence[float]]


def curve(points: Sequence[tuple[float, float]], x_label: str, y_label: str) -> str:
    """Draw points of the unit square, in order of x, as a line with the area below it."""
    if not points:
        return _empty()
    top = _nice(max(y for _, y in points))
    placed = [(_x(x), _y(y / top)) for x, y in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    area = f"{placed[0][0]:.1f},{_y(0):.1f} {line} {placed[-1][0]:.1f},{_y(0):.1f}"
    marks = f'<polygon class="area" points="{area}"/><polyline class="line" points="{line}"/>'
    return _frame(marks, 1.0, top, x_label, y_label)


def histogram(series: Sequence[Series], x_label: str, *, most: float | None = None) -> str:
    """Draw how often values occur, a colour for each of up to two series, each as shares of its own total.

    The x axis runs from 0 to `most`, or to a round number above the largest value.
    """
    values = [value for _, some in series for value in some]
    if not values:
        return _empty()
    end = most or _nice(max(values))
    shares = [_shares(some, end) for _, some in series]
    top = _nice(max(max(one) for one in shares))
    width = (WIDTH - LEFT - RIGHT) / BARS
    each = width / len(series)
    bars = "".join(
        f'<rect class="s{index}" x="{LEFT + at * width + index * each:.1f}" y="{_y(share / top):.1f}" '
        f'width="{max(1.0, each - 1):.1f}" height="{_y(0) - _y(share / top):.1f}"/>'
        for index, one in enumerate(shares)
        for at, share in enumerate(one)
        if share
    )
    names = "".join(
        f'<tspan class="s{index}" dx="{16 if index else 0}">{html.escape(name)} ({len(some)})</tspan>'
        for index, (name, some) in enumerate(series)
    )
    legend = f'<text class="legend" text-anchor="end" x="{WIDTH - RIGHT}" y="{TOP - 10}">{names}</text>'
    return _frame(bars + legend, end, top, x_label, "share")


def _shares(values: Sequence[float], end: float) -> list[float]:
    counts = [0] * BARS
    for value in values:
        counts[min(BARS - 1, max(0, int(value / end * BARS)))] += 1
    return [count / max(1, len(values)) for count in counts]


def _frame(marks: str, x_end: float, y_end: float, x_label: str, y_label: str) -> str:
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    grid = "".join(
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_y(at):.1f}" y2="{_y(at):.1f}"/>'
        f'<text text-anchor="end" x="{LEFT - 6}" y="{_y(at) + 4:.1f}">{_number(at * y_end)}</text>'
        f'<text text-anchor="middle" x="{_x(at):.1f}" y="{HEIGHT - BOTTOM + 16}">{_number(at * x_end)}</text>'
        for at in ticks
    )
    labels = (
        f'<text text-anchor="middle" x="{(WIDTH + LEFT) / 2:.0f}" y="{HEIGHT - 6}">{html.escape(x_label)}</text>'
        f'<text text-anchor="middle" transform="translate(11 {HEIGHT / 2 - 12:.0f}) rotate(-90)">'
        f"{html.escape(y_label)}</text>"
    )
    label = html.escape(f"{y_label} by {x_label}", quote=True)
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{grid}{marks}{labels}</svg>'


def _empty() -> str:
    return '<p class="quiet">Nothing to draw.</p>'


def _x(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _nice(value: float) -> float:
    """Return the smallest round number that is not below a value: a short number times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10 ** math.floor(math.log10(value))
    return float(next(step * power for step in (1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10) if step * power >= value * 0.999))


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
