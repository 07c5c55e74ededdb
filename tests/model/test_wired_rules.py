"""A pair with a topology on the compiled explorer: it says what the plain one says, to the digest."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.verify import has_each_condition, verify
from failover_fsm.checker import Verdict
from failover_fsm.cli import main
from failover_fsm.model.pair_rules import PairRules
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.search_environment import WITH_TOPOLOGY, Environment
from failover_fsm.model.typed_model import model_of
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.model.wired_rules import WiredRules, has_few_wirings, rules_of
from failover_fsm.pair.states import LinkState
from failover_fsm.topology import figure
from tests.pairs import settings
from tests.patience import PATIENT

CONFIG = """\
hostname t
interface GigabitEthernet0/0
 nameif outside
 ip address 10.0.0.1 255.255.255.0 standby 10.0.0.2
interface GigabitEthernet0/2
 description LAN
interface GigabitEthernet0/3
 description STATE
failover
failover lan unit primary
failover lan interface fo GigabitEthernet0/2
failover interface ip fo 10.9.0.1 255.255.255.0 standby 10.9.0.2
failover link st GigabitEthernet0/3
failover interface ip st 10.9.1.1 255.255.255.0 standby 10.9.1.2
"""
ONE = '[promises]\ncheck = ["split-brain-recovers"]\n'
FOLLOWED = '[environment]\nfollow = ["commands"]\noperator = ["command"]\n'
ONE_SWITCH = '[topology]\nfailover-link = "a"\ndata = "a"\n'
CASES = {
    "one switch": f'[environment]\nmax_faults = 1\noperator = []\nfaults = ["elements"]\n{ONE_SWITCH}',
    "links that fail by themselves, a promise that breaks": (
        '[environment]\nmax_faults = 1\noperator = []\nfaults = ["elements", "failover-link"]\n'
        f'[options]\nrecovery = "edge"\n[promises]\ncheck = ["split-brain-recovers"]\n{ONE_SWITCH}'
    ),
    "connections over a stateful link": (
        '[environment]\nmax_faults = 1\noperator = []\nfollow = ["sessions"]\nfaults = ["elements"]\n'
        '[promises]\ncheck = ["failover-keeps-sessions"]\n'
        '[topology]\nfailover-link = "cable"\nstateful-link = "cable"\ndata = "a"\n'
    ),
    "a host for both, and units that stop by themselves": (
        '[environment]\nmax_faults = 1\noperator = []\nfaults = ["elements", "power"]\n'
        '[topology]\nfailover-link = "cable"\n[topology.hosts]\nh = "primary secondary"\n'
    ),
}
"""Scenarios of a few hundred states."""
if PATIENT:  # minutes
    CASES["two hosts, two faults"] = (
        '[environment]\nmax_faults = 2\noperator = []\nfaults = ["elements", "power"]\n'
        '[topology]\nfailover-link = "cable"\n[topology.hosts]\nh1 = "primary"\nh2 = "secondary"\n'
    )


def scenario_of(text: str, tmp_path: Path) -> Scenario:
    (tmp_path / "t.cfg").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "t.toml").write_text(f'title = "t"\nconfig = "t.cfg"\n{text}', encoding="utf-8")
    return read_model(tmp_path / "t.toml")


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_both_explorers_say_the_same_to_the_digest(name: str, tmp_path: Path) -> None:
    scenario = scenario_of(CASES[name], tmp_path)
    plain, compiled = (verify(scenario, engine=engine) for engine in ("plain", "compiled"))
    assert compiled.result.states > 100 and compiled.result.complete
    assert {**compiled.to_dict(), "seconds": 0} == {**plain.to_dict(), "seconds": 0}
    if "breaks" in name:
        assert plain.verdict is Verdict.VIOLATED


@pytest.mark.slow
def test_a_wrong_rule_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison above is no empty one: where messages survive every cut, or a fault is left out, counts differ."""
    scenario = attrs.evolve(scenario_of(CASES["one switch"], tmp_path), check=())
    right = verify(scenario, engine="compiled").result
    whole = WiredRules._all_rules
    monkeypatch.setattr(WiredRules, "_all_rules", lambda self: list(whole(self))[:-1])
    wrong = verify(scenario, engine="compiled").result
    assert (wrong.states, wrong.transitions) != (right.states, right.transitions)


