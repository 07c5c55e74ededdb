"""`failover-fsm export`: the pair in other languages; SPIN counts its states and judges it."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.analysis.model_file import read_model
from failover_fsm.checker import Verdict, always
from failover_fsm.checker.bitset.limits import Limits, Watchdog
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.export import exported
from failover_fsm.checker.export.promela_murphi import to_promela
from failover_fsm.checker.export.tla import to_tla
from failover_fsm.cli import main
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.pair_rules import PairRules
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import LinkState, Phase, Role
from tests.checker.export.test_promela_murphi import TLC, spin, tlc

ROOT = Path(__file__).parents[2]
SMALL = str(ROOT / "models" / "findings" / "switched-off-on-one-side.toml")


@cache
def _learned(pair: Settings, environment: Environment, **options: int) -> CompiledChecker:
    return CompiledChecker(PairRules(PairModel(pair, environment)), **options)


@pytest.fixture
def learned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of a pair, which are the same for every language and every promise, are learned once for all tests."""

    def checker(model: PairRules, *, watchdog: Watchdog, **options: int) -> CompiledChecker:
        assert watchdog.limits == Limits()
        return _learned(model.model.settings, model.model.environment, **options)

    monkeypatch.setattr(exported, "CompiledChecker", checker)


def units(state: Any) -> tuple[Any, Any]:
    return state.primary, state.secondary


INVARIANTS = {
    "one active": lambda state: not all(unit.groups[0].role is Role.ACTIVE for unit in units(state)),
    "a role is for units that are up": lambda state: all(
        unit.phase is Phase.UP or unit.groups[0].role is Role.NONE for unit in units(state)
    ),
    "the stateful link works": lambda state: state.links.stateful is LinkState.GOOD,
}


@pytest.mark.slow
@pytest.mark.usefixtures("learned_once")
def test_spin_agrees_on_the_pair(tmp_path: Path) -> None:
    """States, transitions, and three invariants, one of which is false."""
    if shutil.which("spin") is None or shutil.which("gcc") is None:
        pytest.skip("spin or gcc is not installed")
    scenario = read_model(SMALL)
    model = PairRules(PairModel(scenario.settings, scenario.environment))
    checker = _learned(scenario.settings, scenario.environment)
    result = checker.verify(*(always(name, holds) for name, holds in INVARIANTS.items()))
    verdicts = [finding.verdict for finding in result.findings]
    assert verdicts == [Verdict.VIOLATED, Verdict.HOLDS, Verdict.HOLDS]
    holding = dict(list(INVARIANTS.items())[1:])
    text = to_promela(model, holding)
    assert spin(text, tmp_path) == (result.states, result.transitions, True)
    assert text.count("false -> assert") == 1, "the link never fails here; the other one that holds is really asked"
    assert not spin(to_promela(model, INVARIANTS), tmp_path)[2]


@pytest.mark.skipif(not Path(TLC).is_file(), reason="TLA2TOOLS does not name a tla2tools.jar")
@pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed")
@pytest.mark.usefixtures("learned_once")
def test_tlc_agrees_on_the_pair(tmp_path: Path) -> None:
    """As SPIN does, of the same pair."""
    scenario = read_model(SMALL)
    model = PairRules(PairModel(scenario.settings, scenario.environment))
    result = _learned(scenario.settings, scenario.environment).verify()
    holding = dict(list(INVARIANTS.items())[1:])
    assert tlc(to_tla(model, holding), tmp_path) == (result.states, result.transitions, True)
    assert not tlc(to_tla(model, INVARIANTS), tmp_path)[2]


@pytest.mark.slow
def test_spin_agrees_on_an_active_active_pair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every promise on single states holds, and so says SPIN."""
    if shutil.which("spin") is None or shutil.which("gcc") is None:
        pytest.skip("spin or gcc is not installed")
    path = ROOT / "models" / "active-active.toml"
    assert main(["export", str(path), "--to", "promela"]) == 0
    pinned = dict(read_model(path).expect)
    text = capsys.readouterr().out
    assert text.count("-> assert(false)") == 3 and "Asked of reachable states only" not in text
    assert spin(text, tmp_path) == (pinned["states"], pinned["transitions"], True)


@pytest.mark.slow
@pytest.mark.usefixtures("learned_once")
@pytest.mark.parametrize("to", ["promela", "murphi", "tla"])
def test_the_command_writes_a_readable_model(to: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "pair_model.txt"
    assert main(["export", SMALL, "--to", to, "-o", str(target)]) == 0
    text = target.read_text(encoding="utf-8")
    assert main(["export", SMALL, "--to", to]) == 0
    printed = capsys.readouterr().out
    assert printed == text.replace("MODULE pair_model", "MODULE failover")
    assert "Finding: failover switched off on one unit leaves two active" in "\n".join(text.splitlines()[:2])
    assert "Conditions are as short as tells reachable states apart." in text
    assert "Left out, since they never change: " in text and "wiring" in text
    assert re.search(r"primary_groups_0_role (=|==|:=) (\"ACTIVE\"|Role_ACTIVE)", text)
    assert "hello_heard unit=secondary" in text


@pytest.mark.slow
@pytest.mark.usefixtures("learned_once")
def test_promises_that_no_other_checker_is_asked_for_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those on steps and runs, and those in time; nothing is said where all are exported."""
    model = tmp_path / "m.toml"
    config = f"config = '{ROOT}/models/active-standby.cfg'"
    lines = ["title = 't'", config, "[environment]", "faults = []", "[promises]"]
    asked = "check = ['addresses-change-hands-one-by-one', 'standby-hears-its-peer', 'converges']"
    timely = ["[promises.within]", "active-unit-dies = '15 s'"]
    said = "2 of {} promises speak of single states; the other {}, on steps, runs or times, are not exported"
    for more, counts in (([asked], (3, 1)), ([asked, *timely], (4, 2)), ([asked.replace(", 'converges'", "")], None)):
        model.write_text("\n".join([*lines, *more]), encoding="utf-8")
        assert main(["export", str(model), "--to", "tla"]) == 0
        assert capsys.readouterr().err == (f"{model}: {said.format(*counts)}\n" if counts else "")


def test_bad_input_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", SMALL, "--to", "tla", "-o", str(tmp_path / "1-pair.tla")]) == 2
    error = capsys.readouterr().err
    assert error.endswith("a TLA+ module cannot be called '1-pair'; allowed: a letter, then letters, digits and _\n")
    assert error.count("\n") == 1
    assert main(["export", str(tmp_path / "none.toml"), "--to", "promela"]) == 2
    with pytest.raises(SystemExit) as caught:
        main(["export", SMALL, "--to", "english"])
    assert caught.value.code == 2
