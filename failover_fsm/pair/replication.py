"""Command replication: what a configuration command does to the two configurations.

The configurations' texts are not modelled, only whether the two agree.
"""

from __future__ import annotations

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.health import hears_on_link
from failover_fsm.pair.outputs import CommandNotReplicated, CommandReplicated, Output
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import JOINING, Copy, Phase, Role, State, Unit


def command_entered(
    state: State, settings: Settings, event: e.CommandEntered
) -> tuple[State, tuple[Output, ...]]:
    """The pair after a configuration command on a unit.

    On the active unit the command crosses the failover link to the standby (CMD-2); what cannot
    cross leaves the standby out of synchronisation, and what is entered while the configuration
    is being copied may be missing from the copy (SYN-5).  On a standby it stays there (CMD-11, CMD-12).
    In an Active/Active pair the command's context decides which group counts (CMD-20, CMD-22).
    """
    unit, own, peer = event.unit, state.unit(event.unit), state.unit(event.unit.peer)
    index = settings.group_of_context(event.context)
    if own.groups[index].role is not Role.ACTIVE:
        changed = attrs.evolve(own, copy=Copy.OUT_OF_SYNC)
        return state.with_unit(unit, changed), (CommandNotReplicated(unit=unit, text=event.text),)
    peer_active = peer.groups[index].role is Role.ACTIVE
    if not hears_on_link(state, unit.peer) or peer_active or peer.phase is Phase.NEGOTIATION:
        changed = attrs.evolve(peer, copy=Copy.OUT_OF_SYNC)
        return state.with_unit(unit.peer, changed), (CommandNotReplicated(unit=unit, text=event.text),)
    if peer.phase in JOINING:
        peer = attrs.evolve(peer, copy=Copy.OVERRUN)
    return state.with_unit(unit.peer, peer), (CommandReplicated(unit=unit, text=event.text),)



def configuration_sent(before: State, after: State, receiver: Unit) -> State:
    """The pair after a step of the receiver: with a complete copy the two configurations agree, on both sides."""
    old, new = before.unit(receiver), after.unit(receiver)
    received = old.phase in JOINING and new.phase is Phase.UP and new.enabled
    if not received or new.copy is not Copy.SYNCHRONIZED:
        return after
    return after.with_unit(receiver.peer, attrs.evolve(after.unit(receiver.peer), copy=Copy.SYNCHRONIZED))
