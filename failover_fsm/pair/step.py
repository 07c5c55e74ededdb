"""`step`: the one entry.  A state and an event in, the next state and the outputs out; nothing else moves a pair."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from failover_fsm.draft import Journal, thaw
from failover_fsm.pair import events as e
from failover_fsm.pair import replication
from failover_fsm.pair.case import Case, Facts
from failover_fsm.pair.environment import (
    PER_GROUP,
    UNITS,
    facts,
    group_index,
    group_number,
    interface_after,
    message_survives,
    step_possible,
    targets,
)
from failover_fsm.pair.errors import NotPossible, Refused
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.outputs import MessageLost, MessageSent, Output, PhaseChanged, RoleChanged
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Channel, Inbox, Interface, Phase, Role, State, Unit, UnitState
from failover_fsm.pair.syslog import sending_logs, system_logs
from failover_fsm.pair.tables import Default, Otherwise, Row
from failover_fsm.pair.unit import AFTER, UNIT_TABLE


@attrs.frozen(kw_only=True)
class Reaction:
    """What one unit does with an event.

    own: its record afterwards.  rows: the rows taken, the unit table's first; by_group: the rows of the
    group table with the positions of their groups.  default: why none was taken.  sent: hand-over
    messages for the peer, by group.
    """

    own: UnitState
    rows: tuple[Row[Any], ...] = ()
    by_group: tuple[tuple[int, Row[Any]], ...] = attrs.field(default=(), eq=False, repr=False)
    default: Default[Any] | None = None
    sent: tuple[tuple[int, Inbox], ...] = ()

    @property
    def because(self) -> str:
        """The reason that the unit gives."""
        return self.rows[0].because if self.rows else ""

    def because_of(self, index: int) -> str:
        """The reason that it gives for the group at `index`: the group's own, else the unit's."""
        return dict(self.by_group)[index].because if index in dict(self.by_group) else self.because


Reactor = Callable[[UnitState, Unit, e.Event, Facts, Settings], Reaction]


@attrs.frozen(kw_only=True)
class Moved:
    """A step before its outputs are told: the new state, and each unit's reaction in order."""

    state: State
    reactions: tuple[tuple[Unit, Reaction], ...] = ()
    outputs: tuple[Output, ...] = ()


def step(state: State, settings: Settings, event: e.Event) -> tuple[State, tuple[Output, ...]]:
    """The state after `event`, and what the units tell the world.

    Raises Refused when a unit refuses a command, NotPossible when the event cannot happen in this
    state; nothing has changed then.
    """
    moved = move(state, settings, event)
    return moved.state, tuple(_told(state, settings, moved))


def move(state: State, settings: Settings, event: e.Event, reactor: Reactor | None = None) -> Moved:
    """As `step`, without the outputs.

    reactor: stands in for `react`; it must return what `react` returns (a cache of it, or one that
    keeps a journal of what the rules read).
    """
    if isinstance(event, e.UnitFailed | e.UnitRestored) or not isinstance(event, e.Fault | e.Repair):
        moved = _at_units(state, settings, event, reactor or react)
    else:
        moved = Moved(state=_in_environment(state, settings, event))
    return _lose_messages(moved, settings)


# -- the units ---------------------------------------------------------------------------------


