"""Drawings of the cabling: the way of each network through the switches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, pairwise
from math import ceil

import attrs

from failover_fsm.config.records.interface import vlans_of
from failover_fsm.config.records.pair_config import StatefulLink, Unit
from failover_fsm.config.values.field_values import ValueNotAllowed
from failover_fsm.config.values.toml_lines import line_of
from failover_fsm.pair.ports import LINKS, Carrier
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.wiring import Cable, Network, Topology, is_joined

Way = tuple[str, ...]
"""The switches that a network passes from the primary to the secondary; none is one direct cable."""

Ways = tuple[Way, ...]
"""More than one: the units' ports there are redundant interfaces, one member a way."""

CABLES = ("cable", "crossover-cable", "straight-through-cable")
"""The words for a direct cable; copper ports sort the wire pairs out by themselves (LNK-9)."""

TRUNK = "inter-switch-link"
_SWITCH = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,39}")
_TAKEN = re.compile(rf"(cable|{TRUNK})(-\d+)?|{'|'.join(CABLES)}|primary|secondary")
MAX_WAYS = 8
"""With more than one way, the units' ports are redundant interfaces with one member per way."""
MAX_SWITCHES = 64


class PlanError(ValueError):
    """An invalid drawing.

    Attributes:
        key: The key of the faulty entry.
        what: The fault.
        allowed: The accepted alternatives.
        table: The table below `[topology]` that has the key; empty for `[topology]` itself.
    """

    def __init__(self, key: str, what: str, allowed: str, table: str = "") -> None:
        super().__init__(f"{what}; allowed: {allowed}")
        self.key, self.what, self.allowed, self.table = key, what, allowed, table

    def line_in(self, text: str) -> int:
        """The line of the faulty entry in the TOML text of a topology."""
        return line_of(text, self.key, f"topology.{self.table}" if self.table else "topology") or 1


def element_name(word: str, key: str) -> str:
    """A name for a switch, a link or a host.

    Raises:
        PlanError: If it is none.
    """
    if not _SWITCH.fullmatch(word) or _TAKEN.fullmatch(word):
        raise PlanError(key, f"{key}: {word!r} cannot name an element", "letters, digits, `.`, `_` and `-`")
    return word


def way(text: str, key: str) -> Way:
    """The way written in a text: switches separated by blanks, or one of CABLES.

    Raises:
        PlanError: If a switch occurs twice, or a word is no valid name of a switch.
    """
    words = tuple(text.split())
    if len(words) == 1 and words[0] in CABLES:
        return ()
    allowed = f"switches with blanks between them, as in `switch-1 switch-2`, or {', '.join(CABLES)}"
    if not words or len(set(words)) < len(words):
        raise PlanError(key, f"{key}: {text!r} is no way from the primary to the secondary", allowed)
    for word in words:
        if not _SWITCH.fullmatch(word) or _TAKEN.fullmatch(word):
            raise PlanError(key, f"{key}: {word!r} cannot name a switch", allowed)
    return words


