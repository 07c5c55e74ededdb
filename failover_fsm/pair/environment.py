"""The world around the two units: what can happen next, and what reaches a unit when it does.

These functions see the whole pair.  They decide *whether* an event may happen (occurrence) and
what it carries (`facts`), they carry messages and lose them; what a unit makes of it is the
tables' (rules), which see only the unit's own record.

Assumptions, named here because every verdict rests on them:

* a hello is built and received in one step; what a unit knows can be old, a hello cannot;
* messages are faster than timers: while a hand-over message is on its way no timer fires;
* a message is lost when its channel fails or either end stops, restarts or switches failover off;
* a timer may fire whenever its cause holds, and only then: where congestion makes false silence, where a unit hangs,
  and where a link works in one direction only, that is a fault of its own (`impairments.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from failover_fsm.config.records.pair_config import StatefulLink, Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.health import (
    answers_on_data,
    failed_by_group,
    failover_link_works,
    hears,
    hears_on_data,
    hears_on_link,
    module_failed,
    stateful_link_works,
)
from failover_fsm.pair.obstacles import Obstacle, Obstacles, is_locked
from failover_fsm.pair.phases import travels_by_data
from failover_fsm.pair.rule_context import NOTHING, Announcement, Channel, Inputs
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import JOINING, AnnouncedRole, Group, Handover, PeerContact, Phase, Role, State, UnitState
from failover_fsm.records import ask

UNITS = (Unit.PRIMARY, Unit.SECONDARY)

_SHOWN = {
    Role.ACTIVE: AnnouncedRole.ACTIVE,
    Role.STANDBY_READY: AnnouncedRole.STANDBY_READY,
    Role.FAILED: AnnouncedRole.FAILED,
}


def _announced(group: Group) -> AnnouncedRole:
    role = _SHOWN[group.role]
    return AnnouncedRole.UNCHECKED if role is AnnouncedRole.STANDBY_READY and group.unchecked else role


def announced_roles(own: UnitState) -> tuple[AnnouncedRole, ...]:
    """What a unit says of its groups in a hello now."""
    if own.up:
        return tuple(_announced(group) for group in own.groups)
    view = AnnouncedRole.NEGOTIATION if own.negotiating else AnnouncedRole.JOINING
    return tuple(view for _ in own.groups)


def announcement(state: State, settings: Settings, unit: Unit) -> Announcement:
    """What the unit says of itself in a hello now."""
    own = state.unit(unit)
    dead = module_failed(state, settings, unit)
    return Announcement(roles=announced_roles(own), acquainted=own.acquainted, module_dead=dead)


def message_in_flight(state: State) -> bool:
    """A hand-over message is on its way to either unit."""
    for unit in UNITS:
        for group in state.unit(unit).groups:
            if not group.quiet:
                return True
    return False


def stateful_works(state: State, settings: Settings) -> bool:
    """Connection state can be replicated now (LNK-10, LNK-11)."""
    if settings.stateful is StatefulLink.DEDICATED:
        return stateful_link_works(state, settings)
    if settings.stateful is StatefulLink.SHARED_FAILOVER:
        return failover_link_works(state, settings)
    return settings.stateful is StatefulLink.SHARED_DATA


# -- occurrence: may this step happen now? ------------------------------------------------------


def _message(state: State, settings: Settings, unit: Unit, index: int) -> bool:
    return not state.unit(unit).groups[index].quiet


def _waits_for_link(own: UnitState) -> bool:
    """The unit expects hellos on the failover link; the peer answers on data interfaces only after a probe."""
    return own.contact is PeerContact.LINK and not own.negotiating


def _hello(state: State, settings: Settings, unit: Unit) -> bool:
    if hears_on_link(state, settings, unit):
        return True
    own = state.unit(unit)
    if own.contact is PeerContact.DATA and not own.negotiating:  # it goes on asking, also where nobody says hello
        return answers_on_data(state, settings, unit)
    return not _waits_for_link(own) and hears_on_data(state, settings, unit)


def _answer_on_data(state: State, settings: Settings, unit: Unit) -> bool:
    link_silent = _waits_for_link(state.unit(unit)) and not hears_on_link(state, settings, unit)
    return link_silent and not message_in_flight(state) and answers_on_data(state, settings, unit)


def _check(state: State, settings: Settings, unit: Unit) -> bool:
    own = state.unit(unit)
    return own.up and own.enabled


def _receives(state: State, settings: Settings, unit: Unit) -> bool:
    own, peer = state.unit(unit), state.unit(unit.peer)
    joined = own.joining and own.contact is PeerContact.LINK and hears_on_link(state, settings, unit)
    # a copy has to be acknowledged
    return joined and hears_on_link(state, settings, unit.peer) and any(group.active for group in peer.groups)


def obstacle_ahead(state: State, settings: Settings, unit: Unit) -> tuple[Phase, Obstacle] | None:
    """Where the synchronisation of a joining unit will fail, and of what; None if it can be completed.

    A locked configuration cannot be replaced (Sync Config), a full Flash takes no files (Sync File System), and
    connection state comes last, over a stateful link (Bulk Sync).
    """
    locked = ask(state.unit(unit).hindrance, is_locked)
    full, bad = (ask(state.obstacles, here, unit) for here in (Obstacles.lacks_room, Obstacles.crashes))
    if not (locked or full or bad):
        return None
    phase = state.unit(unit).phase
    for there, where, what in (
        (locked, Phase.SYNC_CONFIG, Obstacle.LOCKED),
        (full, Phase.SYNC_FILE_SYSTEM, Obstacle.FLASH),
        (bad and stateful_works(state, settings), Phase.BULK_SYNC, Obstacle.UPDATES),
    ):
        if there and phase in JOINING and JOINING.index(phase) <= JOINING.index(where):
            return where, what
    return None


def _advances(state: State, settings: Settings, unit: Unit) -> bool:
    if not _receives(state, settings, unit):
        return False
    ahead = obstacle_ahead(state, settings, unit)
    return ahead is None or ahead[0] is not state.unit(unit).phase


def _completes(state: State, settings: Settings, unit: Unit) -> bool:
    return _receives(state, settings, unit) and obstacle_ahead(state, settings, unit) is None


def _fails(state: State, settings: Settings, unit: Unit) -> bool:
    return obstacle_ahead(state, settings, unit) is not None and _receives(state, settings, unit)


def _no_active(state: State, settings: Settings, unit: Unit, index: int) -> bool:
    own, peer = state.unit(unit), state.unit(unit.peer)
    if not own.listening or message_in_flight(state) or own.groups[index].active:
        return False
    return _hello(state, settings, unit) and announced_roles(peer)[index] is not AnnouncedRole.ACTIVE


def _silence(state: State, settings: Settings, unit: Unit) -> bool:
    armed = state.unit(unit).listening and state.unit(unit).contact in (PeerContact.LINK, PeerContact.DATA)
    return armed and not message_in_flight(state) and not hears(state, settings, unit)


def _nobody(state: State, settings: Settings, unit: Unit) -> bool:
    own = state.unit(unit)
    waiting = own.negotiating and own.listening
    heard = hears_on_link(state, settings, unit) or hears_on_data(state, settings, unit)
    return waiting and not message_in_flight(state) and not heard


def _homing(state: State, settings: Settings, unit: Unit, index: int) -> bool:
    own = state.unit(unit)
    return own.listening and own.groups[index].return_pending and not message_in_flight(state)


def _preempt(state: State, settings: Settings, unit: Unit, index: int) -> bool:
    standby = state.unit(unit).groups[index].role is Role.STANDBY_READY
    if not (standby and _homing(state, settings, unit, index) and hears_on_link(state, settings, unit)):
        return False
    # the delay is long, so the peer's announcement is current
    return announced_roles(state.unit(unit.peer))[index] is AnnouncedRole.ACTIVE


def _hand_out(state: State, settings: Settings, unit: Unit, index: int) -> bool:
    active = state.unit(unit).groups[index].active
    return active and _homing(state, settings, unit, index)


def _restart(state: State, settings: Settings, unit: Unit) -> bool:
    return state.unit(unit).phase is Phase.RESTARTING


_PER_GROUP: dict[type[e.Event], Callable[[State, Settings, Unit, int], bool]] = {
    e.MessageDelivered: _message,
    e.NoActiveUnitSeen: _no_active,
    e.GroupHandedOut: _hand_out,
    e.PreemptTimerExpired: _preempt,
}
PER_GROUP = tuple(kind for kind in e.PROTOCOL_STEPS if issubclass(kind, e.AtGroup))
"""The protocol steps that a failover group takes; the others are the unit's."""

