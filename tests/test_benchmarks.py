"""The picture of the benchmarks, what it says about the machine, the best of several runs; the figures are no test."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import attrs
import pytest

from benchmarks import pages, pair, peers, small, steps
from benchmarks.machine import machine
from benchmarks.peers import Measured
from benchmarks.plot import best_points, points, svg
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


def test_tables_and_pictures_show_the_figures_beside_them() -> None:
    text = pages.PAGE.read_text(encoding="utf-8")
    for name, table in pages.TABLES.items():
        assert f"<!-- figures: {name} -->\n\n{table()}\n<!-- end of figures -->\n" in text, name
    assert pages.filled("<!-- figures: again -->\n<!-- end of figures -->\n").count("\n| ") > 2
    for name, drawn in pages.PICTURES.items():
        assert drawn() == (FOLDER / name).read_text(encoding="utf-8"), name
    found = pages.figures("figures.json")
    for k, explorers in found["runs"].items():
        for runs in explorers.values():
            assert all((run["states"], run["transitions"]) == COUNTS[int(k)][:2] for run in runs)
    assert found["machine"].keys() <= {*machine(), "numba", "SPIN", "Rumur", "gcc", "Java"}


def test_a_table_says_what_was_measured_and_another_figure_changes_it() -> None:
    seconds = {"compiled": (2.0, 4.0), "SPIN -O0": (3.0, 3.5), "SPIN -O2": (9.0, 9.5), "TLC -workers 1": (30.0, 12.0)}
    runs = {way: [attrs.asdict(run_of(*each))] for way, each in seconds.items()}
    found = {"machine": {"processor": "P", "cores": "2", "load": "0.1", "gcc": "1.2"}, "runs": {"a/b.toml": runs}}
    lines = pages.pair_table(found).splitlines()
    assert lines[0].startswith("P, 2 cores, load 0.1; gcc 1.2; ") and lines[0].endswith(" 1 of each.")
    assert lines[4:] == [
        "| `b.toml` | 100 | 200 | 2.00 s | 4.00 s | SPIN `-O0` | 3.00 s | 3.50 s | 1.5 |",
        "| `b.toml` | 100 | 200 | 2.00 s | 4.00 s | TLC `-workers 1` | 30 s | 12 s | 15 |",
    ]
    assert best_points(found) == {"ours": [(100.0, 2.0)], "SPIN": [(100.0, 3.0)], "TLC": [(100.0, 30.0)]}
    assert pages.reference_table({**found, "runs": {"0": runs}}).splitlines()[-1] == "| TLC -workers 1 | 12 s |"


def test_a_second_run_is_held_against_the_search_of_a_peer_that_is_compiled_already() -> None:
    seconds = {"compiled": (2.0, 4.0), "kept": (0.5, 0.25), "SPIN -O0": (3.0, 3.5), "SPIN -O2": (9.0, 9.5)}
    runs = {way: [attrs.asdict(run_of(*each))] for way, each in seconds.items()}
    runs["SPIN -O2"][0]["search"] = 0.5
    found = {"machine": {"processor": "P", "cores": "2", "load": "0.1"}, "runs": {"a/b.toml": runs}}
    assert pages.again_table(found).splitlines()[2:] == ["| `b.toml` | 100 | 0.25 s | 0.50 s | `-O2` | 2 |"]
    assert "kept" not in pages.pair_table(found)
    assert best_points(found)["ours, second run"] == [(100.0, 0.5)]
    del runs["kept"]
    assert len(pages.again_table(found).splitlines()) == 2


def test_a_later_run_of_ours_finds_the_tables_of_the_first(tmp_path: Path) -> None:
    """A later run counts the same in less time: learning is most of a small model's first run."""
    model = "models/incidents/22-flip-flop.toml"
    first, *later = (pair.ours(model, "kept", tmp_path) for _ in range(4))
    assert {(each.states, each.transitions) for each in (first, *later)} == {(9_622, 74_772)}
    assert list((tmp_path / "failover-fsm").glob("tables-*.bin"))
    assert min(each.search for each in later) < first.search, "of three, since other processes may take the time of one"


def test_tlc_counts_no_initial_state_as_a_transition(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "tla2tools.jar").touch()
    monkeypatch.setenv("TLA2TOOLS", str(tmp_path / "tla2tools.jar"))
    monkeypatch.setattr("shutil.which", lambda name: name)
    said = "No error has been found.\n203 states generated, 100 distinct states found, 0 states left on queue.\n"
    monkeypatch.setattr(peers, "timed", lambda command, _: (said, 5))
    text = "\\* Configuration for TLC: SPECIFICATION Spec INVARIANT One INVARIANT Two\n"
    found = peers.tlc(text, 3, tmp_path)
    assert (found.states, found.transitions) == (100, 200)
    assert (tmp_path / "failover.cfg").read_text() == "SPECIFICATION Spec\nINVARIANT One\nINVARIANT Two"
    monkeypatch.setattr(peers, "timed", lambda command, _: ("Error: Invariant One is violated.", 5))
    with pytest.raises(SystemExit, match="TLC did not finish"):
        peers.tlc(text, 3, tmp_path)
    monkeypatch.delenv("TLA2TOOLS")
    with pytest.raises(SystemExit, match=r"TLA2TOOLS must name a tla2tools\.jar"):
        peers.tlc(text, 3, tmp_path)


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
