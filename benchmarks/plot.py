"""Time against states as a picture: `python -m benchmarks.plot FIGURES.json -o scaling.svg`.

Reads what `python -m benchmarks.run --json FIGURES.json` wrote; both axes are logarithmic. Needs nothing but Python.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

__all__ = ["main", "points", "svg"]

WIDTH, HEIGHT = 760, 470
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 40, 50
COLOURS = ("#0b6e99", "#c2410c", "#15803d", "#7c3aed", "#b91c1c", "#525252")

Series = dict[str, list[tuple[float, float]]]
"""By explorer: states and seconds from command to verdict, medians."""


def points(figures: dict[str, Any]) -> Series:
    """The medians in what `benchmarks.run --json` wrote, in order of states."""
    found: Series = {}
    for by_explorer in figures["runs"].values():
        for name, runs in by_explorer.items():
            seconds = statistics.median(run["total"] for run in runs)
            found.setdefault(name, []).append((float(runs[0]["states"]), float(seconds)))
    return {name: sorted(items) for name, items in found.items()}


def svg(series: Series, caption: str) -> str:
    """The picture; series must not be empty."""
    everything = [point for items in series.values() for point in items]
    across = _decades(states for states, _ in everything)
    up = _decades(seconds for _, seconds in everything)

    def x(states: float) -> float:
        return LEFT + (math.log10(states) - across[0]) / (across[1] - across[0]) * (WIDTH - LEFT - RIGHT)

    def y(seconds: float) -> float:
        return HEIGHT - BOTTOM - (math.log10(seconds) - up[0]) / (up[1] - up[0]) * (HEIGHT - TOP - BOTTOM)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="12">',
        f"<title>{escape(caption)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="22" font-size="14">{escape(caption)}</text>',
    ]
    for power in range(across[0], across[1] + 1):
        lines.append(_line(x(10.0**power), TOP, x(10.0**power), HEIGHT - BOTTOM, "#dddddd"))
        lines.append(_text(x(10.0**power), HEIGHT - BOTTOM + 18, _power(power), "middle"))
    for power in range(up[0], up[1] + 1):
        lines.append(_line(LEFT, y(10.0**power), WIDTH - RIGHT, y(10.0**power), "#dddddd"))
        lines.append(_text(LEFT - 8, y(10.0**power) + 4, f"{10.0**power:g} s", "end"))
    lines.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, "states", "middle"))
    for items, colour in zip(series.values(), COLOURS * len(series), strict=False):
        places = " ".join(f"{x(states):.1f},{y(seconds):.1f}" for states, seconds in items)
        lines.append(f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [f'<circle cx="{x(s):.1f}" cy="{y(t):.1f}" r="3" fill="{colour}"/>' for s, t in items]
    lines += _legend({name: y(items[-1][1]) for name, items in series.items()})
    return "\n".join([*lines, "</svg>"]) + "\n"


def _legend(heights: dict[str, float]) -> Iterator[str]:
    """Names at the right, each near the end of its line, none on another."""
    colours = dict(zip(heights, COLOURS * len(heights), strict=False))
    last = 0.0
    for name, height in sorted(heights.items(), key=lambda item: item[1]):
        last = max(height, last + 16)
        yield _text(WIDTH - RIGHT + 12, last + 4, name, "start", colours[name])


def _decades(values: Iterator[float]) -> tuple[int, int]:
    """The powers of ten around some values, two different ones."""
    logs = [math.log10(value) for value in values]
    low = math.floor(min(logs))
    return low, max(low + 1, math.ceil(max(logs)))


def _power(power: int) -> str:
    return f"10<tspan dy='-5' font-size='9'>{power}</tspan>"


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str, colour: str = "black") -> str:
    safe = text if text.startswith("10<tspan") else escape(text)
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{safe}</text>'


def main() -> None:
    """Read the command line and the figures, write the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", type=Path, help="what `python -m benchmarks.run --json` wrote")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the svg file to write")
    chosen = parser.parse_args()
    series = points(json.loads(chosen.figures.read_text(encoding="utf-8")))
    chosen.output.write_text(svg(series, "Reference model: seconds from command to verdict"), encoding="utf-8")


if __name__ == "__main__":
    main()
