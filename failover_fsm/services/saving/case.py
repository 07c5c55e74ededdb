"""What the tables of saving read and change: one space on one unit, and the guards and effects of rows."""

from __future__ import annotations

import attrs

from failover_fsm.pair.states import ConfigSync, State
from failover_fsm.services.saving.happenings import Happening
from failover_fsm.services.saving.records import Copy

__all__ = ["SpaceCase"]


@attrs.define(kw_only=True)
class SpaceCase:
    """A space on a unit to which something happens, and what its row makes of it.

    Attributes:
        event: What happens.
        before: The pair before the step.
        own: The copy on the unit; effects replace it.
        peer: The copy on the peer, as it is now.
        right: The command is entered on the unit on which the space is active.
        arrives: The command reaches the other unit.
        entered: The command is entered on this unit, not sent to it.
        external: The startup configuration of the space is on an external server.
        server_away: The unit does not reach the external server.
        ends: Connections through the contexts of the group end; an effect sets it.
    """

    event: Happening
    before: State
    own: Copy
    peer: Copy
    right: bool = False
    arrives: bool = False
    entered: bool = False
    external: bool = False
    server_away: bool = False
    ends: bool = False


# -- guards ------------------------------------------------------------------------------------------------


def receives(case: SpaceCase) -> bool:
    """The unit is receiving the configuration."""
    return case.before.unit(case.event.unit).joining


def on_right_unit(case: SpaceCase) -> bool:
    """The command is entered on the unit on which the space is active."""
    return case.right


def command_arrives(case: SpaceCase) -> bool:
    """The command reaches the other unit."""
    return case.arrives


def cannot_write(case: SpaceCase) -> bool:
    """The startup configuration is on an external server that the unit does not reach."""
    return case.external and case.server_away


def is_written_by_the_peer(case: SpaceCase) -> bool:
    """The startup configuration is on an external server, and the unit on which the command is entered writes it."""
    return case.external and not case.entered


def peer_is_in_step(case: SpaceCase) -> bool:
    """What the peer received is complete."""
    return case.peer.mark is ConfigSync.SYNCHRONIZED


# -- effects ------------------------------------------------------------------------------------------------


def _set(case: SpaceCase, *, running: bool | None = None, startup: bool | None = None) -> None:
    """Changes one configuration of the copy, or both; None leaves it."""
    own = case.own
    case.own = attrs.evolve(
        own,
        running=own.running if running is None else running,
        startup=own.startup if startup is None else startup,
    )


def get_change(case: SpaceCase) -> None:
    """The running configuration gets the change, which is saved nowhere."""
    _set(case, running=True, startup=False)


def miss_change(case: SpaceCase) -> None:
    """The unit does not get the change."""
    _set(case, running=False, startup=False)


def save(case: SpaceCase) -> None:
    """The running configuration becomes the startup configuration."""
    _set(case, startup=case.own.running)


def save_in_part(case: SpaceCase) -> None:
    """What is saved while the configuration arrives may miss something."""
    _set(case, startup=False)


def take_running(case: SpaceCase) -> None:
    """The running configuration becomes that of the peer."""
    _set(case, running=case.peer.running)


def keep_received(case: SpaceCase) -> None:
    """The running configuration is what the peer sent; what was entered here meanwhile is overwritten."""
    _set(case, running=case.own.running and case.peer.running)


def lose_running(case: SpaceCase) -> None:
    """The running configuration is gone, or incomplete."""
    _set(case, running=False)


def load(case: SpaceCase) -> None:
    """The startup configuration becomes the running one."""
    _set(case, running=case.own.startup)


def take_file(case: SpaceCase) -> None:
    """The startup configuration becomes that of the peer."""
    _set(case, startup=case.peer.startup)


def end_connections(case: SpaceCase) -> None:
    """Connections through the contexts of the group end."""
    case.ends = True
