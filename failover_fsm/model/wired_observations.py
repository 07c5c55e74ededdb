"""The observations that the elements of a topology can bring about, each with a cheapest wiring.

Elements move links and interfaces together, so an observation of a pair with a topology is that of its interfaces with
the state of both links. Two kinds of elements are told apart. What touches several links and interfaces, a switch for
all of them, is *shared*: each way in which shared elements can be broken is looked at by itself. What touches one
alone, its own cable, is *private*: it only decides in what states that one can be, and at what cost. So with the
shared elements chosen, interfaces are as independent as without a topology, and their numbers are found by the
programs of conditions.py. Both steps are exact. A host carries no network: its units stop with it, so whether it works
stays a part of the state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations, product
from math import comb
from typing import Any

import attrs

from failover_fsm.model.conditions import (
    Kind,
    Programs,
    TooManyPorts,
    kind_at,
    one_by_one,
    role_of,
    states_of,
)
from failover_fsm.model.observations import QUESTIONS, Known, Observed, Signature, signature_of
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.pair.registry import weight
from failover_fsm.pair.states import Interface, Links, LinkState, Wiring
from failover_fsm.pair.wiring import UNITS, Network, Topology, channel_over, interface_over, together, worst_of

__all__ = ["MOST_SHARED", "WiredObserved", "broken_hosts", "is_observable", "runs_on_a_host", "wired_observations"]

MOST_SHARED = 4096
"""In how many ways the shared elements, or the private ones of one network, may be broken: each is looked at."""

Names = tuple[str, ...]
FAILOVER, STATEFUL = 0, 1
"""The numbers of the networks of the links; those of the interfaces follow."""


@attrs.frozen(eq=False)
class WiredObserved(Observed):
    """A set of wirings that nobody tells apart, as the value of `State.interfaces`.

    Attributes:
        base: The number of the same set with every host whole; 0 is that of the good wiring.
        wiring: A wiring of the set with the fewest broken things, which `cost` counts.
        links: The links that follow from it.
        hosts: The hosts that are broken.
        stopped: The units, by name, that run on one of them.
    """

    base: int
    wiring: Wiring = attrs.field(repr=False)
    links: Links
    hosts: Names = ()
    stopped: Names = ()

    @property
    def is_good(self) -> bool:
        """Nothing is broken but hosts."""
        return self.base == 0

    @property
    def broken(self) -> int:
        """How many things are broken."""
        return self.cost

    def answer(self, question: Callable[..., Any], details: tuple[Any, ...]) -> Any:
        """As `Observed.answer`."""
        if question in (broken_hosts, runs_on_a_host):
            return question(self, *details)
        return super().answer(question, details)


def broken_hosts(interfaces: Any) -> Names:
    """The hosts that are broken."""
    found: Names = interfaces.hosts
    return found


def runs_on_a_host(interfaces: Any, unit: str) -> bool:
    """No host of the unit is broken."""
    return unit not in interfaces.stopped


def is_observable(model: WiredModel) -> bool:
    """Whether there are few enough shared elements for `wired_observations`."""
    try:
        _Networks(model)
    except TooManyPorts:
        return False
    return True


def wired_observations(
    model: WiredModel, kinds: Mapping[Callable[..., Any], str], *, fine: bool = False
) -> tuple[WiredObserved, ...]:
    """Every observation of links and interfaces within the bound on faults; that of the good wiring first.

    Args:
        model: The pair with its topology in its environment.
        kinds: The questions that are asked besides those of `QUESTIONS`.
        fine: As in `observations.compared`.

    Raises:
        TooManyPorts: If too many elements touch several links and interfaces, or a host is part of a network.
    """
    settings, bound = model.settings, model.scope.max_faults
    found: dict[tuple[Links, Signature], tuple[int, _Broken]] = {}
    for cost, broken in _Networks(model).cheapest(Programs(settings, fine)):
        if bound is not None and cost > bound:
            continue
        links, interfaces = broken.seen
        key = links, signature_of(settings, interfaces, fine=fine)
        if key not in found or (cost, broken.elements) < (found[key][0], found[key][1].elements):
            found[key] = cost, broken
    known = Known(settings, {**QUESTIONS, **kinds}, fine)
    every = sorted(found.items(), key=lambda item: (item[1][0], item[1][1].elements, repr(item[1][1].own)))
    return tuple(_with_hosts(model, every, known))


def _with_hosts(
    model: WiredModel, every: list[tuple[tuple[Links, Signature], tuple[int, _Broken]]], known: Known
) -> Iterator[WiredObserved]:
    """The observations with every set of broken hosts."""
    bound, number = model.scope.max_faults, 0
    topology = model.settings.topology
    assert topology is not None
    names = tuple(host for host, _ in topology.hosts) if model.scope.has("elements") else ()
    for size in range(len(names) + 1):
        for hosts in combinations(names, size):
            stopped = tuple(unit for unit in UNITS if any(unit in dict(topology.hosts)[host] for host in hosts))
            for base, ((links, signature), (cost, broken)) in enumerate(every):
                if bound is not None and cost + size > bound:
                    continue
                wiring = broken.wiring(topology, hosts)
                seen = together(topology, wiring)
                if seen != broken.seen:
                    raise RuntimeError(f"the wiring of an observation is another one: {broken.elements}")
                yield WiredObserved(
                    number=number, signature=signature, condition=seen[1], cost=cost + size, known=known,
                    base=base, wiring=wiring, links=links, hosts=hosts, stopped=stopped,
                )  # fmt: skip
                number += 1


@attrs.frozen(kw_only=True)
class _Broken:
    """What is broken in a wiring: elements, and links and interfaces by themselves; `seen` follows from it."""

    elements: Names
    own_links: Links
    own: tuple[Interface, ...]
    seen: tuple[Links, tuple[Interface, ...]]

    def wiring(self, topology: Topology, hosts: Names) -> Wiring:
        """The wiring, with these hosts broken besides."""
        broken = (*self.elements, *hosts)
        states = tuple(LinkState.CUT if name in broken else LinkState.GOOD for name in topology.elements)
        return Wiring(elements=states, links=self.own_links, interfaces=self.own)


@attrs.frozen
class _Way:
    """One way in which a network comes to be in a state.

    Attributes:
        private: The places of the private elements that are broken.
        own: The link or the interface as it is broken by itself.
        cost: How many things these are.
    """

    private: tuple[int, ...]
    own: Any
    cost: int


@attrs.frozen(eq=False)
class _Options:
    """The states in which a network can be while certain shared elements are broken.

    Attributes:
        choices: As for `conditions.Programs`; of a link, its states.
        ways: A cheapest way to each state.
    """

    choices: tuple[tuple[Any, int, Any], ...]
    ways: dict[Any, _Way]


class _Networks:
    """The networks of a pair, and which elements touch which of them.

    Raises:
        TooManyPorts: As `wired_observations`.
    """

    def __init__(self, model: WiredModel) -> None:
        topology = model.settings.topology
        assert topology is not None
        self._model, self._settings, self._topology = model, model.settings, topology
        self._networks: tuple[Network, ...] = (topology.failover, topology.stateful, *topology.ports)
        self._touched = _touched(topology, self._networks)
        hosts = [host for host, _ in topology.hosts]
        fail = topology.elements if model.scope.has("elements") else ()
        if any(self._touched.get(host) for host in hosts):
            raise TooManyPorts("a host is a part of the network, too")
        elements = [name for name in fail if name not in hosts]
        self._shared = tuple(name for name in elements if len(self._touched.get(name, ())) > 1)
        private = [[name for name in elements if self._touched.get(name) == (number,)]
                   for number in range(len(self._networks))]  # fmt: skip
        self._private = tuple(map(tuple, private))
        self._near = tuple(
            tuple(name for name in self._shared if number in self._touched[name])
            for number in range(len(self._networks))
        )
        self._known: dict[object, _Options] = {}
        self._refuse_too_many()

    def _refuse_too_many(self) -> None:
        bound = self._model.scope.max_faults
        for names in (self._shared, *self._private):
            most = len(names) if bound is None else min(bound, len(names))
            ways = sum(comb(len(names), size) for size in range(most + 1))
            if ways > MOST_SHARED:
                raise TooManyPorts(f"elements that carry several things can be broken in {ways:,} ways")

    def cheapest(self, programs: Programs) -> Iterator[tuple[int, _Broken]]:
        """What is broken in a cheapest wiring of each observation at least, with its cost."""
        count = len(self._settings.ports)
        looked_at: dict[object, None] = {}
        for broken in self._subsets(self._shared):
            links = [self._options(number, broken) for number in (FAILOVER, STATEFUL)]
            interfaces = [self._options(2 + index, broken) for index in range(count)]
            choices: list[Any] = [each.choices for each in interfaces]
            key = (*(each.choices for each in links), *choices)
            if key in looked_at:
                continue  # with fewer shared elements broken
            looked_at[key] = None
            for numbers in programs.solutions(choices):
                states = one_by_one(choices, numbers)
                for failover, stateful in product(*(each.ways for each in links)):
                    yield self._joined(broken, [*links, *interfaces], (failover, stateful, *states))

    def _joined(self, shared: Names, options: Iterable[_Options], states: tuple[Any, ...]) -> tuple[int, _Broken]:
        ways = [each.ways[state] for each, state in zip(options, states, strict=True)]
        private = [self._private[number][index] for number, way in enumerate(ways) for index in way.private]
        failover, stateful, *interfaces = (way.own for way in ways)
        broken = _Broken(
            elements=tuple(sorted((*shared, *private))),
            own_links=Links(failover=failover, stateful=stateful),
            own=tuple(interfaces),
            seen=(Links(failover=states[0], stateful=states[1]), states[2:]),
        )
        return len(shared) + sum(way.cost for way in ways), broken

    def _subsets(self, names: Names) -> Iterator[Names]:
        """Every set of them within the bound, small ones first."""
        bound = self._model.scope.max_faults
        for size in range((len(names) if bound is None else min(bound, len(names))) + 1):
            yield from combinations(names, size)

    # -- one network -------------------------------------------------------------------------------

    def _options(self, number: int, shared: Names) -> _Options:
        """The states of a network while these shared elements are broken; alike networks have the same."""
        near = tuple(name for name in self._near[number] if name in shared)
        key = (self._shape(number), near)
        if key not in self._known:
            states: Any = self._of_link if number in (FAILOVER, STATEFUL) else self._of_interface
            best: dict[object, tuple[_Way, object]] = {}
            for private in self._subsets(self._private[number]):
                for what, way, state in states(number, near, private):
                    if what not in best or way.cost < best[what][0].cost:
                        best[what] = way, state
            self._known[key] = _Options(
                choices=tuple((what, way.cost, state) for what, (way, state) in best.items()),
                ways={state: way for way, state in best.values()},
            )
        return self._known[key]

    def _shape(self, number: int) -> object:
        """What the states of a network depend on, with its private elements by their places."""
        private = {name: place for place, name in enumerate(self._private[number])}
        bundles = [*dict.fromkeys(cable.bundle for cable in self._networks[number])]
        cables = tuple(
            (
                private.get(cable.name, cable.name),
                *(private.get(end, end) for end in cable.ends),
                bundles.index(cable.bundle),
                cable.least,
            )
            for cable in self._networks[number]
        )
        trunks = tuple(
            (private.get(trunk.name, trunk.name), *(private.get(end, end) for end in trunk.ends))
            for trunk in self._topology.trunks
            if any(end in private for end in trunk.ends)
        )
        role = number if number in (FAILOVER, STATEFUL) else (role_of(self._settings, number - 2),)
        return role, cables, trunks, len(private)

    def _of_link(self, number: int, near: Names, private: Names) -> Iterator[tuple[LinkState, _Way, LinkState]]:
        carried = channel_over(self._topology, self._networks[number], (*near, *private))
        places = self._places(number, private)
        word = ("failover-link", "stateful-link")[number]
        yield carried, _Way(places, LinkState.GOOD, len(private)), carried
        if self._model.scope.has(word):
            yield LinkState.CUT, _Way(places, LinkState.CUT, len(private) + 1), LinkState.CUT

    def _of_interface(self, number: int, near: Names, private: Names) -> Iterator[tuple[Kind, _Way, Interface]]:
        carried = interface_over(self._topology, self._networks[number], (*near, *private))
        places = self._places(number, private)
        for own in states_of(self._settings, self._model.scope, number - 2, {}):
            state = worst_of(own, carried)
            yield kind_at(self._settings, number - 2, state), _Way(places, own, len(private) + weight(own)), state

    def _places(self, number: int, private: Names) -> tuple[int, ...]:
        return tuple(self._private[number].index(name) for name in private)


def _touched(topology: Topology, networks: tuple[Network, ...]) -> dict[str, tuple[int, ...]]:
    """For each element the numbers of the networks whose state can depend on it."""
    component = _components(topology, networks)
    of_component: dict[str, dict[int, None]] = {}
    found: dict[str, dict[int, None]] = {}
    for number, network in enumerate(networks):
        for cable in network:
            found.setdefault(cable.name, {})[number] = None
            for end in cable.ends:
                if end not in UNITS:
                    of_component.setdefault(component[end], {})[number] = None
    for switch, of in component.items():
        found.setdefault(switch, {}).update(of_component.get(of, {}))
    for trunk in topology.trunks:
        found.setdefault(trunk.name, {}).update(of_component.get(component[trunk.ends[0]], {}))
    return {name: tuple(sorted(numbers)) for name, numbers in found.items()}


def _components(topology: Topology, networks: tuple[Network, ...]) -> dict[str, str]:
    """For each switch the first of those that inter-switch links for everything join with it."""
    cables = [cable for network in networks for cable in network]
    ends = [end for cable in (*cables, *topology.trunks) for end in cable.ends if end not in UNITS]
    found = {end: end for end in dict.fromkeys(ends)}
    for trunk in topology.trunks:
        one, other = (found[end] for end in trunk.ends)
        found = {end: one if of == other else of for end, of in found.items()}
    return found
