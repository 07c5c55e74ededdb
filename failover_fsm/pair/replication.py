"""Command replication: what a command does to the two configurations.

The configurations' texts are not modelled.  `UnitState.copy` says whether the two agree.  Who follows single
commands (`Settings.follow`) also sees which unit has the *newest* one, in its running configuration and in
Flash; no role and no rule of the tables reads that.  Functions that change something work on a draft of the pair.
"""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.health import hears_on_link
from failover_fsm.pair.outputs import CommandNotReplicated, CommandReplicated, ConsoleLine, Output
from failover_fsm.pair.replicated_commands import Does, crossing_of
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import JOINING, AnnouncedRole, ConfigSync, PeerContact, Phase, Unit, UnitState
from failover_fsm.records import RecordView, bring

WRONG_UNIT = (
    "**** WARNING **** Configuration Replication is NOT performed from Standby unit to Active unit. "
    "Configurations are no longer synchronized."
)
"""The line that a standby prints when a command is entered there (CMD-12)."""


def on_right_unit(state: Any, settings: Settings, event: e.CommandEntered) -> bool:
    """Whether a command is entered where it belongs: on the unit on which its context is active.

    A context is active where its failover group is (CMD-20, CMD-21); the system space and the admin context go
    with group 1 (CMD-22), and everything with the one active unit of an Active/Standby pair (CMD-1).
    """
    active: bool = state.unit(event.unit).groups[settings.group_of_context(event.context)].active
    return active


def reaches_peer(state: Any, settings: Settings, event: e.CommandEntered) -> bool:
    """Whether the command is sent to the peer and arrives: over the failover link, to a unit that runs (CMD-2, CMD-19).

    Whether the active configuration is saved does not matter (CMD-3).
    """
    if not (crossing_of(event.text).crosses and on_right_unit(state, settings, event)):
        return False
    peer = state.unit(event.unit.peer)
    peer_active = peer.groups[settings.group_of_context(event.context)].active
    return hears_on_link(state, settings, event.unit.peer) and not peer_active and peer.phase is not Phase.NEGOTIATION


def command_entered(state: Any, settings: Settings, event: e.CommandEntered) -> tuple[Output, ...]:
    """A command on a unit: what it does to a draft of the pair, and what is told of it.

    A configuration command that does not cross leaves the configurations out of synchronisation: marked is the
    unit on which it was entered if that is the wrong one, with a warning there (CMD-11, CMD-12, CMD-23), else the
    standby that does not get it.  What is entered while the configuration is being copied may be missing from the
    copy, whether it crosses or not (SYN-5), and what is entered on the unit that receives it is overwritten (SYN-6).
    """
    unit, arrives = event.unit, reaches_peer(state, settings, event)
    own, peer = state.unit(unit), state.unit(unit.peer)
    right = on_right_unit(state, settings, event)
    warned = not right and own.listening and not own.negotiating
    if crossing_of(event.text).does is Does.CONFIGURES:
        if not right:
            _mark(own, ConfigSync.OUT_OF_SYNC)
        if peer.joining:
            _mark(peer, ConfigSync.OVERRUN)
        elif right and not arrives:
            _mark(peer, ConfigSync.OUT_OF_SYNC)
    kind = CommandReplicated if arrives else CommandNotReplicated
    told = kind(unit=unit, text=event.text)
    return (ConsoleLine(unit=unit, text=WRONG_UNIT), told) if warned else (told,)


def _mark(own: Any, mark: ConfigSync) -> None:
    """Marks the unit's configuration; that a copy under way misses something is not forgotten."""
    if not own.joining or own.config_sync is not ConfigSync.OVERRUN:
        bring(own, "config_sync", mark)