@attrs.frozen(kw_only=True)
class Plan:
    """A drawing, for any pair.

    Attributes:
        name: The name for people.
        failover: The ways of the failover link.
        stateful: The ways of a dedicated stateful link, empty if it is not drawn.
        data: The ways of each interface that `interfaces` does not name, empty if they are not drawn.
        interfaces: (Name, ways).
        ports: (Physical port, ways); all that the port carries goes there, a link too.
        trunks: Inter-switch links that no way already has.
        carries: (Two switches, what) for an inter-switch link that carries only these interfaces, links and VLANs:
            names, numbers, and ranges such as `20-30`.
        stacks: Switches that are one switch as long as two of them work; the joint between them does not fail.
        links: (Two switches, names) for inter-switch links with names of their own; several names are parallel links.
        hosts: (Host, units) for a host on which units run as virtual machines; they stop with it.
        devices: (Link, device) for other devices on the segment of a link.
        portfast: True if the switch ports at the units have PortFast.
        source: The path of the file it was read from, None for a figure.

    Raises:
        PlanError: If the segment of a link has other devices on it (LNK-6, LNK-12), a unit runs on two hosts, or there
            are too many ways or switches.
    """

    name: str
    failover: Ways
    stateful: Ways = ()
    data: Ways = ()
    interfaces: tuple[tuple[str, Ways], ...] = ()
    ports: tuple[tuple[str, Ways], ...] = ()
    trunks: tuple[Way, ...] = ()
    carries: tuple[tuple[Way, tuple[str, ...]], ...] = ()
    stacks: tuple[Way, ...] = ()
    links: tuple[tuple[Way, tuple[str, ...]], ...] = ()
    hosts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    devices: tuple[tuple[str, str], ...] = ()
    portfast: bool = True
    source: str | None = attrs.field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        if not self.failover and not self.ports:
            raise PlanError("failover-link", "the failover link is not drawn", 'failover-link = "switch-1"')
        for link, device in self.devices:
            ways = self.failover if link == LINKS[0] else self.stateful
            rule = "LNK-6" if link == LINKS[0] else "LNK-12"
            if any(ways):
                what = f"{device} is on the segment of the {link} ({rule})"
                raise PlanError(device, what, "no other device there", "devices")
        for key, ways in self._networks():
            if len(ways) > MAX_WAYS:
                raise PlanError(key, f"{key}: {len(ways)} ways", f"at most {MAX_WAYS}")
        names = [
            *self.switches,
            *(name for _, given in self.links for name in given),
            *(host for host, _ in self.hosts),
        ]
        twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
        if twice is not None:
            raise PlanError(twice, f"two elements are called {twice}", "a name for each switch, link and host")
        self._refuse_two_hosts()
        if len(self.switches) > MAX_SWITCHES:
            raise PlanError("topology", f"{len(self.switches)} switches", f"at most {MAX_SWITCHES}")

    def _refuse_two_hosts(self) -> None:
        host_of: dict[str, str] = {}
        for host, units in self.hosts:
            for unit in units:
                other = host_of.setdefault(unit, host)
                if other != host:
                    what = f"the {unit} runs on {other} and on {host}"
                    raise PlanError(host, what, "one host for each unit", "hosts")

    def _networks(self) -> Iterator[tuple[str, Ways]]:
        yield LINKS[0], self.failover
        yield LINKS[1], self.stateful
        yield from self.interfaces
        yield from self.ports
        yield "data", self.data

    @property
    def switches(self) -> tuple[str, ...]:
        """Every switch, from the failover link outwards."""
        drawn = (switch for _, ways in self._networks() for way in ways for switch in way)
        joined = (*self.trunks, *(pair for pair, _ in (*self.carries, *self.links)), *self.stacks)
        return tuple(dict.fromkeys((*drawn, *(switch for pair in joined for switch in pair))))

    def ways_of(self, interface: str) -> Ways:
        """The ways of an interface."""
        return dict(self.interfaces).get(interface, self.data)

    def laid(self, settings: Settings) -> Settings:
        """The settings of a pair with this cabling.

        Raises:
            PlanError: If an interface or port is not in the pair, or what runs over one port has different ways.
        """
        return attrs.evolve(settings, topology=_Laying(self, settings).topology())


