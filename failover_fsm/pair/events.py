"""The events of a failover pair, one frozen class per meaning.

*Environment* events are faults and repairs, *operator* events are commands, *protocol* events
are the steps that the units take by themselves.  A protocol event names only the unit that
steps: what the unit hears in that moment (its peer's announcement, the verdicts of its interface
tests) is added by the environment, so an event cannot claim what is not so.

`repr` rebuilds an event; `words` and `from_words` are the trace language.
"""

from __future__ import annotations

from typing import Any, TypeVar

import attrs

from failover_fsm.pair.event_base import BASES, named, worded
from failover_fsm.pair.event_base import AtGroup as AtGroup
from failover_fsm.pair.event_base import AtInterface as AtInterface
from failover_fsm.pair.event_base import AtPort as AtPort
from failover_fsm.pair.event_base import AtUnit as AtUnit
from failover_fsm.pair.event_base import Cause as Cause
from failover_fsm.pair.event_base import Command as Command
from failover_fsm.pair.event_base import Event as Event
from failover_fsm.pair.event_base import Fault as Fault
from failover_fsm.pair.event_base import ProtocolStep as ProtocolStep
from failover_fsm.pair.event_base import Repair as Repair
from failover_fsm.pair.event_base import at_groups as at_groups
from failover_fsm.pair.obstacles import Mismatch


@attrs.frozen(kw_only=True, cache_hash=True)
class UnitFailed(AtUnit, Fault):
    """The unit stops: power loss, hardware or software failure (TRG-2)."""

    cause: Cause = attrs.field(default=Cause.POWER, validator=attrs.validators.instance_of(Cause))


@attrs.frozen(kw_only=True, cache_hash=True)
class UnitRestored(AtUnit, Repair):
    """The unit gets power, or its failure is mended: it boots (SYN-1)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class FailoverLinkFailed(Fault):
    """The failover link carries nothing any more (SPL-1, T2-4)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class FailoverLinkRestored(Repair):
    """The failover link carries messages again (SPL-10)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class StatefulLinkFailed(Fault):
    """The Stateful Failover link, where it is a link of its own, carries nothing (T2-6, T4-6)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class StatefulLinkRestored(Repair):
    """The Stateful Failover link works again."""


@attrs.frozen(kw_only=True, cache_hash=True)
class InterfaceLinkFailed(AtInterface, AtUnit, Fault):
    """The unit's port under the interface goes down, with whatever else it carries (IFM-25)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class InterfaceLinkRestored(AtInterface, AtUnit, Repair):
    """The unit's port comes up again."""


@attrs.frozen(kw_only=True, cache_hash=True)
class PortFailed(AtPort, AtUnit, Fault):
    """A physical port of the unit goes down, and with it every interface and link that it carries (IFM-25, LNK-5)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class PortRestored(AtPort, AtUnit, Repair):
    """The physical port comes up again, and so does what it carries."""


@attrs.frozen(kw_only=True, cache_hash=True)
class InterfaceTrafficFailed(AtInterface, AtUnit, Fault):
    """The port stays up, but the unit receives nothing on it (IFM-22)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class InterfaceTrafficRestored(AtInterface, AtUnit, Repair):
    """The unit receives traffic on the interface again (IFM-17)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class InterfacePathFailed(AtInterface, Fault):
    """The units cannot hear each other on the interface; other traffic goes on (IFM-7)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class InterfacePathRestored(AtInterface, Repair):
    """The units can hear each other on the interface again."""


@attrs.frozen(kw_only=True, cache_hash=True)
class ServiceModuleFailed(AtUnit, Fault):
    """The service module of the unit dies; its interfaces go on working (TRG-2)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class ServiceModuleRestored(AtUnit, Repair):
    """The service module of the unit works again."""


def _difference() -> Any:
    return attrs.field(validator=attrs.validators.instance_of(Mismatch))


@attrs.frozen(kw_only=True, cache_hash=True)
class UnitsMismatched(Fault):
    """The units differ in what a pair has to have in common (HW-2, HW-4, HW-5, HW-7).

    Attributes:
        what: In what. A license can end at any time; the others change only while a unit does not run.
    """

    what: Mismatch = _difference()


@attrs.frozen(kw_only=True, cache_hash=True)
class UnitsMatched(Repair):
    """The units match again."""


@attrs.frozen(kw_only=True, cache_hash=True)
class KeysMismatched(Fault):
    """The failover keys of the units differ: on the links neither understands the other any more (KEY-3)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class KeysMatched(Repair):
    """Both units have the same failover key again."""


