"""Drawings of the cabling: the way of each network through the switches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import attrs

from failover_fsm.config.records.pair_config import StatefulLink, Unit
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.wiring import Cable, Network, Topology

Way = tuple[str, ...]
"""The switches that a network passes from the primary to the secondary; none is one direct cable."""

Ways = tuple[Way, ...]
"""More than one: the units' ports there are redundant interfaces, one member a way."""

CABLES = ("cable", "crossover-cable", "straight-through-cable")
"""The words for a direct cable; copper ports sort the wire pairs out by themselves (LNK-9)."""

LINKS = ("failover-link", "stateful-link")
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
    """

    def __init__(self, key: str, what: str, allowed: str) -> None:
        super().__init__(f"{what}; allowed: {allowed}")
        self.key, self.what, self.allowed = key, what, allowed


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
        trunks: Inter-switch links that no way already has.
        devices: (Link, device) for other devices on the segment of a link.
        portfast: True if the switch ports at the units have PortFast.
        source: The path of the file it was read from, None for a figure.

    Raises:
        PlanError: If the segment of a link has other devices on it (LNK-6, LNK-12), or there are too many ways or
            switches.
    """

    name: str
    failover: Ways
    stateful: Ways = ()
    data: Ways = ()
    interfaces: tuple[tuple[str, Ways], ...] = ()
    trunks: tuple[Way, ...] = ()
    devices: tuple[tuple[str, str], ...] = ()
    portfast: bool = True
    source: str | None = attrs.field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        if not self.failover:
            raise PlanError("failover-link", "the failover link is not drawn", 'failover-link = "switch-1"')
        for link, device in self.devices:
            ways = self.failover if link == LINKS[0] else self.stateful
            rule = "LNK-6" if link == LINKS[0] else "LNK-12"
            if any(ways):
                what = f"{device} is on the segment of the {link} ({rule})"
                raise PlanError(device, what, "no other device there")
        for key, ways in self._networks():
            if len(ways) > MAX_WAYS:
                raise PlanError(key, f"{key}: {len(ways)} ways", f"at most {MAX_WAYS}")
        if len(self.switches) > MAX_SWITCHES:
            raise PlanError("topology", f"{len(self.switches)} switches", f"at most {MAX_SWITCHES}")

    def _networks(self) -> Iterator[tuple[str, Ways]]:
        yield LINKS[0], self.failover
        yield LINKS[1], self.stateful
        yield from self.interfaces
        yield "data", self.data

    @property
    def switches(self) -> tuple[str, ...]:
        """Every switch, from the failover link outwards."""
        drawn = (switch for _, ways in self._networks() for way in ways for switch in way)
        return tuple(dict.fromkeys((*drawn, *(switch for pair in self.trunks for switch in pair))))

    def ways_of(self, interface: str) -> Ways:
        """The ways of an interface."""
        return dict(self.interfaces).get(interface, self.data)

    def laid(self, settings: Settings) -> Settings:
        """The settings of a pair with this cabling.

        Raises:
            PlanError: If an interface is not in the pair.
        """
        names = [port.name for port in settings.ports]
        for name, _ in self.interfaces:
            if name not in names:
                raise PlanError(name, f"there is no interface {name!r}", ", ".join(names) or "none, the pair has none")
        return attrs.evolve(settings, topology=_laid(self, settings, names))


def _laid(plan: Plan, settings: Settings, names: Sequence[str]) -> Topology:
    cables = _Names("cable")
    failover = _network(plan.failover, cables)
    own_link = settings.stateful is StatefulLink.DEDICATED
    stateful = _network(plan.stateful, cables) if own_link else ()
    ports = tuple(_network(plan.ways_of(name), cables) for name in names)
    drawn = [plan.failover, plan.stateful if own_link else (), *map(plan.ways_of, names)]
    trunks = _trunks([*(pair for ways in drawn for way in ways for pair in _joints(way)), *plan.trunks])
    switches = dict.fromkeys(switch for ways in drawn for way in ways for switch in way)
    switches |= dict.fromkeys(switch for trunk in trunks for switch in trunk.ends)
    return Topology(
        name=plan.name,
        elements=(*switches, *cables.given, *(trunk.name for trunk in trunks)),
        trunks=trunks,
        failover=failover,
        stateful=stateful,
        ports=ports,
    )


@attrs.define
class _Names:
    """Numbered names, in the order of their first use."""

    word: str
    given: list[str] = attrs.field(factory=list)

    def next(self) -> str:
        self.given.append(f"{self.word}-{len(self.given) + 1}")
        return self.given[-1]


def _network(ways: Ways, cables: _Names) -> Network:
    """The cables of a network: for each way the primary's and the secondary's, or the direct one."""
    primary, secondary = (unit.value for unit in Unit)
    found = []
    for each in ways:
        ends = ((primary, each[0]), (each[-1], secondary)) if each else ((primary, secondary),)
        found += [Cable(name=cables.next(), ends=pair) for pair in ends]
    return tuple(found)


def _joints(way: Way) -> Iterator[Way]:
    return pairwise(way)


def _trunks(pairs: Iterable[Way]) -> tuple[Cable, ...]:
    """One inter-switch link for each two switches; a single one has no number."""
    joined: dict[frozenset[str], tuple[str, str]] = {}
    for one, other in pairs:
        joined.setdefault(frozenset((one, other)), (one, other))
    ends = tuple(joined.values())
    names = [TRUNK] if len(ends) == 1 else [f"{TRUNK}-{number}" for number in range(1, len(ends) + 1)]
    return tuple(Cable(name=name, ends=pair) for name, pair in zip(names, ends, strict=True))
