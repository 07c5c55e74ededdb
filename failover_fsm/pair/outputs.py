"""What a pair tells the world when it takes a step: typed values, in order."""

from __future__ import annotations

import attrs

from failover_fsm.pair.states import Inbox, Phase, Role, Unit


@attrs.frozen(kw_only=True)
class Output:
    """Base of all outputs; `unit` is the unit that shows it."""

    unit: Unit


@attrs.frozen(kw_only=True)
class PhaseChanged(Output):
    """The unit FSM moved."""

    before: Phase
    after: Phase
    because: str


@attrs.frozen(kw_only=True)
class RoleChanged(Output):
    """The failover-group FSM moved; group is None in an Active/Standby pair."""

    group: int | None
    before: Role
    after: Role
    because: str


@attrs.frozen(kw_only=True)
class MessageSent(Output):
    """The unit sent a hand-over message, and it is on its way."""

    message: Inbox


@attrs.frozen(kw_only=True)
class MessageLost(Output):
    """A hand-over message on its way to the unit is lost, or found no channel at all."""

    message: Inbox


@attrs.frozen(kw_only=True)
class CommandReplicated(Output):
    """The peer has the command too (CMD-2)."""

    text: str


@attrs.frozen(kw_only=True)
class CommandNotReplicated(Output):
    """The command stays on this unit: the configurations are no longer synchronised (CMD-12)."""

    text: str


@attrs.frozen(kw_only=True)
class SystemLog(Output):
    """A system log message, `%ASA-severity-number: (Unit) text`."""

    number: int
    severity: int
    text: str

    def __str__(self) -> str:
        return f"%ASA-{self.severity}-{self.number}: ({self.unit.value.capitalize()}) {self.text}"
