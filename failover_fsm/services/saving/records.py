"""What is remembered of saving: the configuration of each space on each unit, and how its newest change was saved.

A *space* is what is saved by itself: the system execution space and each context, or in single context mode the one
configuration there is. Texts are not modelled: a copy of a space has its newest change, or it has not.
"""

from __future__ import annotations

import enum

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair.states import ConfigSync

__all__ = ["Copy", "Name", "Saving", "Space", "Spaces"]

Name = str | None
"""The name of a space: that of a context, or None for the system execution space and in single context mode."""


class Saving(enum.Enum):
    """How the newest change of a space was saved; no rule reads it, promises do."""

    NONE = "not saved"
    SOMEHOW = "saved, but not as the chapter says"
    PROCEDURE = "saved as the chapter says"


@attrs.frozen(kw_only=True, cache_hash=True)
class Copy:
    """A space on one unit.

    Attributes:
        running: The running configuration has the newest change; false on a unit that is off.
        startup: The configuration that the unit loads when it boots has it: on its disk, or on a server.
        mark: The running configuration against the peer's.
    """

    running: bool = False
    startup: bool = True
    mark: ConfigSync = ConfigSync.SYNCHRONIZED


@attrs.frozen(kw_only=True, cache_hash=True)
class Space:
    """A space on both units, and how its newest change was saved."""

    primary: Copy = Copy()
    secondary: Copy = Copy()
    saving: Saving = Saving.NONE

    def of(self, unit: Unit) -> Copy:
        """The space on a unit."""
        return self.primary if unit is Unit.PRIMARY else self.secondary

    def with_copy(self, unit: Unit, copy: Copy) -> Space:
        """The same with another copy on a unit."""
        return attrs.evolve(self, primary=copy) if unit is Unit.PRIMARY else attrs.evolve(self, secondary=copy)

    @property
    def marked(self) -> bool:
        """A unit is marked: the running configurations may differ."""
        return any(self.of(unit).mark is not ConfigSync.SYNCHRONIZED for unit in Unit)


@attrs.frozen(kw_only=True, cache_hash=True)
class Spaces:
    """The record of the machine.

    Attributes:
        spaces: One for each space, in the order of the machine's names.
        ended: The contexts whose connections the latest step ended (CMD-26).
        cut_off: The units that do not reach the external server.
    """

    spaces: tuple[Space, ...]
    ended: tuple[str, ...] = ()
    cut_off: tuple[Unit, ...] = ()