def test_few_wirings_have_states_of_their_own() -> None:
    pair = figure("figure-13-8", ("outside", "inside")).laid(settings(2))
    for bound, fits in ((0, True), (2, True), (4, True), (8, False), (None, False)):
        assert has_few_wirings(WiredModel(pair, Environment(faults=WITH_TOPOLOGY, max_faults=bound))) is fits
    bare = model_of(settings(1), Environment(max_faults=1))
    assert has_each_condition(bare) and type(rules_of(bare)) is PairRules


def test_wirings_with_the_same_interfaces_are_told_apart() -> None:
    pair = figure("figure-13-1", ("outside",)).laid(settings(1))
    rules = WiredRules(WiredModel(pair, Environment(faults=WITH_TOPOLOGY, max_faults=1)))
    values = rules.domains["interfaces"]
    assert len(set(values)) == len(values) == 6 and len({tuple(each) for each in values}) == 4
    assert [each.broken for each in values].count(0) == 1
    assert all(each.broken == each.wiring.elements.count(LinkState.CUT) for each in values)


@pytest.mark.slow
def test_what_needs_the_compiled_explorer_takes_a_topology(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = '[environment]\nmax_faults = 1\noperator = []\nfaults = ["elements"]\n[topology]\nfailover-link = "cable"\n'
    scenario_of(f'{few}[promises]\ncheck = ["split-brain-recovers"]\n', tmp_path)
    path = str(tmp_path / "t.toml")
    for option in (["--cost"], ["--slice"], ["--checkpoint", str(tmp_path / "c")]):
        assert main(["check", path, *option]) == 0
        assert "HOLDS: " in capsys.readouterr().out
    assert main(["export", path, "--to", "promela"]) == 0
    assert "element_failed element=cable-1" in capsys.readouterr().out


def test_a_topology_can_be_given_to_a_model_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario_of("[environment]\nmax_faults = 0\noperator = []\n", tmp_path)
    assert main(["check", str(tmp_path / "t.toml"), "--topology", "figure-13-3"]) == 0
    assert "topology figure-13-3: 6 elements" in capsys.readouterr().out


@pytest.mark.slow
def test_more_wirings_are_searched_on_observations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario_of(f'topology = "figure-13-8"\n[environment]\noperator = []\nfaults = ["elements"]\n{ONE}', tmp_path)
    path, kept = str(tmp_path / "t.toml"), str(tmp_path / "c")
    for option in ([], ["--cost"], ["--slice"], ["--checkpoint", kept], ["--resume", kept]):
        assert main(["check", path, "-v", *option]) == 0
        out = capsys.readouterr().out
        assert "HOLDS: " in out and "told apart by what the units observe" in out
    assert main(["export", path, "--to", "tla"]) == 0
    assert "interfaces_break to=1" in capsys.readouterr().out


def test_what_only_the_plain_engine_takes_says_why_and_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Followed history is told of links, so that each wiring counts, and there are 32,768 of them."""
    scenario_of(
        f'topology = "figure-13-8"\n[environment]\nfollow = ["commands"]\noperator = ["command"]\n{ONE}', tmp_path
    )
    path = str(tmp_path / "t.toml")
    assert main(["check", path, "--max-states", "10"]) == 3
    out, err = capsys.readouterr()
    assert "is explored plainly: an element changes links of which the followed history is told; `max_faults" in err
    assert "UNDECIDED" in out
    assert main(["check", path, "--cost"]) == 2
    assert "--cost: the topology can be broken in too many ways and is explored plainly" in capsys.readouterr().err
    assert main(["export", path, "--to", "tla"]) == 2
    assert capsys.readouterr().err.endswith("allowed: max_faults = 2, or no topology\n")


def test_the_plain_engine_gives_up_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("failover_fsm.analysis.verify.PLAIN_WIRED", 20)
    report = verify(scenario_of(f'topology = "figure-13-8"\n{FOLLOWED}{ONE}', tmp_path))
    assert report.verdict is Verdict.UNDECIDED and report.result.limit == "max_states of 20 states"
