"""What-if analysis: the settled states of a healthy pair after given events, in any order and with one more fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import attrs

from failover_fsm.model.core_steps import core_of
from failover_fsm.model.interleavings import Arrival, Explorer, ReachSet, Start, Units, starts
from failover_fsm.model.observer import UNITS, Observer
from failover_fsm.pair import events as e
from failover_fsm.pair.service import loss_in
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Role, State

MOST_EVENTS = 10
"""The most events that can be put in every order; the work doubles with each."""

SEVERITIES = (
    "no unit is active",
    "both units are active",
    "one unit is active, an interface works on no active unit",
    "one unit is active, no standby is ready",
    "one unit is active, the other one ready",
)
"""The condition of a pair, the worst first."""

EnvironmentPart = tuple[object, ...]
"""All of a state but the two units."""

SearchNode = tuple[int, int | None, EnvironmentPart]


@attrs.frozen(kw_only=True)
class SettledOutcome:
    """A settled state that some order leads to.

    Attributes:
        severity: The position in SEVERITIES of the failover group in the worst condition.
        fault: The extra fault, None without one.
        state: The whole pair.
        events: A shortest run, from two units that are off.
    """

    severity: int
    fault: e.Fault | None
    state: State
    events: tuple[e.Event, ...]

    @property
    def roles(self) -> tuple[tuple[str, ...], ...]:
        """The identity of an outcome: for each unit its phase, failover on or off, and its roles."""
        units = (self.state.unit(unit) for unit in UNITS)
        return tuple((own.phase.value, str(own.enabled), *(group.role.value for group in own.groups)) for own in units)


def outcomes(
    settings: Settings,
    given: Sequence[e.Event],
    *,
    any_order: bool = False,
    faults: Sequence[e.Fault] = (),
    seen: Callable[[int], object] = lambda _: None,
) -> tuple[SettledOutcome, ...]:
    """Every different outcome of the given events, the worst first, each with a shortest run.

    The pair starts booted and settled. The units' own steps are interleaved with the events in every way.

    Args:
        settings: The pair.
        given: The events from outside.
        any_order: True to try every order of the events, False for the given one.
        faults: One of these may happen in addition, before, between or after the events.
        seen: Called now and then with how many places of the search were looked at.

    Raises:
        ValueError: If there are more than MOST_EVENTS events.
    """
    if len(given) > MOST_EVENTS:
        raise ValueError(f"{len(given)} events; allowed: at most {MOST_EVENTS}")
    return _InterleavingSearch(settings, tuple(given), any_order, tuple(faults)).run(seen)


def severity(observers: tuple[Observer, ...]) -> int:
    """The condition of the pair as a position in SEVERITIES; the worst of its groups."""
    return min(map(_standing, observers))


def _standing(obs: Observer) -> int:
    active = sum(map(obs.active, UNITS))
    if active != 1:
        return 0 if active == 0 else 1
    loss = loss_in(obs.state, obs.settings)
    if any(obs.settings.ports[index].group == obs.index for index in loss.interfaces):
        return 2
    ready = any(obs.role(unit) is Role.STANDBY_READY and obs.enabled(unit) for unit in UNITS)
    return 4 if ready else 3


class _InterleavingSearch:
    """One search. A reach set holds the states after some of the events, and with or without one extra fault."""

    def __init__(
        self, settings: Settings, given: tuple[e.Event, ...], any_order: bool, faults: tuple[e.Fault, ...]
    ) -> None:
        self.given, self.any_order, self.faults = given, any_order, faults
        self.explorer = Explorer(settings)
        self.start: Start = starts(settings)[0]
        self.reach_sets: list[ReachSet] = []

    def run(self, seen: Callable[[int], object]) -> tuple[SettledOutcome, ...]:
        first: SearchNode = (0, None, _environment_part(self.start.state))
        entering: dict[SearchNode, list[tuple[Units, Arrival]]] = {
            first: [(self.explorer.units(self.start.state), Arrival(0, 0))]
        }
        states = {first: self.start.state}
        best: dict[object, SettledOutcome] = {}
        while entering:
            following: dict[SearchNode, list[tuple[Units, Arrival]]] = {}
            for key, arrivals in entering.items():
                number, reach_set = len(self.reach_sets), ReachSet(states[key])
                self.reach_sets.append(reach_set)
                seen(number + 1)
                for units in self.explorer.close(reach_set, arrivals, number):
                    if self._is_over(key) and not self.explorer.steps_of(reach_set.shared, units):
                        found = self._outcome(key, reach_set, number, units)
                        best.setdefault((found.fault, found.roles), found)
                for event, mask, extra in self._next(key):
                    for state, units, arrival in self.explorer.post(reach_set, number, event):
                        after = (mask, extra, _environment_part(state))
                        states.setdefault(after, state)
                        following.setdefault(after, []).append((units, arrival))
            entering = following
        order = {fault: place for place, fault in enumerate((None, *self.faults))}
        return tuple(sorted(best.values(), key=lambda each: (each.severity, order[each.fault], len(each.events))))

    def _is_over(self, key: SearchNode) -> bool:
        return key[0] == (1 << len(self.given)) - 1

    def _next(self, key: SearchNode) -> Iterator[tuple[e.Event, int, int | None]]:
        mask, extra, _ = key
        for index, event in enumerate(self.given):
            if not mask >> index & 1:
                yield event, mask | 1 << index, extra
                if not self.any_order:
                    break
        if extra is None:
            for index, fault in enumerate(self.faults):
                yield fault, mask, index

    def _outcome(self, key: SearchNode, reach_set: ReachSet, number: int, units: Units) -> SettledOutcome:
        arrival, run = reach_set.reached[units], list[e.Event]()
        while arrival.event is not None and arrival.before is not None:
            run.append(arrival.event)
            arrival = self.reach_sets[arrival.reach_set].reached[arrival.before]
        state, settings = self.explorer.within(reach_set.shared, units), self.explorer.settings
        return SettledOutcome(
            severity=severity(tuple(Observer(state, settings, index) for index in range(settings.group_count))),
            fault=None if key[1] is None else self.faults[key[1]],
            state=state,
            events=(*self.start.events, *reversed(run)),
        )


def _environment_part(state: State) -> EnvironmentPart:
    return (*core_of(state)[2:], state.interfaces, state.wiring)
