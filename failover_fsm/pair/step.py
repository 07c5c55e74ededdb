"""`step`: the one entry.  A state and an event in, the next state and the outputs out; nothing else moves a pair."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair import history as followed
from failover_fsm.pair import replication
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
from failover_fsm.pair.health import carries_hellos
from failover_fsm.pair.outputs import MessageLost, MessageSent, Output, PhaseChanged, RoleChanged
from failover_fsm.pair.rule_context import Case, Facts
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Channel, Inbox, Interface, Phase, Role, State, Unit, UnitState
from failover_fsm.pair.syslog import sending_logs, system_logs
from failover_fsm.pair.tables import Default, Otherwise, Row
from failover_fsm.pair.unit import AFTER, UNIT_TABLE
from failover_fsm.pair.wiring import element_toggled, together
from failover_fsm.records import Journal, ask, thaw


@attrs.frozen(kw_only=True)
class Response:
    """What the tables say to an event at one unit.

    rows: the rows taken, the unit table's first; by_group: the rows of the group table with the
    positions of their groups.  default: why none was taken.  sent: hand-over messages for the peer, by group.
    """

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

    @property
    def blocked(self) -> bool:
        """The unit refuses the event, or it cannot happen there."""
        return not self.rows and self.default is not None and self.default.outcome is not Otherwise.IGNORED


@attrs.frozen(kw_only=True)
class Reaction(Response):
    """What one unit does with an event: the response, and `own`, its record afterwards."""

    own: UnitState


Reactor = Callable[[UnitState, Unit, e.Event, Facts, Settings], Reaction]


@attrs.frozen(kw_only=True)
class Happened:
    """What happened in a step besides the state: each unit's response in order, messages sent and lost."""

    reactions: tuple[tuple[Unit, Response], ...] = ()
    outputs: tuple[Output, ...] = ()


@attrs.frozen(kw_only=True)
class Moved(Happened):
    """A step before its outputs are told: what happened, and the new state."""

    state: State


def step(
    state: State, settings: Settings, event: e.Event, reactor: Reactor | None = None
) -> tuple[State, tuple[Output, ...]]:
    """The state after `event`, and what the units tell the world; `reactor` as in `move`.

    Raises Refused when a unit refuses a command, NotPossible when the event cannot happen in this
    state; nothing has changed then.
    """
    moved = move(state, settings, event, reactor)
    return moved.state, tuple(told(state, settings, moved))


def move(state: State, settings: Settings, event: e.Event, reactor: Reactor | None = None) -> Moved:
    """As `step`, without the outputs.

    reactor: stands in for `react`; it must return what `react` returns (a cache of it, or one that
    keeps a journal of what the rules read).
    """

    def answered(draft: Any, unit: Unit, heard: Facts) -> Response:
        assert reactor is not None
        reaction = reactor(state.unit(unit), unit, event, heard, settings)
        _overwrite(draft, reaction.own)
        return reaction

    draft = thaw(state)
    happened = happen(draft, settings, event, answered if reactor else None)
    return Moved(state=draft.freeze(), reactions=happened.reactions, outputs=happened.outputs)


Respond = Callable[[Any, Unit, Facts], Response]


def happen(draft: Any, settings: Settings, event: e.Event, answer: Respond | None = None) -> Happened:
    """Lets `event` happen to a draft of a State: the one place where a pair moves.

    answer: what the tables say to the event at a unit, made so on the draft of the unit's record.

    Raises as `step`; the draft has not been assigned to then.
    """
    before = followed.Before.of(draft, settings, event) if settings.follow else None
    if isinstance(event, e.UnitFailed | e.UnitRestored) or not isinstance(event, e.Fault | e.Repair):
        happened = _at_units(draft, settings, event, answer)
    else:
        happened = Happened(outputs=_in_environment(draft, settings, event))
    if before is not None:
        followed.follow(before, draft, settings, event)
    return happened


# -- the units ---------------------------------------------------------------------------------


def react(
    own: UnitState, unit: Unit, event: e.Event, known: Facts, settings: Settings, journal: Journal | None = None
) -> Reaction:
    """What one unit makes of an event, from its frozen record to the next one; see `respond`."""
    draft = thaw(own, journal)
    found = respond(draft, unit, event, known, settings)
    return Reaction(
        own=draft.freeze(), rows=found.rows, by_group=found.by_group, default=found.default, sent=found.sent
    )


