"""The second statement of health agrees with the units' own in every small case, and a wrong count breaks a promise."""

from __future__ import annotations

from itertools import product
from typing import Any

import attrs
import pytest

from failover_fsm.checker import Checker, Verdict
from failover_fsm.config.records.pair_config import InterfacePolicy, StatefulLink
from failover_fsm.model.observer import Observer
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import environment
from failover_fsm.pair import events as e
from failover_fsm.pair.pair import cold
from failover_fsm.pair.rule_context import RuleContext
from failover_fsm.pair.settings import GroupSettings, Port, Settings
from failover_fsm.pair.states import Interface, LinkState, PortState, State
from failover_fsm.pair.step import next_state
from failover_fsm.promises import BY_ID, as_property, health
from tests.pairs import PRIMARY, SECONDARY, UNITS, settings

PORTS = Environment(faults=("ports",), operator=(), max_faults=2)
FOLLOWS = "standby-health-follows-interfaces"


def broken(pair: Settings, promise: str, environment: Environment = PORTS) -> bool:
    """Whether the promise is violated."""
    model = PairModel(pair, environment)
    result = Checker(model).verify(as_property(BY_ID[promise], model.observers))
    return result.finding(promise).verdict is Verdict.VIOLATED


def up(pair: Settings, **changes: Any) -> State:
    """Both units up and in contact, with other interfaces or links."""
    state = cold(pair)
    for unit in UNITS:
        state = next_state(state, pair, e.UnitRestored(unit=unit)).state
    for unit in UNITS:
        state = next_state(state, pair, e.HelloHeard(unit=unit)).state
    return attrs.evolve(state, **changes)


def test_both_statements_of_health_agree_on_two_interfaces_in_every_condition() -> None:
    pair = settings(2)
    conditions = product(LinkState, PortState, PortState)
    every = [Interface(path=path, primary=one, secondary=two) for path, one, two in conditions]
    disagreeing = []
    for interfaces, link in product(product(every, repeat=2), LinkState):
        state = up(pair, interfaces=interfaces)
        state = attrs.evolve(state, links=attrs.evolve(state.links, failover=link))
        obs = Observer(state, pair)
        for unit in UNITS:
            if health.has_more_failures(obs, unit) is not (obs.failed(unit) > obs.failed(unit.peer)):
                disagreeing.append(state)
            for count in (1, 2, 3):
                policy = InterfacePolicy(count=count)
                if health.over_policy(Observer(state, attrs.evolve(pair, policy=policy)), unit) is not (
                    obs.failed(unit) >= count
                ):
                    disagreeing.append(state)
    assert disagreeing == []


@pytest.mark.parametrize("percent", [1, 34, 50, 67, 100])
def test_both_agree_on_a_percentage_with_a_port_that_is_shut_and_one_without_an_address(percent: int) -> None:
    ports = (Port(name="a"), Port(name="b"), Port(name="c", shutdown=True), Port(name="d", addressed=False))
    pair = attrs.evolve(settings(), ports=ports, policy=InterfacePolicy(percent=percent, count=None))
    for downs in product((PortState.GOOD, PortState.DOWN), repeat=4):
        obs = Observer(up(pair, interfaces=tuple(Interface(primary=line) for line in downs)), pair)
        assert health.over_policy(obs, PRIMARY) == pair.over_policy(obs.failed(PRIMARY))


PERCENT = attrs.evolve(
    settings(), ports=(Port(name="a"), Port(name="b", shutdown=True)), policy=InterfacePolicy(percent=60, count=None)
)


def test_shut_ports_left_out_of_the_percentage_break_a_promise(monkeypatch: Any) -> None:
    assert not broken(PERCENT, FOLLOWS)
    monkeypatch.setattr(Settings, "monitored_in", lambda self, index: len(self.counted_in(index)))
    assert broken(PERCENT, FOLLOWS)


TWO = Settings(
    ports=(Port(name="a"), Port(name="b", group=1), Port(name="c", group=1)),
    groups=(
        GroupSettings(preferred=PRIMARY, policy=InterfacePolicy(count=1)),
        GroupSettings(preferred=SECONDARY, policy=InterfacePolicy(count=2)),
    ),
)
ONE_FAULT = attrs.evolve(PORTS, max_faults=1)


@pytest.mark.slow
def test_the_policy_of_group_1_for_all_groups_breaks_a_promise(monkeypatch: Any) -> None:
    assert not broken(TWO, FOLLOWS, ONE_FAULT)
    monkeypatch.setattr(Settings, "policy_of", lambda self, index: self.groups[0].policy)
    assert broken(TWO, FOLLOWS, ONE_FAULT)


HALF = attrs.evolve(TWO, groups=tuple(
    attrs.evolve(group, policy=InterfacePolicy(percent=50, count=None)) for group in TWO.groups
))  # fmt: skip


@pytest.mark.slow
def test_the_percentage_of_the_unit_instead_of_the_group_breaks_a_promise(monkeypatch: Any) -> None:
    assert not broken(HALF, FOLLOWS, ONE_FAULT)
    monkeypatch.setattr(Settings, "monitored_in", lambda self, index: sum(port.monitored for port in self.ports))
    assert broken(HALF, FOLLOWS, ONE_FAULT)


def test_a_stateful_link_counted_as_a_failed_interface_breaks_a_promise(monkeypatch: Any) -> None:
    pair = settings(1, stateful=StatefulLink.DEDICATED)
    faults = Environment(faults=("ports", "stateful-link"), operator=(), max_faults=1)
    assert not broken(pair, FOLLOWS, faults)
    right = environment.failed_by_group

    def wrong(state: State, settings: Settings, unit: Any) -> tuple[int, ...]:
        cut = state.links.stateful is LinkState.CUT
        return tuple(failed + cut for failed in right(state, settings, unit))

    monkeypatch.setattr(environment, "failed_by_group", wrong)
    model = PairModel(pair, faults)
    result = Checker(model).verify(as_property(BY_ID["unknown-interfaces-do-not-count"], model.observers))
    assert result.finding("unknown-interfaces-do-not-count").verdict is Verdict.VIOLATED


def test_a_unit_that_always_joins_ready_breaks_a_promise(monkeypatch: Any) -> None:
    assert not broken(settings(1), "ready-means-healthy", ONE_FAULT)
    monkeypatch.setattr(RuleContext, "unhealthy_in", lambda self, index: False)
    assert broken(settings(1), "ready-means-healthy", ONE_FAULT)
