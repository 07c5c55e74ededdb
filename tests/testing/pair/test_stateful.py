"""Walks of a pair keep every promise, meet what they should, and a broken promise comes out as a run to replay."""

from __future__ import annotations

import gc
import random
import subprocess
import sys
import unittest
from functools import cache
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from failover_fsm import Pair, PairConfig, events
from failover_fsm.model.core_steps import core_of
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.impairments import SPANNING_TREE
from failover_fsm.pair.registry import ANY_OF, FAULT_WORDS
from failover_fsm.pair.settings import Options
from failover_fsm.pair.states import Group, Phase, Role, State, UnitState
from failover_fsm.pair.unit import UNIT_TABLE
from failover_fsm.promises import PROMISES
from failover_fsm.testing import pair as testing
from failover_fsm.testing.kit.collection import without_collection
from failover_fsm.testing.pair import (
    Coverage,
    FailoverMachine,
    Floor,
    FloorNotReached,
    PromiseBroken,
    TransitionSystem,
    check_pair,
    config_texts,
    configs,
    environments,
    event_sequences,
    machine_for,
    options,
    profile,
    situation,
)
from failover_fsm.testing.pair import events as events_of
from failover_fsm.testing.pair.explored_graph import ExploredGraph
from failover_fsm.testing.pair.failure import as_python, shortened
from failover_fsm.testing.pair.monitor import RuntimeMonitor
from failover_fsm.testing.pair.walk import GoalDistances
from failover_fsm.trace.player import load, play
from tests.pairs import PRIMARY, SECONDARY
from tests.patience import PATIENT, one_in