def respond(own: Any, unit: Unit, event: e.Event, known: Facts, settings: Settings) -> Response:
    """What one unit makes of an event: unit table first, then the group table while the unit stays up.

    own: draft of the unit's record; it is as it should be afterwards, and untouched where the response
    is blocked.  Reads nothing but its arguments: the unit's own record and what reached it.
    """
    case = Case(unit=unit, event=event, own=own, facts=known, settings=settings)
    phase = own.phase
    cell = UNIT_TABLE.cell(phase, type(event))
    row = cell.select(case)
    default: Default[Any] | None = cell.default
    chosen: list[tuple[int, Row[Any]]] = [] if row is None else [(0, row)]
    of_unit = len(chosen)
    leaves_up = row is not None and row.to is not None and row.to is not Phase.UP
    if phase is Phase.UP and not leaves_up and type(event) in GROUP_TABLE.events:
        for index in _groups_of(own, event):
            case.index = index
            group_cell = GROUP_TABLE.cell(own.groups[index].role, type(event))
            group_row = group_cell.select(case)
            if group_row is not None:
                chosen.append((index, group_row))
            else:
                default = group_cell.default
    found = Response(rows=tuple(taken for _, taken in chosen), by_group=tuple(chosen[of_unit:]), default=default)
    if found.blocked:
        return found
    for index, taken in chosen:
        case.index = index
        apply_row(case, taken)
    if type(event) in AFTER:
        AFTER[type(event)](case)
    if isinstance(event, e.MessageDelivered):
        own.groups[group_index(event.group)].inbox = Inbox.NONE
    if own.phase is not Phase.UP:
        drop_roles(own)
    return attrs.evolve(found, sent=tuple(case.sent))


def _groups_of(own: Any, event: e.Event) -> tuple[int, ...]:
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


def _overwrite(draft: Any, record: UnitState) -> None:
    """Makes the draft of a unit's record say what `record` says."""
    pairs: list[tuple[Any, Any]] = [(draft, record), *zip(draft.groups, record.groups, strict=True)]
    for mine, theirs in pairs:
        for field in attrs.fields(type(theirs)):
            value = getattr(theirs, field.name)
            if field.name != "groups" and getattr(mine, field.name) is not value:
                setattr(mine, field.name, value)


def _at_units(state: Any, settings: Settings, event: e.Event, answer: Respond | None) -> Happened:
    unit: Unit = event.unit  # type: ignore[attr-defined]  # only events that name a unit come here
    _check_group(settings, event)
    if isinstance(event, e.ProtocolStep) and not step_possible(state, settings, event):
        raise NotPossible(event, "its cause does not hold")
    heard = [(target, facts(state, settings, event, target)) for target in targets(state, settings, event, unit)]
    before = [(target, _station(state.unit(target))) for target, _ in heard]
    responses = []
    for target, known in heard:
        own = state.unit(target)
        response = answer(own, target, known) if answer else respond(own, target, event, known, settings)
        responses.append((target, response))
    _raise_if_nothing_happened(event, responses)
    outputs: tuple[Output, ...] = ()
    if isinstance(event, e.CommandEntered):
        outputs = replication.command_entered(state, settings, event)
    for (target, was), (_, response) in zip(before, responses, strict=True):
        begins = any(row.to is Phase.COLD_STANDBY for row in response.rows)
        replication.configuration_sent(was.phase, state, target, event, begins=begins)
    for target, response in responses:
        for index, message in response.sent:
            outputs += (_send(state, settings, target, index, message),)
    if any(_station(state.unit(target)).deaf_since(was) for target, was in before):
        outputs += tuple(_lose_messages(state, settings))
    return Happened(reactions=tuple(responses), outputs=outputs)


@attrs.frozen
class _Station:
    """What of a unit decides whether messages to it and from it can travel, and its phase."""

    phase: Phase
    listening: bool

    def deaf_since(self, before: _Station) -> bool:
        """Messages could travel before and perhaps cannot any more."""
        left_up = before.phase is Phase.UP and self.phase is not Phase.UP
        return left_up or (before.listening and not self.listening)


def _station(record: Any) -> _Station:
    return _Station(record.phase, record.listening)


def _check_group(settings: Settings, event: e.Event) -> None:
    """The group of an event is one of the pair's; a step that a group takes names it."""
    group = getattr(event, "group", None)
    if group is not None and not settings.groups:
        raise Refused(event, "an Active/Standby pair has no failover groups")
    if group is not None and group > len(settings.groups):
        raise Refused(event, f"there is no failover group {group}")
    if group is None and settings.groups and isinstance(event, PER_GROUP):
        raise NotPossible(event, "it names no failover group")


def _raise_if_nothing_happened(event: e.Event, responses: list[tuple[Unit, Response]]) -> None:
    blocked = [item.default for _, item in responses if item.blocked and item.default is not None]
    if len(blocked) == len(responses):
        error = Refused if isinstance(event, e.Command) else NotPossible
        raise error(event, blocked[0].because)


def _send(state: Any, settings: Settings, sender: Unit, index: int, message: Inbox) -> Output:
    """Puts a message on its way; with no channel for it, or no unit up at the other end, it is lost at once."""
    receiver = sender.peer
    if not message_survives(state, settings, receiver, message):
        return MessageLost(unit=receiver, message=message, group=group_number(settings, index))
    state.unit(receiver).groups[index].inbox = message
    return MessageSent(unit=sender, message=message, group=group_number(settings, index))


