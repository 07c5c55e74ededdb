"""The outputs of a step: typed values, in order."""

from __future__ import annotations

import enum
import functools

import attrs

from failover_fsm.pair.states import Handover, Phase, Role, Unit
from failover_fsm.templates.messages.table import MESSAGES


class Address(enum.Enum):
    """One of the two IP addresses of an interface."""

    ACTIVE = "active"
    STANDBY = "standby"


class Mac(enum.Enum):
    """Whose MAC address is used: a unit's burned-in one, or the virtual one that goes with the IP address."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    VIRTUAL = "virtual"


@attrs.frozen(kw_only=True)
class Output:
    """Base of all outputs; `unit` is the unit that shows it."""

    unit: Unit


@attrs.frozen(kw_only=True)
class PhaseChanged(Output):
    """The unit FSM moved."""

    before: Phase
    after: Phase
    reason: str

    @property
    def because(self) -> str:
        """The reason, by its older name."""
        return self.reason


@attrs.frozen(kw_only=True)
class RoleChanged(Output):
    """The failover-group FSM moved; group is None in an Active/Standby pair."""

    group: int | None
    before: Role
    after: Role
    reason: str

    @property
    def because(self) -> str:
        """The reason, by its older name."""
        return self.reason


@attrs.frozen(kw_only=True)
class MessageSent(Output):
    """The unit sent a hand-over message, and it is on its way; group as in RoleChanged."""

    message: Handover
    group: int | None = None


@attrs.frozen(kw_only=True)
class MessageLost(Output):
    """A hand-over message on its way to the unit is lost, or found no channel at all; group as in RoleChanged."""

    message: Handover
    group: int | None = None


@attrs.frozen(kw_only=True)
class CommandReplicated(Output):
    """The peer has the command too (CMD-2)."""

    text: str


@attrs.frozen(kw_only=True)
class CommandNotReplicated(Output):
    """The command stays on this unit; one that configures leaves the configurations out of step (CMD-12)."""

    text: str


@attrs.frozen(kw_only=True)
class CommandWithoutPart(Output):
    """The device takes the command, and nothing of the pair depends on it here; why: in what way."""

    text: str
    why: str


@attrs.frozen(kw_only=True)
class ConsoleLine(Output):
    """A line on the unit's console."""

    text: str


@attrs.frozen(kw_only=True)
class GratuitousArp(Output):
    """The unit tells the network on a data interface which MAC address answers for an IP address (MAC-2, MAC-3)."""

    interface: str
    address: Address
    mac: Mac


@attrs.frozen(kw_only=True)
class MacChanged(Output):
    """Under an IP address that stays with the unit the MAC address changes: traffic may be interrupted (MAC-8)."""

    interface: str
    address: Address
    before: Mac
    after: Mac


@attrs.frozen(kw_only=True)
class SessionsTakenOver(Output):
    """A standby becomes active: the connections are kept, those of `kinds` (STF-6), or they are lost (STF-2, STF-3).

    group as in RoleChanged.  A forced switch and a failure are the same in this.
    """

    group: int | None
    kept: bool
    kinds: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class SessionsEnded(Output):
    """`write standby` in the system space ends the connections of a group that is active on its receiver (CMD-26)."""

    group: int


@attrs.frozen(kw_only=True)
class SystemLog(Output):
    """A system log message, `%ASA-severity-number: (Unit) text`; of a failover group, `(Unit_group_1)`.

    Some messages name no unit; `docs/reference/messages.md` has them all.
    """

    number: int
    severity: int
    text: str
    group: int | None = None

    @classmethod
    def of(cls, unit: Unit, number: int, group: int | None = None, **fields: object) -> SystemLog:
        """The message of a number, with the level and the text of the table; raises KeyError where a field is missing.

        Args:
            unit: The unit that logs it.
            number: A number of the table.
            group: The number of the failover group that it is about, None where it is about none.
            fields: The values in its text.
        """
        return _log(unit, number, group, tuple(fields.items()))

    @property
    def is_brief(self) -> bool:
        """A run shows the message without being asked; any other only repeats what the run shows."""
        return self.number not in MESSAGES or MESSAGES[self.number].brief

    def __str__(self) -> str:
        kind = MESSAGES.get(self.number, MESSAGES[104001])  # of an extension: with a unit, as nearly all
        return f"%ASA-{self.severity}-{self.number}: {kind.before(self.unit.value.capitalize(), self.group)}{self.text}"


@functools.lru_cache(maxsize=4096)
def _log(unit: Unit, number: int, group: int | None, fields: tuple[tuple[str, object], ...]) -> SystemLog:
    """A message; those of a pair are few, and come again."""
    text, severity = MESSAGES[number].write(**dict(fields)), MESSAGES[number].severity
    return SystemLog(unit=unit, number=number, severity=severity, text=text, group=group)
