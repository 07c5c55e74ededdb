"""The search walks the whole behaviour of the pair: its short cuts lose and invent nothing."""

from __future__ import annotations

from functools import cache

import attrs
import pytest

from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.canonical import canonical_record
from failover_fsm.pair.pair import cold
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Interface, LinkState, PortState, State
from failover_fsm.pair.step import next_state, step
from tests.pairs import PRIMARY, SECONDARY, Whole, broken, remembered, settings
from tests.patience import one_in

Path = tuple[e.Event, ...]

ONE = (settings(1), Environment(faults=("power", "failover-link", "ports", "paths"), operator=("reset",), max_faults=2))
TWO = (settings(2), Environment(faults=("failover-link", "ports"), operator=("failover-active",), max_faults=2))
COMMANDS = (settings(), Environment(faults=("power", "failover-link"), operator=("command", "reload", "disable")))
SMALL = {"one interface": ONE, "two interfaces": TWO, "commands": COMMANDS}
EACH = pytest.mark.parametrize("name", SMALL)


@cache
def searched(name: str) -> tuple[PairModel, dict[State, Path]]:
    """The model of that name and all its states in breadth-first order, each with the events that lead to it."""
    model = PairModel(*SMALL[name])
    paths: dict[State, Path] = dict.fromkeys(model.initial_states(), ())
    queue = list(paths)
    for state in queue:
        for event, after in model.successors(state):
            if after not in paths:
                paths[after] = (*paths[state], event)
                queue.append(after)
    return model, paths


# -- the fast way and the slow way ------------------------------------------------------------------


def slowly(model: PairModel, state: State) -> list[tuple[e.Event, State]]:
    """The successors by `events` and `step`, which uses no cache."""
    pairs = [(event, model.step(state, event)) for event in model.events(state)]
    return [(event, after) for event, after in pairs if after is not None]


def from_scratch(model: PairModel, state: State) -> dict[e.Event, State]:
    """The successors by trying every event there is, without `events` and `successors`.

    Of several interfaces in the same condition only the first is served: they are interchangeable.
    """
    names = [port.name for port in model.settings.ports]
    twins = {name for i, name in enumerate(names) if state.interfaces[i] in state.interfaces[:i]}
    whole = Whole(model.settings, attrs.evolve(model.environment, max_faults=None))
    tried = {event: model.step(state, event) for event in whole.events(state)}
    return {
        event: after
        for event, after in tried.items()
        if after is not None and getattr(event, "interface", None) not in twins
    }


@pytest.mark.parametrize(("name", "every"), [("one interface", 5), ("two interfaces", 9), ("commands", 9)])
def test_successors_are_the_events_and_steps_taken_one_by_one_in_the_same_order(name: str, every: int) -> None:
    model, paths = searched(name)
    fresh = PairModel(*SMALL[name])
    for state in list(paths)[:: every * one_in(4)]:
        found = list(model.successors(state))
        assert found == slowly(fresh, state)
        assert dict(found) == from_scratch(fresh, state)
        assert len(dict(found)) == len(found), "an event stands once"


def test_a_cache_that_mixes_up_two_conditions_of_the_interfaces_is_caught() -> None:
    class Mixed(PairModel):
        def senses(self, interfaces: tuple[Interface, ...]) -> object:  # type: ignore[override]
            return attrs.evolve(super().senses(interfaces), no_link=(0, 0))

    _, paths = searched("one interface")
    mixed = Mixed(*ONE)
    assert any(list(mixed.successors(state)) != slowly(PairModel(*ONE), state) for state in list(paths)[:2000])


@EACH
def test_protocol_steps_come_first(name: str) -> None:
    model, paths = searched(name)
    for state in list(paths)[::20]:
        kinds = [isinstance(event, e.ProtocolStep) for event in model.events(state)]
        assert kinds == sorted(kinds, reverse=True)


# -- symmetry ----------------------------------------------------------------------------------------


def orbit(state: State, model_settings: Settings) -> State:
    """The state with reduced records and its interfaces in an order that forgets which is which."""
    primary, secondary = (
        canonical_record(item, model_settings, commands=False) for item in (state.primary, state.secondary)
    )
    interfaces = tuple(sorted(state.interfaces, key=repr))
    return State(primary=primary, secondary=secondary, links=state.links, interfaces=interfaces)