class _Laying:
    """The cabling of one pair: one cable for each end of a way of a port, shared by all that the port carries."""

    def __init__(self, plan: Plan, settings: Settings) -> None:
        self.plan, self.settings = plan, settings
        self.names = [port.name for port in settings.ports]
        self._refuse_unknown_names()
        self._by_port = any(carrier.is_shared for carrier in settings.carriers)
        self._ways: dict[object, tuple[str, Ways]] = {}
        self._networks: dict[object, Network] = {}
        self._cables = _Names("cable")

    def topology(self) -> Topology:
        """The elements, and the network of each link and interface."""
        stateful = self.settings.stateful is StatefulLink.DEDICATED
        links = [LINKS[0], *([LINKS[1]] if stateful else [])]
        networks = {name: self._network(name) for name in (*links, *self.names)}
        drawn = [ways for _, ways in self._ways.values()]
        joints = [*(pair for ways in drawn for way in ways for pair in _joints(way)), *self.plan.trunks]
        joints += [pair for pair, _ in (*self.plan.carries, *self.plan.links)]
        trunks = _trunks(joints, {frozenset(pair): names for pair, names in self.plan.links})
        stacks = tuple(Cable(name=f"stack of {' '.join(pair)}", ends=pair) for pair in self._stacked())
        partial = {trunk: names for trunk in trunks if (names := self._carried_by(trunk)) is not None}
        for name, network in networks.items():
            networks[name] = (*network, *(trunk for trunk, names in partial.items() if network and name in names))
        switches = dict.fromkeys(switch for ways in drawn for way in ways for switch in way)
        switches |= dict.fromkeys(switch for cable in (*trunks, *stacks) for switch in cable.ends)
        topology = Topology(
            name=self.plan.name,
            elements=(
                *switches,
                *self._cables.given,
                *(trunk.name for trunk in trunks),
                *(host for host, _ in self.plan.hosts),
            ),
            trunks=(*(trunk for trunk in trunks if trunk not in partial), *stacks),
            failover=networks[LINKS[0]],
            stateful=networks[LINKS[1]] if stateful else (),
            ports=tuple(networks[name] for name in self.names),
            hosts=self.plan.hosts,
        )
        self._refuse_parted(topology, networks)
        return topology

    def _refuse_unknown_names(self) -> None:
        listed = ", ".join(self.names) or "none, the pair has none"
        carried = [*self.names, *LINKS]
        for name, _ in self.plan.interfaces:
            if name not in self.names:
                raise PlanError(name, f"there is no interface {name!r}", listed, "interfaces")
        for port, _ in self.plan.ports:
            if port not in [carrier.name for carrier in self.settings.carriers]:
                ports = ", ".join(carrier.name for carrier in self.settings.carriers) or "none"
                raise PlanError(port, f"there is no port {port!r} that carries anything", ports, "ports")
        for _, words in self.plan.carries:
            for word in words:
                if word not in carried and _vlans(word) is None:
                    allowed = f"{', '.join(carried)}, a VLAN such as 10, a range such as 20-30"
                    raise PlanError(word, f"there is no interface or link {word!r}", allowed, "carries")

    def _carriers(self, name: str) -> list[Carrier]:
        """The ports of an interface or link; none for one that is not configured on a port."""
        if name in LINKS:
            role = "failover" if name == LINKS[0] else "stateful"
            return [carrier for carrier in self.settings.carriers if getattr(carrier, role)]
        index = self.names.index(name)
        return [carrier for carrier in self.settings.carriers if index in (*carrier.interfaces, *carrier.partly)]

    def _network(self, name: str) -> Network:
        """The cables of an interface or a link: those of its ports."""
        found: Network = ()
        carriers: list[Carrier | None] = [*self._carriers(name)]
        for carrier in carriers or [None]:
            key: object = name if carrier is None else carrier.name
            ways = self._drawn(name, carrier)
            known, other = self._ways.setdefault(key, (name, ways))
            if other != ways:
                what = f"{known} and {name} run over {key}, so they have the same way"
                raise PlanError(name, what, "one way for both, or [topology.ports]")
            if key not in self._networks:
                self._networks[key] = _network(ways, self._named(carrier, ways), carrier)
            found += self._networks[key]
        return found

    def _drawn(self, name: str, carrier: Carrier | None) -> Ways:
        of_ports = dict(self.plan.ports)
        if carrier is not None and carrier.name in of_ports:
            return of_ports[carrier.name]
        if name == LINKS[0] and not self.plan.failover:
            raise PlanError("failover-link", "the failover link is not drawn", 'failover-link = "switch-1"')
        links = {LINKS[0]: self.plan.failover, LINKS[1]: self.plan.stateful}
        return links[name] if name in links else self.plan.ways_of(name)

    def _named(self, carrier: Carrier | None, ways: Ways) -> _Names:
        """Cables have the names of their ports in a pair where a port is shared, else numbers."""
        if not self._by_port or carrier is None:
            return self._cables
        ports = carrier.members if len(carrier.members) == len(ways) else (carrier.name,) * len(ways)
        units = [unit.value for unit in Unit]
        ends = [[f"{unit}:{port}" for unit in units] if way else [port] for port, way in zip(ports, ways, strict=True)]
        return _Names("", given=self._cables.given, fixed=[name for pair in ends for name in pair])

    def _carried_by(self, trunk: Cable) -> tuple[str, ...] | None:
        """The interfaces and links that an inter-switch link carries, None for everything."""
        words = next((words for pair, words in self.plan.carries if set(pair) == set(trunk.ends)), None)
        if words is None:
            return None
        carried = [*self.names, *LINKS]
        vlans = {vlan for word in words if word not in carried for vlan in _vlans(word) or ()}
        return (*words, *(name for name, vlan in self.settings.vlans if vlan in vlans))

    def _stacked(self) -> Iterator[tuple[str, str]]:
        """A joint between each two switches of a stack."""
        for stack in self.plan.stacks:
            yield from combinations(stack, 2)

    def _refuse_parted(self, topology: Topology, networks: Mapping[str, Network]) -> None:
        """A network whose ways are cut while everything is whole is drawn wrong."""
        for name, network in networks.items():
            if network and not is_joined(topology, network):
                what = f"no inter-switch link on the way of {name} carries it"
                tags = ", ".join(str(vlan) for known, vlan in self.settings.vlans if known == name)
                where = f"its name or its VLAN {tags}" if tags else "its name"
                raise PlanError(name, what, f"{where} in [topology.carries]")


