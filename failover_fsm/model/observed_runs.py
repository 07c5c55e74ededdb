"""Runs on observations made concrete: named faults and repairs of interfaces instead of jumps.

Between two steps of the units a run goes from the interfaces as they are to a condition with the wanted observation:
first repairs, then faults, and only where the two conditions differ. While a message is on its way each jump is taken
by itself, since it decides what becomes of the message. What comes out is played through `step` and compared with the
run it was made of, state by state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from failover_fsm.model.observations import signature_of
from failover_fsm.model.observed_rules import JUMPS, InterfacesRestored, ObservedRules
from failover_fsm.model.pair_model import NamedStep, PairModel, core_of
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import message_in_flight
from failover_fsm.pair.pair import cold
from failover_fsm.pair.registry import interfaces_after
from failover_fsm.pair.states import Interface, LinkState, PortState, State, Unit
from failover_fsm.pair.step import step

__all__ = ["ConcreteRun", "concrete"]

Condition = tuple[Interface, ...]


@attrs.frozen
class ConcreteRun:
    """A run with real names.

    Attributes:
        steps: The steps, replayed through `step`.
        places: For each event of the run it was made of, and for its end, the number of steps before it.
    """

    steps: tuple[NamedStep, ...]
    places: tuple[int, ...]


def concrete(rules: ObservedRules, events: Sequence[e.Event]) -> ConcreteRun:
    """The run with named events of interfaces instead of jumps.

    Args:
        rules: The pair.
        events: A run from the initial state, with jumps.

    Raises:
        RuntimeError: If the run cannot be replayed: the search was wrong.
    """
    states = _states(rules, events)
    found: list[e.Event] = []
    places: list[int] = []
    interfaces = cold(rules.model.settings).interfaces
    at = 0
    while at < len(events):
        if not isinstance(events[at], JUMPS):
            places.append(len(found))
            found.append(events[at])
            at += 1
            continue
        end = next((n for n in range(at, len(events)) if not isinstance(events[n], JUMPS)), len(events))
        places += [len(found)] * (end - at)
        for goal in _goals(states[at : end + 1], events[at:end]):
            observed: Any = goal.interfaces  # a state on observations has one where others have the interfaces
            near = _nearest(rules.model, interfaces, observed.condition)
            found += _walk(rules.model, interfaces, near)
            interfaces = near
        at = end
    run = ConcreteRun(tuple(_replayed(rules, found)), (*places, len(found)))
    _compare(rules, run, states, events)
    return run


def _states(rules: ObservedRules, events: Sequence[e.Event]) -> list[State]:
    plain = rules.plain
    states = list(rules.initial_states())
    for event in events:
        after = plain.step(states[-1], event)
        if after is None:
            raise RuntimeError(f"{event} is not possible in the run that is to be made concrete")
        states.append(after)
    return states


def _goals(states: Sequence[State], jumps: Sequence[e.Event]) -> Iterator[State]:
    """The states of a row of jumps to whose observations to go; a repair of everything alone is on the way."""
    last = len(jumps) - 1
    for number, jump in enumerate(jumps):
        on_the_way = isinstance(jump, InterfacesRestored) or not message_in_flight(states[0])
        if number == last or not on_the_way:
            yield states[number + 1]


# -- from condition to condition -----------------------------------------------------------------------


def _nearest(model: PairModel, interfaces: Condition, goal: Condition) -> Condition:
    """The condition `goal` with interchangeable places exchanged, so that many stay as they are."""
    found = list(goal)
    for alike in model.alike:
        wanted = [tuple(goal[index] for index in place.positions) for place in alike]
        open_places = []
        for place in alike:
            now = tuple(interfaces[index] for index in place.positions)
            if now in wanted:
                wanted.remove(now)
                for index, item in zip(place.positions, now, strict=True):
                    found[index] = item
            else:
                open_places.append(place)
        for place, items in zip(open_places, wanted, strict=True):
            for index, item in zip(place.positions, items, strict=True):
                found[index] = item
    return tuple(found)


def _walk(model: PairModel, start: Condition, goal: Condition) -> Iterator[e.Event]:
    """Repairs and then faults that lead from one condition to another."""
    now = start
    for wanted in (_repairs, _faults):
        for event in wanted(model, now, goal):
            after = interfaces_after(model.settings, now, event)
            if after is None:
                raise RuntimeError(f"{event} is not possible on the way to a condition of the interfaces")
            now = after
            yield event
    if now != goal:
        raise RuntimeError("faults and repairs do not lead to a condition of the interfaces")


def _repairs(model: PairModel, now: Condition, goal: Condition) -> Iterator[e.AtPort | e.AtInterface]:
    """What is mended because it is not broken so in `goal`."""
    good, silent, down = PortState.GOOD, PortState.SILENT, PortState.DOWN
    for port, first, unit in _ports(model):
        if now[first].line(unit) is down is not goal[first].line(unit):
            yield e.PortRestored(unit=unit, port=port)
    for index, name, has_line in _interfaces(model):
        for unit in Unit:
            before, after = now[index].line(unit), goal[index].line(unit)
            if has_line and before is down is not after:
                yield e.InterfaceLinkRestored(unit=unit, interface=name)
            if before is silent and after is good:
                yield e.InterfaceTrafficRestored(unit=unit, interface=name)
        if now[index].path is LinkState.CUT is not goal[index].path:
            yield e.InterfacePathRestored(interface=name)
        deaf = now[index].deaf
        if deaf is not None and goal[index].deaf is not deaf:
            yield e.InterfacePathBothWays(unit=deaf, interface=name)


def _faults(model: PairModel, now: Condition, goal: Condition) -> Iterator[e.AtPort | e.AtInterface]:
    """What breaks, from a condition that is nowhere worse than `goal`; ports first, with all that they carry."""
    silent, down = PortState.SILENT, PortState.DOWN
    for port, first, unit in _ports(model):
        if now[first].line(unit) is not down is goal[first].line(unit):
            yield e.PortFailed(unit=unit, port=port)
    for index, name, has_line in _interfaces(model):
        for unit in Unit:
            before, after = now[index].line(unit), goal[index].line(unit)
            if has_line and before is not down is after:
                yield e.InterfaceLinkFailed(unit=unit, interface=name)
            if before is not silent is after:
                yield e.InterfaceTrafficFailed(unit=unit, interface=name)
        if now[index].path is not LinkState.CUT is goal[index].path:
            yield e.InterfacePathFailed(interface=name)
        deaf = goal[index].deaf
        if deaf is not None and now[index].deaf is not deaf:
            yield e.InterfacePathOneWay(unit=deaf, interface=name)


def _ports(model: PairModel) -> Iterator[tuple[str, int, Unit]]:
    """The ports that fail with all that they carry: name, an interface on it, and the unit."""
    for alike in model.alike:
        for place in alike:
            if place.port is not None:
                yield from ((place.port.name, place.port.interfaces[0], unit) for unit in Unit)


def _interfaces(model: PairModel) -> Iterator[tuple[int, str, bool]]:
    """The interfaces: position, name, and whether its port carries nothing else."""
    for alike in model.alike:
        for place in alike:
            yield from ((index, model.settings.ports[index].name, place.has_line) for index in place.positions)


# -- replayed ----------------------------------------------------------------------------------------


def _replayed(rules: ObservedRules, events: Sequence[e.Event]) -> Iterator[NamedStep]:
    settings = rules.model.settings
    state = cold(settings)
    for event in events:
        after, outputs = step(state, settings, event)
        yield NamedStep(event=event, before=state, after=after, outputs=outputs)
        state = after


def _compare(rules: ObservedRules, run: ConcreteRun, states: Sequence[State], events: Sequence[e.Event]) -> None:
    """The concrete run passes through the units, links and observations of the other one, within the bound."""
    model = rules.model
    bound, fine = model.environment.max_faults, rules.observed[0].known.fine
    shown = [cold(model.settings), *(each.after for each in run.steps)]
    around = zip([None, *events], [*events, None], strict=True)
    for place, expected, (last, following) in zip(run.places, states, around, strict=True):
        if isinstance(last, JUMPS) and isinstance(following, JUMPS):
            continue  # the named events of both are one walk
        here = model.canonical(shown[place])
        signature = signature_of(model.settings, here.interfaces, fine=fine)
        observed: Any = expected.interfaces  # an observation, as above
        if core_of(here) != core_of(expected) or signature != observed.signature:
            raise RuntimeError(f"a run on observations is not what its named events do, after {place} of them")
    if bound is not None and any(model.faults(each) > bound for each in shown):
        raise RuntimeError(f"a run on observations takes more than {bound} faults at the same time")
