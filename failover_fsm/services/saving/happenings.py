"""What happens to a space: the events of the tables, and the events of the machine that are no steps of the pair.

The events of the tables are found from steps of the pair (`machine.SavingMachine`); each happens to the copy of one
space on one unit.
"""

from __future__ import annotations

import attrs

from failover_fsm.pair import events as e
from failover_fsm.services.machine import MachineEvent

__all__ = [
    "HAPPENINGS",
    "Booted",
    "Configured",
    "CopyArrived",
    "FileCopied",
    "Happening",
    "PeerConfigured",
    "PeerElected",
    "PeerReceived",
    "Received",
    "ReceptionBegan",
    "ReceptionLeft",
    "Saved",
    "SenderStopped",
    "ServerFound",
    "ServerLost",
    "SpaceWritten",
    "Stopped",
    "WholeWritten",
    "Written",
    "WrittenToPeer",
]


# -- events of the machine --------------------------------------------------------------------------------


@attrs.frozen(kw_only=True, cache_hash=True)
class FileCopied(MachineEvent, e.Command):
    """The unit's startup configuration of a space goes over an external server to the disk of its peer (SYN-14)."""

    context: str | None = None

    @property
    def heading(self) -> str:
        """The sentence of the event in a run."""
        what = f"context {self.context}" if self.context else "the system"
        return f"the startup configuration of {what} is copied over a server to the {self.unit.peer.value}"


@attrs.frozen(kw_only=True, cache_hash=True)
class ServerLost(MachineEvent, e.Fault):
    """The unit does not reach the external server any more."""

    @property
    def heading(self) -> str:
        """The sentence of the event in a run."""
        return f"the {self.unit.value} does not reach the external server"


@attrs.frozen(kw_only=True, cache_hash=True)
class ServerFound(MachineEvent, e.Repair):
    """The unit reaches the external server again."""

    @property
    def heading(self) -> str:
        """The sentence of the event in a run."""
        return f"the {self.unit.value} reaches the external server again"


# -- events of the tables ------------------------------------------------------------------------------------


class Happening(MachineEvent):
    """Base of what happens to a space on a unit."""


class Configured(Happening, e.Command):
    """A configuration command is entered on the unit."""


class PeerConfigured(Happening, e.Command):
    """A configuration command is entered on the peer."""


class Saved(Happening, e.Command):
    """A command that saves the space is entered on the unit, or reaches it."""


class Written(Happening, e.Command):
    """`write standby` of the peer writes the space to the unit, which stays up."""


class WrittenToPeer(Happening, e.Command):
    """`write standby` of the unit writes the space to the peer, which stays up."""


class CopyArrived(Happening, e.Command):
    """The file of the space arrives on the unit's disk, from the peer's and over a server."""


class ReceptionBegan(Happening, e.ProtocolStep):
    """The unit begins to receive the configuration, or begins anew."""


class Received(Happening, e.ProtocolStep):
    """The unit has received the configuration."""


class PeerReceived(Happening, e.ProtocolStep):
    """The peer has received the configuration of the unit."""


class ReceptionLeft(Happening, e.ProtocolStep):
    """The unit gives the reception up."""


class PeerElected(Happening, e.ProtocolStep):
    """The peer has booted and becomes active beside the unit, which is up."""


class SenderStopped(Happening, e.Fault):
    """The peer stops while the unit receives its configuration."""


class Stopped(Happening, e.Fault):
    """The unit stops."""


class Booted(Happening, e.Repair):
    """The unit boots."""


class WholeWritten(Happening, e.Command):
    """`write standby` of the whole configuration reaches the unit, which stays up."""


class SpaceWritten(Happening, e.Command):
    """`write standby` of one context reaches the unit, which stays up."""


HAPPENINGS: tuple[type[Happening], ...] = (
    Configured, PeerConfigured, Saved, Written, WrittenToPeer, CopyArrived, ReceptionBegan, Received, PeerReceived,
    ReceptionLeft, PeerElected, SenderStopped, Stopped, Booted,
)  # fmt: skip
"""What can happen to the copy of a space."""
