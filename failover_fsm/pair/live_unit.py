"""The tables of one unit as `transitions` machines; `pair.live` says how they run.

Needs the package `transitions`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any, TypeVar

import attrs
from transitions import EventData, Machine

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.config.values.suggestions import listed, nearest
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import group_index, group_number
from failover_fsm.pair.errors import NotPossible, Refused
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.pair import cold
from failover_fsm.pair.rule_context import NOTHING, Inputs, RuleContext
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Handover, Phase, Role, UnitState
from failover_fsm.pair.step import UnitResult, apply_row, drop_roles
from failover_fsm.pair.tables import Default, Guard, Otherwise, Row, Table, name_of
from failover_fsm.pair.unit import AFTER, UNIT_TABLE
from failover_fsm.records import edit

__all__ = ["FOLLOW_UNIT", "Change", "LiveUnit", "MachineClass", "Place", "build_machine", "place_of"]

C = TypeVar("C", bound=Callable[..., Any])

FOLLOW_UNIT = "follow_unit"
"""The trigger with which a group's machine takes the role that the unit table gave it."""


@attrs.frozen(kw_only=True)
class Change:
    """A machine entered another state, or the same one anew.

    Attributes:
        unit: The unit.
        group: The number of the failover group; None for the unit's machine and in an Active/Standby pair.
        before: The state that was left.
        after: The state that was entered.
        event: What happened.
        reason: Why, as the device says it: the reason of the row that was taken; of the unit's row where a role only
            follows the unit.
        at: What the clock of the live pair said when the step began; None without a clock.
    """

    unit: Unit
    group: int | None
    before: Phase | Role
    after: Phase | Role
    event: e.Event
    reason: str
    at: float | None = None

    @property
    def because(self) -> str:
        """The reason, by its older name."""
        return self.reason


MachineClass = Callable[..., Machine]


@attrs.define(eq=False, slots=False)
class Place:
    """What a machine moves, its *model* in the words of `transitions`: the state is all it holds."""

    state: enum.Enum


@attrs.define
class _Firing:
    """One event on its way through the machines of a unit: what guards see, what effects change, what happened."""

    seen: RuleContext
    ctx: RuleContext
    taken: list[Row[Any]] = attrs.field(factory=list)
    changes: list[Change] = attrs.field(factory=list)
    role: Role = Role.NONE


# -- from a table to a machine -------------------------------------------------------------------


def build_machine(
    table: Table[Any], initial: enum.Enum, name: str = "", machine_class: MachineClass = Machine
) -> Machine:
    """A machine that runs `table`: a transition for each row and source state, in table order, and none besides.

    Its one model is a `Place`.  Fire its triggers through a `LiveUnit`.

    Args:
        table: The table of a unit or of a failover group.
        initial: The state in which it begins.
        name: For messages and diagrams; the table's if empty.
        machine_class: A class of `transitions`, such as `GraphMachine`, or a function that calls one.

    Raises:
        TypeError: If `machine_class` makes no machine.
    """
    allowed = "allowed: a class of transitions, or a function that calls one"
    if not callable(machine_class):
        raise TypeError(f"machine_class {machine_class!r}; {allowed}")
    machine = machine_class(
        model=Place(initial),
        states=list(table.states),
        initial=initial,
        auto_transitions=False,
        send_event=True,
        ignore_invalid_triggers=True,
        name=name or table.name,
    )
    if not isinstance(machine, Machine):
        raise TypeError(f"machine_class made {machine!r}; {allowed}")
    for row in table.rows:
        for source in row.states:
            machine.add_transition(
                row.event.word(),
                source,
                row.to,
                conditions=[_condition(row.when)] if row.when else None,
                before=[_taking(row)],
            )
    return machine


def _condition(guard: Guard) -> Callable[[EventData], bool]:
    def condition(data: EventData) -> bool:
        return guard(data.kwargs["firing"].seen)

    return _named(condition, guard)


def _taking(row: Row[Any]) -> Callable[[EventData], None]:
    """Notes the row, and works its target and its effects into the draft."""

    def take_row(data: EventData) -> None:
        firing: _Firing = data.kwargs["firing"]
        firing.taken.append(row)
        apply_row(firing.ctx, row)

    return take_row


def _named(wrapper: C, function: Callable[..., Any]) -> C:
    wrapper.__name__, wrapper.__doc__ = name_of(function), function.__doc__
    return wrapper


def _group_machine(initial: Role, name: str, machine_class: MachineClass) -> Machine:
    """The group table's machine, which can also follow the unit into any role."""
    machine = build_machine(GROUP_TABLE, initial, name, machine_class)
    for role in Role:
        others: list[Any] = [other for other in Role if other is not role]
        machine.add_transition(FOLLOW_UNIT, others, role, conditions=[_unit_says(role)])
    return machine


def _unit_says(role: Role) -> Callable[[EventData], bool]:
    return lambda data: data.kwargs["firing"].role is role


# -- one unit ------------------------------------------------------------------------------------


