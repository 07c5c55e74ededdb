"""The part of the explored graph that a page carries, with the interface names of the configuration.

The search keeps states in a reduced form in which interchangeable interfaces are merged, but a reader wants to unplug
`inside` and see `inside` go down. So the page has a graph of its own: the same events in the same bounds, on the
unreduced states.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from failover_fsm.model.core_steps import Core, Senses, core_of, with_core
from failover_fsm.model.places import placed_events
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.typed_model import model_of
from failover_fsm.model.wired_rules import LINK_EVENTS
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.outputs import Output, SystemLog
from failover_fsm.pair.pair import cold
from failover_fsm.pair.registry import interfaces_after
from failover_fsm.pair.states import Handover, State, Wiring
from failover_fsm.pair.step import StepResult, emitted_outputs, next_state, step
from failover_fsm.pair.tables import Row

__all__ = ["MAX_STATES", "PageGraph", "PageStep", "StepCache", "page_graph", "rows_taken", "shown_outputs"]

CoreChoice = tuple[e.Event, Core, tuple[Output, ...], tuple[Row[Any], ...]]

MAX_STATES = 6_000
"""The most states of a page: less than 400 kB, and drawn in less than 3 seconds."""


@attrs.frozen
class PageStep:
    """One possible step in a state.

    Attributes:
        event: The event.
        after: The state after it.
        outputs: The outputs that are shown.
        rows: The rows taken.
        is_quiet: True where one interface changes and no unit has noticed yet; what is said depends on the event alone.
    """

    event: e.Event
    after: State
    outputs: tuple[Output, ...] = ()
    rows: tuple[Row[Any], ...] = ()
    is_quiet: bool = False


@attrs.frozen
class PageGraph:
    """The states of a page, by number, and their steps.

    Attributes:
        states: The states.
        choices: The steps of each state, in the same order; states beyond its length are not expanded.
    """

    states: tuple[State, ...]
    choices: tuple[tuple[PageStep, ...], ...]

    @property
    def complete(self) -> bool:
        """True if every reachable state of the scenario is present, with all its steps."""
        return len(self.choices) == len(self.states)


def rows_taken(moved: StepResult) -> tuple[Row[Any], ...]:
    """The table rows that a step took, those of the unit of the event first."""
    return tuple(row for _, reaction in moved.units for row in reaction.rows)


def shown_outputs(outputs: Iterable[Output]) -> tuple[Output, ...]:
    """The outputs that a page shows; messages that are not brief depend on more than the units sense."""
    return tuple(each for each in outputs if not isinstance(each, SystemLog) or each.is_brief)


def page_graph(scenario: Scenario, shown: Iterable[State] = (), most: int = MAX_STATES) -> PageGraph:
    """The graph of a scenario, breadth first from the start and from the states that the page shows anyway.

    Args:
        scenario: The scenario.
        shown: Those states.
        most: The number of states at which to stop; the last expanded state may add a few more.
    """
    ways = StepCache(scenario)
    reached = list(dict.fromkeys((cold(scenario.settings), *shown)))
    known = dict.fromkeys(reached)
    found: list[tuple[PageStep, ...]] = []
    for state in reached:
        if len(reached) >= most:
            break
        following = tuple(ways.choices(state))
        found.append(following)
        for choice in following:
            if choice.after not in known:
                known[choice.after] = None
                reached.append(choice.after)
    return PageGraph(tuple(reached), tuple(found))


def _is_quiet(state: State) -> bool:
    """No message is on its way that a fault could lose."""
    return all(group.handover is Handover.NONE for unit in (state.primary, state.secondary) for group in unit.groups)


class StepCache:
    """The steps in the states of a scenario.

    The units sense little of the interfaces (see `model/pair_model.py`), so steps of units and links are computed once
    for all interfaces that look alike to them. What changes the wiring of a topology moves links and interfaces
    together, and a command line changes what any later step does: such steps are computed for each state.
    """

    def __init__(self, scenario: Scenario) -> None:
        settings, environment = scenario.settings, scenario.environment
        self.settings, self.environment = settings, environment
        self._model = model_of(settings, environment)
        self._known: dict[tuple[Core, Senses, Wiring | None], tuple[CoreChoice, ...]] = {}
        placed = (each for each in placed_events(settings, environment) if isinstance(each, e.AtInterface | e.AtPort))
        outside = tuple(environment.unit_events(settings.group_count))
        topology, of_wiring, at_interfaces = settings.topology, tuple[e.Event, ...](), tuple(placed)
        if topology is not None:
            links = (each for each in outside if isinstance(each, LINK_EVENTS))
            of_wiring = (*links, *environment.element_events(topology.elements), *at_interfaces)
            at_interfaces = ()
        self._from_outside = tuple(each for each in outside if each not in of_wiring)
        self._of_wiring, self._at_interfaces = of_wiring, at_interfaces
        self._has_hosts = topology is not None and bool(topology.hosts)
        self._moved: dict[tuple[Wiring, e.Event], StepResult | None] = {}

    def choices(self, state: State) -> Iterator[PageStep]:
        """All events that the scenario allows in a state and that change it, protocol steps first."""
        bound, broken = self.environment.max_faults, self._model.faults(state)
        for choice in (*self._at_units(state), *self._wiring_choices(state), *self._interface_choices(state)):
            is_new_fault = isinstance(choice.event, e.Fault) and bound is not None
            if not is_new_fault or self._model.faults(choice.after) <= max(bound or 0, broken):
                yield choice

    def _at_units(self, state: State) -> Iterator[PageStep]:
        if self.settings.running is not None:
            yield from self._one_by_one(state, self._events_of_units(state))
            return
        key = (core_of(state), self._model.senses(state.interfaces), state.wiring if self._has_hosts else None)
        known = self._known.get(key)
        if known is None:
            steps = self._one_by_one(state, self._events_of_units(state))
            found = tuple((each.event, core_of(each.after), each.outputs, each.rows) for each in steps)
            known = self._known.setdefault(key, found)
        for event, core, outputs, rows in known:
            yield PageStep(event, with_core(state, core), outputs, rows)

    def _events_of_units(self, state: State) -> Iterator[e.Event]:
        left_out = e.SynchronizationFinished if self.environment.sync_states else e.SynchronizationAdvanced
        yield from (event for event in protocol_steps(state, self.settings) if not isinstance(event, left_out))
        yield from self._from_outside

    def _one_by_one(self, state: State, events: Iterable[e.Event]) -> Iterator[PageStep]:
        """Those of these events that are possible in a state and change it, and every command line."""
        for event in events:
            moved = self._result(state, event)
            if moved is not None:
                outputs = shown_outputs(emitted_outputs(state, self.settings, moved))
                yield PageStep(event, moved.state, outputs, rows_taken(moved))

    def _result(self, state: State, event: e.Event) -> StepResult | None:
        """What an event does; None where it is not possible, or changes nothing and is no command line."""
        try:
            moved = next_state(state, self.settings, event, self._model.handler)
        except StepError:
            return None
        return moved if moved.state != state or isinstance(event, e.CommandEntered) else None

    def _wiring_choices(self, state: State) -> Iterator[PageStep]:
        """The steps of elements, and of links and interfaces over them: without a message alike for all units."""
        if state.wiring is None or not _is_quiet(state) or self._has_hosts or self.settings.follow:
            yield from self._one_by_one(state, self._of_wiring)
            return
        for event in self._of_wiring:
            key = (state.wiring, event)
            if key not in self._moved:
                self._moved[key] = self._result(state, event)
            moved = self._moved[key]
            if moved is not None:
                then = moved.state
                after = attrs.evolve(state, links=then.links, interfaces=then.interfaces, wiring=then.wiring)
                result = attrs.evolve(moved, state=after)
                yield PageStep(event, after, shown_outputs(emitted_outputs(state, self.settings, result)))

    def _interface_choices(self, state: State) -> Iterator[PageStep]:
        quiet = _is_quiet(state)
        for event in self._at_interfaces:
            changed = interfaces_after(self.settings, state.interfaces, event)
            if changed is None:
                continue
            if quiet:
                yield PageStep(event, attrs.evolve(state, interfaces=changed), is_quiet=True)
            else:
                after, outputs = step(state, self.settings, event)
                yield PageStep(event, after, shown_outputs(outputs))
