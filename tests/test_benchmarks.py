"""The picture of the benchmarks, what it says about the machine, the best of several runs; the figures are no test."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import attrs
import pytest

from benchmarks import pair, peers, small, steps
from benchmarks.machine import machine
from benchmarks.peers import Measured
from benchmarks.plot import points, svg
from benchmarks.reference import COUNTS
from failover_fsm import PairConfig

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
    drawn = svg(points(found), "Reference model: time against states")
    assert drawn == (FOLDER / "scaling.svg").read_text(encoding="utf-8")
    for k, explorers in found["runs"].items():
        for runs in explorers.values():
            assert all((run["states"], run["transitions"]) == COUNTS[int(k)][:2] for run in runs)
    assert found["machine"].keys() <= {*machine(), "numba", "SPIN", "Rumur", "gcc"}


def run_of(cpu: float, total: float) -> Measured:
    """A run with these seconds."""
    return Measured(100, 200, 0.0, 1.0, total, cpu, 1000)


def test_of_several_builds_the_one_with_the_least_processor_time_is_marked() -> None:
    """Of each the smallest run counts, so one busy moment decides nothing; ratios are of SPIN's best build."""
    found = {
        "compiled": [run_of(2.0, 4.0), run_of(1.0, 5.0)],
        "SPIN -O0": [run_of(9.0, 9.0), run_of(3.0, 8.0)],
        "SPIN -O2": [run_of(4.0, 4.0), run_of(5.0, 6.0)],
    }
    assert pair.best(found) == ["compiled", "SPIN -O0"] and pair.best(found, "total") == ["compiled", "SPIN -O2"]
    lines = pair.table("a.toml", found).splitlines()
    assert lines[0] == "a.toml: 100 states, 200 transitions"
    assert [line[0] for line in lines[2:]] == ["*", "*", " "]
    assert lines[2].split()[2:4] == ["1.00s", "4.00s"] and lines[2].split()[6:8] == ["3.00", "2.00"]


def test_each_way_to_compile_a_peer_is_an_explorer() -> None:
    names = pair.explorers(["compiled", "SPIN"], parallel=False)
    assert names == ["compiled", *(f"SPIN {build}" for build in peers.SPIN_BUILDS)]
    assert pair.explorers(["SPIN"], parallel=True)[-1] == f"SPIN {peers.BREADTH_FIRST}"


def test_a_peer_that_counts_otherwise_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair.peers, "spin", lambda *_: run_of(1.0, 1.0))
    assert pair.run_once("a.toml", "SPIN -O1", {"SPIN": ""}, (100, 200)).cpu == 1.0
    with pytest.raises(SystemExit, match=r"SPIN -O1, a.toml: counted .*, expected \(100, 201\)"):
        pair.run_once("a.toml", "SPIN -O1", {"SPIN": ""}, (100, 201))


def searched(ours: list[float], spin: list[float], states: int = 100) -> small.Search:
    """A search whose runs take these seconds of processor time, one after the other."""
    runs = {"ours": iter(ours), "SPIN": iter(spin)}

    def run(name: str, counted: int) -> Measured:
        return attrs.evolve(run_of(next(runs[name]), 1.0), states=counted)

    return small.Search("m", (100, 200), lambda: run("ours", states), lambda: run("SPIN", 100), floor=2.0)


def test_a_ratio_below_its_floor_fails_unless_it_was_a_busy_moment(capsys: pytest.CaptureFixture[str]) -> None:
    assert small.compared(searched([1.0], [2.0]), with_spin=True)[1]
    line, well = small.compared(searched([3.0, 1.5, 1.0], [2.0, 2.1, 2.5]), with_spin=True)
    assert well and line == "m: ours 1.00 s, SPIN 2.00 s of processor time, ratio 2.00, floor 2.0"
    assert not small.compared(searched([3.0, 1.5, 1.1], [2.0, 2.1, 2.5]), with_spin=True)[1]
    line, well = small.compared(searched([1.0], []), with_spin=False)
    assert well and line == "m: 100 states, 1.00 s; SPIN is not installed"


def test_another_count_fails_at_once_and_the_others_are_still_compared(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: name)
    assert small.main([searched([1.0], [2.0], states=99), searched([1.0], [2.0])]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "FAILED m: ours counted 99 states, 200 transitions; expected: 100 and 200"
    assert lines[1].startswith("m: ours 1.00 s")
    assert small.main([searched([1.0], [2.0])]) == 0
    assert small.SEARCHES[0].counts == COUNTS[3][:2]


def test_steps_of_a_pair_are_measured_beside_the_libraries_that_are_installed() -> None:
    config = PairConfig.from_asa((FOLDER.parent / "models" / "one-interface.cfg").read_text(encoding="utf-8"))
    rows = [*steps.of_pair(config), *steps.libraries()]
    names = [row.name for row in rows]
    assert names[:2] == ["possible, first", "step, first"] and "transitions, one event" in names
    assert all(taken > 0 for taken in steps.measure(rows, 1).values())


def test_first_means_that_nothing_is_remembered() -> None:
    config = PairConfig.from_asa((FOLDER.parent / "models" / "one-interface.cfg").read_text(encoding="utf-8"))
    prepared = {row.name: row.prepare()[0]._memory for row in steps.of_pair(config)}
    assert not prepared["possible, first"]._possible and prepared["possible, again"]._possible