_PER_UNIT: dict[type[e.Event], Callable[[State, Settings, Unit], bool]] = {
    e.HelloHeard: _hello,
    e.PeerAnsweredOnData: _answer_on_data,
    e.InterfacesChecked: _check,
    e.SynchronizationAdvanced: _advances,
    e.SynchronizationFinished: _completes,
    e.SynchronizationFailed: _fails,
    e.HoldTimeExpired: _silence,
    e.NegotiationExpired: _nobody,
    e.Restarted: _restart,
}

SETTLE_ORDER = e.PROTOCOL_STEPS
"""The documented order in which `settle` tries protocol steps; within a class, the primary first."""


_STEPS = {(kind, unit): kind(unit=unit) for kind in SETTLE_ORDER for unit in UNITS}
_STEPS_OF_GROUPS: dict[tuple[type[e.ProtocolStep], Unit, int], e.ProtocolStep] = {
    (kind, unit, number): event
    for kind in PER_GROUP
    for unit in UNITS
    for number, event in enumerate(e.at_groups(kind, unit, 2), start=1)
}


def protocol_steps(state: State, settings: Settings) -> Iterator[e.ProtocolStep]:
    """The protocol steps that can happen now, in settle order; some of them may change nothing."""
    running = tuple(unit for unit in UNITS if state.runs(unit))
    for kind in SETTLE_ORDER:
        of_unit = _PER_UNIT.get(kind)
        for unit in running:
            if of_unit is None:
                for index in range(len(state.unit(unit).groups)):
                    if _PER_GROUP[kind](state, settings, unit, index):
                        yield _STEPS_OF_GROUPS[kind, unit, index + 1] if settings.groups else _STEPS[kind, unit]
            elif of_unit(state, settings, unit):
                yield _STEPS[kind, unit]


