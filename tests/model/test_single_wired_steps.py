"""Each step of a search of a pair with a topology beside the step of the pair, plainly and as rules over drafts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import attrs
import pytest

from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.model import wired_rules
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.pair_rules import PairRules
from failover_fsm.model.places import placed_events
from failover_fsm.model.search_environment import Environment
from failover_fsm.model.typed_model import model_of
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.model.wired_rules import WiredInterfaces, WiredRules, has_few_wirings
from failover_fsm.model.wired_rules import rules_of as rules_of_model
from failover_fsm.pair import events as e
from failover_fsm.pair.canonical import canonical_record
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.running import UNCHANGED
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import LinkState, Phase, State, Wiring
from failover_fsm.pair.step import next_state
from failover_fsm.pair.wiring import is_hosted, together
from failover_fsm.records import edit
from failover_fsm.topology import read_topology
from tests.model.test_single_steps import only, sample_of
from tests.pairs import UNITS, broken, settings


def laid(name: str, count: int = 1, **changes: Any) -> Settings:
    """A pair with so many interfaces, as a figure lays it."""
    pair = attrs.evolve(settings(count), **changes)
    return read_topology(name, tuple(port.name for port in pair.ports)).laid(pair)


ONE_HOST = laid("asav-on-one-host")
SMALL: dict[str, tuple[Settings, Environment]] = {
    "one switch": (laid("figure-13-1"), only("elements", bound=1, operator=("failover-active",))),
    "no fault": (laid("figure-13-1"), only("elements", "power", bound=0)),
    "what fails by itself": (laid("figure-13-3"), only("failover-link", "ports", "paths", "modules", bound=2)),
    "elements and what fails by itself": (laid("figure-13-1"), only("elements", "failover-link", "ports", bound=1)),
    "commands": (laid("figure-13-1"), only("elements", bound=1, operator=("command", "write-standby"))),
    "history": (
        laid("figure-13-1", follow=("commands",)),
        only("elements", bound=1, operator=("command",), follow=("commands",), sync_states=True),
    ),
    "one host": (ONE_HOST, only("elements", "power", bound=2)),
    "one host that works": (ONE_HOST, only("power", bound=1)),
    "one host, no bound": (ONE_HOST, only("elements")),
    "two hosts": (laid("asav-on-two-hosts"), only("elements", "power", bound=1)),
}
EACH = pytest.mark.parametrize("name", SMALL)
MOST, LOOKED_AT = 120, 10
"""So many states are searched, and so many of them looked at."""


@cache
def searched(name: str) -> tuple[WiredModel, tuple[State, ...]]:
    """A model and some of its states."""
    model = WiredModel(*SMALL[name])
    return model, sample_of(model, MOST, LOOKED_AT)


def things_broken(state: State, pair: Settings) -> int:
    """How many things are broken by themselves; a unit that stops with its host is none."""
    wiring = state.wiring
    assert wiring is not None
    by_itself = attrs.evolve(state, links=wiring.links, interfaces=wiring.interfaces)
    hosted = [is_hosted(pair.topology, wiring, unit) for unit in UNITS]
    stopped = sum(state.unit(unit).phase is Phase.DOWN and not on for unit, on in zip(UNITS, hosted, strict=True))
    return broken(by_itself) + wiring.elements.count(LinkState.CUT) - stopped


def outside(pair: Settings, environment: Environment) -> Iterator[e.Event]:
    """All that may happen to the pair."""
    assert pair.topology is not None
    yield from environment.unit_events(pair.group_count)
    yield from environment.element_events(pair.topology.elements)
    yield from placed_events(pair, environment)


def tried(name: str, state: State) -> Iterator[tuple[e.Event, State]]:
    """Every event that changes a state within the bound, with the state after it."""
    pair, environment = SMALL[name]
    passed_over = e.SynchronizationFinished if environment.sync_states else e.SynchronizationAdvanced
    own = (event for event in protocol_steps(state, pair) if not isinstance(event, passed_over))
    commands, limit = environment.has("command"), environment.max_faults
    for event in (*own, *outside(pair, environment)):
        try:
            after = next_state(state, pair, event).state
        except StepError:
            continue
        for unit in UNITS:
            after = after.with_unit(unit, canonical_record(after.unit(unit), pair, commands=commands))
        now, then = things_broken(state, pair), things_broken(after, pair)
        too_many = limit is not None and isinstance(event, e.Fault) and then > max(limit, now)
        if (after != state or isinstance(event, e.CommandEntered)) and not too_many:
            yield event, after


@EACH
def test_the_steps_of_a_search_are_those_of_the_pair(name: str) -> None:
    model, states = searched(name)
    taken = set[type[e.Event]]()
    fresh = WiredModel(*SMALL[name])
    assert (fresh.scope, fresh.environment.faults) == (SMALL[name][1], ())
    for state in states:
        expected = list(tried(name, state))
        assert list(fresh.successors(state)) == expected
        assert fresh.faults(state) == things_broken(state, model.settings)
        assert {event: model.step(state, event) for event, _ in expected} == dict(expected)
        beyond = [event for event in model.outside if event not in dict(expected)]
        assert {model.step(state, event) for event in beyond} <= {None}
        taken |= {type(event) for event, _ in expected}
    assert fresh.events_seen() == taken


def test_a_state_without_a_wiring_has_what_fails_by_itself() -> None:
    model, states = searched("what fails by itself")
    for state in states:
        assert model.faults(attrs.evolve(state, wiring=None)) == broken(state)


# -- as rules over drafts --------------------------------------------------------------------------------------


@cache
def rules_of(name: str) -> tuple[WiredRules, dict[Wiring, WiredInterfaces]]:
    """The rules, and the value of the interfaces for each wiring."""
    rules = WiredRules(searched(name)[0])
    return rules, {each.wiring: each for each in rules.domains["interfaces"]}


@EACH
def test_the_rules_of_a_draft_do_what_the_steps_do(name: str) -> None:
    model, states = searched(name)
    rules, values = rules_of(name)
    assert len({rule.event for rule in rules.rules}) == len(rules.rules)

    def as_kept(state: State) -> State:
        assert state.wiring is not None
        return attrs.evolve(state, wiring=None, interfaces=values[state.wiring])

    assert rules.initial_states() == tuple(map(as_kept, model.initial_states()))
    for state in map(as_kept, states):
        found = {}
        for rule in rules.rules:
            draft = edit(state)
            if rule.function(draft):
                after = draft.freeze()
                if after != state or rule.stutters:
                    found[rule.event] = after
        wiring = next(each for each, value in values.items() if value is state.interfaces)
        whole = attrs.evolve(state, wiring=wiring, interfaces=tuple(state.interfaces))
        steps = [(event, as_kept(after)) for event, after in model.successors(whole)]
        assert list(found.items()) == steps
    stutter = {rule.event for rule in rules.rules if rule.stutters}
    assert stutter == {rule.event for rule in rules.rules if isinstance(rule.event, e.CommandEntered)}


def is_of_a_unit(event: e.Event) -> bool:
    """The event leaves links and interfaces alone."""
    return isinstance(event, e.AtUnit) and not isinstance(event, e.AtInterface | e.AtPort)


@EACH
def test_each_wiring_that_comes_about_has_a_value_with_what_follows_from_it(name: str) -> None:
    model, _ = searched(name)
    pair, environment = SMALL[name]
    (start,) = model.initial_states()
    found, limit = [start], environment.max_faults
    events = [event for event in outside(pair, environment) if not is_of_a_unit(event)]
    for state in found:
        for event in events:
            try:
                after = next_state(state, pair, event).state
            except StepError:
                continue
            kept = attrs.evolve(start, wiring=after.wiring, links=after.links, interfaces=after.interfaces)
            if kept not in found and (limit is None or things_broken(kept, pair) <= limit):
                found.append(kept)
    _, values = rules_of(name)
    assert {*values} == {state.wiring for state in found}
    for state in found:
        assert state.wiring is not None and pair.topology is not None
        value = values[state.wiring]
        assert (value.links, tuple(value)) == together(pair.topology, state.wiring)
        assert value.broken == things_broken(state, pair)
        off = tuple(unit.value for unit in UNITS if not is_hosted(pair.topology, state.wiring, unit))
        assert value.stopped == off
        assert value == WiredInterfaces.of(model, start, state.wiring) and value != tuple(value)
    assert has_few_wirings(model)


@pytest.mark.parametrize(
    ("pair", "environment", "few"),
    [
        (settings(1), only("ports", bound=1), False),  # no topology
        (laid("figure-13-1"), only("elements"), True),
        (laid("figure-13-8"), only("elements"), False),  # 15 elements in every combination
        (laid("figure-13-8"), only("elements", bound=1), True),
        (laid("figure-13-8"), only("power"), True),
        (ONE_HOST, only("elements", bound=1), True),
        (attrs.evolve(ONE_HOST, follow=("commands",)), only("elements", bound=1), False),
        (laid("figure-13-1", follow=("commands",)), only("elements", bound=1), True),
        (laid("figure-13-1", follow=("sessions",), stateful=StatefulLink.SHARED_DATA), only(bound=1), False),
        (laid("figure-13-1", running=read_asa("hostname t\n")), only("elements", bound=1), False),
    ],
)
def test_a_wiring_has_states_of_its_own_where_there_are_few_and_nothing_else_is_told_of_them(
    pair: Settings, environment: Environment, few: bool
) -> None:
    assert has_few_wirings(WiredModel(pair, environment)) is few


@pytest.mark.parametrize(("bound", "wirings"), [(0, 1), (1, 6), (2, 16), (None, 32)])
def test_more_wirings_than_that_are_refused(monkeypatch: pytest.MonkeyPatch, bound: int | None, wirings: int) -> None:
    """Five elements stand in so many ways."""
    pair, environment = laid("figure-13-1"), only("elements", bound=bound)
    monkeypatch.setattr(wired_rules, "MOST_WIRINGS", wirings)
    assert has_few_wirings(WiredModel(pair, environment))
    assert len(WiredRules(WiredModel(pair, environment)).domains["interfaces"]) == wirings
    monkeypatch.setattr(wired_rules, "MOST_WIRINGS", wirings - 1)
    assert not has_few_wirings(WiredModel(pair, environment))
    with pytest.raises(ValueError, match=rf"^more than {wirings - 1} wirings; allowed: what has_few_wirings takes$"):
        WiredRules(WiredModel(pair, environment))


def test_what_fails_by_itself_makes_more_wirings_than_the_elements(monkeypatch: pytest.MonkeyPatch) -> None:
    model = WiredModel(laid("figure-13-1"), only("elements", "failover-link"))
    monkeypatch.setattr(wired_rules, "MOST_WIRINGS", 32)
    assert not has_few_wirings(model)
    monkeypatch.setattr(wired_rules, "MOST_WIRINGS", 64)
    assert has_few_wirings(model)


def test_whoever_lists_the_wirings_may_give_up_and_they_are_listed_once() -> None:
    asked: list[int] = []
    model = WiredModel(laid("figure-13-1"), only("elements", bound=1))
    rules = WiredRules(model, lambda: asked.append(1))
    assert len(asked) == len(rules.domains["interfaces"])
    again = WiredRules(model, lambda: asked.append(1))
    assert again.domains == rules.domains and len(asked) == len(rules.domains["interfaces"])


@EACH
def test_what_the_environment_leaves_alone_has_one_value(name: str) -> None:
    rules, _ = rules_of(name)
    environment = SMALL[name][1]
    plain = PairRules(PairModel(settings(), environment))
    assert {**rules.domains, "interfaces": ()} == {**plain.domains, "interfaces": ()}
    assert len(rules.domains["modules"]) == (4 if environment.has("modules") else 1)
    assert (rules.domains["wiring"], rules.domains["running"]) == ((None,), (UNCHANGED,))
    kinds = {type(rule.event) for rule in rules.rules}
    assert (e.SynchronizationAdvanced in kinds, e.SynchronizationFinished in kinds) == (
        environment.sync_states,
        not environment.sync_states,
    )


def test_rules_are_those_of_the_model() -> None:
    plain = rules_of_model(model_of(settings(1), only(bound=0)))
    wired = rules_of_model(model_of(laid("figure-13-1"), only(bound=0)))
    typed = rules_of_model(model_of(settings(1), only(bound=0, operator=("hostname x",))))
    assert [type(each) for each in (plain, wired, typed)] == [PairRules, WiredRules, PairRules]