ROOT = Path(__file__).parents[3]
SMALL = Environment(max_faults=1)
POWER_ALONE = Environment(faults=("power",), operator=(), max_faults=1)
BREAKING = (
    SMALL
    if PATIENT
    else Environment(faults=("power", "failover-link", "ports"), operator=("failover-active",), max_faults=1)
)
QUICK = hypothesis_settings(
    max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@cache
def config() -> PairConfig:
    return PairConfig.from_asa((ROOT / "models" / "active-standby.cfg").read_text(encoding="utf-8"))


@cache
def transitions() -> TransitionSystem:
    return TransitionSystem(config(), SMALL)


# -- strategies --------------------------------------------------------------------------------------


@QUICK
@given(config_texts())
def test_drawn_configurations_are_pairs_with_failover_on_that_read_back_equal(text: str) -> None:
    drawn = PairConfig.from_asa(text)
    assert drawn.enabled and drawn.lan is not None and not drawn.active_active
    assert PairConfig.from_asa(drawn.to_asa()) == drawn


@QUICK
@given(st.data())
def test_drawn_runs_are_runs(data: st.DataObject) -> None:
    drawn, environment, chosen = data.draw(configs()), data.draw(environments()), data.draw(options())
    pair = Pair.cold(drawn, chosen)
    for event in data.draw(event_sequences(drawn, environment, chosen, max_size=20)):
        before = pair
        pair, _ = pair.step(event)
        assert pair != before


@QUICK
@given(st.data())
def test_drawn_events_name_what_the_configuration_has(data: st.DataObject) -> None:
    event = data.draw(events_of(config(), Environment(operator=("reset", "disable"))))
    assert type(event) in events.EVENTS
    assert getattr(event, "interface", "outside") in ("outside", "inside")


# -- the transition system and the distances to goals -------------------------------------------------


LEFT_OUT = ("elements", "ports", "traffic", SPANNING_TREE, *ANY_OF["older-startup"])
"""Of a topology, parts of `interfaces`, switch ports that forward late, and configurations, which are not followed."""

OF_CONFIGURATIONS = (events.UnitReplaced, events.StoppedWhileSaving)


def test_the_choices_of_a_state_are_what_the_pair_says_is_possible() -> None:
    wide = TransitionSystem(
        config(),
        Environment(
            faults=tuple(word for word in FAULT_WORDS if word not in LEFT_OUT),
            operator=("failover-active", "reset", "disable", "write-standby", "reload"),
            sync_states=True,
        ),
    )
    pair = attrs.evolve(Pair.cold(config()), settings=wide.settings)  # follows nothing besides roles
    for number in range(150):
        can_happen = (each for each in pair.possible() if not isinstance(each, OF_CONFIGURATIONS))
        changing = {event for event in can_happen if pair.step(event)[0] != pair}
        choices = {choice.event: choice for choice in wide.choices(pair.state)}
        assert set(choices) == changing
        assert wide.settled(pair.state) == (pair.settle()[1] == ())
        chosen = list(choices.values())[number * 31 % len(choices)]
        pair = pair.step(chosen.event)[0]
        assert pair.state == chosen.after


SYNC_STEP = events.SynchronizationAdvanced
"""Of the two ways to take a synchronisation the one that an environment without `sync_states` leaves out."""


@pytest.mark.parametrize("name", ["tests/traces/groups-preempt.cfg", "models/active-standby.cfg"])
def test_choices_that_are_put_together_are_the_steps_taken_one_by_one(name: str) -> None:
    where = TransitionSystem(PairConfig.from_asa((ROOT / name).read_text(encoding="utf-8")), Environment(max_faults=2))
    outside = (*where.environment.unit_events(where.settings.group_count), *where._placed_events)
    state, dice = where.start, random.Random(3)
    for _ in range(60):
        events = [each for each in protocol_steps(state, where.settings) if type(each) is not SYNC_STEP]
        taken = [where.take_afresh(state, event) for event in (*events, *outside)]
        expected = tuple(each for each in taken if each is not None and each.after != state)
        assert where.choices(state) == tuple(each for each in expected if where._within_bounds(state, each))
        state = dice.choice(where.choices(state)).after


@pytest.mark.slow
def test_distances_lead_to_every_goal_by_a_shortest_way() -> None:
    distances = transitions().distances
    assert distances.graph.complete
    found = distances.graph
    kinds = (found.situations, found.rows, found.detailed_situations, found.premises, found.scenes)
    assert set(distances.rare_goals) == {goal for kind in kinds for goal in kind}
    assert "active-stays-when-standby-failed" in distances.graph.premises
    assert set(distances.graph.scenes) == {promise.id for promise in PROMISES if promise.kind == "sometimes"}
    longest = 0
    for goal in distances.rare_goals[:: one_in(3)]:
        state, steps = transitions().start, 0
        in_a_state = goal in distances.graph.detailed_situations or goal in distances.graph.scenes
        arrived = goal == situation(state) or (in_a_state and distances.toward(state, goal) is None)
        while not arrived:
            choice = distances.toward(state, goal)
            assert choice is not None, goal
            arrived = distances.reached(state, choice, goal)
            state, steps = choice.after, steps + 1
        longest = max(longest, steps)
    assert 8 <= longest < 30


def test_beyond_the_explored_states_no_way_is_known() -> None:
    small = GoalDistances(transitions(), limit=50)
    assert not small.graph.complete
    assert set(small.graph.situations) < set(transitions().distances.graph.situations)
    assert small.toward(transitions().start, "failed / active") is None


def test_beyond_a_number_of_states_only_those_with_other_units_are_explored(monkeypatch: pytest.MonkeyPatch) -> None:
    """States passed over are steered from as from those that were explored in their place."""
    monkeypatch.setattr("failover_fsm.testing.pair.explored_graph.WHOLE", 300)
    where = TransitionSystem(config(), Environment(faults=("power", "interfaces"), max_faults=2))
    distances = GoalDistances(where)
    whole = ExploredGraph(where.model, limit=300)
    graph = distances.graph
    assert not graph.complete and 300 < len(graph.before) < 6_000
    assert set(graph.situations) > set(whole.situations)
    dice, passed_over, led = random.Random(1), 0, 0
    state = where.start
    for _ in range(400):
        state = dice.choice(where.choices(state)).after
        canonical = where.model.canonical(state)
        if canonical not in graph._numbers and graph.number(state) is not None:
            passed_over += 1
            assert core_of(list(graph._numbers)[graph.number(state) or 0]) == core_of(canonical)
            led += distances.toward(state, situation(where.start)) is not None
    assert passed_over > 20 and led > passed_over / 2


def test_exploring_leaves_the_collection_of_garbage_as_it_was() -> None:
    assert gc.isenabled()
    GoalDistances(transitions(), limit=5)
    assert gc.isenabled()
    gc.disable()
    try:
        with without_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_step_that_is_known_is_the_step_taken_afresh() -> None:
    where, dice = transitions(), random.Random(2)
    state = where.start
    for _ in range(60):
        for choice in where.choices(state):
            assert where.take(state, choice.event) == where.take_afresh(state, choice.event) == choice
        state = dice.choice(where.choices(state)).after
    assert where.take(where.start, events.FailoverActive(unit=PRIMARY)) is None


# -- rules ---------------------------------------------------------------------------------------------


def test_the_machine_has_one_rule_for_each_event_class_that_may_happen_and_two_more() -> None:
    def named(found: object) -> list[str]:  # a list in new releases of Hypothesis, a method in old ones
        return sorted(rule.function.__name__ for rule in (found() if callable(found) else found))  # type: ignore

    assert named(FailoverMachine().rules) == sorted([*(kind.word() for kind in events.EVENTS), "settle", "toward"])
    assert not hasattr(FailoverMachine(), "state"), "it draws its configuration first"
    fixed = machine_for(config(), environment=POWER_ALONE)
    can_happen = [kind.word() for kind in events.EVENTS if issubclass(kind, events.ProtocolStep)]
    assert named(fixed().rules) == sorted([*can_happen, "unit_failed", "unit_restored", "settle", "toward"])
    assert fixed().state == transitions().start


@pytest.mark.slow
def test_a_steered_walk_reaches_every_situation_and_row_and_an_unsteered_one_does_not() -> None:
    floor = Floor(situations=1.0, rows=1.0, premises=0.9)
    steered = machine_for(config(), environment=SMALL, floor=floor)
    coverage = steered.check(profile(examples=300))  # what 100 draw depends on the modules loaded before
    assert coverage.steps > 1000
    needs_two_faults = ("one-switchover-per-link-failure",)
    assert set(coverage.missing(transitions(), steered.premises())) <= set(needs_two_faults)
    plain = machine_for(config(), environment=SMALL, floor=Floor(situations=1.0), steered=False)
    with pytest.raises(FloorNotReached, match=r"situations: .* reached 1 visits of 100%; too seldom"):
        plain.check(profile(examples=30))
    assert set(coverage.rows) <= {row.name for table in (UNIT_TABLE, GROUP_TABLE) for row in table.rows}


@pytest.mark.slow
def test_a_pair_with_two_groups_is_walked_too_and_steering_finds_more_of_it() -> None:
    groups = PairConfig.from_asa((ROOT / "tests/traces/groups-preempt.cfg").read_text(encoding="utf-8"))
    environment = Environment(faults=("failover-link", "power"), operator=(), max_faults=1)
    machine = machine_for(groups, environment=environment, floor=Floor(situations=0.9, rows=0.9))
    coverage = machine.check(profile(examples=60, steps=40))
    assert "active + standby-ready / standby-ready + active" in coverage.situations
    assert coverage.rows["standby-ready --MessageDelivered[granted_home]--> active"]
    assert {"preempt-returns-home", "preempt-only-to-the-preferred-unit"} <= set(coverage.premises)
    plain = machine_for(groups, environment=environment, steered=False)
    assert len(plain.check(profile(examples=60, steps=40)).situations) < len(coverage.situations)


def test_a_machine_that_draws_its_configuration_keeps_every_promise() -> None:
    coverage = check_pair(examples=30, steps=30)
    assert coverage.runs >= 30 and coverage.steps > 200
    assert len(coverage.situations) > 10


def test_the_test_case_runs_and_holds_the_floor() -> None:
    machine = machine_for(config(), environment=POWER_ALONE, floor=Floor(rows=1.0, visits=1_000_000))
    case = machine.TestCase
    assert machine.TestCase is case and issubclass(case, unittest.TestCase)
    case.settings = profile(examples=3, steps=5)  # type: ignore[attr-defined]
    result = unittest.TestResult()
    case("runTest").run(result)
    ((_, told),) = result.failures
    assert "FloorNotReached" in told and "1000000 visits" in told


def test_a_floor_needs_a_configuration_and_known_promises_must_exist() -> None:
    with pytest.raises(ValueError, match="a floor without a configuration"):
        machine_for(floor=Floor(rows=0.5))
    with pytest.raises(ValueError, match="no promise is called 'x'; allowed: split-brain"):
        RuntimeMonitor(transitions(), lambda name: None, ("x",))
    with pytest.raises(ValueError, match=r"rows cannot be 2; allowed: 0 to 1"):
        Floor(rows=2)


# -- broken promises -----------------------------------------------------------------------------------

READINGS = {
    "recovery": ({"recovery": "edge"}, "split-brain-recovers always-recoverable"),
    "obeying": ({"failed_unit_obeys": True}, "no-failover-to-failed-standby"),
    "no election": ({"no_active_unit_seen": False}, "always-someone-active always-recoverable"),
    "standby waits": ({"failed_standby_takes_over": False}, "standby-hears-its-peer takeover-on-active-failure"),
}


@pytest.mark.parametrize("name", READINGS)
@pytest.mark.slow
def test_a_reading_that_breaks_a_promise_is_found_and_comes_out_as_a_trace_and_a_program(
    name: str, tmp_path: Path
) -> None:
    chosen, broken = READINGS[name]
    with pytest.raises(PromiseBroken) as caught:
        check_pair(config(), environment=BREAKING, options=Options(**chosen), examples=400, save_to=tmp_path)
    failure = caught.value
    promise = failure.broken.promise.id
    assert promise in broken.split()
    assert failure.trace in str(failure) and failure.program in str(failure)
    trace, loaded, remarks = load(tmp_path / "failure.trace")
    assert trace.events == failure.events
    state = play(trace, loaded, remarks).pair.state
    (tmp_path / "program.py").write_text(failure.program + "print(hash(pair.state) and pair.state)\n", encoding="utf-8")
    done = subprocess.run([sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, check=False,
                          env={"PYTHONPATH": str(ROOT)})  # fmt: skip
    assert done.stdout.strip() == str(state), done.stderr
    monitor = RuntimeMonitor(failure.transitions, lambda name: None)
    assert breaks(failure.transitions, monitor, failure.events, promise)
    for left_out in range(len(failure.events)):
        shorter = [*failure.events[:left_out], *failure.events[left_out + 1 :]]
        assert not breaks(failure.transitions, monitor, shorter, promise), "an event is there for nothing"


def breaks(
    where: TransitionSystem, monitor: RuntimeMonitor, run: list[events.Event] | tuple[events.Event, ...], promise: str
) -> bool:
    """Whether the last step of the run breaks the promise; events that cannot happen are passed over."""
    state, broken = where.start, []
    for event in run:
        choice = where.take(state, event)
        if choice is not None and choice.after != state:
            broken = [monitor.of_step(state, event, choice.after), monitor.of_state(choice.after)]
            state = choice.after
    return any(each is not None and each.promise.id == promise for each in [*broken, monitor.of_end(state)])


def test_known_findings_can_be_left_out() -> None:
    chosen = Options(failed_unit_obeys=True)
    coverage = check_pair(config(), environment=SMALL, options=chosen, examples=20, steered=False,
                          known=("no-failover-to-failed-standby",))  # fmt: skip
    assert coverage.runs >= 20


def test_promises_about_what_can_still_come_are_asked_too() -> None:
    stuck = TransitionSystem(
        config(), Environment(faults=("failover-link",), operator=()), Options(no_active_unit_seen=False)
    )
    monitor = RuntimeMonitor(stuck, lambda name: None)
    up = {role: UnitState(phase=Phase.UP, groups=(Group(role=role),)) for role in Role if role is not Role.NONE}
    apart = State(primary=up[Role.STANDBY_READY], secondary=up[Role.STANDBY_READY], interfaces=stuck.start.interfaces)
    broken = monitor.of_end(apart)
    assert broken is not None and broken.promise.id == "always-recoverable"
    assert RuntimeMonitor(transitions(), lambda name: None).of_end(apart) is None


def test_the_monitor_checks_every_promise_that_a_walk_can_break() -> None:
    kinds = {promise.kind for promise in PROMISES}
    assert kinds <= {"always", "step", "when-settled", "sometimes", "converges", "can-recover", "leads-to"}
    met: list[str] = []
    monitor = RuntimeMonitor(transitions(), met.append)
    assert monitor.of_state(transitions().start) is None and met == []
    state = transitions().start
    for event in (events.UnitRestored(unit=PRIMARY), events.NegotiationExpired(unit=PRIMARY)):
        choice = transitions().take(state, event)
        assert choice is not None
        assert monitor.of_step(state, event, choice.after) is None
        state = choice.after
    assert monitor.of_state(state) is None
    assert "takeover-on-active-failure" in met and "no-failover-without-trigger" in met


# -- small parts ---------------------------------------------------------------------------------------


def test_events_and_options_as_python_rebuild_themselves() -> None:
    from failover_fsm import Unit  # noqa: F401  # for eval

    for value in (events.UnitFailed(unit=PRIMARY, cause=events.Cause.SOFTWARE), events.FailoverLinkFailed(),
                  events.InterfaceLinkFailed(unit=SECONDARY, interface="a b"), Options(recovery="edge")):  # fmt: skip
        assert eval(as_python(value)) == value


def test_shortening_leaves_what_is_needed_and_nothing_else() -> None:
    def keeps(part: object) -> object:
        return part if {3, 11, 17} <= set(part) else None  # type: ignore[call-overload]

    assert shortened(range(20), keeps) == (3, 11, 17)  # type: ignore[arg-type]
    assert shortened((), lambda part: part) == ()


def test_a_table_shows_what_was_not_met_first() -> None:
    coverage = Coverage()
    coverage.begin(transitions().start)
    lines = coverage.table(transitions(), ("converges",)).splitlines()
    assert lines[0] == "1 runs, 0 steps"
    assert lines[1] == f"situations: 1 of {len(transitions().distances.graph.situations)}"
    assert lines[2].startswith("   never  ")
    assert "       1  off / off" in lines
    assert "situations: 1" in coverage.table()


def test_without_hypothesis_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kit is imported in part without it."""

    def absent(name: str) -> object:
        raise ModuleNotFoundError("No module named 'hypothesis'", name="hypothesis")

    monkeypatch.setattr("failover_fsm.testing.kit.optional.import_module", absent)
    with pytest.raises(ModuleNotFoundError, match=r"conform draws examples with Hypothesis.*failover-fsm\[test\]"):
        _ = testing.conform
