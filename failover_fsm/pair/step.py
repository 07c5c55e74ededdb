"""`step`: the one entry.  A state and an event in, the next state and the outputs out; nothing else moves a pair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from attrs.exceptions import FrozenInstanceError

from failover_fsm.pair import events as e
from failover_fsm.pair import history, replication, run_time
from failover_fsm.pair.environment import (
    PER_GROUP,
    group_index,
    group_number,
    inputs_for,
    message_survives,
    step_possible,
    targets,
)
from failover_fsm.pair.errors import NotPossible, Refused, StepError
from failover_fsm.pair.faults import lose_messages
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.hindering import refuse_hindered
from failover_fsm.pair.impairments import with_impairment
from failover_fsm.pair.outputs import MessageLost, MessageSent, Output
from failover_fsm.pair.registry import kind_of
from failover_fsm.pair.rule_context import Inputs, RuleContext
from failover_fsm.pair.sessions import sessions_ended
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Handover, Phase, Role, State, Unit, UnitState
from failover_fsm.pair.step_result import StepResult, UnitResult, emitted_outputs
from failover_fsm.pair.tables import Default, Row, Table
from failover_fsm.pair.typed_commands import acting
from failover_fsm.pair.unit import AFTER, UNIT_TABLE
from failover_fsm.pair.wiring import is_hosted
from failover_fsm.records import Journal, RecordView, applied, ask, brought, edit

__all__ = [
    "StepResult",
    "UnitHandler",
    "UnitResult",
    "apply_event",
    "apply_row",
    "can_happen",
    "drop_roles",
    "emitted_outputs",
    "next_state",
    "react",
    "react_unit",
    "step",
    "tables_in_force",
]

_Results = tuple[tuple[Unit, UnitResult], ...]

UnitHandler = Callable[[UnitState, Unit, e.Event, Inputs, Settings], UnitResult]
"""Stands in for `react`: a cache of it, or one that watches it. It must return what `react` returns."""


def step(
    state: State, settings: Settings, event: e.Event, handler: UnitHandler | None = None
) -> tuple[State, tuple[Output, ...]]:
    """The state after an event, and what the units emit.

    Args:
        state: The pair before.
        settings: What the protocol reads of the configuration.
        event: What happens.
        handler: Stands in for `react`.

    Raises:
        Refused: A unit refuses a command.
        NotPossible: The event cannot happen in this state.
    """
    result = next_state(state, settings, event, handler)
    return result.state, tuple(emitted_outputs(state, settings, result))


def next_state(state: State, settings: Settings, event: e.Event, handler: UnitHandler | None = None) -> StepResult:
    """As `step`, without role changes and system messages: all that a search needs."""
    meant, result, was = _applied(state, settings, event, handler or react)
    after = result.state if was is None else history.followed(was, result.state, settings, meant)
    return StepResult(state=after, units=result.units, outputs=result.outputs, event=event)


def tables_in_force() -> tuple[Table[Any], Table[Any]]:
    """The tables by which units go: those that ship, or a mutant's while it is tried."""
    return UNIT_TABLE, GROUP_TABLE


def can_happen(state: State, settings: Settings, event: e.Event) -> bool:
    """Whether `step` would take the event. Works out no state where it need not: rows are chosen and not taken."""
    change = kind_of(type(event)).change
    try:
        if isinstance(event, e.CommandEntered | e.ElementFailed | e.ElementRestored):
            next_state(state, settings, event)
        elif change is not None:
            change(state, settings, event)
        else:
            assert isinstance(event, e.AtUnit), f"{event} names no unit, and its entry in the registry has no change"
            _refuse_at_units(state, settings, event)
    except FrozenInstanceError:
        return True  # it begins to change the state, so nothing refuses it
    except StepError:
        return False
    return True


def _refuse_at_units(state: State, settings: Settings, event: e.AtUnit) -> None:
    results = []
    for unit, inputs in _taking_part(state, settings, event):
        own: Any = state.unit(unit)
        ctx = RuleContext(unit=unit, event=event, own=own, inputs=inputs, settings=settings.at(state, unit))
        results.append((unit, _chosen(ctx)))
    _raise_if_nothing_happened(event, tuple(results))


