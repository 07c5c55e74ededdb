"""Command replication: what a configuration command does to the two configurations.

The configurations' texts are not modelled, only whether the two agree.
"""

from __future__ import annotations

from typing import Any

from failover_fsm.pair import events as e
from failover_fsm.pair.health import hears_on_link
from failover_fsm.pair.outputs import CommandNotReplicated, CommandReplicated, Output
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import JOINING, Copy, Phase, Unit


def command_entered(state: Any, settings: Settings, event: e.CommandEntered) -> tuple[Output, ...]:
    """A configuration command on a unit: what it does to a draft of the pair.

    On the active unit the command crosses the failover link to the standby (CMD-2); what cannot
    cross leaves the standby out of synchronisation, and what is entered while the configuration
    is being copied may be missing from the copy (SYN-5).  On a standby it stays there (CMD-11, CMD-12).
    In an Active/Active pair the command's context decides which group counts (CMD-20, CMD-22).
    """
    unit, own, peer = event.unit, state.unit(event.unit), state.unit(event.unit.peer)
    index = settings.group_of_context(event.context)
    if not own.groups[index].active:
        own.copy = Copy.OUT_OF_SYNC
        return (CommandNotReplicated(unit=unit, text=event.text),)
    peer_active = peer.groups[index].active
    if not hears_on_link(state, unit.peer) or peer_active or peer.phase is Phase.NEGOTIATION:
        peer.copy = Copy.OUT_OF_SYNC
        return (CommandNotReplicated(unit=unit, text=event.text),)
    if peer.phase in JOINING:
        peer.copy = Copy.OVERRUN
    return (CommandReplicated(unit=unit, text=event.text),)


def configuration_sent(was: Phase, state: Any, receiver: Unit) -> None:
    """After a step of the receiver, on a draft of the pair: with a complete copy the two agree, on both sides.

    was: the phase of the receiver before the step.
    """
    own = state.unit(receiver)
    if was in JOINING and own.phase is Phase.UP and own.enabled and own.copy is Copy.SYNCHRONIZED:
        state.unit(receiver.peer).copy = Copy.SYNCHRONIZED