@attrs.frozen(kw_only=True, cache_hash=True)
class HeartbeatLost(AtUnit, Fault):
    """The chassis supervisor does not answer the unit: failover cannot be switched on there (CFG-21)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class HeartbeatRestored(AtUnit, Repair):
    """The chassis supervisor answers the unit again."""


@attrs.frozen(kw_only=True, cache_hash=True)
class FlashFilled(AtUnit, Fault):
    """The Flash of the unit has no room for the images and the configuration of its peer (HW-3)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class FlashFreed(AtUnit, Repair):
    """The Flash of the unit has room again."""


@attrs.frozen(kw_only=True, cache_hash=True)
class StateUpdatesCorrupted(AtUnit, Fault):
    """Connection state that the peer sends crashes the unit when it receives all of it (SYN-3, STF-1)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class StateUpdatesMended(AtUnit, Repair):
    """The unit takes the connection state of its peer again."""


@attrs.frozen(kw_only=True, cache_hash=True)
class ConfigurationLocked(AtUnit, Fault):
    """A session on the unit holds its configuration locked, so that no copy can be applied (SYN-3)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class ConfigurationUnlocked(AtUnit, Repair):
    """The session ends."""


@attrs.frozen(kw_only=True, cache_hash=True)
class SynchronizationStuck(AtUnit, Fault):
    """A synchronisation that the failover link interrupted fails for good, instead of waiting for the link (SYN-3)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class UnitReplaced(AtUnit, Fault):
    """A unit that does not run is replaced by one with an older configuration, or an empty one (SYN-2, CFG-22)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class StoppedWhileSaving(UnitFailed):
    """The unit stops while it writes its configuration to Flash: what it had saved is gone (SYN-9, CFG-22)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class ElementFailed(Fault):
    """A switch, a cable or an inter-switch link of the pair's topology fails (SPL-1, SPL-11)."""

    element: str = named()


@attrs.frozen(kw_only=True, cache_hash=True)
class ElementRestored(Repair):
    """The switch, cable or inter-switch link works again."""

    element: str = named()


@attrs.frozen(kw_only=True, cache_hash=True)
class UnitPaused(AtUnit, Fault):
    """The unit hangs: a busy processor, a snapshot, a virtual machine that moves (TRG-2, UHM-5)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class UnitResumed(AtUnit, Repair):
    """The unit goes on where it was when it began to hang."""


@attrs.frozen(kw_only=True, cache_hash=True)
class CongestionBegan(AtUnit, Fault):
    """Whatever the peer sends to the unit is lost in congestion, on every channel (UHM-6)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class CongestionEnded(AtUnit, Repair):
    """What the peer sends to the unit arrives again."""


@attrs.frozen(kw_only=True, cache_hash=True)
class FailoverLinkOneWay(AtUnit, Fault):
    """The unit receives nothing on the failover link any more; what it sends there arrives (UHM-2)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class FailoverLinkBothWays(AtUnit, Repair):
    """The unit receives on the failover link again."""


@attrs.frozen(kw_only=True, cache_hash=True)
class InterfacePathOneWay(AtInterface, AtUnit, Fault):
    """The unit does not hear its peer on the interface any more, but the peer hears the unit (IFM-7)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class InterfacePathBothWays(AtInterface, AtUnit, Repair):
    """The unit hears its peer on the interface again."""


