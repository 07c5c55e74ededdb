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
    one, other = (settings.at(state, unit).ports for unit in Unit)
    here, there = ([group.active for group in state.unit(unit).groups] for unit in Unit)
    lost, good = [], PortState.GOOD
    for index, (port, same, found) in enumerate(zip(one, other, state.interfaces, strict=True)):  # there may be many
        if here[port.group] and found.primary is good and not port.shutdown:
            continue
        if there[same.group] and found.secondary is good and not same.shutdown:
            continue
        if not (port.shutdown and same.shutdown):
            lost.append(index)
    groups = tuple(index for index in range(settings.group_count) if not (here[index] or there[index]))
    return Loss(groups=groups, interfaces=tuple(lost))


def dual_groups(state: State, settings: Settings) -> tuple[int, ...]:
    """Positions of the failover groups that are active on both units."""
    groups = range(settings.group_count)
    return tuple(index for index in groups if all(state.unit(unit).groups[index].active for unit in Unit))
