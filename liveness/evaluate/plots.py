"""Plots as inline SVG: as wide as a phone, drawn in the colours of the page."""

import html
import math
from collections.abc import Sequence

from liveness.evaluate.metrics import Rate

WIDTH = 360  # so that letters keep their size on a phone

Row = tuple[str, Sequence[tuple[str, Rate]]]


def rates(rows: Sequence[Row], *, title: str) -> str:
    """Draw each row's rates as points on a line from 0 to 100 %, with their intervals."""
    left, right, top, step = 126, WIDTH - 18, 10, 22
    height = top + step * len(rows) + 28
    parts = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        x = left + share * (right - left)
        parts.append(f'<line class="grid" x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{height - 24}"/>')
        parts.append(
            f'<text class="tick" x="{x:.1f}" y="{height - 10}" text-anchor="middle">{share:.0%}</text>'
        )
    for place, (name, each) in enumerate(rows):
        middle = top + step * (place + 0.5)
        parts.append(
            f'<text x="{left - 8}" y="{middle + 4:.1f}" text-anchor="end">{html.escape(name)}</text>'
        )
        for offset, (kind, rate) in zip(_spread(len(each)), each, strict=True):
            if not rate.n:
                continue
            low, high = (left + share * (right - left) for share in rate.interval)
            x, y = left + rate.value * (right - left), middle + offset
            told = f"{name}, {kind}: {rate.errors} of {rate.n}"
            parts.append(
                f'<g class="{kind}"><title>{html.escape(told)}</title>'
                f'<line class="whisker" x1="{low:.1f}" y1="{y:.1f}" x2="{high:.1f}" y2="{y:.1f}"/>'
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2"/></g>'
            )
    return _svg(parts, height=height, title=title)


def det(curves: Sequence[tuple[str, Sequence[tuple[float, float]], int, int]], *, title: str) -> str:
    """Draw FNMR over FMR, both on logarithmic axes; each curve has its name and its counts.

    Where a rate is nought the curve ends at the smallest that its counts can show.
    """
    left, right, top, bottom = 46, WIDTH - 12, 10, 250
    x_low, y_low = -5.0, -4.0

    def place(fmr: float, fnmr: float) -> tuple[float, float]:
        x = left + (max(math.log10(fmr), x_low) - x_low) / -x_low * (right - left)
        y = bottom - (max(math.log10(fnmr), y_low) - y_low) / -y_low * (bottom - top)
        return x, y

    parts = []
    for power in range(int(x_low), 1):
        x, _ = place(10.0**power, 1)
        parts.append(f'<line class="grid" x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}"/>')
        parts.append(
            f'<text class="tick" x="{x:.1f}" y="{bottom + 15}" text-anchor="middle">{_power(power)}</text>'
        )
    for power in range(int(y_low), 1):
        _, y = place(1, 10.0**power)
        parts.append(f'<line class="grid" x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>')
        parts.append(
            f'<text class="tick" x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{_power(power)}</text>'
        )
    middle = (left + right) / 2
    parts.append(f'<text x="{middle}" y="{bottom + 34}" text-anchor="middle">false match rate (FMR)</text>')
    parts.append(
        f'<text transform="translate(11 {(top + bottom) / 2}) rotate(-90)" text-anchor="middle">'
        "false non-match rate (FNMR)</text>"
    )
    for number, (name, points, genuine, impostor) in enumerate(curves):
        shown = [
            place(max(fmr, 0.5 / impostor), max(fnmr, 0.5 / genuine))
            for fmr, fnmr in points
            if fmr > 0 or fnmr < 1
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in _thinned(shown))
        parts.append(f'<polyline class="curve c{number}" points="{path}"/>')
        y = top + 16 + 16 * number
        parts.append(
            f'<line class="curve c{number}" x1="{right - 112}" y1="{y - 4}" x2="{right - 92}" y2="{y - 4}"/>'
        )
        parts.append(f'<text x="{right - 86}" y="{y}">{html.escape(name)}</text>')
    return _svg(parts, height=bottom + 42, title=title)


def histogram(genuine: Sequence[float], impostor: Sequence[float], *, threshold: float, title: str) -> str:
    """Draw how the scores of one and of two people are spread, each as shares of their own number."""
    left, right, top, bottom, bars = 12, WIDTH - 12, 24, 140, 50
    low, high = min([*genuine, *impostor]), max([*genuine, *impostor])
    span = (high - low) or 1.0

    def counts(scores: Sequence[float]) -> list[float]:
        held = [0] * bars
        for score in scores:
            held[min(bars - 1, int((score - low) / span * bars))] += 1
        return [count / len(scores) for count in held]

    both = {"impostor": counts(impostor), "genuine": counts(genuine)}
    highest = max(max(shares) for shares in both.values())
    parts = []
    for kind, shares in both.items():
        for number, share in enumerate(shares):
            if share:
                tall = share / highest * (bottom - top)
                x = left + number * (right - left) / bars
                parts.append(
                    f'<rect class="{kind}" x="{x:.1f}" y="{bottom - tall:.1f}" '
                    f'width="{(right - left) / bars:.1f}" height="{tall:.1f}"/>'
                )
    x = left + min(max((threshold - low) / span, 0), 1) * (right - left)
    parts.append(f'<line class="mark" x1="{x:.1f}" y1="{top - 6}" x2="{x:.1f}" y2="{bottom}"/>')
    parts.append(f'<text x="{x:.1f}" y="{top - 10}" text-anchor="middle">threshold {threshold:.3f}</text>')
    for share in (0.0, 0.5, 1.0):
        at = left + share * (right - left)
        anchor = {0.0: "start", 0.5: "middle", 1.0: "end"}[share]
        score = f"{low + share * span:.2f}"
        parts.append(f'<text class="tick" x="{at}" y="{bottom + 15}" text-anchor="{anchor}">{score}</text>')
    return _svg(parts, height=bottom + 22, title=title)


def _svg(parts: Sequence[str], *, height: float, title: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{html.escape(title)}">'
        f"{''.join(parts)}</svg>"
    )


def _spread(count: int) -> list[float]:
    """Return how far each of *count* points stands from the middle of its row."""
    return [5.0 * (place - (count - 1) / 2) * 1.6 for place in range(count)]


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Leave out points that stand on the same half pixel as the one before."""
    kept: list[tuple[float, float]] = []
    for point in points:
        if not kept or abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= 0.5:
            kept.append(point)
    return kept


def _power(power: int) -> str:
    return {0: "100%", -1: "10%", -2: "1%"}.get(power, f"{10.0 ** (power + 2):g}%")
