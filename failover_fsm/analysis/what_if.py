"""What becomes of a healthy pair after given events: in every order of steps and events, and with one fault more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from failover_fsm.model.interleavings import Arrival, Explorer, Pool, Start, Units, starts
from failover_fsm.model.observer import UNITS, Observer
from failover_fsm.model.pair_model import core_of
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Role, State

MOST_EVENTS = 10
"""How many events can be put in every order; the work doubles with each."""

SEVERITIES = (
    "no unit is active",
    "both units are active",
    "one unit is active, no standby is ready",
    "one unit is active, the other one ready",
)
"""How a pair can stand, the worst first."""

Around = tuple[object, ...]
"""All of a state but the two units."""

Key = tuple[int, int | None, Around]


@attrs.frozen(kw_only=True)
class Outcome:
    """A settled state that some order leads to.

    severity: position in SEVERITIES, of the failover group that stands worst.  fault: the one more, None without.
    state: both units, their links and interfaces.  events: a shortest run, from two units that are off.
    """

    severity: int
    fault: e.Fault | None
    state: State
    events: tuple[e.Event, ...]

    @property
    def roles(self) -> tuple[tuple[str, ...], ...]:
        """What tells outcomes apart: for each unit its phase, failover on or off, and its roles."""
        units = (self.state.unit(unit) for unit in UNITS)
        return tuple((own.phase.value, str(own.enabled), *(group.role.value for group in own.groups)) for own in units)


def outcomes(
    settings: Settings, given: Sequence[e.Event], *, any_order: bool = False, faults: Sequence[e.Fault] = ()
) -> tuple[Outcome, ...]:
    """Every different outcome of the given events, the worst first, each with a shortest run.

    The pair starts as it boots, settled.  The units' own steps come anywhere in between.  any_order: the events
    come in every order, else in the one in which they are given.  faults: in addition to the events one of these
    happens, before, between or after them; or none.
    Raises ValueError for more than MOST_EVENTS events.
    """
    if len(given) > MOST_EVENTS:
        raise ValueError(f"{len(given)} events; allowed: at most {MOST_EVENTS}")
    return _Orders(settings, tuple(given), any_order, tuple(faults)).run()


def severity(observers: tuple[Observer, ...]) -> int:
    """How the pair stands, as a position in SEVERITIES; of groups the one that stands worst."""
    return min(map(_standing, observers))


def _standing(obs: Observer) -> int:
    active = sum(map(obs.active, UNITS))
    if active != 1:
        return 0 if active == 0 else 1
    ready = any(obs.role(unit) is Role.STANDBY_READY and obs.enabled(unit) for unit in UNITS)
    return 3 if ready else 2


class _Orders:
    """One search.  A pool holds what is reached after some of the events, and after one more fault or none."""

    def __init__(
        self, settings: Settings, given: tuple[e.Event, ...], any_order: bool, faults: tuple[e.Fault, ...]
    ) -> None:
        self.given, self.any_order, self.faults = given, any_order, faults
        self.explorer = Explorer(settings)
        self.start: Start = starts(settings)[0]
        self.pools: list[Pool] = []

    def run(self) -> tuple[Outcome, ...]:
        first: Key = (0, None, _around(self.start.state))
        entering: dict[Key, list[tuple[Units, Arrival]]] = {
            first: [(self.explorer.units(self.start.state), Arrival(0, 0))]
        }
        states = {first: self.start.state}
        best: dict[object, Outcome] = {}
        while entering:
            following: dict[Key, list[tuple[Units, Arrival]]] = {}
            for key, arrivals in entering.items():
                number, pool = len(self.pools), Pool(states[key])
                self.pools.append(pool)
                for units in self.explorer.flood(pool, arrivals, number):
                    if self._is_over(key) and not self.explorer.steps_of(pool.around, units):
                        found = self._outcome(key, pool, number, units)
                        best.setdefault((found.fault, found.roles), found)
                for event, mask, extra in self._next(key):
                    for state, units, arrival in self.explorer.carry(pool, number, event):
                        after = (mask, extra, _around(state))
                        states.setdefault(after, state)
                        following.setdefault(after, []).append((units, arrival))
            entering = following
        order = {fault: place for place, fault in enumerate((None, *self.faults))}
        return tuple(sorted(best.values(), key=lambda each: (each.severity, order[each.fault], len(each.events))))

    def _is_over(self, key: Key) -> bool:
        return key[0] == (1 << len(self.given)) - 1

    def _next(self, key: Key) -> Iterator[tuple[e.Event, int, int | None]]:
        mask, extra, _ = key
        for index, event in enumerate(self.given):
            if not mask >> index & 1:
                yield event, mask | 1 << index, extra
                if not self.any_order:
                    break
        if extra is None:
            for index, fault in enumerate(self.faults):
                yield fault, mask, index

    def _outcome(self, key: Key, pool: Pool, number: int, units: Units) -> Outcome:
        arrival, run = pool.reached[units], list[e.Event]()
        while arrival.event is not None and arrival.before is not None:
            run.append(arrival.event)
            arrival = self.pools[arrival.pool].reached[arrival.before]
        return Outcome(
            severity=severity(self.explorer.observers(pool.around, units)),
            fault=None if key[1] is None else self.faults[key[1]],
            state=self.explorer.within(pool.around, units),
            events=(*self.start.events, *reversed(run)),
        )


def _around(state: State) -> Around:
    return (*core_of(state)[2:], state.interfaces, state.wiring)
