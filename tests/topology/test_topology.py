"""Pairs that are checked with a topology: in model files and traces, explored, on the page of the figures."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from failover_fsm.analysis.model_file import ModelFileError, read_model
from failover_fsm.analysis.verify import verify
from failover_fsm.checker import Checker, Verdict
from failover_fsm.model.search_environment import Environment
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.pair import cold
from failover_fsm.pair.states import LinkState, State
from failover_fsm.pair.step import next_state
from failover_fsm.reports.text.topologies import BEGIN, PAGE, main, renewed
from failover_fsm.topology import figure
from failover_fsm.trace.player import load, play
from tests.pairs import broken as broken_things
from tests.pairs import remembered, settings
from tests.topology.drawings import MODELS, NAMES, laid

# -- model files and traces ------------------------------------------------------------------------------

MODEL = f'title = "wired"\nconfig = "{MODELS / "active-standby.cfg"}"\n'


def model(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "m.toml"
    path.write_text(MODEL + text, encoding="utf-8")
    return path


def test_a_model_file_names_a_figure_or_draws(tmp_path: Path) -> None:
    scenario = read_model(model(tmp_path, 'topology = "figure-13-4"\n'))
    assert scenario.environment.faults == ("power", "elements")
    assert scenario.settings.topology is not None and scenario.settings.topology.name == "figure-13-4"
    text = '[environment]\nfaults = ["elements", "ports"]\n[topology]\nfailover-link = "cable"\ndata = "core"\n'
    scenario = read_model(model(tmp_path, text))
    assert scenario.topology is not None and scenario.topology.ways_of("inside") == (("core",),)
    assert any("topology m.toml: 6 elements" in sentence for sentence in scenario.assumptions())


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('[environment]\nfaults = ["elements"]\n', 4, "faults of elements without a topology"),
        ('topology = "figure"\n', 3, "there is no topology 'figure'"),
        ('[topology]\nfailover-link = "cable"\n[topology.interfaces]\ndmz = "a"\n', 6, "there is no interface 'dmz'"),
    ],
)
def test_a_wrong_topology_in_a_model_file_has_its_line(text: str, line: int, what: str, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError) as caught:
        read_model(model(tmp_path, text))
    assert caught.value.line == line and what in caught.value.what


def test_a_trace_with_a_figure_splits_and_recovers(tmp_path: Path) -> None:
    trace = tmp_path / "split.trace"
    head = f"config {MODELS / 'active-standby.cfg'}\ntopology figure-13-1\n"
    trace.write_text(
        head + "unit_restored unit=primary\nunit_restored unit=secondary\nsettle\nexpect active=primary\n"
        "element_failed element=switch-1\nsettle\nexpect active=both\n"  # SPL-11
        "element_restored element=switch-1\nsettle\nexpect active=primary\n"
        "expect unit=secondary state=standby-ready\n",
        encoding="utf-8",
    )
    assert not play(*load(trace)).failures
    trace.write_text(head + "element_failed element=switch-9\n", encoding="utf-8")
    with pytest.raises(Exception, match="there is no element `switch-9`, did you mean switch-1"):
        play(*load(trace))


def test_a_trace_takes_a_drawing_from_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[topology]\nfailover-link = "cable"\n', encoding="utf-8")
    trace = tmp_path / "own.trace"
    trace.write_text(
        f"config {MODELS / 'active-standby.cfg'}\ntopology own.toml\nelement_failed element=cable-1\n",
        encoding="utf-8",
    )
    assert play(*load(trace)).pair.state.links.failover is LinkState.CUT


# -- exploring -------------------------------------------------------------------------------------------


def by_themselves(state: State) -> int:
    """How many things are broken by themselves."""
    assert state.wiring is not None
    own = attrs.evolve(state, links=state.wiring.links, interfaces=state.wiring.interfaces)
    return broken_things(own) + sum(each is LinkState.CUT for each in state.wiring.elements)


@pytest.mark.parametrize(
    ("interfaces", "environment"),
    [
        (1, Environment(faults=("elements", "traffic"), operator=(), max_faults=1)),
        (0, Environment(faults=("elements",), operator=("command",), max_faults=1)),
    ],
)
def test_the_wired_model_reaches_what_plain_exploration_reaches(interfaces: int, environment: Environment) -> None:
    pair = laid(figure("figure-13-4", NAMES), settings(interfaces))
    wired = WiredModel(pair, environment)
    result = Checker(wired).verify()
    assert pair.topology is not None
    outside = list(environment.unit_events())
    for port in pair.ports:
        outside += environment.interface_events(port.name)
    for element in pair.topology.elements:
        outside += [e.ElementFailed(element=element), e.ElementRestored(element=element)]
    seen, queue, handler = {wired.canonical(cold(pair))}, [cold(pair)], remembered()
    whole = {cold(pair)}
    for state in queue:
        own = [event for event in protocol_steps(state, pair) if not isinstance(event, e.SynchronizationAdvanced)]
        for event in (*own, *outside):
            try:
                after = next_state(state, pair, event, handler).state
            except StepError:
                continue
            if isinstance(event, e.Fault) and by_themselves(after) > 1:
                continue
            seen.add(wired.canonical(after))
            if after not in whole:
                whole.add(after)
                queue.append(after)
    assert result.states == len(seen)
    assert {e.ElementFailed, e.ElementRestored, e.HelloHeard} <= wired.events_seen()


def test_a_pair_with_a_figure_keeps_its_promises(tmp_path: Path) -> None:
    scenario = read_model(model(tmp_path, 'topology = "figure-13-4"\n[environment]\nmax_faults = 1\noperator = []\n'))
    report = verify(scenario)
    assert report.verdict is Verdict.HOLDS
    asked = {answer.promise.id for answer in report.answers}
    assert {"interface-failure-fails-over", "no-failover-while-failover-link-down"} <= asked, "elements bring it about"
    assert "element_failed" not in report.never_possible


def test_a_counterexample_with_elements_is_told_in_their_names(tmp_path: Path) -> None:
    text = 'topology = "figure-13-1"\n[environment]\nmax_faults = 1\noperator = []\n[options]\nrecovery = "edge"\n'
    scenario = attrs.evolve(read_model(model(tmp_path, text)), check=("split-brain-recovers",))
    (answer,) = verify(scenario).answers
    assert answer.verdict is Verdict.VIOLATED
    assert any(isinstance(told.event, e.ElementFailed) for told in answer.steps)
    assert all(told.after.wiring is not None for told in answer.steps)


# -- the page --------------------------------------------------------------------------------------------


def test_the_table_of_the_figures_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert renewed(page) == page, "write it anew: python -m failover_fsm.reports.text.topologies"
    assert "| figure-13-1 | one switch for everything | not recommended (SPL-11) |" in page


def test_the_page_is_written_or_one_line_says_why_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "no.md")]) == 2
    (tmp_path / "bare.md").write_text("no marks\n", encoding="utf-8")
    assert main([str(tmp_path / "bare.md")]) == 2
    assert main(["-x"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 3
    assert BEGIN in PAGE.read_text(encoding="utf-8")
