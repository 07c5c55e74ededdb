"""The graph of a page has every step that `step` takes: of switches and cables, and after typed commands, too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from failover_fsm.commands.configurations import scenario_of_configs
from failover_fsm.commands.topologies import connected_boundless
from failover_fsm.model.places import placed_events
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.outputs import Output
from failover_fsm.pair.states import State
from failover_fsm.pair.step import step
from failover_fsm.reports.html.state_graph import page_graph, shown_outputs
from failover_fsm.topology import Plan

MODELS = Path(__file__).parents[3] / "models"
STATES = 1_000
"""States of each graph: enough for steps after steps of each kind."""


def wired(name: str, topology: str) -> Scenario:
    return connected_boundless(scenario_of_configs(str(MODELS / name), None), topology)


def by_hand(scenario: Scenario, state: State) -> Iterator[tuple[e.Event, State, tuple[Output, ...]]]:
    settings, environment = scenario.settings, scenario.environment
    topology = settings.topology
    events: list[e.Event] = [
        each for each in protocol_steps(state, settings) if not isinstance(each, e.SynchronizationAdvanced)
    ]
    events += environment.unit_events(settings.group_count)
    events += environment.element_events(topology.elements if topology else ())
    events += placed_events(settings, environment)
    for event in events:
        try:
            after, outputs = step(state, settings, event)
        except StepError:
            continue
        if after != state or isinstance(event, e.CommandEntered):
            yield event, after, shown_outputs(outputs)


def on_hosts() -> Scenario:
    scenario = scenario_of_configs(str(MODELS / "one-interface.cfg"), None)
    hosts = (("h1", ("primary",)), ("h2", ("secondary",)))
    plan = Plan(name="on hosts", failover=((),), data=(("a",),), hosts=hosts)
    environment = attrs.evolve(scenario.environment, faults=("power", "elements"), max_faults=2)
    return attrs.evolve(scenario, topology=plan, environment=environment)


def typed() -> Scenario:
    scenario = scenario_of_configs(str(MODELS / "one-interface.cfg"), None)
    lines = ("no monitor-interface outside", "no failover", "failover")
    return attrs.evolve(scenario, environment=attrs.evolve(scenario.environment, operator=lines))


SCENARIOS = {
    "figure-13-8": lambda: wired("active-active.cfg", "figure-13-8"),
    "figure-13-4": lambda: wired("one-interface.cfg", "figure-13-4"),
    "hosts": on_hosts,
    "command lines": typed,
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_state_has_the_steps_that_step_takes(name: str) -> None:
    scenario = SCENARIOS[name]()
    carried = page_graph(scenario, most=STATES)
    events = dict.fromkeys(type(each.event) for found in carried.choices for each in found)
    assert (e.ElementFailed in events and e.ElementRestored in events) is (scenario.topology is not None)
    for state, found in zip(carried.states, carried.choices, strict=False):
        said = [(each.event, each.after, each.outputs) for each in found]
        possible = list(by_hand(scenario, state))
        assert all(each in possible for each in said)
        left_out = [event for event, *rest in possible if (event, *rest) not in said]
        assert not left_out or (scenario.environment.max_faults and all(isinstance(each, e.Fault) for each in left_out))
    assert len({state.wiring for state in carried.states}) > 1 or scenario.topology is None
    assert len({state.running for state in carried.states}) > 1 or not scenario.environment.lines