class LiveUnit:
    """The machines of one unit, and its record.

    machine: runs the unit table.  groups: one machine a failover group, runs the role.  record: what the
    unit remembers; machines and record agree at all times.
    """

    def __init__(
        self,
        unit: Unit,
        settings: Settings,
        record: UnitState | None = None,
        machine_class: MachineClass = Machine,
    ) -> None:
        self.unit = unit
        self.settings = settings
        self.record = record or cold(settings).unit(unit)
        self.machine = build_machine(UNIT_TABLE, self.record.phase, unit.value, machine_class)
        self.groups = tuple(
            _group_machine(group.role, f"{unit.value}, group {index + 1}", machine_class)
            for index, group in enumerate(self.record.groups)
        )
        for index, machine in enumerate((self.machine, *self.groups)):
            machine.after_state_change = self._noting(index - 1)

    @property
    def place(self) -> tuple[Phase, tuple[Role, ...]]:
        """The states of the unit's machine and of the groups' machines."""
        return Phase(_model(self.machine).state), tuple(Role(_model(machine).state) for machine in self.groups)

    def put(self, record: UnitState) -> None:
        """Puts the machines where `record` says they are; no callback runs.

        Raises ValueError for a record with another number of groups.
        """
        if len(record.groups) != len(self.groups):
            raise ValueError(f"{len(record.groups)} groups; allowed: {len(self.groups)}, as the unit was built")
        self.record = record
        self.machine.set_state(record.phase)
        for machine, group in zip(self.groups, record.groups, strict=True):
            machine.set_state(group.role)

    def fire(self, event: e.Event | str, inputs: Inputs = NOTHING, **arguments: Any) -> UnitResult:
        """What the unit does with an event, given as such or by its word: `fire("hello_heard", inputs)`.

        inputs: what reaches the unit with it.  arguments: of an event given by its word, besides `unit`.
        Raises KeyError for an unknown word, and it names the known ones; Refused or NotPossible as the tables say.
        Nothing has moved then.
        """
        if isinstance(event, str):
            kinds = {kind.word(): kind for kind in UNIT_TABLE.events if issubclass(kind, e.AtUnit)}
            if event not in kinds:
                raise KeyError(
                    f"no event of a unit is called {event!r}{nearest(event, kinds)}; allowed: {listed(event, kinds)}"
                )
            event = kinds[event](unit=self.unit, **arguments)
        reaction, _ = self.react(event, inputs)
        if not reaction.rows and reaction.default is not None:
            if reaction.default.outcome is Otherwise.REFUSED:
                raise Refused(event, reaction.default.reason)
            if reaction.default.outcome is Otherwise.NOT_POSSIBLE:
                raise NotPossible(event, reaction.default.reason)
        return reaction

    def react(self, event: e.Event, inputs: Inputs) -> tuple[UnitResult, tuple[Change, ...]]:
        """As `fire`, but a blocked event is told in the reaction; and what the machines entered."""
        own = self.record
        seen = RuleContext(unit=self.unit, event=event, own=edit(own), inputs=inputs, settings=self.settings)
        ctx = RuleContext(unit=self.unit, event=event, own=edit(own), inputs=inputs, settings=self.settings)
        firing = _Firing(seen, ctx)
        default = self._fire_rows(event, firing)
        if not firing.taken and default is not None and default.outcome is not Otherwise.IGNORED:
            return UnitResult(record=own, default=default), ()
        _finish(ctx)
        self.record = ctx.own.freeze()  # type: ignore[attr-defined]  # edit made it
        for machine, group in zip(self.groups, self.record.groups, strict=True):
            firing.role = group.role
            machine.events[FOLLOW_UNIT].trigger(_model(machine), firing=firing)
        rows = tuple(firing.taken)
        return UnitResult(record=self.record, rows=rows, default=default, sent=tuple(ctx.sent)), tuple(firing.changes)

    def _fire_rows(self, event: e.Event, firing: _Firing) -> Default[Any] | None:
        """Lets the machines take rows; returns what the tables say where the last one asked found none."""
        kind, phase = type(event), self.place[0]
        default: Default[Any] | None = UNIT_TABLE.cell(phase, kind).default
        _trigger(self.machine, event, firing)
        if not (phase is self.place[0] is Phase.UP and kind in GROUP_TABLE.events):
            return default
        wanted = getattr(event, "group", None)
        for index, machine in enumerate(self.groups):
            if wanted is None or group_index(wanted) == index:
                firing.seen.index = firing.ctx.index = index
                cell = GROUP_TABLE.cell(Role(_model(machine).state), kind)
                if not _trigger(machine, event, firing):
                    default = cell.default
        return default

    def _noting(self, index: int) -> Callable[[EventData], None]:
        """A callback that notes each state entered; index -1 is the unit's machine."""
        group = group_number(self.settings, index) if index >= 0 else None
        kind: type[Phase] | type[Role] = Phase if index < 0 else Role

        def note(data: EventData) -> None:
            if data.transition is None or data.transition.dest is None:
                return
            firing: _Firing = data.kwargs["firing"]
            reason = firing.taken[-1].reason if firing.taken else str(firing.ctx.event)
            before, after, event = kind[data.transition.source], kind[data.transition.dest], firing.ctx.event
            firing.changes.append(
                Change(unit=self.unit, group=group, before=before, after=after, event=event, reason=reason)
            )

        return note


def _model(machine: Machine) -> Place:
    found = machine.models[0]
    assert isinstance(found, Place)
    return found


def _trigger(machine: Machine, event: e.Event, firing: _Firing) -> bool:
    """Fires the event's trigger; False where the machine has no such trigger or no row holds."""
    trigger = machine.events.get(event.word())
    return trigger is not None and bool(trigger.trigger(_model(machine), firing=firing))


def _finish(ctx: RuleContext) -> None:
    """What ends every reaction: what was heard is recorded, the message is used up, a unit not up has no role."""
    if type(ctx.event) in AFTER:
        AFTER[type(ctx.event)](ctx)
    if isinstance(ctx.event, e.MessageDelivered):
        ctx.own.groups[group_index(ctx.event.group)].handover = Handover.NONE
    if ctx.own.phase is not Phase.UP:
        drop_roles(ctx.own)


def place_of(record: UnitState) -> tuple[Phase, tuple[Role, ...]]:
    """Where the machines of a unit with this record stand."""
    return record.phase, tuple(group.role for group in record.groups)
