"""Where interfaces and ports fail, and which of these places are interchangeable.

A place is an interface with a port of its own, or a port with all that it carries. Within a port, interfaces of one
failover group are interchangeable, and so are ports that carry alike: a policy only counts interfaces. A port that
carries a link too, or a part of an interface over several ports, is like none that does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import comb
from typing import Literal

import attrs

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.model.search_environment import Environment, default_environment
from failover_fsm.pair import events as e
from failover_fsm.pair.faults import OF_THE_PORT
from failover_fsm.pair.ports import Carrier
from failover_fsm.pair.reach import ports_to_fail
from failover_fsm.pair.settings import Settings


@attrs.frozen(kw_only=True)
class Place:
    """One place.

    Attributes:
        runs: Positions of its interfaces; those of one run are interchangeable. Interfaces whose
            condition does not matter come last.
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
    """The interfaces that count, group by group, all that matter, then those whose port carries a part of one."""
    for group in range(settings.group_count):
        yield from settings.counted_in(group)
    yield from settings.able_to_fail
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
                if place.has_line or not isinstance(event, OF_THE_PORT):
                    yield index, event


def placed_events(settings: Settings, environment: Environment) -> Iterator[e.Event]:
    """The faults and repairs of interfaces and ports, place by place in the order of the configuration."""
    every = [place for alike in places_alike(settings) for place in alike]
    for place in sorted(every, key=lambda place: min(place.positions)):
        yield from (event for _, event in events_at(settings, environment, place))


def unwatched_events(settings: Settings, environment: Environment) -> Iterator[e.Event]:
    """The faults and repairs of interfaces whose condition does not matter, and of ports that carry only such ones.

    No unit takes notice of them; the service of the interface does. One that is shut down by configuration has none.
    """
    several = dict(settings.together.over_several)
    places = [place for alike in places_alike(settings) for place in alike]
    ports = {place.port.name: None for place in places if place.port is not None}
    for index, port in enumerate(settings.ports):
        if index in settings.able_to_fail or port.shutdown:
            continue
        carrier = settings.together.shared_at.get(index)
        if carrier is not None and carrier.name not in ports:
            ports[carrier.name] = None
            yield from environment.port_events(carrier.name)
        for event in environment.interface_events(port.name):
            is_line = isinstance(event, OF_THE_PORT)
            if isinstance(event, e.AtUnit) and not (is_line and (carrier is not None or index in several)):
                yield event


MOST_OF_ALL_KINDS = 4
"""The largest bound with which a bare configuration is explored with every kind of fault; each fault more multiplies
the states."""

MOST_OF_PORTS = 32
MOST_OF_GROUPS = 4
"""The largest bounds that a check chooses, for an Active/Standby and for an Active/Active pair: a policy that takes
more failed ports is not reached unless another bound is given, and the assumptions say so."""

PORTS_ONLY = ("power", "failover-link", "ports")
"""What fails where the bound is above MOST_OF_ALL_KINDS."""


def bare_environment(config: PairConfig) -> Environment:
    """The environment of a bare configuration, with every kind of fault.

    Its bound on faults lets each group reach its policy, within MOST_OF_ALL_KINDS.
    """
    found = default_environment(groups=config.active_active)
    return attrs.evolve(found, max_faults=_bound(config, found, MOST_OF_ALL_KINDS))


def explored_environment(
    config: PairConfig, bound: int | Literal["default", "least"] | None = "default"
) -> Environment:
    """The environment in which a check explores a bare configuration.

    Args:
        config: The pair.
        bound: The most faults at the same time, None for no bound; "least" lets each group reach its policy, within
            MOST_OF_PORTS or MOST_OF_GROUPS, and leaves kinds of faults out where it is above MOST_OF_ALL_KINDS.
            "default" is no bound, and "least" where ports that carry several things can stand in too many ways.
    """
    found = bare_environment(config)
    if bound == "default":
        settings = Settings.of(config)
        bound = None if port_states(places_alike(settings)) <= most_port_states(found) else "least"
    if bound != "least":
        return attrs.evolve(found, max_faults=bound)
    least = _bound(config, found, MOST_OF_GROUPS if config.active_active else MOST_OF_PORTS)
    return found if least <= MOST_OF_ALL_KINDS else attrs.evolve(found, max_faults=least, faults=PORTS_ONLY)


def most_port_states(environment: Environment) -> int:
    """In how many ways ports that carry several things may stand in a search on observations, which takes each alone.

    Where only ports fail, a way of the ports leaves nothing open on what they carry.
    """
    return 64 if environment.has("traffic") or environment.has("paths") else 300


def port_states(alike: Iterable[Alike]) -> int:
    """In how many ways the ports that carry several things can stand, those that carry alike in one order."""
    count = 1
    for places in alike:
        ports = sum(place.port is not None for place in places)
        count *= comb(ports + 3, ports)
    return count


def _bound(config: PairConfig, environment: Environment, most: int) -> int:
    """The failed ports that reach the policy of every group that can be reached with `most` of them."""
    settings = Settings.of(config)
    needed = [ports_to_fail(settings, group) for group in range(settings.group_count)]
    return max([environment.max_faults or 0, *(count for count in needed if count <= most)])


def port_of(alike: Iterable[Alike], position: int) -> Place:
    """The place with the interface at a position.  Raises StopIteration where there is none."""
    return next(place for each in alike for place in each if position in place.positions)
