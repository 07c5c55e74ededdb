"""Service: whether an active unit with a working interface is there, for each interface and each failover group.

An interface of an active unit works while its port is up and receives. The path between the units is no part of this:
it carries hellos, and other traffic goes on without it. Monitoring is no part of it either: an interface that nobody
watches can lose its service like any other. One that is shut down by configuration on both units has none to lose.
"""

from __future__ import annotations

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import PortState, State

__all__ = ["Loss", "dual_groups", "loss_in", "serves"]


@attrs.frozen
class Loss:
    """The service that a state lacks.

    Attributes:
        groups: Positions of the failover groups that are active on no unit.
        interfaces: Positions of the interfaces that work on no unit that is active for their group.
    """

    groups: tuple[int, ...] = ()
    interfaces: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        """True if anything is lost."""
        return bool(self.groups or self.interfaces)


def serves(state: State, settings: Settings, unit: Unit, index: int) -> bool:
    """True if the unit is active for the group of the interface at a position, and its interface works."""
    port = settings.at(state, unit).ports[index]
    active = state.unit(unit).groups[port.group].active
    return active and not port.shutdown and state.interfaces[index].line(unit) is PortState.GOOD


def loss_in(state: State, settings: Settings) -> Loss:
    """The service that a state lacks; interfaces that are shut down by configuration on both units are left out."""
    sides = [(settings.at(state, unit).ports, *_seen(state, unit)) for unit in Unit]
    return Loss(
        groups=tuple(
            index for index in range(settings.group_count) if not any(active[index] for _, active, _ in sides)
        ),
        interfaces=tuple(
            index
            for index in range(len(state.interfaces))
            if not all(ports[index].shutdown for ports, _, _ in sides)
            and not any(
                active[ports[index].group] and not ports[index].shutdown and lines[index] is PortState.GOOD
                for ports, active, lines in sides
            )
        ),
    )


def _seen(state: State, unit: Unit) -> tuple[list[bool], list[PortState]]:
    """Which groups are active on a unit, and the state of each of its ports."""
    active = [group.active for group in state.unit(unit).groups]
    return active, [interface.line(unit) for interface in state.interfaces]


def dual_groups(state: State, settings: Settings) -> tuple[int, ...]:
    """Positions of the failover groups that are active on both units."""
    groups = range(settings.group_count)
    return tuple(index for index in groups if all(state.unit(unit).groups[index].active for unit in Unit))
