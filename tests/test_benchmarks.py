"""The picture of the benchmarks and what it says about the machine; the figures themselves are no test."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.machine import machine
from benchmarks.plot import points, svg
from benchmarks.reference import COUNTS

FOLDER = Path(__file__).parents[1] / "benchmarks"


def figures(seconds: list[float]) -> dict[str, object]:
    """What `benchmarks.run --json` writes, for one explorer."""
    return {"runs": {"0": {"one <&>": [{"states": 1000, "total": value} for value in seconds]}}}


def test_points_are_medians_in_order_of_states() -> None:
    found = figures([3.0, 1.0, 2.0])
    found["runs"]["1"] = {"one <&>": [{"states": 10, "total": 5.0}]}  # type: ignore[index]
    assert points(found) == {"one <&>": [(10.0, 5.0), (1000.0, 2.0)]}


def test_the_axes_are_logarithmic_and_names_are_escaped() -> None:
    text = svg({"one <&>": [(1e4, 0.1), (1e6, 1.0), (1e8, 10.0)]}, "a & b")
    root = ElementTree.fromstring(text)
    assert root.tag.endswith("svg")
    xs, ys = zip(*re.findall(r'circle cx="([\d.]+)" cy="([\d.]+)"', text), strict=True)
    steps = [round(float(b) - float(a)) for a, b in ((xs[0], xs[1]), (xs[1], xs[2]))]
    rises = [round(float(a) - float(b)) for a, b in ((ys[0], ys[1]), (ys[1], ys[2]))]
    assert steps[0] == steps[1] > 0 and rises[0] == rises[1] > 0


def test_one_point_is_enough_for_a_picture() -> None:
    ElementTree.fromstring(svg(points(figures([1.0])), "one"))


def test_the_picture_shows_the_figures_beside_it() -> None:
    found = json.loads((FOLDER / "figures.json").read_text(encoding="utf-8"))
    drawn = svg(points(found), "Reference model: seconds from command to verdict")
    assert drawn == (FOLDER / "scaling.svg").read_text(encoding="utf-8")
    for k, explorers in found["runs"].items():
        for runs in explorers.values():
            assert all((run["states"], run["transitions"]) == COUNTS[int(k)][:2] for run in runs)
    assert found["machine"].keys() <= {*machine(), "numba", "SPIN", "Rumur", "gcc"}