# -- the environment ---------------------------------------------------------------------------


def _in_environment(state: Any, settings: Settings, event: e.Event) -> tuple[Output, ...]:
    """Breaks or mends an element, a link or an interface; what was on its way there is lost."""
    topology = settings.topology
    if topology is None and not isinstance(event, e.ElementFailed | e.ElementRestored):
        return _by_itself(state, settings, event)
    wiring = state.wiring
    if isinstance(event, e.ElementFailed | e.ElementRestored):
        wiring = element_toggled(topology, wiring, event)
    else:
        own = thaw(State(links=wiring.links, interfaces=wiring.interfaces))
        _by_itself(own, settings, event)
        wiring = attrs.evolve(wiring, links=own.links.freeze(), interfaces=own.interfaces)
    assert topology is not None  # without one there is no element to toggle
    links, interfaces = together(topology, wiring)
    state.links.failover, state.links.stateful = links.failover, links.stateful
    state.interfaces, state.wiring = interfaces, wiring
    return tuple(_lose_messages(state, settings)) if isinstance(event, e.Fault) else ()


def _by_itself(state: Any, settings: Settings, event: e.Event) -> tuple[Output, ...]:
    """Breaks or mends a link or an interface; what was on its way there is lost."""
    links = state.links
    if isinstance(event, e.FailoverLinkFailed | e.FailoverLinkRestored):
        links.failover = _toggled(links.failover, event)
    elif isinstance(event, e.StatefulLinkFailed | e.StatefulLinkRestored):
        links.stateful = _toggled(links.stateful, event)
        return ()
    else:
        return place_interfaces(state, settings, _changed_interfaces(state.interfaces, settings, event))
    return tuple(_lose_messages(state, settings)) if isinstance(event, e.Fault) else ()


def place_interfaces(state: Any, settings: Settings, interfaces: tuple[Interface, ...]) -> tuple[Output, ...]:
    """Gives a draft of a State these interfaces; a message that travelled on one that is cut now is lost."""
    carried = _carried(state, settings)
    state.interfaces = interfaces
    cut = any(before and not now for before, now in zip(carried, _carried(state, settings), strict=True))
    return tuple(_lose_messages(state, settings, by_data=True)) if cut else ()


def _carried(state: Any, settings: Settings) -> tuple[bool, ...]:
    """Whether data interfaces carry hellos, to each unit."""
    return tuple(ask(state.interfaces, carries_hellos, settings.counted, unit) for unit in UNITS)


def _changed_interfaces(interfaces: tuple[Interface, ...], settings: Settings, event: e.Event) -> tuple[Interface, ...]:
    try:
        index = settings.index_of(event.interface)  # type: ignore[attr-defined]  # interface events name one
    except KeyError as missing:
        names = ", ".join(port.name for port in settings.ports) or "none"
        raise NotPossible(event, f"there is no interface {missing.args[0]}; allowed: {names}") from None
    changed = interface_after(interfaces[index], event)
    if changed is None:
        raise NotPossible(event, "it is so already")
    return (*interfaces[:index], changed, *interfaces[index + 1 :])


def _toggled(channel: Channel, event: e.Event) -> Channel:
    wanted = Channel.CUT if isinstance(event, e.Fault) else Channel.GOOD
    if channel is wanted:
        raise NotPossible(event, "it is so already")
    return wanted


def _lose_messages(state: Any, settings: Settings, *, by_data: bool = False) -> Iterator[Output]:
    """Drops every message whose channel or ends are gone; with `by_data` only those that travel on data interfaces."""
    for unit in UNITS:
        for index, group in enumerate(state.unit(unit).groups):
            elsewhere = group.quiet or (by_data and not group.travelling_by_data)
            if elsewhere or message_survives(state, settings, unit, group.inbox):
                continue
            yield MessageLost(unit=unit, message=group.inbox, group=group_number(settings, index))
            group.inbox = Inbox.NONE


# -- outputs -----------------------------------------------------------------------------------


def told(before: State, settings: Settings, moved: Moved) -> Iterator[Output]:
    """What the units tell the world of a step that `move` has made."""
    for unit, response in moved.reactions:
        old, new = before.unit(unit), moved.state.unit(unit)
        if old.phase is not new.phase:
            yield PhaseChanged(unit=unit, before=old.phase, after=new.phase, because=response.because)
        for index, (was, now) in enumerate(zip(old.groups, new.groups, strict=True)):
            if was.role is not now.role:
                yield RoleChanged(
                    unit=unit,
                    group=group_number(settings, index),
                    before=was.role,
                    after=now.role,
                    because=response.because_of(index),
                )
        becauses = [response.because_of(index) for index in range(len(new.groups))]
        yield from system_logs(unit, old, new, becauses, named=bool(settings.groups))
        if moved.state.unit(unit.peer).powered:
            yield from sending_logs(unit.peer, old, new)
    yield from moved.outputs
    yield from followed.told_besides(before, moved.state, settings)