def apply_event(draft: Any, settings: Settings, event: e.Event) -> StepResult:
    """Applies an event to a draft of a State: what rules are learned from.

    Args:
        draft: The draft, to which nothing has been assigned.
        settings: What the protocol reads of the configuration.
        event: What happens.

    Raises as `step`; the draft has not been assigned to then.
    """
    meant, result, was = _applied(draft, settings, event, react_unit)
    if was is not None:
        history.follow(was, draft, settings, meant)
    return result


def _applied(
    state: Any, settings: Settings, event: e.Event, handler: UnitHandler
) -> tuple[e.Event, StepResult, history.Before | None]:
    """What an event does but for the history: the one place where a pair changes.

    state: a State, which stays as it is, or a draft, which is assigned to.
    handler: lets a unit react, on its record or on the draft of it.

    Returns the event that is meant, which a typed text may name; what it does; and what the history is computed from.
    """
    entered: run_time.Entered | None = None
    if settings.running is not None:
        event = acting(event)
        if isinstance(event, e.CommandEntered) and state.unit(event.unit).powered:
            entered = run_time.read(state, settings, event)
    is_followed = settings.follow or settings.running is not None
    was = history.Before.of(state, settings, event) if is_followed else None
    change = kind_of(type(event)).change
    if change is not None:
        after, outputs = applied(change, state, settings, event)
        result = StepResult(state=after, outputs=outputs)
        if isinstance(event, e.ElementFailed | e.ElementRestored):
            result = _with_its_host(result, settings, event, handler)
    else:
        assert isinstance(event, e.AtUnit), f"{event} names no unit, and its entry in the registry has no change"
        result = _at_units(state, settings, event, handler)
    if entered is not None and was is not None:
        assert isinstance(event, e.CommandEntered), "only a command is read"
        after, outputs = applied(_enter, result.state, settings, event, entered, was.arrives)
        result = attrs.evolve(result, state=after, outputs=(*result.outputs, *outputs))
    return event, result, was


def _enter(
    draft: Any, settings: Settings, event: e.CommandEntered, entered: run_time.Entered, arrives: bool
) -> tuple[Output, ...]:
    return tuple(run_time.enter(draft, settings, event, entered, arrives))


# -- the units ---------------------------------------------------------------------------------


def react(
    record: UnitState, unit: Unit, event: e.Event, inputs: Inputs, settings: Settings, journal: Journal | None = None
) -> UnitResult:
    """What one unit does with an event, from its frozen record to the next one; see `react_unit`.

    Args:
        record: The unit's record before.
        unit: Which of the two it is.
        event: What happens.
        inputs: What reaches the unit with the event.
        settings: What the protocol reads of the configuration.
        journal: Gets every field that the rules read or assign.
    """
    draft = edit(record, journal)
    result = react_unit(draft, unit, event, inputs, settings, seen=record if journal is None else None)
    rows, by_group, default, sent = result.rows, result.by_group, result.default, result.sent
    return UnitResult(record=draft.freeze(), rows=rows, by_group=by_group, default=default, sent=sent)


def react_unit(
    own: Any, unit: Unit, event: e.Event, inputs: Inputs, settings: Settings, seen: UnitState | None = None
) -> UnitResult:
    """What one unit does with an event: unit table first, then the group table while the unit stays up.

    Reads nothing but its arguments: the unit's own record and what reached it.

    Args:
        own: Draft of the unit's record; it is as it should be afterwards, and untouched where the result is blocked.
        unit: Which of the two it is.
        event: What happens.
        inputs: What reaches the unit with the event.
        settings: What the protocol reads of the configuration.
        seen: The record that the draft shows, from which guards read faster; None to read the draft.
    """
    read: Any = own if seen is None else seen
    ctx = RuleContext(unit=unit, event=event, own=read, inputs=inputs, settings=settings)
    result = _chosen(ctx)
    ctx.own = own
    if result.blocked:
        return result
    of_unit = result.rows[: len(result.rows) - len(result.by_group)]
    for index, row in (*((0, row) for row in of_unit), *result.by_group):
        ctx.index = index
        apply_row(ctx, row)
    if type(event) in AFTER:
        AFTER[type(event)](ctx)
    if isinstance(event, e.MessageDelivered):
        own.groups[group_index(event.group)].handover = Handover.NONE
    if own.phase is not Phase.UP:
        drop_roles(own)
    return attrs.evolve(result, sent=tuple(ctx.sent)) if ctx.sent else result