def group_index(group: int | None) -> int:
    """The position of a failover group; Active/Standby has one implied group."""
    return 0 if group is None else group - 1


def group_number(settings: Settings, index: int) -> int | None:
    """The number of the failover group at a position; the implied group of Active/Standby has none."""
    return index + 1 if settings.groups else None


def step_possible(state: State, settings: Settings, event: e.ProtocolStep) -> bool:
    """Whether the protocol step may happen now."""
    kind = type(event)
    if not state.runs(event.unit):
        return False
    if not isinstance(event, e.AtGroup):
        return _PER_UNIT[kind](state, settings, event.unit)
    index = group_index(event.group)
    return index < len(state.unit(event.unit).groups) and _PER_GROUP[kind](state, settings, event.unit, index)


# -- what reaches the unit -----------------------------------------------------------------------


def inputs_for(state: State, settings: Settings, event: e.Event, unit: Unit) -> Inputs:
    """What the unit learns with the event: the sender's announcement, its own measurements."""
    if isinstance(event, e.HelloHeard | e.NoActiveUnitSeen):
        if hears_on_link(state, settings, unit):
            differs = isinstance(event, e.HelloHeard) and ask(state.obstacles, Obstacles.mismatched)
            met = Obstacle.MISMATCH if differs else Obstacle.NONE
            return Inputs(via=Channel.LINK, peer=announcement(state, settings, unit.peer), obstacle=met)
        unmonitored = _is_unmonitored(state, settings, unit)
        return Inputs(via=Channel.DATA, peer=announcement(state, settings, unit.peer), unmonitored=unmonitored)
    if isinstance(event, e.MessageDelivered):
        if not state.unit(unit).groups[group_index(event.group)].travelling_by_data:
            return Inputs(via=Channel.LINK, peer=announcement(state, settings, unit.peer))
        return _answer(state, settings, unit)
    if isinstance(event, e.PeerAnsweredOnData):
        return _answer(state, settings, unit)
    if isinstance(event, e.InterfacesChecked):
        compares = settings.options.mate_is_healthier  # with what the peer's hellos tell
        peer_failed = failed_by_group(state, settings, unit.peer) if compares else ()
        return Inputs(
            failed=failed_by_group(state, settings, unit),
            peer_failed=peer_failed,
            module_dead=module_failed(state, settings, unit),
        )
    if isinstance(event, e.SynchronizationAdvanced | e.SynchronizationFinished):
        return Inputs(
            failed=failed_by_group(state, settings, unit),
            module_dead=module_failed(state, settings, unit),
            stateful=stateful_works(state, settings),
        )
    if isinstance(event, e.Command) and unit is not event.unit:
        return Inputs(via=Channel.LINK)
    return _obstructed(state, settings, event, unit)