def react(
    own: UnitState, unit: Unit, event: e.Event, known: Facts, settings: Settings, journal: Journal | None = None
) -> Reaction:
    """What one unit makes of an event: unit table first, then the group table while the unit stays up.

    Reads nothing but its arguments: the unit's own record and what reached it.
    """
    draft = thaw(own, journal)
    case = Case(unit=unit, event=event, own=draft, facts=known, settings=settings)
    cell = UNIT_TABLE.cell(own.phase, type(event))
    row = cell.select(case)
    default: Default[Any] | None = cell.default
    chosen: list[tuple[int, Row[Any]]] = [] if row is None else [(0, row)]
    of_unit = len(chosen)
    leaves_up = row is not None and row.to is not None and row.to is not Phase.UP
    if own.phase is Phase.UP and not leaves_up and type(event) in GROUP_TABLE.events:
        for index in _groups_of(own, event):
            case.index = index
            group_cell = GROUP_TABLE.cell(own.groups[index].role, type(event))
            group_row = group_cell.select(case)
            if group_row is not None:
                chosen.append((index, group_row))
            else:
                default = group_cell.default
    for index, taken in chosen:
        case.index = index
        apply_row(case, taken)
    if not chosen and default is not None and default.outcome is not Otherwise.IGNORED:
        return Reaction(own=own, default=default)
    if type(event) in AFTER:
        AFTER[type(event)](case)
    if isinstance(event, e.MessageDelivered):
        draft.groups[group_index(event.group)].inbox = Inbox.NONE
    if draft.phase is not Phase.UP:
        drop_roles(draft)
    return Reaction(
        own=draft.freeze(),
        rows=tuple(taken for _, taken in chosen),
        by_group=tuple(chosen[of_unit:]),
        default=default,
        sent=tuple(case.sent),
    )


def _groups_of(own: UnitState, event: e.Event) -> tuple[int, ...]:
    wanted = getattr(event, "group", None)
    return tuple(range(len(own.groups))) if wanted is None else (group_index(wanted),)


def apply_row(case: Case, row: Row[Any]) -> None:
    """Takes a row: the target first, then its effects; a role that moves ends the group's wish to go home."""
    if isinstance(row.to, Phase):
        case.own.phase = row.to
    elif isinstance(row.to, Role):
        case.group.role, case.group.homing = row.to, False
    for effect in row.do:
        effect(case)


def drop_roles(draft: Any) -> None:
    """A unit that is not up has no role, and a message on its way to it is lost: one place for all rows."""
    for group in draft.groups:
        group.role = Role.NONE
        group.inbox = Inbox.NONE
        group.homing = False


def _at_units(state: State, settings: Settings, event: e.Event, reactor: Reactor) -> Moved:
    unit: Unit = event.unit  # type: ignore[attr-defined]  # only events that name a unit come here
    _check_group(settings, event)
    if isinstance(event, e.ProtocolStep) and not step_possible(state, settings, event):
        raise NotPossible(event, "its cause does not hold")
    reactions = []
    for target in targets(state, event, unit):
        reaction = reactor(state.unit(target), target, event, facts(state, settings, event, target), settings)
        reactions.append((target, reaction))
    _raise_if_nothing_happened(event, reactions)
    outputs: tuple[Output, ...] = ()
    if isinstance(event, e.CommandEntered):
        state, outputs = replication.command_entered(state, settings, event)
    else:
        for target, reaction in reactions:
            state = replication.configuration_sent(state, state.with_unit(target, reaction.own), target)
    for target, reaction in reactions:
        for index, message in reaction.sent:
            state, output = _send(state, settings, target, index, message)
            outputs += (output,)
    return Moved(state=state, reactions=tuple(reactions), outputs=outputs)


def _check_group(settings: Settings, event: e.Event) -> None:
    """The group of an event is one of the pair's; a step that a group takes names it."""
    group = getattr(event, "group", None)
    if group is not None and not settings.groups:
        raise Refused(event, "an Active/Standby pair has no failover groups")
    if group is not None and group > len(settings.groups):
        raise Refused(event, f"there is no failover group {group}")
    if group is None and settings.groups and isinstance(event, PER_GROUP):
        raise NotPossible(event, "it names no failover group")


def _raise_if_nothing_happened(event: e.Event, reactions: list[tuple[Unit, Reaction]]) -> None:
    refusals = [item.default for _, item in reactions if item.default is not None and not item.rows]
    blocked = [item for item in refusals if item.outcome is not Otherwise.IGNORED]
    if len(blocked) == len(reactions):
        error = Refused if isinstance(event, e.Command) else NotPossible
        raise error(event, blocked[0].because)


