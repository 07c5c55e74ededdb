"""What a picture of a topology shows, without any drawing language: boxes in columns and rows, and lines between them.

Cables that join the same two ends are one line with the networks that they carry, but a broken one is a line of its
own. The units stand at the sides; a switch stands between them, nearer to the unit to which its way is shorter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from failover_fsm.pair.ports import LINKS
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.wiring import UNITS, Cable, Network, Topology

__all__ = ["Box", "Layout", "Line", "layout"]

MOST_NAMES = 3
"""The most networks that a line names one by one."""


@attrs.frozen(kw_only=True)
class Box:
    """A switch.

    Attributes:
        name: Its name.
        column: Its column, from 0 at the primary.
        row: Its row, from 0.
        broken: True if it is marked.
    """

    name: str
    column: int
    row: int
    broken: bool


@attrs.frozen(kw_only=True)
class Line:
    """Cables or an inter-switch link between two ends.

    Attributes:
        ends: Names of switches, or `primary` and `secondary`.
        names: The elements that it stands for; none for the joint of a stack, which does not fail.
        carries: What it carries, empty for an inter-switch link that carries everything.
        broken: True if it is marked.
    """

    ends: tuple[str, str]
    names: tuple[str, ...]
    carries: tuple[str, ...]
    broken: bool

    @property
    def text(self) -> str:
        """The label: a single element by its name, and what it carries."""
        carries = _few(self.carries)
        if len(self.names) != 1:
            return carries or "stack"
        return f"{self.names[0]}: {carries}" if carries else self.names[0]


@attrs.frozen(kw_only=True)
class Layout:
    """A picture.

    Attributes:
        title: The name of the topology.
        boxes: The switches.
        lines: The cables and inter-switch links.
        hosts: (Host, the units on it, whether it is marked).
        stopped: The units that are marked.
    """

    title: str
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    hosts: tuple[tuple[str, tuple[str, ...], bool], ...]
    stopped: tuple[str, ...]


def layout(settings: Settings, marked: Iterable[str] = ()) -> Layout:
    """The picture of the topology of a pair.

    Args:
        settings: The pair.
        marked: Names of broken elements, and of units that stop.

    Raises:
        ValueError: If the pair has no topology.
    """
    topology = settings.topology
    if topology is None:
        raise ValueError("a pair without a topology; allowed: a pair with one")
    broken = tuple(marked)
    networks = _networks(settings, topology)
    cables = {cable.name: cable for network in networks.values() for cable in network}
    cables |= {trunk.name: trunk for trunk in topology.trunks}
    return Layout(
        title=topology.name,
        boxes=tuple(_boxes(topology, cables.values(), broken)),
        lines=tuple(_lines(topology, cables, networks, broken)),
        hosts=tuple((host, units, host in broken) for host, units in topology.hosts),
        stopped=tuple(unit for unit in UNITS if unit in broken),
    )


def _networks(settings: Settings, topology: Topology) -> dict[str, Network]:
    names = [word.replace("-", " ") for word in LINKS]
    found = dict(zip(names, (topology.failover, topology.stateful), strict=True))
    return found | {port.name: network for port, network in zip(settings.ports, topology.ports, strict=True)}


def _lines(
    topology: Topology, cables: Mapping[str, Cable], networks: Mapping[str, Network], broken: tuple[str, ...]
) -> Iterator[Line]:
    """Cables with the same ends together, as far as they are whole and of interfaces."""
    groups: dict[object, list[tuple[str, tuple[str, ...]]]] = {}
    for name, cable in cables.items():
        carries = tuple(word for word, network in networks.items() if cable in network)
        alone = name in broken or not any(end in UNITS for end in cable.ends) or "failover link" in carries
        key = name if alone else cable.ends
        groups.setdefault(key, []).append((name, carries))
    for same in groups.values():
        names = tuple(name for name, _ in same if name in topology.elements)
        yield Line(
            ends=cables[same[0][0]].ends,
            names=names,
            carries=tuple(dict.fromkeys(word for _, carries in same for word in carries)),
            broken=any(name in broken for name in names),
        )


def _boxes(topology: Topology, cables: Iterable[Cable], broken: tuple[str, ...]) -> Iterator[Box]:
    near: dict[str, list[str]] = {}
    for cable in cables:
        for one, other in (cable.ends, cable.ends[::-1]):
            near.setdefault(one, []).append(other)
    switches = [name for name in topology.elements if name in near]
    far = {unit: _distances(near, unit) for unit in UNITS}
    across = {}
    for name in switches:
        to = [far[unit].get(name) for unit in UNITS]
        across[name] = 0.5 if to[0] is None or to[1] is None else to[0] / (to[0] + to[1])
    rows: dict[str, int] = {}
    for name in switches:
        taken = {(across[other], row) for other, row in rows.items()}
        beside = [rows[other] for other in near[name] if other in rows and across[other] != across[name]]
        row = min(beside) if beside else max(rows.values(), default=-1) + 1
        while (across[name], row) in taken:
            row += 1
        rows[name] = row
    columns = sorted(set(across.values()))
    for name in switches:
        yield Box(name=name, column=columns.index(across[name]), row=rows[name], broken=name in broken)


def _distances(near: Mapping[str, list[str]], unit: str) -> dict[str, int]:
    """How many cables it takes from a unit to each switch, not through the other unit."""
    found = {unit: 0}
    waiting = [unit]
    for place in waiting:
        for other in near.get(place, ()):
            if other not in found and other not in UNITS:
                found[other] = found[place] + 1
                waiting.append(other)
    return found


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(names) if len(names) <= MOST_NAMES else f"{len(names)}: {names[0]} to {names[-1]}"