def configuration_sent(was: Phase, state: Any, unit: Unit, event: e.Event, *, begins: bool) -> None:
    """After a step of the unit, on a draft of the pair: what the step means to the two configurations.

    was: the phase of the unit before the step.  begins: a copy of the peer's configuration begins.

    A copy that begins, or begins anew, has all that the sender has (SYN-3); complete, it makes the two agree, on both
    sides, unless it was overrun; a join that is given up leaves the receiver out of step.  When the sender stops the
    copy is broken off, also where the receiver does not notice, the sender being back so soon.  A unit that boots
    and becomes active beside a peer that is up runs what it had in Flash, not what the peer has.  And `write
    standby` to a unit that stays up makes it agree; for one context it leaves open what else is out of step.
    """
    own, peer = state.unit(unit), state.unit(unit.peer)
    phase = own.phase
    if isinstance(event, e.SynchronizationAdvanced | e.SynchronizationFinished):
        for group in peer.groups:  # the sender takes part, so what it heard before the join is forgotten
            bring(group, "peer_role", AnnouncedRole.JOINING)
    if was in JOINING and phase not in JOINING and own.config_sync is ConfigSync.OVERRUN:
        bring(own, "config_sync", ConfigSync.OUT_OF_SYNC)
    if begins:
        bring(own, "config_sync", ConfigSync.OUT_OF_SYNC)
    elif isinstance(event, e.WriteStandby) and event.context is None:
        bring(own, "config_sync", ConfigSync.SYNCHRONIZED)
    elif isinstance(event, e.UnitFailed | e.Reload) and peer.joining:
        bring(peer, "config_sync", ConfigSync.OVERRUN)
    elif was is Phase.NEGOTIATION and phase is Phase.UP and own.groups[0].active and peer.up and peer.enabled:
        _mark(peer, ConfigSync.OUT_OF_SYNC)
    elif was in JOINING and phase is Phase.UP and own.enabled and own.config_sync is ConfigSync.SYNCHRONIZED:
        bring(peer, "config_sync", ConfigSync.SYNCHRONIZED)


# -- the newest command ------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Was:
    """What of a unit the newest command depends on, before a step."""

    phase: Phase
    powered: bool
    contact: PeerContact

    @classmethod
    def of(cls, own: Any) -> Was | UnitState:
        """A unit as it is now: what a draft shows, which will change, or the record itself."""
        record: UnitState = own
        if isinstance(own, RecordView):
            return cls(phase=record.phase, powered=record.powered, contact=record.contact)
        return record


Both = tuple[Was | UnitState, Was | UnitState]
"""Both units before a step, the primary first."""


def newest_entered(before: Both, arrives: bool, state: Any, event: e.CommandEntered) -> None:
    """Follows a command, after it was entered, on a draft of the pair; arrives: it reached the peer.

    A new command is in the running configuration of the unit on which it is entered and of the peer that it
    reaches, in nobody's Flash (CMD-16); `write memory` saves it on every unit that it reaches (SYN-10, CMD-28).
    """
    does, unit = crossing_of(event.text).does, event.unit
    if does is Does.CONFIGURES:
        there = arrives and before[place(unit.peer)].phase is Phase.UP
        for each, has in ((unit, True), (unit.peer, there)):
            state.unit(each).newest, state.unit(each).saved = has, False
    if does is Does.SAVES:
        for each in (unit, unit.peer) if arrives else (unit,):
            state.unit(each).saved = state.unit(each).newest


def newest_followed(before: Both, state: Any, event: e.Event) -> None:
    """Brings `newest` up to date after any other step, on a draft of the pair.

    A synchronisation replaces the receiver's running configuration by what the sender has as it begins (SYN-3), in
    memory only (SYN-9); one that is broken off leaves neither.  A unit that stops comes back with what it had saved;
    one that is replaced, or stops while it saves, has neither in memory nor in Flash what is newest.
    """
    if isinstance(event, e.UnitReplaced | e.StoppedWhileSaving):
        state.unit(event.unit).saved = state.unit(event.unit).newest = False
    for unit in (Unit.PRIMARY, Unit.SECONDARY):
        was, own, peer = before[place(unit)], state.unit(unit), state.unit(unit.peer)
        phase = own.phase
        if phase is was.phase and phase not in JOINING:
            continue
        received = was.phase in JOINING and phase is Phase.UP and own.enabled
        again = was.contact is not PeerContact.LINK and own.contact is PeerContact.LINK
        if was.powered and not own.powered:
            bring(own, "newest", own.saved)
        elif phase is Phase.COLD_STANDBY and (again or was.phase is not Phase.COLD_STANDBY):
            bring(own, "newest", peer.newest)
        elif was.phase in JOINING and (_stops(before, state, unit.peer) or not (phase in JOINING or received)):
            bring(own, "newest", False)
        elif received:
            bring(own, "newest", own.newest and peer.newest)  # what was entered here meanwhile is overwritten (SYN-6)


def _stops(before: Both, state: Any, unit: Unit) -> bool:
    return before[place(unit)].powered and not state.unit(unit).powered


def place(unit: Unit) -> int:
    """The position of a unit in a pair of values, the primary's first."""
    return 0 if unit is Unit.PRIMARY else 1
