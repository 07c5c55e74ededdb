"""Each step of a search beside the step of the pair: nothing is lost, invented, or counted twice as broken."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import attrs
import pytest

from failover_fsm.checker.rules.rule_tree import Rule
from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.model.interleavings import starts
from failover_fsm.model.observer import Observer
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.pair_rules import PairRules, at_most
from failover_fsm.model.places import placed_events
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.canonical import canonical_record
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.obstacles import obstacle_domains
from failover_fsm.pair.pair import cold
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.states import Handover, PortState, State
from failover_fsm.pair.step import next_state
from failover_fsm.records import edit
from tests.model.test_observations import over_two_ports, trunk
from tests.pairs import PRIMARY, UNITS, active_active, broken, settings


def only(*faults: str, bound: int | None = None, operator: tuple[str, ...] = (), **more: Any) -> Environment:
    """These faults and commands."""
    return Environment(faults=faults, operator=operator, max_faults=bound, **more)


FOLLOWED = attrs.evolve(settings(), follow=("commands",))
SMALL: dict[str, tuple[Settings, Environment]] = {
    "an interface and the link": (settings(1), only("failover-link", "interfaces", "paths", bound=2)),
    "two interfaces": (settings(2), only("ports", "traffic", bound=1)),
    "two interfaces, no bound": (settings(2), only("ports")),
    "no fault at all": (settings(1), only(bound=0, operator=("failover-active",))),
    "power": (settings(), only("power", bound=1)),
    "a port with the failover link": (trunk(2, failover=True), only("ports", bound=1)),
    "two ports": (trunk(2, 2), only("ports", "traffic", bound=2)),
    "ports of two sizes": (trunk(1, 2), only("ports", bound=2)),
    "over two ports": (over_two_ports(), only("ports", bound=2)),
    "a port with one that is not monitored": (
        attrs.evolve(trunk(3), ports=(*trunk(2).ports, Port(name="port2", monitored=False))),
        only("ports", "traffic", bound=2),
    ),
    "commands": (settings(), only("failover-link", bound=1, operator=("command", "write-standby", "disable"))),
    "history": (FOLLOWED, only("failover-link", operator=("command",), follow=("commands",), sync_states=True)),
    "modules": (settings(stateful=StatefulLink.DEDICATED), only("modules", "stateful-link", bound=1)),
    "groups": (active_active(), only("failover-link", bound=1, operator=("failover-active",))),
}  # fmt: skip
EACH = pytest.mark.parametrize("name", SMALL)
MOST, LOOKED_AT = 400, 20
"""So many states are searched, and so many of them looked at."""


def sample_of(model: PairModel, most: int, looked_at: int) -> tuple[State, ...]:
    """Some of the first `most` states that a model finds, from the first to the last."""
    found = dict.fromkeys(model.initial_states())
    waiting = list(found)
    for state in waiting:
        for _, after in model.successors(state):
            if after not in found and len(found) < most:
                found[after] = None
                waiting.append(after)
    return tuple(waiting[:: max(1, len(waiting) // looked_at)])


@cache
def searched(name: str) -> tuple[PairModel, tuple[State, ...]]:
    """A model and some of its states."""
    model = PairModel(*SMALL[name])
    return model, sample_of(model, MOST, LOOKED_AT)


# -- the same once more, without a search ----------------------------------------------------------------------


def orbit(state: State, model: PairModel) -> tuple[Any, ...]:
    """What is left of a state if it is forgotten which of the interchangeable places is which."""
    commands = model.environment.has("command")
    records = (canonical_record(state.unit(unit), model.settings, commands=commands) for unit in UNITS)
    places = tuple(
        tuple(
            sorted(
                [tuple(sorted(repr(state.interfaces[at]) for at in run)) for run in place.runs]
                for place in alike
            )
        )
        for alike in model.alike
    )  # fmt: skip
    others = (state.links, state.modules, state.impairments, state.obstacles, state.running, state.wiring)
    return (*records, *others, repr(places))


def things_broken(state: State, pair: Settings) -> int:
    """How many things are broken; a port that carries several interfaces is one."""
    followers = pair.together.followers
    return broken(state) - sum(state.interfaces[at].line(unit) is PortState.DOWN for at in followers for unit in UNITS)


def what(event: e.Event) -> tuple[object, ...]:
    """The event without the interface or port, which stands for all that are interchangeable."""
    others = {"interface", "port"}
    return type(event), *(getattr(event, field.name) for field in attrs.fields(type(event)) if field.name not in others)


def tried(model: PairModel, state: State) -> Iterator[tuple[e.Event, State, tuple[str, ...]]]:
    """Every event that changes a state within the bound, with the state after it and the rows that units take."""
    pair, environment = model.settings, model.environment
    passed_over = e.SynchronizationFinished if environment.sync_states else e.SynchronizationAdvanced
    own = (event for event in protocol_steps(state, pair) if not isinstance(event, passed_over))
    limit = environment.max_faults
    for event in (*own, *environment.unit_events(pair.group_count), *placed_events(pair, environment)):
        try:
            found = next_state(state, pair, event)
        except StepError:
            continue
        is_new = isinstance(event, e.CommandEntered) or orbit(found.state, model) != orbit(state, model)
        now, then = things_broken(state, pair), things_broken(found.state, pair)
        if is_new and not (limit is not None and isinstance(event, e.Fault) and then > max(limit, now)):
            yield event, found.state, tuple(row.name for _, answer in found.units for row in answer.rows)


@EACH
def test_the_steps_of_a_search_are_those_of_the_pair(name: str) -> None:
    model, states = searched(name)
    for state in states:
        moves = list(model.moves(state))
        expected = list(tried(model, state))
        found = [(what(event), orbit(after, model), rows) for event, after, rows in moves]
        assert {*found} == {(what(event), orbit(after, model), rows) for event, after, rows in expected}
        assert len({*found}) == len(found), "one of those that are interchangeable"
        assert [(event, after) for event, after, _ in moves] == list(model.successors(state))
        kinds = [isinstance(event, e.ProtocolStep) for event, *_ in moves]
        assert kinds == sorted(kinds, reverse=True)


LINK_FAILS, GIVES_UP = e.FailoverLinkFailed(), e.NoFailoverActive(unit=PRIMARY)
FAILS = tuple(e.InterfaceLinkFailed(unit=PRIMARY, interface=name) for name in ("outside", "inside"))
SPECIAL: dict[str, tuple[Settings, Environment, tuple[e.Event, ...], Handover]] = {
    "a message over the link whose port carries data": (
        trunk(2, failover=True), only("ports"), (GIVES_UP,), Handover.GRANT,
    ),
    "a message over a link of its own": (settings(1), only("ports"), (GIVES_UP,), Handover.GRANT),
    "a message over a data interface": (settings(2), only("ports", "paths"), (LINK_FAILS,), Handover.GRANT_BY_DATA),
    "more is broken than the bound allows": (settings(2), only("ports", "traffic", bound=1), FAILS, Handover.NONE),
    "a link is broken beyond the bound": (
        settings(1), only("failover-link", "ports", bound=0), (LINK_FAILS, FAILS[0]), Handover.NONE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SPECIAL)
def test_the_steps_are_those_of_the_pair_where_a_message_may_be_lost_or_much_is_broken(name: str) -> None:
    pair, environment, events, handover = SPECIAL[name]
    model = PairModel(pair, environment)
    state = starts(pair)[0].state
    for event in events:
        state = next_state(state, pair, event).state
    groups = (attrs.evolve(state.secondary.groups[0], handover=handover),)
    state = model.canonical(attrs.evolve(state, secondary=attrs.evolve(state.secondary, groups=groups)))
    found = [(what(event), orbit(after, model), rows) for event, after, rows in model.moves(state)]
    assert {*found} == {(what(event), orbit(after, model), rows) for event, after, rows in tried(model, state)}
    assert len({*found}) == len(found) > 0
    if environment.max_faults is None:  # rules have no value for what lies beyond a bound
        steps = {}
        for rule in PairRules(model).rules:
            draft = edit(state)
            if rule.function(draft) and draft.freeze() != state:
                steps[rule.event] = draft.freeze()
        assert steps == dict(model.successors(state))


@EACH
def test_an_observer_looks_at_the_state_that_it_is_asked_about(name: str) -> None:
    model, states = searched(name)
    for one, other in pairwise(states):
        for state in (one, one, other, one, other, states[0], one):
            for index, seen in enumerate(model.observers(state)):
                wanted = Observer(state, model.settings, index)
                for unit in UNITS:
                    asked = (
                        seen.phase(unit),
                        seen.role(unit),
                        seen.failed(unit),
                        seen.hears(unit),
                        seen.handover(unit),
                    )
                    assert asked == (
                        wanted.phase(unit),
                        wanted.role(unit),
                        wanted.failed(unit),
                        wanted.hears(unit),
                        wanted.handover(unit),
                    )


@EACH
def test_a_step_is_the_same_by_itself_and_the_form_of_a_state_is_kept(name: str) -> None:
    model, states = searched(name)
    fresh = PairModel(*SMALL[name])
    for state in states:
        assert model.faults(state) == things_broken(state, model.settings)
        assert model.canonical(state) == state
        steps = dict(model.successors(state))
        assert {event: fresh.step(state, event) for event in steps} == steps
        beyond = [event for event in model.unit_events if event not in steps]
        assert {fresh.step(state, event) for event in beyond} <= {None}
        assert model.events(state) == tuple(steps)


@EACH
def test_a_run_is_told_with_the_names_of_the_interfaces(name: str) -> None:
    model, _ = searched(name)
    (state,) = model.initial_states()
    events, states = [], [state]
    for turn in range(30):
        steps = [(event, after) for event, after in model.successors(states[-1]) if after not in states]
        if not steps:
            break
        event, after = steps[-1 - turn % 2 if len(steps) > 1 else -1]
        events.append(event)
        states.append(after)
    told = list(model.named_steps(events))
    assert [orbit(each.after, model) for each in told] == [orbit(each, model) for each in states[1:]]
    now = cold(model.settings)
    for event, each in zip(events, told, strict=True):
        assert each.before == now and what(each.event) == what(event)
        now = next_state(now, model.settings, each.event).state
        assert each.after == now


def test_a_run_with_several_broken_interfaces_names_each_of_them() -> None:
    """In the fixed form what is broken stands first, so that the second port to fail is again the first one."""
    model = PairModel(settings(2), only("ports"))
    down, up = (kind(unit=PRIMARY, interface="outside") for kind in (e.InterfaceLinkFailed, e.InterfaceLinkRestored))
    whole = attrs.evolve(down, interface="inside")
    told = [str(each.event) for each in model.named_steps([down, whole, up, up])]
    assert told == [
        "interface_link_failed unit=primary interface=outside",
        "interface_link_failed unit=primary interface=inside",
        "interface_link_restored unit=primary interface=outside",
        "interface_link_restored unit=primary interface=inside",
    ]
    two = PairModel(trunk(2, 2), only("ports"))
    failed = e.PortFailed(unit=PRIMARY, port="Ethernet0")
    names = [str(each.event) for each in two.named_steps([failed, attrs.evolve(failed, port="Ethernet1")])]
    assert names == ["port_failed unit=primary port=Ethernet0", "port_failed unit=primary port=Ethernet1"]


def test_the_classes_of_events_that_changed_something_are_kept() -> None:
    model = PairModel(settings(1), only("ports", bound=1))
    assert model.events_seen() == frozenset()
    (state,) = model.initial_states()
    model.successors(state)
    assert model.events_seen() == {e.UnitRestored, e.InterfaceLinkFailed}


@pytest.mark.parametrize(
    ("pair", "handover", "fragile"),
    [
        (settings(1), Handover.NONE, False),
        (settings(1), Handover.GRANT, False),
        (settings(1), Handover.GRANT_BY_DATA, True),
        (trunk(2, failover=True), Handover.NONE, False),
        (trunk(2, failover=True), Handover.REQUEST, True),
        (trunk(2, failover=True), Handover.GRANT_BY_DATA, True),
    ],
)
def test_a_message_may_be_lost_with_the_port_that_carries_it(pair: Settings, handover: Handover, fragile: bool) -> None:
    model, state = PairModel(pair, only("ports")), cold(pair)
    for unit in UNITS:
        own = state.unit(unit)
        sent = attrs.evolve(own, groups=(attrs.evolve(own.groups[0], handover=handover),))
        after = state.with_unit(unit, sent)
        assert model.is_fragile((after.primary, after.secondary)) is fragile


# -- as rules over drafts --------------------------------------------------------------------------------------


@cache
def rules_of(name: str) -> tuple[PairRules, tuple[Rule, ...]]:
    """The rules of a pair, made once."""
    rules = PairRules(searched(name)[0])
    return rules, rules.rules


@EACH
def test_the_rules_of_a_draft_do_what_the_steps_do(name: str) -> None:
    model, states = searched(name)
    _, rules = rules_of(name)
    assert len({rule.event for rule in rules}) == len(rules)
    for state in states:
        steps = dict(model.successors(state))
        found = {}
        for rule in rules:
            draft = edit(state)
            if rule.function(draft):
                after = draft.freeze()
                if after != state or rule.stutters:
                    found[rule.event] = after
        assert found == steps
        assert [event for event in found if event in steps] == list(steps), "in the same order"


@EACH
def test_a_command_counts_as_a_step_where_it_changes_nothing(name: str) -> None:
    _, rules = rules_of(name)
    assert {rule.event for rule in rules if rule.stutters} == {
        rule.event for rule in rules if isinstance(rule.event, e.CommandEntered)
    }


@EACH
def test_the_conditions_of_the_interfaces_are_those_that_single_steps_reach(name: str) -> None:
    model, states = searched(name)
    rules, _ = rules_of(name)
    limit = model.environment.max_faults
    found = [states[0].interfaces]
    for interfaces in found:
        state = attrs.evolve(states[0], interfaces=interfaces)
        for event in placed_events(model.settings, model.environment):
            try:
                after = next_state(state, model.settings, event).state
            except StepError:
                continue
            kept = model.canonical(after).interfaces
            if kept not in found and (limit is None or things_broken(after, model.settings) <= limit):
                found.append(kept)
    values = rules.domains["interfaces"]
    assert len(values) == len({*values}) and {*values} == {*found}
    assert list(values) == sorted(values, key=model.rank)
    named = {*rules.domains} - {*obstacle_domains(model.environment.has)}
    assert named == {"interfaces", "modules", "impairments", "wiring", "running"}
    assert len(rules.domains["modules"]) == (4 if model.environment.has("modules") else 1)
    (seen,) = {len(rules.observers(state)) for state in states}
    assert seen == model.settings.group_count


def test_whoever_makes_the_rules_may_give_up() -> None:
    asked: list[int] = []
    model = searched("an interface and the link")[0]
    rules = PairRules(model, lambda: asked.append(1))
    assert len(asked) == 2 * len(rules.domains["interfaces"]), "once as each condition is found, once for its steps"


@pytest.mark.parametrize("count", range(5))
def test_of_four_answers_so_many_are_yes(count: int) -> None:
    for most in range(-1, 5):
        answers = [place < count for place in range(4)]
        assert at_most(iter(answers), most, 4) is (count <= most)
        assert at_most(iter(answers[::-1]), most, 4) is (count <= most)
    asked = iter([True, True, False, False])
    assert not at_most(asked, 0, 4) and next(asked) is True, "it asks no further than it has to"
    assert at_most(iter([]), 3, 3), "three of three may be"