@attrs.frozen(kw_only=True, cache_hash=True)
class FailoverLinkForwards(AtUnit, Repair):
    """The switch port at the unit's end of the failover link, which came up, begins to forward (LNK-13)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class InterfaceForwards(AtInterface, AtUnit, Repair):
    """The switch port at the interface of the unit, which came up, begins to forward (LNK-13)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class PortForwards(AtPort, AtUnit, Repair):
    """The switch port at a physical port of the unit, which came up, begins to forward (LNK-13)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class FailoverActive(AtGroup, Command):
    """`failover active` on the unit (TRG-4, CTL-5)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class NoFailoverActive(AtGroup, Command):
    """`no failover active` on the unit (TRG-4, CTL-6)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class FailoverReset(AtGroup, Command):
    """`failover reset`: acts on whichever unit is failed (CTL-1, CTL-13)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class FailoverDisabled(Command):
    """`no failover`: replicated when entered on the active unit with the link up (CTL-10, CMD-4)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class FailoverEnabled(Command):
    """`failover` on a unit that has it switched off (CFG-21, SYN-18)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class WriteStandby(Command):
    """`write standby` on the active unit: the standby takes the whole configuration anew (CMD-13)."""

    context: str | None = None


@attrs.frozen(kw_only=True, cache_hash=True)
class CommandEntered(Command):
    """A configuration command on the unit (CMD-1, CMD-12)."""

    context: str | None = None
    text: str = worded()


@attrs.frozen(kw_only=True, cache_hash=True)
class Reload(Command):
    """`reload` on the unit: it stops and boots again by itself (CTL-10)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class MessageDelivered(AtGroup, ProtocolStep):
    """The hand-over message on its way to the unit arrives."""


@attrs.frozen(kw_only=True, cache_hash=True)
class HelloHeard(ProtocolStep):
    """The unit receives a hello: on the failover link, or on a data interface while that is down (UHM-1, UHM-3)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class PeerAnsweredOnData(ProtocolStep):
    """The failover link went silent, and the peer answers on a data interface (UHM-4, SPL-8)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class InterfacesChecked(ProtocolStep):
    """The unit compares its failed interfaces with the interface policy (IFM-15, IFM-18)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class SynchronizationAdvanced(ProtocolStep):
    """A joining unit goes on to the next synchronisation state (SYN-3)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class SynchronizationFinished(ProtocolStep):
    """A joining unit passes through all synchronisation states that are left (SYN-3)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class SynchronizationFailed(ProtocolStep):
    """A joining unit cannot complete its synchronisation: no room in Flash, a locked configuration, or a crash."""


@attrs.frozen(kw_only=True, cache_hash=True)
class NoActiveUnitSeen(AtGroup, ProtocolStep):
    """The unit hears its peer, neither is active and no hand-over is on its way: a slow timer."""


@attrs.frozen(kw_only=True, cache_hash=True)
class HoldTimeExpired(ProtocolStep):
    """The unit hears its peer on no channel for the unit hold time (UHM-5, UHM-8)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class NegotiationExpired(ProtocolStep):
    """A negotiating unit has heard no peer (AS-7)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class GroupHandedOut(AtGroup, ProtocolStep):
    """After a boot of both units together, a group goes over to the unit it prefers (AA-14)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class PreemptTimerExpired(AtGroup, ProtocolStep):
    """The preempt delay of a group is over on the unit it prefers (PRE-3, PRE-5)."""


@attrs.frozen(kw_only=True, cache_hash=True)
class Restarted(ProtocolStep):
    """A reload is over and the unit boots."""


K = TypeVar("K", bound=Event)


def _below(base: type[K]) -> tuple[type[K], ...]:
    """The event classes of this module below a base class, in the order in which they are written."""
    kinds = [value for value in globals().values() if isinstance(value, type) and issubclass(value, base)]
    return tuple(dict.fromkeys(kind for kind in kinds if kind not in BASES))


FAULTS = _below(Fault)
REPAIRS = _below(Repair)
COMMANDS = _below(Command)
PROTOCOL_STEPS = _below(ProtocolStep)
EVENTS: tuple[type[Event], ...] = (*FAULTS, *REPAIRS, *COMMANDS, *PROTOCOL_STEPS)
"""Every event class, in a fixed order; `pair.registry` has an entry for each."""