SYMMETRIC = (settings(2), Environment(faults=("failover-link", "ports"), operator=(), max_faults=2))


def test_states_with_interchangeable_interfaces_are_kept_once_for_each_orbit() -> None:
    whole, model = Whole(*SYMMETRIC), PairModel(*SYMMETRIC)
    start = cold(whole.settings)
    handler, queue = remembered(), [start]
    found = {start}
    for state in queue:
        for _, moved in whole.moves(state, handler):
            if moved is None:
                continue
            records = (moved.state.primary, moved.state.secondary)
            primary, secondary = (canonical_record(item, whole.settings, commands=False) for item in records)
            after = attrs.evolve(moved.state, primary=primary, secondary=secondary)
            if after not in found:
                found.add(after)
                queue.append(after)
    stored = set(model.initial_states())
    queue = list(stored)
    for state in queue:
        for _, after in model.successors(state):
            if after not in stored:
                stored.add(after)
                queue.append(after)
    orbits = {orbit(state, whole.settings) for state in found}
    assert len(found) > len(orbits) == len(stored)
    assert {orbit(state, whole.settings) for state in stored} == orbits


# -- traces with real names ----------------------------------------------------------------------------


@pytest.mark.slow
@EACH
def test_a_retold_path_replays_through_step_and_passes_through_the_states_of_the_search(name: str) -> None:
    model, paths = searched(name)
    names = set()
    for state, path in list(paths.items())[::23]:
        here = cold(model.settings)
        for told in model.named_steps(path):
            assert told.before == here
            here, outputs = step(here, model.settings, told.event)
            assert (told.after, told.outputs) == (here, outputs)
            names.add(getattr(told.event, "interface", None))
        assert model.canonical(here) == state
    wanted = {port.name for port in model.settings.ports}
    assert names - {None} == wanted, "each interface by its own name"


# -- the bound on faults ---------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("limit", [0, 1, 2])
def test_never_are_more_things_broken_than_the_bound_allows_and_the_bound_is_reached(limit: int) -> None:
    faults = ("power", "failover-link", "ports")
    model = PairModel(settings(1), Environment(max_faults=limit, operator=(), faults=faults))
    seen = set(model.initial_states())
    queue = list(seen)
    for state in queue:
        assert model.faults(state) == broken(state)
        for _, after in model.successors(state):
            if after not in seen:
                seen.add(after)
                queue.append(after)
    assert {broken(state) for state in seen} == set(range(limit + 1))


def test_a_unit_that_was_never_started_is_no_fault_and_a_unit_that_stopped_is_one() -> None:
    model = PairModel(*ONE)
    (start,) = model.initial_states()
    assert model.faults(start) == 0
    running = next_state(start, model.settings, e.UnitRestored(unit=PRIMARY)).state
    assert model.faults(running) == 0
    assert model.faults(next_state(running, model.settings, e.UnitFailed(unit=PRIMARY)).state) == 1
    reloading = next_state(running, model.settings, e.Reload(unit=PRIMARY)).state
    assert model.faults(reloading) == 0


def test_without_a_bound_everything_can_be_broken_at_once() -> None:
    model = PairModel(settings(1), Environment(faults=("power", "failover-link", "interfaces", "paths"), operator=()))
    state = attrs.evolve(
        cold(model.settings),
        links=attrs.evolve(cold(model.settings).links, failover=LinkState.CUT),
        interfaces=(Interface(path=LinkState.CUT, primary=PortState.DOWN, secondary=PortState.SILENT),),
    )
    assert model.faults(state) == 4
    assert model.step(state, e.InterfaceLinkFailed(unit=SECONDARY, interface="outside")) is not None


def test_worse_damage_to_what_is_broken_already_is_allowed_at_the_bound() -> None:
    model = PairModel(settings(1), Environment(max_faults=1))
    (start,) = model.initial_states()
    silent = model.step(start, e.InterfaceTrafficFailed(unit=PRIMARY, interface="outside"))
    assert silent is not None
    down = e.InterfaceLinkFailed(unit=PRIMARY, interface="outside")
    assert dict(model.successors(silent))[down] == model.step(silent, down)
    assert e.FailoverLinkFailed() not in dict(model.successors(silent))
    assert model.step(silent, e.FailoverLinkFailed()) is None