def _vlans(word: str) -> frozenset[int] | None:
    """The VLANs of a number or a range, None for any other word."""
    try:
        return vlans_of(word)
    except ValueNotAllowed:
        return None


@attrs.define
class _Names:
    """Numbered names, in the order of their first use."""

    word: str
    given: list[str] = attrs.field(factory=list)
    fixed: list[str] = attrs.field(factory=list)

    def next(self) -> str:
        """The next of the fixed names, else the next number; a name that is taken gets a number too."""
        name = self.fixed.pop(0) if self.fixed else f"{self.word}-{len(self.given) + 1}"
        used = sum(known == name or known.startswith(f"{name}#") for known in self.given)
        self.given.append(f"{name}#{used + 1}" if used else name)
        return self.given[-1]


def _network(ways: Ways, cables: _Names, carrier: Carrier | None) -> Network:
    """The cables of a network: for each way the primary's and the secondary's, or the direct one."""
    primary, secondary = (unit.value for unit in Unit)
    least, bundle = _least(ways, carrier), ""
    if carrier is not None and least > 1:
        bundle = carrier.name
    found = []
    for each in ways:
        ends = ((primary, each[0]), (each[-1], secondary)) if each else ((primary, secondary),)
        found += [Cable(name=cables.next(), ends=pair, bundle=bundle, least=least) for pair in ends]
    return tuple(found)


def _least(ways: Ways, carrier: Carrier | None) -> int:
    """How many of its ways a port needs; where fewer are drawn than it has members, each stands for as many."""
    if carrier is None or carrier.least == 1 or not ways:
        return 1
    return min(len(ways), ceil(carrier.least * len(ways) / max(len(carrier.members), len(ways))))


def _joints(way: Way) -> Iterator[Way]:
    return pairwise(way)


def _trunks(pairs: Iterable[Way], named: Mapping[frozenset[str], tuple[str, ...]]) -> tuple[Cable, ...]:
    """One inter-switch link for each two switches, or those with names; a single one of the others has no number."""
    joined: dict[frozenset[str], tuple[str, str]] = {}
    for one, other in pairs:
        joined.setdefault(frozenset((one, other)), (one, other))
    without = [key for key in joined if key not in named]
    numbers = [TRUNK] if len(without) == 1 else [f"{TRUNK}-{number}" for number in range(1, len(without) + 1)]
    names = {**named, **{key: (name,) for key, name in zip(without, numbers, strict=True)}}
    return tuple(Cable(name=name, ends=ends) for key, ends in joined.items() for name in names[key])
