"""The chapter's procedure of saving, judged from outside: how the newest change of a space was saved.

The tables do not read it. A space is saved by the procedure when a command that saves it is entered on the unit where
it belongs, after the synchronisation, and reaches the peer (SYN-10, SYN-11, SYN-17, CMD-17, CMD-18, CMD-28); one on an
external server need not reach the peer (SYN-13).
"""

from __future__ import annotations

from typing import Protocol

from failover_fsm.pair import events as e
from failover_fsm.pair.replication import on_right_unit, reaches_peer
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Phase, State
from failover_fsm.services.saving.lines import configures, saved_spaces
from failover_fsm.services.saving.records import Name, Saving, Spaces

__all__ = ["saving_after"]


class Followed(Protocol):
    """What the judgement needs of the machine: the settings, the spaces, and those on an external server."""

    @property
    def settings(self) -> Settings:
        """What the protocol reads."""

    @property
    def spaces(self) -> tuple[Name, ...]:
        """The spaces."""

    @property
    def external(self) -> tuple[Name, ...]:
        """Those on an external server."""


def saving_after(was: Spaces, index: int, name: Name, event: e.CommandEntered, before: State, of: Followed) -> Saving:
    """How the newest change of a space is saved after a command.

    Args:
        was: The record before the command.
        index: The position of the space.
        name: Its name.
        event: The command.
        before: The pair before it.
        of: The machine.
    """
    space, unit = was.spaces[index], event.unit
    if configures(event.text):
        return Saving.NONE if event.context == name else space.saving
    if name not in saved_spaces(event.text, event.context, of.spaces):
        return space.saving
    external = name in of.external
    if external and unit in was.cut_off:
        return space.saving  # nothing is saved
    if not space.of(unit).running:  # something else is saved, perhaps over the newest change
        return Saving.NONE if space.saving is Saving.NONE else Saving.SOMEHOW
    reached = reaches_peer(before, of.settings, event) and before.unit(unit.peer).phase is Phase.UP
    right = on_right_unit(before, of.settings, event)
    if right and not space.marked and (external or reached):
        return Saving.PROCEDURE
    return Saving.SOMEHOW