def _chosen(ctx: RuleContext) -> UnitResult:
    """The unit table's row, if any, the group table's rows by position of the group, and the default met last."""
    own: Any = ctx.own
    kind, phase = type(ctx.event), own.phase
    cell = UNIT_TABLE.cell(phase, kind)
    row = cell.select(ctx)
    default: Default[Any] | None = cell.default
    by_group: list[tuple[int, Row[Any]]] = []
    leaves_up = row is not None and row.to is not None and row.to is not Phase.UP
    if phase is Phase.UP and not leaves_up and kind in GROUP_TABLE.events:
        for index in _groups_of(own, ctx.event):
            ctx.index = index
            group_cell = GROUP_TABLE.cell(own.groups[index].role, kind)
            group_row = group_cell.select(ctx)
            if group_row is not None:
                by_group.append((index, group_row))
            else:
                default = group_cell.default
    rows = (*(() if row is None else (row,)), *(row for _, row in by_group))
    return UnitResult(record=own, rows=rows, by_group=tuple(by_group), default=default)


def _groups_of(own: Any, event: e.Event) -> tuple[int, ...]:
    wanted = getattr(event, "group", None)
    return tuple(range(len(own.groups))) if wanted is None else (group_index(wanted),)


def apply_row(ctx: RuleContext, row: Row[Any]) -> None:
    """Takes a row: the target first, then its effects.

    A group that becomes active, or is so no more, is no longer to return anywhere; a new role is no unchecked one.
    """
    if isinstance(row.to, Phase):
        ctx.own.phase = row.to
    elif isinstance(row.to, Role):
        if Role.ACTIVE in (*row.states, row.to):
            ctx.group.return_pending = False
        ctx.group.role, ctx.group.unchecked = row.to, False
    for effect in row.do:
        effect(ctx)


def drop_roles(draft: Any) -> None:
    """A unit that is not up has no role, and a message on its way to it is lost: one place for all rows."""
    for group in draft.groups:
        group.role = Role.NONE
        group.handover = Handover.NONE
        group.return_pending = False
        group.unchecked = False


def _at_units(state: Any, settings: Settings, event: e.AtUnit, handler: UnitHandler) -> StepResult:
    taking_part = _taking_part(state, settings, event)
    before = [_Station.of(state.unit(unit)) for unit, _ in taking_part]
    results = tuple(
        (unit, handler(state.unit(unit), unit, event, inputs, settings.at(state, unit))) for unit, inputs in taking_part
    )
    _raise_if_nothing_happened(event, results)
    reacted = state
    for unit, result in results:
        if result.record is not state.unit(unit):  # in a draft of the pair it is the draft of the unit
            reacted = reacted.with_unit(unit, result.record)
    if isinstance(event, _HEARD) and not any(result.rows for _, result in results):
        return StepResult(state=reacted, units=results)
    apply = applied if any(result.sent for _, result in results) else brought
    reacted, outputs = apply(_consequences, reacted, settings, event, before, results)
    return StepResult(state=reacted, units=results, outputs=outputs)


_HEARD = (e.HelloHeard, e.PeerAnsweredOnData, e.InterfacesChecked, e.NoActiveUnitSeen, e.HoldTimeExpired)
"""Steps from which nothing follows for the pair where the unit takes no row: it only notes what it heard."""


