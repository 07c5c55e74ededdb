"""VRRP: the counts on both engines, the promises, wrong routers, and what other checkers count."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.checker import Checker, PlainModel, Verdict
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.export.promela_murphi import to_murphi, to_promela
from failover_fsm.checker.export.tla import to_tla
from failover_fsm.diagrams.model_graph import model_graph
from failover_fsm.vrrp import (
    FAULTS,
    KEEPALIVED,
    OWNER,
    RouterSettings,
    RouterState,
    Vrrp,
    VrrpSettings,
    by_themselves,
    keepalived_pair,
)
from tests.checker.export.test_promela_murphi import rumur, spin
from tests.vrrp.cases import CASES, PAIR, THREE, THREE_WITHOUT_PREEMPT, WITHOUT_PREEMPT, Case, routers
from tests.vrrp.wrong import WRONG, Wrong

ENGINES: dict[str, Any] = {"plain": lambda model: Checker(PlainModel(model)), "compiled": CompiledChecker}
EACH_ENGINE = pytest.mark.parametrize("engine", ENGINES)
EACH = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
SPIN = pytest.mark.skipif(not (shutil.which("spin") and shutil.which("gcc")), reason="spin or gcc is not installed")
RUMUR = pytest.mark.skipif(not (shutil.which("rumur") and shutil.which("gcc")), reason="rumur or gcc is not installed")
README = Path(__file__).parents[2] / "models" / "vrrp" / "README.md"


@pytest.mark.parametrize("settings", [None, 5, VrrpSettings])
def test_settings_that_are_none_are_refused(settings: Any) -> None:
    with pytest.raises(TypeError, match=r"settings cannot be .*; allowed: VrrpSettings, as VrrpSettings\.pair\(\)"):
        Vrrp(settings)


@EACH_ENGINE
@EACH
def test_counts_and_promises(case: Case, engine: str) -> None:
    model = Vrrp(case.settings)
    result = ENGINES[engine](model).verify(*model.properties)
    assert (result.states, result.transitions, result.depth) == (case.states, case.transitions, case.depth)
    assert [finding.name for finding in result.findings if finding.verdict is not Verdict.HOLDS] == []
    assert [finding.name for finding in result.findings if finding.vacuous] == []


def test_the_readme_has_the_counts() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([\d,]+) \| ([\d,]+) \| (\d+) \|", README.read_text(), re.MULTILINE)
    shown = [(name, *(int(number.replace(",", "")) for number in numbers)) for name, *numbers in rows]
    assert shown == [(case.name, case.states, case.transitions, case.depth) for case in CASES]


def test_the_readme_has_the_picture() -> None:
    graph = model_graph(PlainModel(keepalived_pair()), title="One router of a pair", fields=("routers[1].state",))
    assert f"```mermaid\n{graph.mermaid()}```\n" in README.read_text()


@EACH_ENGINE
@pytest.mark.parametrize("wrong", WRONG, ids=[wrong.model.__name__ for wrong in WRONG])
def test_a_wrong_router_is_found(wrong: Wrong, engine: str) -> None:
    model = wrong.model(wrong.settings)
    result = ENGINES[engine](model).verify(*model.properties)
    assert tuple(each.name for each in result.findings if each.verdict is Verdict.VIOLATED) == wrong.breaks


def test_every_promise_finds_some_wrong_router() -> None:
    named = {claim.name for case in CASES for claim in Vrrp(case.settings).properties}
    assert named == {name for wrong in WRONG for name in wrong.breaks}


def after(settings: VrrpSettings, *events: tuple[Any, ...]) -> list[RouterState]:
    """The states of the routers after these events, each of which must be possible."""
    model = PlainModel(Vrrp(settings))
    (state,) = model.initial_states()
    for event in events:
        state = model.step(state, event)
        assert state is not None, event
    return [router.state for router in state.routers]


def rests(settings: VrrpSettings, *events: tuple[Any, ...]) -> set[tuple[RouterState, ...]]:
    """Where the routers may come to rest after these events, after each of which they come to rest."""
    model = PlainModel(Vrrp(settings))
    states = list(model.initial_states())
    for event in events:
        moved = [model.step(state, event) for state in states]
        todo = [state for state in moved if state is not None]
        seen = dict.fromkeys(todo)
        states = []
        for state in todo:
            steps = [model.step(state, own) for own in model.events(state) if by_themselves(own)]
            new = [each for each in steps if each is not None and each != state]
            todo += [each for each in new if each not in seen]
            seen.update(dict.fromkeys(new))
            if not new:
                states.append(state)
    return {tuple(router.state for router in state.routers) for state in states}


INITIALIZE, BACKUP, ACTIVE, FAULT = RouterState


def test_preemption_decides_who_is_active_after_a_repair() -> None:
    story = (("startup", 0), ("startup", 1), ("port_down", 0), ("port_up", 0))
    assert rests(PAIR, *story) == {(ACTIVE, BACKUP)}
    assert rests(WITHOUT_PREEMPT, *story) == {(BACKUP, ACTIVE)}


def test_both_sides_of_a_broken_trunk_are_active_and_the_split_ends() -> None:
    story = (("startup", 0), ("startup", 1), ("trunk_down",))
    for settings in (PAIR, WITHOUT_PREEMPT):
        assert rests(settings, *story) == {(ACTIVE, ACTIVE)}
        assert rests(settings, *story, ("trunk_up",)) == {(ACTIVE, BACKUP)}


def test_the_owner_is_active_at_once_and_needs_no_preempt() -> None:
    settings = routers(OWNER, 100, preempt=False)
    assert after(settings, ("startup", 0)) == [ACTIVE, INITIALIZE]
    assert rests(settings, ("startup", 1), ("startup", 0)) == {(ACTIVE, BACKUP)}


def test_a_priority_of_zero_hands_over_to_the_best_and_a_silent_death_to_anybody() -> None:
    story = (("startup", 0), ("startup", 1), ("startup", 2))
    assert rests(THREE_WITHOUT_PREEMPT, *story, ("shutdown", 0)) == {(INITIALIZE, ACTIVE, BACKUP)}
    either = {(INITIALIZE, ACTIVE, BACKUP), (INITIALIZE, BACKUP, ACTIVE)}
    assert rests(THREE_WITHOUT_PREEMPT, *story, ("power_fails", 0)) == either
    assert rests(THREE, *story, ("power_fails", 0)) == {(INITIALIZE, ACTIVE, BACKUP)}


def test_a_tracked_object_lowers_the_priority_or_takes_the_router_out() -> None:
    story = (("startup", 0), ("startup", 1), ("tracking_down", 0))
    assert rests(routers(110, 100, decrement=20), *story) == {(BACKUP, ACTIVE)}
    assert rests(routers(110, 100, decrement=5), *story) == {(ACTIVE, BACKUP)}
    assert rests(routers(110, 100, decrement=0), *story) == {(FAULT, ACTIVE)}


def test_fault_is_keepaliveds_word_only() -> None:
    story = (("startup", 0), ("port_down", 0))
    assert after(VrrpSettings.pair(), *story)[0] is INITIALIZE
    assert after(VrrpSettings.pair(fault=True), *story)[0] is FAULT
    assert set(KEEPALIVED.values()) == set(RouterState)


@SPIN
def test_spin_counts_the_same(tmp_path: Path) -> None:
    assert spin(to_promela(Vrrp(PAIR)), tmp_path) == (70, 486, True)


@RUMUR
def test_rumur_counts_the_same(tmp_path: Path) -> None:
    assert rumur(to_murphi(Vrrp(PAIR)), tmp_path) == (70, 486, True)


def test_the_tla_text_has_each_event() -> None:
    model = Vrrp(PAIR)
    text = to_tla(model, title="VRRP")
    taken = {rule.event for rule in model.rules} - {("advertisement", 1, 0)}
    assert {f"\\* {event}" for event in taken} <= set(text.splitlines())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: RouterSettings(priority=0), "priority cannot be 0; allowed: 1 to 255"),
        (lambda: RouterSettings(priority=True), "priority cannot be True; allowed: 1 to 255"),
        (lambda: RouterSettings(switch=2), "switch cannot be 2; allowed: 0 to 1"),
        (lambda: RouterSettings(priority=100, decrement=100), "decrement cannot be 100; allowed: 0 to 99"),
        (lambda: RouterSettings(preempt=1), "preempt must be True or False, not 1"),  # type: ignore[arg-type]
        (lambda: VrrpSettings(routers=(RouterSettings(),)), "the number of routers cannot be 1; allowed: 2 to 4"),
        (lambda: routers(255, 255), "two routers have priority 255; allowed: one owner of the virtual address"),
        (
            lambda: VrrpSettings(routers=PAIR.routers, faults=("fire",)),
            f"unknown fault 'fire'; allowed: {', '.join(FAULTS)}",
        ),
        (lambda: VrrpSettings(routers=PAIR.routers, faults=5), "unknown fault 5; allowed: " + ", ".join(FAULTS)),  # type: ignore[arg-type]
        (lambda: VrrpSettings(routers=PAIR.routers, fault="no"), "fault must be True or False, not 'no'"),  # type: ignore[arg-type]
        (lambda: VrrpSettings(routers=5), "routers must be RouterSettings, not 5"),  # type: ignore[arg-type]
        (lambda: VrrpSettings(routers=(100, 90)), "routers must be RouterSettings, not 100"),  # type: ignore[arg-type]
    ],
)
def test_wrong_settings_are_refused(make: Any, message: str) -> None:
    with pytest.raises((ValueError, TypeError)) as raised:
        make()
    assert str(raised.value) == message


def test_faults_that_are_left_out_have_no_rules() -> None:
    settings = VrrpSettings(routers=PAIR.routers, faults="power")  # type: ignore[arg-type]
    words = {rule.event[0] for rule in Vrrp(settings).rules}  # type: ignore[index]
    assert words == {"startup", "power_fails", "timeout", "advertisement"}
