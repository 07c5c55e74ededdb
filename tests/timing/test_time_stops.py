"""Where time cannot pass there is no verdict in time: cycles in no time, clocks that are overdue, the way there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.timing_verdict import judge
from failover_fsm.checker import Verdict
from failover_fsm.cli import main
from failover_fsm.config.records.pair_config import Unit
from failover_fsm.timing.location import Clock, Location, Timer
from failover_fsm.timing.symbolic import Fired, Symbol
from failover_fsm.timing.time_stops import Reached
from failover_fsm.timing.timed import TimedPair

ROOT = Path(__file__).parents[2]


class Graph:
    """Edges "from to", or "from to!" for a step in no time; a place may end the run or have a clock that is overdue."""

    measured = False

    def __init__(self, *edges: str, ends: str = "", overdue: str = "") -> None:
        self.edges = [edge.split() for edge in edges]
        self.ends, self.overdue = ends, overdue

    def _at(self, place: str) -> Symbol:
        where: Any = place
        return Symbol(where, ((), (0,)), ends=place in self.ends.split(), overdue=place in self.overdue.split())

    def initial_states(self) -> tuple[Symbol, ...]:
        return (self._at("a"),)

    def successors(self, symbol: Symbol) -> list[tuple[Fired, Symbol]]:
        where: Any = symbol.location
        found = []
        for number, (start, end) in enumerate(self.edges):
            if start == where and not symbol.ends:
                fired = Fired(Clock(Timer.CHECK, Unit.PRIMARY, number), instant=end.endswith("!"))
                found.append((fired, self._at(end.rstrip("!"))))
        return found


@pytest.mark.parametrize(
    ("graph", "stop"),
    [
        (Graph(), None),
        (Graph("a b!", "b c!"), None),
        (Graph("a b!", "b a!"), ()),
        (Graph("a b!", "b a"), None),
        (Graph("a a!"), ()),
        (Graph("a a"), None),
        (Graph("a b", "b c!", "c b!"), (0,)),
        (Graph("a b", "b c!", "c b!", "c d"), None),
        (Graph("a b", "b c!", "c b!", "c d!", ends="d"), None),
        (Graph("a b", "b c!", "c b!", "b d", "d d!", "d e", "e e!"), (0, 3, 5)),
        (Graph("a b", "b b", "b c", "c c!"), (0, 2)),
        (Graph("a b", ends="b", overdue="c"), None),
        (Graph("a b", "b a", "b c", overdue="c"), (0, 2)),
        (Graph("a b!", "b a!", "a c!", overdue="c"), ()),
    ],
)
def test_time_stops_where_no_run_goes_on_in_time(graph: Any, stop: tuple[int, ...] | None) -> None:
    """A cycle that some run leaves is no trap; one in which a step takes time is none either."""
    found = Reached(graph).stop
    assert (None if found is None else tuple(fired.clock.number for fired in found)) == stop


MODEL = ROOT / "models" / "timing" / "probes-after-two.toml"


@pytest.mark.usefixtures("stuck")
def test_a_promise_that_nothing_happens_does_not_hold_because_time_stops(capsys: pytest.CaptureFixture[str]) -> None:
    scenario = read_model(MODEL)
    for answer in judge(scenario):
        assert answer.verdict is Verdict.UNDECIDED and answer.stop is not None and not answer.surprising
        assert answer.found == "time stops" and len(answer.stop.steps) == 1
    assert main(["check", str(MODEL)]) == 3
    text = capsys.readouterr().out
    assert "HOLDS IN TIME" not in text and "1. unit_failed unit=" in text
    assert text.splitlines()[-1].startswith("UNDECIDED IN TIME: active-unit-dies, failover-link-lost: ")
    assert main(["check", str(MODEL), "--json"]) == 3
    record = json.loads(capsys.readouterr().out)
    assert record["verdict"] == "undecided"
    assert all(each["verdict"] == "undecided" and each["time_stops"] for each in record["within"])


def test_a_clock_that_is_overdue_stops_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times that shrink while a clock runs leave it past its end."""
    due = TimedPair._silence_due

    def shrinking(timed: TimedPair, location: Location, unit: Unit) -> tuple[int, bool]:
        value, over = due(timed, location, unit)
        return (value, over) if location.probes_sent(unit) == 0 else (1, over)

    monkeypatch.setattr(TimedPair, "_silence_due", shrinking)
    answers = {answer.limit.id: answer for answer in judge(read_model(MODEL))}
    stop = answers["active-unit-dies"].stop
    assert answers["active-unit-dies"].verdict is Verdict.UNDECIDED and stop is not None
    assert stop.steps[0].startswith("unit_failed") and any("silence" in step for step in stop.steps)


@pytest.mark.slow
def test_no_shipped_promise_in_time_comes_to_a_stop() -> None:
    for path in sorted((ROOT / "models" / "timing").glob("*.toml")):
        assert all(answer.stop is None for answer in judge(read_model(path))), path.stem