def _consequences(
    state: Any, settings: Settings, event: e.AtUnit, before: list[_Station | UnitState], results: _Results
) -> tuple[Output, ...]:
    """What follows from the reactions of units for the pair, in which they have reacted; before: in their order."""
    outputs: tuple[Output, ...] = ()
    if isinstance(event, e.CommandEntered):
        outputs = replication.command_entered(state, settings, event)
    if isinstance(event, e.WriteStandby):
        outputs = tuple(sessions_ended(state, settings, event))
    for was, (unit, result) in zip(before, results, strict=True):
        begins = any(row.to is Phase.COLD_STANDBY for row in result.rows)
        replication.configuration_sent(was.phase, state, unit, event, begins=begins)
    for unit, result in results:
        for index, message in result.sent:
            outputs += (_send(state, settings, unit, index, message),)
    if isinstance(event, e.UnitFailed) and not state.runs(event.unit):
        state.impairments = ask(state.impairments, with_impairment, "hangs", event.unit, False)
    if any(_deaf_since(was, state.unit(unit)) for was, (unit, _) in zip(before, results, strict=True)):
        outputs += tuple(lose_messages(state, settings))
    return outputs


def _taking_part(start: Any, settings: Settings, event: e.AtUnit) -> list[tuple[Unit, Inputs]]:
    """The units at which an event takes place, with what reaches each; raises where it cannot take place at all."""
    _check_group(settings, event)
    if isinstance(event, e.ProtocolStep) and not step_possible(start, settings, event):
        raise NotPossible(event, "its cause does not hold")
    if isinstance(event, e.Command) and not start.runs(event.unit):
        raise Refused(event, "the unit hangs, and nobody reads what is typed there")
    if isinstance(event, e.UnitRestored) and not is_hosted(settings.topology, start.wiring, event.unit):
        raise NotPossible(event, "its host is down")
    refuse_hindered(start, settings, event)
    return [(unit, inputs_for(start, settings, event, unit)) for unit in targets(start, settings, event, event.unit)]


def _with_its_host(
    result: StepResult, settings: Settings, event: e.ElementFailed | e.ElementRestored, handler: UnitHandler
) -> StepResult:
    """The units on a host stop with it (TRG-2, T2-1), and boot again when it is back."""
    assert settings.topology is not None, "an element has changed"
    for unit in settings.topology.units_on(event.element):
        is_failure = isinstance(event, e.ElementFailed)
        if result.state.unit(unit).powered is is_failure:
            own: e.AtUnit = e.UnitFailed(unit=unit) if is_failure else e.UnitRestored(unit=unit)
            then = _at_units(result.state, settings, own, handler)
            units, outputs = (*result.units, *then.units), (*result.outputs, *then.outputs)
            result = StepResult(state=then.state, units=units, outputs=outputs)
    return result


@attrs.frozen
class _Station:
    """What of a unit decides whether messages to it and from it can travel, and its phase."""

    phase: Phase
    listening: bool

    @classmethod
    def of(cls, own: Any) -> _Station | UnitState:
        """That of a draft, which will change, or the record of the unit."""
        record: UnitState = own
        return cls(record.phase, record.listening) if isinstance(own, RecordView) else record


def _deaf_since(before: _Station | UnitState, own: Any) -> bool:
    """Messages could travel before and perhaps cannot any more."""
    left_up = before.phase is Phase.UP and own.phase is not Phase.UP
    return left_up or (before.listening and not own.listening)


def _check_group(settings: Settings, event: e.Event) -> None:
    """The group of an event is one of the pair's; a step that a group takes names it."""
    group = getattr(event, "group", None)
    if group is not None and not settings.groups:
        raise Refused(event, "an Active/Standby pair has no failover groups")
    if group is not None and group > len(settings.groups):
        raise Refused(event, f"there is no failover group {group}")
    if group is None and settings.groups and isinstance(event, PER_GROUP):
        raise NotPossible(event, "it names no failover group")


def _raise_if_nothing_happened(event: e.Event, results: _Results) -> None:
    blocked = [item.default for _, item in results if item.blocked and item.default is not None]
    if len(blocked) == len(results):
        error = Refused if isinstance(event, e.Command) else NotPossible
        raise error(event, blocked[0].reason)


def _send(state: Any, settings: Settings, sender: Unit, index: int, message: Handover) -> Output:
    """Puts a message on its way; with no channel for it, or no unit up at the other end, it is lost at once."""
    receiver = sender.peer
    if not message_survives(state, settings, receiver, message):
        return MessageLost(unit=receiver, message=message, group=group_number(settings, index))
    state.unit(receiver).groups[index].handover = message
    return MessageSent(unit=sender, message=message, group=group_number(settings, index))
