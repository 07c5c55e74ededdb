"""Where interfaces and ports fail, and which of these places are interchangeable.

A place is an interface with a port of its own, or a port with all that it carries. Within a port, interfaces of one
failover group are interchangeable, and so are ports that carry alike: a policy only counts interfaces. A port that
carries a link too, or a part of an interface over several ports, is like none that does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.model.scenario import Environment, default_environment
from failover_fsm.pair import events as e
from failover_fsm.pair.ports import Carrier
from failover_fsm.pair.settings import Settings


@attrs.frozen(kw_only=True)
class Place:
    """One place.

    Attributes:
        runs: Positions of its interfaces; those of one run are interchangeable. Interfaces that do not count come last.
        port: The port that fails there, None for an interface that fails alone or with several ports.
        has_line: A failed port there is a failure of the interface alone.
    """

    runs: tuple[tuple[int, ...], ...]
    port: Carrier | None = None
    has_line: bool = True

    @property
    def first(self) -> int:
        """The position that stands for the place."""
        return self.runs[0][0]

    @property
    def positions(self) -> tuple[int, ...]:
        """Its interfaces, run by run."""
        return tuple(index for run in self.runs for index in run)


Alike = tuple[Place, ...]
"""Places that are interchangeable, in the order of their first interfaces."""


def places_alike(settings: Settings, *, by_state: bool = False) -> tuple[Alike, ...]:
    """All places where something counts, the interchangeable ones together.

    Args:
        settings: The pair.
        by_state: Whether an interface that carries connection state is told apart from others.
    """
    found: dict[object, list[Place]] = {}
    taken: dict[int, None] = {}
    for index in _leads(settings):
        if index not in taken:
            place = _place(settings, index, by_state)
            taken.update(dict.fromkeys(place.positions))
            found.setdefault(_shape(settings, place, by_state), []).append(place)
    return tuple(map(tuple, found.values()))


def _leads(settings: Settings) -> Iterator[int]:
    """The interfaces that count, group by group, others that matter, then those whose port carries a part of one."""
    for group in range(settings.group_count):
        yield from settings.counted_in(group)
    yield from (index for index in settings.able_to_fail if index not in settings.counted)
    for index, leads in settings.together.over_several:
        if index in settings.able_to_fail:
            yield from leads


def _place(settings: Settings, index: int, by_state: bool) -> Place:
    carrier = settings.together.shared_at.get(index)
    if carrier is None:
        several = dict(settings.together.over_several)
        return Place(runs=((index,),), has_line=index not in several)
    runs: dict[object, list[int]] = {}
    for position in carrier.interfaces:
        runs.setdefault(_kind(settings, position, by_state), []).append(position)
    counts = [kind for kind in runs if kind is not None]
    order = [*sorted(counts, key=str), *([None] if None in runs else [])]
    return Place(runs=tuple(tuple(runs[kind]) for kind in order), port=carrier, has_line=False)


def _kind(settings: Settings, index: int, by_state: bool) -> object:
    """What tells an interface apart from others on its port; None for one whose condition does not matter."""
    port = settings.ports[index]
    if index not in settings.able_to_fail:
        return None
    return (port.group if index in settings.counted else "unmonitored", by_state and port.carries_state)


def _shape(settings: Settings, place: Place, by_state: bool) -> object:
    kinds = tuple((_kind(settings, run[0], by_state), len(run)) for run in place.runs)
    if place.port is None:
        return kinds, () if place.has_line else place.runs
    return kinds, place.port.partly, place.port.failover, place.port.stateful


def events_at(settings: Settings, environment: Environment, place: Place) -> Iterator[tuple[int | None, e.Event]]:
    """The faults and repairs of a place: each with the position of its interface, None for those of the port."""
    if place.port is not None:
        for event in environment.port_events(place.port.name):
            yield None, event
    for index in place.positions:
        if index in settings.able_to_fail:
            for event in environment.interface_events(settings.ports[index].name):
                if place.has_line or not isinstance(event, e.InterfaceLinkFailed | e.InterfaceLinkRestored):
                    yield index, event


def placed_events(settings: Settings, environment: Environment) -> Iterator[e.Event]:
    """The faults and repairs of interfaces and ports, place by place in the order of the configuration."""
    every = [place for alike in places_alike(settings) for place in alike]
    for place in sorted(every, key=lambda place: min(place.positions)):
        yield from (event for _, event in events_at(settings, environment, place))


MOST_FAULTS = 4
"""The largest bound that is chosen for a bare configuration; each fault more multiplies the states."""


def least_faults(settings: Settings) -> int:
    """The least number of failed ports at one unit that reaches the policy of each group; 0 where none can be reached.

    A group whose policy needs more than MOST_FAULTS is left out.
    """
    needed = [0]
    for group in range(settings.group_count):
        ports: dict[object, int] = {}
        for index in settings.counted_in(group):
            carrier = settings.together.shared_at.get(index)
            key: object = index if carrier is None else carrier.name
            ports[key] = ports.get(key, 0) + 1
        failed = 0
        for count, carried in enumerate(sorted(ports.values(), reverse=True)[:MOST_FAULTS], start=1):
            failed += carried
            if settings.over_policy(failed, group):
                needed.append(count)
                break
    return max(needed)


def bare_environment(config: PairConfig) -> Environment:
    """The environment of a bare configuration: its bound on faults lets each group reach its policy."""
    found = default_environment(groups=config.active_active)
    return attrs.evolve(found, max_faults=max(found.max_faults or 0, least_faults(Settings.of(config))))


def port_of(alike: Iterable[Alike], position: int) -> Place:
    """The place with the interface at a position.  Raises StopIteration where there is none."""
    return next(place for each in alike for place in each if position in place.positions)
