"""The tables of this folder's README and its pictures, made from the figures that the benchmarks wrote.

A table stands between two comments, `<!-- figures: NAME -->` and `<!-- end of figures -->`; what is between them is
written anew. So it never says a figure that is not in `figures.json` or `pairs.json`.
"""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import pair, plot
from benchmarks.peers import Measured

__all__ = ["FOLDER", "PAGE", "PICTURES", "again_table", "filled", "main", "pair_table", "reference_table"]

FOLDER = Path(__file__).parent
PAGE = FOLDER / "README.md"

Figures = Mapping[str, Any]
"""What `benchmarks.run --json` or `benchmarks.pair --json` wrote: `machine`, and `runs` by model and explorer."""


def figures(name: str) -> Figures:
    """The figures of a file in this folder."""
    found: Figures = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found


def reference_table(found: Figures) -> str:
    """Seconds from command to verdict of each explorer on the reference model, medians, a column for each size."""
    sizes = [next(iter(by_explorer.values()))[0]["states"] for by_explorer in found["runs"].values()]
    names = dict.fromkeys(name for by_explorer in found["runs"].values() for name in by_explorer)
    lines = [_row(["explorer", *(f"{states:,}" for states in sizes)]), _row(["---"] * (1 + len(sizes)))]
    for name in names:
        cells = [_median(by_explorer.get(name, ())) for by_explorer in found["runs"].values()]
        lines.append(_row([name, *cells]))
    return "\n".join([_measured_on(found, "medians of the runs"), "", *lines])


def pair_table(found: Figures) -> str:
    """A row for each model and peer, with the peer's best way; the smallest of the runs, and the peer's by ours."""
    titles = ("model", "states", "transitions", "ours: cpu", "wall", "peer, best of its ways", "cpu", "wall")
    lines = [_row([*titles, "peer / ours"]), _row(["---"] * (len(titles) + 1))]
    for model, by_explorer in found["runs"].items():
        runs = {name: [Measured(**run) for run in items] for name, items in by_explorer.items()}
        ours = runs["compiled"]
        counts = [f"`{Path(model).name}`", f"{ours[0].states:,}", f"{ours[0].transitions:,}"]
        for way in pair.best(runs):
            if way in pair.ENGINES:
                continue
            peer, _, flags = way.partition(" ")
            ratio = pair.least(runs[way], "cpu") / pair.least(ours, "cpu")
            lines.append(_row([*counts, *_times(ours), f"{peer} `{flags}`", *_times(runs[way]), f"{ratio:.2g}"]))
    return "\n".join(
        [_measured_on(found, "seconds, the smallest of the runs; the ratio is of processor time"), "", *lines]
    )


def again_table(found: Figures) -> str:
    """A second run of ours, with its tables, beside the search of SPIN's that is compiled already; by the clock."""
    titles = ("model", "states", "ours, tables kept", "SPIN, compiled already", "built with", "SPIN / ours")
    lines = [_row([*titles]), _row(["---"] * len(titles))]
    for model, by_explorer in found["runs"].items():
        runs = {name: [Measured(**run) for run in items] for name, items in by_explorer.items()}
        ways = {name: pair.least(items, "search") for name, items in runs.items() if name.startswith("SPIN")}
        if not ways or "kept" not in runs:
            continue
        way, ours = min(ways, key=lambda name: ways[name]), pair.least(runs["kept"], "total")
        flags = f"`{way.partition(' ')[2]}`"
        cells = [f"`{Path(model).name}`", f"{runs['kept'][0].states:,}", _seconds(ours), _seconds(ways[way]), flags]
        lines.append(_row([*cells, f"{ways[way] / ours:.2g}"]))
    return "\n".join(lines)


TABLES: Mapping[str, Callable[[], str]] = {
    "reference": lambda: reference_table(figures("figures.json")),
    "pairs": lambda: pair_table(figures("pairs.json")),
    "again": lambda: again_table(figures("pairs.json")),
}
PICTURES: Mapping[str, Callable[[], str]] = {
    "scaling.svg": lambda: plot.svg(plot.points(figures("figures.json")), "Reference model: time against states"),
    "pairs.svg": lambda: plot.svg(plot.best_points(figures("pairs.json")), "Whole pairs: processor time against states",
                                  "seconds of processor time from command to verdict", "the smallest of the runs"),
}  # fmt: skip
"""By file in this folder, what is drawn there."""


def filled(text: str) -> str:
    """The page with its tables made from the figures."""

    def table(found: re.Match[str]) -> str:
        return f"{found[1]}\n{TABLES[found[2]]()}\n{found[3]}"

    return re.sub(r"(?s)(<!-- figures: (\w+) -->\n)(?:.*?\n)?(<!-- end of figures -->)", table, text)


def main() -> None:
    """Write the page and the pictures."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    for name, drawn in PICTURES.items():
        (FOLDER / name).write_text(drawn(), encoding="utf-8")


def _measured_on(found: Figures, what: str) -> str:
    """One sentence about the machine and the runs."""
    where = dict(found["machine"])
    machine = f"{where.pop('processor')}, {where.pop('cores')} cores, load {where.pop('load')}"
    runs = {len(items) for by_explorer in found["runs"].values() for items in by_explorer.values()}
    several = str(max(runs)) if len(runs) == 1 else f"{min(runs)} to {max(runs)}"
    versions = ", ".join(f"{name} {version}" for name, version in where.items())
    return f"{machine}; {versions}; {what}, {several} of each."


def _median(runs: Any) -> str:
    return _seconds(statistics.median(run["total"] for run in runs)) if runs else ""


def _times(runs: list[Measured]) -> list[str]:
    return [_seconds(pair.least(runs, field)) for field in ("cpu", "total")]


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value < 10 else f"{value:.0f} s"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
