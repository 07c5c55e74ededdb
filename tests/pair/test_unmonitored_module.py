"""`no monitor-interface service-module`: a dead module makes no unit failed, for the rules and for both explorers."""

from __future__ import annotations

import attrs
import pytest

from failover_fsm import assess
from failover_fsm.assessment.facts import PairVerdict
from failover_fsm.assessment.requirements import judged, requirement
from failover_fsm.checker import Checker, Verdict
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.pair_rules import PairRules
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import environment as world
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import GroupSettings, Settings
from failover_fsm.pair.states import Modules, State, Unit
from tests.assessment.pairs import PAIR
from tests.pairs import settings, steps_of
from tests.wrong import promise_findings

LINE = "no monitor-interface service-module\n"
ENVIRONMENT = Environment(faults=("modules",), operator=(), max_faults=1)
PAIRS = {
    "active-standby": settings(),
    "one group": Settings(groups=(GroupSettings(preferred=Unit.PRIMARY, preempt=True),)),
}


def unmonitored(pair: Settings) -> Settings:
    """The pair with the line."""
    return attrs.evolve(pair, monitors_module=False)


def compared(pair: Settings) -> tuple[int, int]:
    """How many steps of units with a dead module are as with good ones, and how many are not."""
    reached, found = steps_of(pair, ENVIRONMENT), [0, 0]
    for state, successors in reached.items():
        good = reached.get(attrs.evolve(state, modules=Modules()))
        if good is None or state.modules == Modules():
            continue
        for event, after in successors.items():
            if isinstance(event, e.ProtocolStep):
                found[good.get(event) != attrs.evolve(after, modules=Modules())] += 1
    return found[0], found[1]


@pytest.mark.parametrize("name", PAIRS)
def test_the_units_do_with_dead_modules_what_they_do_with_good_ones(name: str) -> None:
    alike, different = compared(unmonitored(PAIRS[name]))
    assert alike > 50 and different == 0


def test_monitored_modules_make_a_difference() -> None:
    assert compared(PAIRS["active-standby"])[1] > 10


@pytest.mark.parametrize("name", PAIRS)
def test_both_explorers_find_the_same(name: str) -> None:
    model = PairModel(unmonitored(PAIRS[name]), ENVIRONMENT)
    plain, compiled = Checker(model).verify(), CompiledChecker(PairRules(model)).verify()
    assert (compiled.states, compiled.transitions, compiled.depth) == (plain.states, plain.transitions, plain.depth)


def test_the_promises_hold_and_catch_a_unit_that_does_not_know_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def counts(state: State, _: Settings, unit: Unit) -> bool:
        return not state.module_works(unit)

    pair, words = unmonitored(settings(1)), ENVIRONMENT
    assert not [each.name for each in promise_findings(pair, words) if each.verdict is Verdict.VIOLATED]
    monkeypatch.setattr(world, "module_failed", counts)
    broken = [each.name for each in promise_findings(pair, words) if each.verdict is Verdict.VIOLATED]
    assert {"no-failover-without-trigger", "standby-health-follows-its-module"} <= set(broken), broken


@pytest.mark.parametrize(
    ("text", "monitors"),
    [
        (PAIR, True),
        (PAIR + LINE, False),
        (f"{PAIR}{LINE}monitor-interface service-module\n", True),
        (f"ASA Version 9.3(1)\n{PAIR}{LINE}", False),
        (f"ASA Version 9.1(7)\n{PAIR}{LINE}", True),  # which refuses the line
    ],
)
def test_the_line_in_a_configuration(text: str, monitors: bool) -> None:
    assert Settings.of(read_asa(text)).monitors_module is monitors


def test_the_answer_advises_and_counts_no_gap() -> None:
    """No configuration says whether there is a module, and what has none often has the line."""
    found = assess(read_asa(PAIR + LINE), promises=False)
    assert found.verdict is PairVerdict.HOLDS and not found.gaps
    assert f"line {len(PAIR.splitlines()) + 1}: a service module that dies makes no unit failed" in " ".join(
        found.to_text().split()
    )
    for wanted in ("survives=1", "outage<=30s"):
        assert judged(requirement(wanted), found).status == "met"
    assert "service module" not in assess(read_asa(PAIR), promises=False).to_text()
