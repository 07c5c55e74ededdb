"""Time against states as a picture: `python -m benchmarks.plot FIGURES.json -o scaling.svg`.

Reads what `python -m benchmarks.run --json FIGURES.json` wrote; both axes are logarithmic.
"""

from __future__ import annotations

import argparse
import json
import statistics
from pathlib import Path
from typing import Any

from failover_fsm.diagrams.style.plot import BOTTOM, LEFT, RIGHT, TOP, Axis, Series, plot_svg

__all__ = ["main", "points", "svg"]

Medians = dict[str, list[tuple[float, float]]]
"""By explorer: states and seconds from command to verdict, medians."""


def points(figures: dict[str, Any]) -> Medians:
    """The medians in what `benchmarks.run --json` wrote, in order of states."""
    found: Medians = {}
    for by_explorer in figures["runs"].values():
        for name, runs in by_explorer.items():
            seconds = statistics.median(run["total"] for run in runs)
            found.setdefault(name, []).append((float(runs[0]["states"]), float(seconds)))
    return {name: sorted(items) for name, items in found.items()}


def svg(series: Medians, caption: str) -> str:
    """The picture; series must not be empty."""
    everything = [point for items in series.values() for point in items]
    across = Axis.of("states", (states for states, _ in everything), (LEFT, RIGHT), written=_count)
    up = Axis.of("seconds from command to verdict", (seconds for _, seconds in everything), (BOTTOM, TOP))
    lines = [Series(name, tuple(items), is_bold=name.startswith("ours")) for name, items in series.items()]
    return plot_svg(caption, across, up, lines, note="Both axes are logarithmic; each point is a median.")


def _count(value: float) -> str:
    """A number of states in words: 10,000, or 10 million."""
    return f"{value / 1_000_000:g} million" if value >= 1_000_000 else f"{value:,.0f}"


def main() -> None:
    """Read the command line and the figures, write the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", type=Path, help="what `python -m benchmarks.run --json` wrote")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the svg file to write")
    chosen = parser.parse_args()
    series = points(json.loads(chosen.figures.read_text(encoding="utf-8")))
    chosen.output.write_text(svg(series, "Reference model: time against states"), encoding="utf-8")


if __name__ == "__main__":
    main()
