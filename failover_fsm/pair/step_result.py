"""What a step did: the results of the units that took part, and the outputs that follow from them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from failover_fsm.pair import history
from failover_fsm.pair.environment import group_number
from failover_fsm.pair.outputs import Output, PhaseChanged, RoleChanged
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Handover, State, Unit, UnitState
from failover_fsm.pair.syslog import card_logs, sending_logs, system_logs
from failover_fsm.pair.tables import Default, Otherwise, Row

__all__ = ["StepResult", "UnitResult", "emitted_outputs"]


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
    """

    state: State
    units: tuple[tuple[Unit, UnitResult], ...] = ()
    outputs: tuple[Output, ...] = ()


def emitted_outputs(before: State, settings: Settings, result: StepResult) -> Iterator[Output]:
    """All outputs of a step that `next_state` has made: role changes and system messages, then those of the result."""
    for unit, answer in result.units:
        old, new = before.unit(unit), result.state.unit(unit)
        if old.phase is not new.phase:
            yield PhaseChanged(unit=unit, before=old.phase, after=new.phase, reason=answer.reason)
        for index, (was, now) in enumerate(zip(old.groups, new.groups, strict=True)):
            if was.role is not now.role:
                yield RoleChanged(
                    unit=unit,
                    group=group_number(settings, index),
                    before=was.role,
                    after=now.role,
                    reason=answer.reason_of(index),
                )
        reasons = [answer.reason_of(index) for index in range(len(new.groups))]
        yield from system_logs(unit, old, new, reasons, named=bool(settings.groups))
        if not result.state.module_works(unit.peer):
            yield from card_logs(unit, old, new)
        if result.state.unit(unit.peer).powered:
            yield from sending_logs(unit.peer, old, new)
    yield from result.outputs
    yield from history.emitted(before, result.state, settings)