def _send(state: State, settings: Settings, sender: Unit, index: int, message: Inbox) -> tuple[State, Output]:
    """Puts a message on its way; with no channel for it, or no unit up at the other end, it is lost at once."""
    receiver = sender.peer
    if not message_survives(state, settings, receiver, message):
        return state, MessageLost(unit=receiver, message=message, group=group_number(settings, index))
    record = state.unit(receiver)
    groups = tuple(
        attrs.evolve(group, inbox=message) if position == index else group
        for position, group in enumerate(record.groups)
    )
    sent = MessageSent(unit=sender, message=message, group=group_number(settings, index))
    return state.with_unit(receiver, attrs.evolve(record, groups=groups)), sent


# -- the environment ---------------------------------------------------------------------------


def _in_environment(state: State, settings: Settings, event: e.Event) -> State:
    links = state.links
    if isinstance(event, e.FailoverLinkFailed | e.FailoverLinkRestored):
        return attrs.evolve(state, links=attrs.evolve(links, failover=_toggled(links.failover, event)))
    if isinstance(event, e.StatefulLinkFailed | e.StatefulLinkRestored):
        return attrs.evolve(state, links=attrs.evolve(links, stateful=_toggled(links.stateful, event)))
    try:
        index = settings.index_of(event.interface)  # type: ignore[attr-defined]  # interface events name one
    except KeyError as missing:
        names = ", ".join(port.name for port in settings.ports) or "none"
        raise NotPossible(event, f"there is no interface {missing.args[0]}; allowed: {names}") from None
    changed = interface_after(state.interfaces[index], event)
    if changed is None:
        raise NotPossible(event, "it is so already")
    interfaces: list[Interface] = list(state.interfaces)
    interfaces[index] = changed
    return attrs.evolve(state, interfaces=tuple(interfaces))


def _toggled(channel: Channel, event: e.Event) -> Channel:
    wanted = Channel.CUT if isinstance(event, e.Fault) else Channel.GOOD
    if channel is wanted:
        raise NotPossible(event, "it is so already")
    return wanted


def _lose_messages(moved: Moved, settings: Settings) -> Moved:
    """Drops every message whose channel or ends are gone after the event."""
    state, lost = moved.state, []
    for unit in UNITS:
        record = state.unit(unit)
        for index, group in enumerate(record.groups):
            if group.inbox is Inbox.NONE or message_survives(state, settings, unit, group.inbox):
                continue
            lost.append(MessageLost(unit=unit, message=group.inbox, group=group_number(settings, index)))
            groups = list(record.groups)
            groups[index] = attrs.evolve(group, inbox=Inbox.NONE)
            record = attrs.evolve(record, groups=tuple(groups))
        if record is not state.unit(unit):
            state = state.with_unit(unit, record)
    return attrs.evolve(moved, state=state, outputs=(*moved.outputs, *lost)) if lost else moved


# -- outputs -----------------------------------------------------------------------------------


def _told(before: State, settings: Settings, moved: Moved) -> Iterator[Output]:
    for unit, reaction in moved.reactions:
        old, new = before.unit(unit), moved.state.unit(unit)
        if old.phase is not new.phase:
            yield PhaseChanged(unit=unit, before=old.phase, after=new.phase, because=reaction.because)
        for index, (was, now) in enumerate(zip(old.groups, new.groups, strict=True)):
            if was.role is not now.role:
                yield RoleChanged(
                    unit=unit,
                    group=group_number(settings, index),
                    before=was.role,
                    after=now.role,
                    because=reaction.because_of(index),
                )
        becauses = [reaction.because_of(index) for index in range(len(new.groups))]
        yield from system_logs(unit, old, new, becauses, named=bool(settings.groups))
        if moved.state.unit(unit.peer).powered:
            yield from sending_logs(unit.peer, old, new)
    yield from moved.outputs