def _obstructed(state: State, settings: Settings, event: e.Event, unit: Unit) -> Inputs:
    """What stands in the way of a boot, or of the end of a synchronisation."""
    if isinstance(event, e.UnitRestored | e.Restarted) and ask(state.obstacles, Obstacles.lacks_heartbeat, unit):
        return Inputs(obstacle=Obstacle.HEARTBEAT)
    if isinstance(event, e.SynchronizationFailed):
        ahead = obstacle_ahead(state, settings, unit)
        return NOTHING if ahead is None else Inputs(obstacle=ahead[1])
    return NOTHING


def _answer(state: State, settings: Settings, unit: Unit) -> Inputs:
    """The peer speaks on a data interface, and both compare their failed interfaces."""
    return Inputs(
        via=Channel.DATA,
        peer=announcement(state, settings, unit.peer),
        failed=failed_by_group(state, settings, unit),
        peer_failed=failed_by_group(state, settings, unit.peer),
        unmonitored=_is_unmonitored(state, settings, unit),
    )


def _is_unmonitored(state: State, settings: Settings, unit: Unit) -> bool:
    """The peer is heard on interfaces that are not monitored alone, which ends no split brain (SPL-3)."""
    if settings.running is None and settings.probed == settings.counted:
        return False
    return not hears_on_data(state, settings, unit)


def targets(state: State, settings: Settings, event: e.Event, unit: Unit) -> tuple[Unit, ...]:
    """The units at which an event takes place; some commands act on the peer, over the failover link."""
    if not isinstance(event, e.FailoverDisabled | e.WriteStandby | e.FailoverReset):
        return (unit,)
    peer = state.unit(unit.peer)
    reachable = hears_on_link(state, settings, unit.peer)
    if isinstance(event, e.FailoverDisabled):
        active = state.unit(unit).groups[0].active  # group 1 stands for the system space (CMD-22)
        return (unit, unit.peer) if active and reachable else (unit,)
    if isinstance(event, e.WriteStandby):
        hears_active = reachable and peer.contact is PeerContact.LINK
        active = state.unit(unit).groups[settings.group_of_context(event.context)].active  # CMD-27
        return (unit.peer,) if active and hears_active and peer.up else (unit,)
    if reachable and peer.up:
        everything = range(len(peer.groups))
        wanted = everything if event.group is None else (group_index(event.group),)
        own_failed = [group.role is Role.FAILED for group in state.unit(unit).groups]
        peer_failed = [group.role is Role.FAILED for group in peer.groups]
        elsewhere = any(peer_failed[index] and not own_failed[index] for index in wanted)
        if not any(own_failed[index] for index in wanted):
            return (unit.peer,)
        return (unit, unit.peer) if elsewhere else (unit,)
    return (unit,)


# -- messages ------------------------------------------------------------------------------------


def message_survives(state: State, settings: Settings, unit: Unit, message: Handover) -> bool:
    """A message on its way to the unit can still arrive."""
    if not state.unit(unit).up:
        return False
    if travels_by_data(message):
        return answers_on_data(state, settings, unit)
    return hears_on_link(state, settings, unit)
