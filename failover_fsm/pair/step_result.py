"""What a step did: the results of the units that took part, and the outputs that follow from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from failover_fsm.pair import history
from failover_fsm.pair.command_logs import command_logs, loss_logs
from failover_fsm.pair.environment import group_number
from failover_fsm.pair.events import (
    Event,
    HoldTimeExpired,
    NegotiationExpired,
    Restarted,
    SynchronizationFailed,
    UnitRestored,
)
from failover_fsm.pair.interface_logs import interface_logs, link_logs, port_logs
from failover_fsm.pair.obstacle_logs import obstacle_outputs, worded
from failover_fsm.pair.outputs import Output, PhaseChanged, RoleChanged
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Handover, State, Unit, UnitState
from failover_fsm.pair.syslog import Moment, sending_outputs, system_logs
from failover_fsm.pair.tables import Default, Otherwise, Row

__all__ = ["StepResult", "UnitResult", "emitted_outputs", "logged_outputs"]

_TOLD_UNCHANGED = (SynchronizationFailed, UnitRestored, Restarted, HoldTimeExpired, NegotiationExpired)
"""The events of which a unit tells something although its record stays as it was."""


@attrs.frozen(kw_only=True)
class UnitResult:
    """What one unit does with an event.

    Attributes:
        record: The unit's record afterwards: a frozen one from `react`, the draft itself from `react_unit`.
        rows: The table rows taken, the unit table's first.
        by_group: The rows of the group table, each with the position of its group.
        default: Why no row was taken; None where one was.
        sent: Hand-over messages for the peer, each with the position of its group.
    """

    record: UnitState
    rows: tuple[Row[Any], ...] = ()
    by_group: tuple[tuple[int, Row[Any]], ...] = attrs.field(default=(), eq=False, repr=False)
    default: Default[Any] | None = None
    sent: tuple[tuple[int, Handover], ...] = ()

    @property
    def reason(self) -> str:
        """The reason that the unit gives."""
        return self.rows[0].reason if self.rows else ""

    def reason_of(self, index: int) -> str:
        """The reason that it gives for the group at `index`: the group's own, else the unit's."""
        return dict(self.by_group)[index].reason if index in dict(self.by_group) else self.reason

    @property
    def blocked(self) -> bool:
        """The unit refuses the event, or it cannot happen there."""
        return not self.rows and self.default is not None and self.default.outcome is not Otherwise.IGNORED


@attrs.frozen(kw_only=True)
class StepResult:
    """What one step of the pair does.

    Attributes:
        state: The pair afterwards: a frozen one from `next_state`, the draft itself from `apply_event`.
        units: What each unit that took part did, in the order in which they did it.
        outputs: Hand-over messages sent and lost. `emitted_outputs` adds role changes and system messages.
        event: The event, from `next_state`; None from `apply_event`.
    """

    state: State
    units: tuple[tuple[Unit, UnitResult], ...] = ()
    outputs: tuple[Output, ...] = ()
    event: Event | None = None


def emitted_outputs(before: State, settings: Settings, result: StepResult) -> Iterator[Output]:
    """All outputs of a step that `next_state` has made: role changes and system messages, then those of the result.

    They are computed when they are asked for; no search of a check asks.
    """
    yield from logged_outputs(before, settings, result)
    yield from history.emitted(before, result.state, settings)


def logged_outputs(before: State, settings: Settings, result: StepResult) -> Iterator[Output]:
    """The outputs of which a log can tell: all of `emitted_outputs` but those about addresses and connections."""
    after, event = result.state, result.event
    yield from command_logs(before, settings, event, result.outputs)
    yield from port_logs(before, after, settings)
    yield from link_logs(before, after, settings, event)
    for unit, answer in result.units:
        yield from _of_unit(before, settings, result, unit, answer)
    yield from interface_logs(before, after, settings)
    yield from result.outputs
    yield from loss_logs(after, result.outputs)


def _of_unit(before: State, settings: Settings, result: StepResult, unit: Unit, answer: UnitResult) -> Iterator[Output]:
    """What a unit that took part shows, and its peer of it."""
    old, new = before.unit(unit), result.state.unit(unit)
    if old.phase is not new.phase:
        yield PhaseChanged(unit=unit, before=old.phase, after=new.phase, reason=worded(answer.reason, before))
    for index, (was, now) in enumerate(zip(old.groups, new.groups, strict=True)):
        if was.role is not now.role:
            group = group_number(settings, index)
            reason = worded(answer.reason_of(index), before)
            yield RoleChanged(unit=unit, group=group, before=was.role, after=now.role, reason=reason)
    if old is new and not isinstance(result.event, _TOLD_UNCHANGED):
        return
    reasons = tuple(worded(answer.reason_of(index), before) for index in range(len(new.groups)))
    moment = Moment(
        unit=unit, event=result.event, before=before, after=result.state, settings=settings, reasons=reasons
    )
    yield from obstacle_outputs(moment)
    yield from system_logs(moment)
    yield from sending_outputs(moment)
