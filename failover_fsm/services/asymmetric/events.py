"""The events of asymmetric routing: sessions come and go, and packets of them arrive."""

from __future__ import annotations

import attrs

from failover_fsm.pair import events as e
from failover_fsm.services.asymmetric.records import Protocol
from failover_fsm.services.machine import MachineEvent

__all__ = ["PacketArrived", "PacketRedirected", "SessionEnded", "SessionOpened"]


@attrs.frozen(kw_only=True, cache_hash=True)
class AtPort(MachineEvent, e.ProtocolStep):
    """Base: something comes to an interface of a unit from the network, at any time."""

    interface: str


@attrs.frozen(kw_only=True, cache_hash=True)
class SessionOpened(AtPort):
    """An outbound session passes through the unit, and leaves by the interface (ASR-15)."""

    protocol: Protocol = Protocol.TCP

    @property
    def heading(self) -> str:
        """The sentence of the event in a run."""
        kind = "an HTTP session" if self.protocol is Protocol.HTTP else "a session"
        return f"{kind} leaves the {self.unit.value} by {self.interface}"


@attrs.frozen(kw_only=True, cache_hash=True)
class SessionEnded(AtPort):
    """The session of the interface ends, on the unit that passes it on."""

    @property
    def heading(self) -> str:
        """The sentence of the event in a run."""
        return f"the session of {self.interface} ends on the {self.unit.value}"


@attrs.frozen(kw_only=True, cache_hash=True)
class PacketArrived(AtPort):
    """A packet comes back from the network.

    Attributes:
        session: The interface by which the session of the packet left; whether it still lives, the packet does not say.
    """

    session: str

    @property
    def heading(self) -> str:
        """The sentence of the event in a run."""
        return f"a packet of the session of {self.session} arrives at {self.interface} of the {self.unit.value}"


@attrs.frozen(kw_only=True, cache_hash=True)
class PacketRedirected(AtPort):
    """A redirected packet reaches the peer, on the interface whose session it belongs to."""
