"""Tokens: what a system message or an entry of a history says, in a form in which evidence and model are compared.

A device words some reasons in several ways, and gives reasons that no row of the model's tables gives. `same_reason`
maps the first to one word; the second are *open*: they match any, and the answer names them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from failover_fsm.device.history import HistoryEntry
from failover_fsm.device.messages import Message
from failover_fsm.device.words import HISTORY_REASONS
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import Refused
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.interface_logs import DETECTED
from failover_fsm.pair.outputs import SystemLog
from failover_fsm.pair.states import Unit
from failover_fsm.pair.syslog import SYSTEM_REASONS
from failover_fsm.pair.tables import Table
from failover_fsm.pair.typed_commands import acting
from failover_fsm.pair.unit import UNIT_TABLE
from failover_fsm.templates.messages.kind import Prefix
from failover_fsm.templates.messages.reasons import REPORTED
from failover_fsm.templates.messages.table import MESSAGES

__all__ = [
    "COMMANDS_LOGGED",
    "DETECTED",
    "ENTRY",
    "SWITCHES",
    "Token",
    "command_of",
    "history_token",
    "is_known",
    "message_token",
    "same_reason",
    "token_of_output",
    "tokens_of",
]

ENTRY = 0
"""The number of a token that is an entry of a history."""

COMMANDS_LOGGED = (111008,)
SWITCHES = (104001, 104002)
TABLES: tuple[Table[Any], ...] = (UNIT_TABLE, GROUP_TABLE)

_SAME = {
    "ifc check, mate is healthier": "interface check, mate is healthier",
    "the other side wants me to standby": "Other unit wants me Standby",
    "other unit set to active by cli config command fail active": "Other unit wants me Standby",
    "set by the ci config cmd": "Set by the config command",
    "set by the cli config cmd": "Set by the config command",
}
"""Other words of devices for reasons of the model, in small letters."""


@attrs.frozen(cache_hash=True)
class Token:
    """What a line says. None in a token of evidence matches anything.

    Attributes:
        number: The number of the message, `ENTRY` for an entry of a history.
        group: The failover group that it names.
        interface: The interface that it names, in small letters and without its context.
        says: The reason of a switch, the result of a test, the states of a VPN message, the command that was entered.
        before, after: The states of an entry of a history.
    """

    number: int
    group: int | None = None
    interface: str | None = None
    says: str | None = None
    before: str | None = None
    after: str | None = None

    def __str__(self) -> str:
        if self.number == ENTRY:
            words = f"{self.before} -> {self.after}".title()
            return f"{words}{f' ({self.says})' if self.says else ''}"
        said = MESSAGES[self.number].text.split("{")[0].strip(" -'\"(:=,")
        parts = [str(self.number), said, self.interface, self.says, self.group and f"(group {self.group})"]
        return " ".join(part for part in parts if part)

    def matches(self, printed: Token) -> bool:
        """Whether this token of evidence can be what the model prints."""
        return (
            self.number == printed.number
            and self.group in (None, printed.group)
            and self.interface in (None, printed.interface)
            and (self.says is None or printed.says is None or self.says == printed.says)
            and self.before in (None, printed.before)
            and self.after in (None, printed.after)
        )


# -- reasons -----------------------------------------------------------------------------------------


def same_reason(reason: str) -> str:
    """The one word for reasons that mean the same."""
    plain = " ".join(reason.strip().rstrip(".").split())
    return _SAME.get(re.sub(r"^ifc \S+ check", "ifc check", plain.lower()), plain).lower()


@functools.cache
def _reasons() -> Mapping[int, frozenset[str]]:
    """The reasons that the tables' rows give, as system messages word them and as histories do."""
    rows = [row.reason for table in TABLES for row in table.rows]
    logged = frozenset(same_reason(SYSTEM_REASONS.get(reason, reason)) for reason in rows)
    entered = frozenset(same_reason(HISTORY_REASONS.get(reason, reason)) for reason in rows)
    return {104001: logged, 104002: logged, 103004: frozenset(map(same_reason, REPORTED[:1])), ENTRY: entered}


def is_known(number: int, reason: str) -> bool:
    """Whether a row of the model's tables gives the reason."""
    return same_reason(reason) in _reasons().get(number, frozenset())


# -- commands ----------------------------------------------------------------------------------------


def command_of(text: str, unit: Unit) -> e.Command | None:
    """The event of the model that a typed line is, None if it is none."""
    try:
        event = acting(e.CommandEntered(unit=unit, text=text))
    except (Refused, ValueError):
        return None
    return event if isinstance(event, e.Command) and not isinstance(event, e.CommandEntered) else None


# -- tokens of the model, and of evidence --------------------------------------------------------------


@functools.cache
def token_of_output(log: SystemLog) -> Token:
    """The token of a message that the model prints."""
    kind = MESSAGES[log.number]
    reading = kind.read(log.text)
    fields = {} if reading is None else reading.fields
    group = log.group if kind.prefix is Prefix.UNIT else None
    return _token(log.number, group, fields, log.unit)


def message_token(message: Message, names: Mapping[str, str]) -> Token:
    """The token of a line of a log.

    Args:
        message: The line.
        names: The names of interfaces by the names of their ports, all in small letters.
    """
    token = _token(message.number, message.group, message.fields, message.unit or Unit.PRIMARY)
    if token.interface is not None:
        token = attrs.evolve(token, interface=names.get(token.interface, token.interface))
    reason = message.fields.get("reason")
    if isinstance(reason, str) and not is_known(message.number, reason):
        token = attrs.evolve(token, says=None)
    return token


def _token(number: int, group: int | None, fields: Mapping[str, object], unit: Unit) -> Token:
    interface = fields.get("interface")
    name = None if interface is None else str(interface).lower().rsplit("/", 1)[-1]
    if isinstance(interface, str) and re.fullmatch(r"[a-z-]+\d+(?:/\d+)+(?:\.\d+)?", interface, re.IGNORECASE):
        name = interface.lower()  # a port, whose name has slashes
    return Token(number=number, group=group, interface=name, says=_said(number, fields, unit))


def _said(number: int, fields: Mapping[str, object], unit: Unit) -> str | None:
    if number in COMMANDS_LOGGED:
        event = command_of(str(fields["command"]), unit)
        return None if event is None else str(event)
    if number == 105009:
        return str(fields["result"]).lower()
    if number in (720032, 721002, 720028):
        return "|".join(str(fields[key]).lower() for key in ("own", "peer") if key in fields)
    reason = fields.get("reason")
    return same_reason(reason) if isinstance(reason, str) and number in (*SWITCHES, 103004) else None


def history_token(entry: HistoryEntry, *, is_evidence: bool) -> Token:
    """The token of an entry of a history; reasons that no row gives match any."""
    reason = entry.reason if not is_evidence or is_known(ENTRY, entry.reason) else ""
    return Token(
        number=ENTRY,
        group=entry.group,
        says=same_reason(reason) if reason else None,
        before=entry.before.lower(),
        after=entry.after.lower(),
    )


def tokens_of(outputs: Iterable[object], unit: Unit) -> Iterator[Token]:
    """The tokens of the messages of a unit among the outputs of a step."""
    return (token_of_output(each) for each in outputs if isinstance(each, SystemLog) and each.unit is unit)
