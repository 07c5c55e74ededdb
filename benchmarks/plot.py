"""Time against states as a picture, from what `benchmarks.run --json` or `benchmarks.pair --json` wrote.

Both axes are logarithmic. `python -m benchmarks --pages` draws the pictures of this folder.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any

from benchmarks import pair
from benchmarks.peers import Measured
from failover_fsm.diagrams.style.plot import BOTTOM, LEFT, RIGHT, TOP, Axis, Series, plot_svg

__all__ = ["best_points", "points", "svg"]

Points = dict[str, list[tuple[float, float]]]
"""By explorer: states and seconds from command to verdict."""


OURS = {"compiled": "ours", "kept": "ours, second run"}
"""By explorer of `benchmarks.pair`, its name in the picture."""


def points(figures: Mapping[str, Any]) -> Points:
    """The medians in what `benchmarks.run --json` wrote, in order of states."""
    found: Points = {}
    for by_explorer in figures["runs"].values():
        for name, runs in by_explorer.items():
            seconds = statistics.median(run["total"] for run in runs)
            found.setdefault(name, []).append((float(runs[0]["states"]), float(seconds)))
    return {name: sorted(items) for name, items in found.items()}


def best_points(figures: Mapping[str, Any]) -> Points:
    """Of each explorer the way that takes the least processor time: the smallest of its runs, in order of states."""
    found: Points = {}
    for by_explorer in figures["runs"].values():
        runs = {name: [Measured(**run) for run in items] for name, items in by_explorer.items()}
        for way in pair.best(runs):
            name = OURS.get(way, way.partition(" ")[0])
            found.setdefault(name, []).append((float(runs[way][0].states), pair.least(runs[way], "cpu")))
    return {name: sorted(items) for name, items in found.items()}


def svg(series: Points, caption: str, measured: str = "seconds from command to verdict", each: str = "a median") -> str:
    """The picture; series must not be empty.

    measured: what the axis upwards says; each: what a point is.
    """
    everything = [point for items in series.values() for point in items]
    across = Axis.of("states", (states for states, _ in everything), (LEFT, RIGHT), written=_count)
    up = Axis.of(measured, (seconds for _, seconds in everything), (BOTTOM, TOP))
    lines = [Series(name, tuple(items), is_bold=name.startswith("ours")) for name, items in series.items()]
    return plot_svg(caption, across, up, lines, note=f"Both axes are logarithmic; each point is {each}.")


def _count(value: float) -> str:
    """A number of states in words: 10,000, or 10 million."""
    return f"{value / 1_000_000:g} million" if value >= 1_000_000 else f"{value:,.0f}"
