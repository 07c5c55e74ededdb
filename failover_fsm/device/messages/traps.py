"""System messages as SNMP traps, and the debugging of failover, as data (MON-4, MON-5)."""

from __future__ import annotations

import re
from collections.abc import Callable

import attrs

from failover_fsm.device.messages.reader import Message, message_line

__all__ = [
    "DEBUG_OPTIONS",
    "TRAP_NAME",
    "TRAP_NEEDS",
    "TRAP_OID",
    "TRAP_VALUES",
    "TrapNeed",
    "TrapValue",
    "debug_option",
    "trap_needs",
    "trap_of",
]

TRAP_NAME = "clogMessageGenerated"
TRAP_OID = "1.3.6.1.4.1.9.9.41.2.0.1"
"""The trap of CISCO-SYSLOG-MIB that carries a system message."""

_HISTORY = "1.3.6.1.4.1.9.9.41.1.2.3.1"


@attrs.frozen
class TrapNeed:
    """One of the things without which no trap of failover arrives.

    Attributes:
        name: What it is.
        description: Where it stands.
        lines: A pattern for each line of a running-config that it takes; none if no configuration shows it.
    """

    name: str
    description: str
    lines: tuple[str, ...] = ()


TRAP_NEEDS = (
    TrapNeed(
        "traps",
        "the SNMP agent sends traps of system messages to management stations (`snmp-server host`, "
        "`snmp-server enable traps syslog`, `logging history LEVEL`)",
        (r"snmp-server host \S+ .+", r"snmp-server enable traps(?: .*)?\bsyslog\b.*", r"logging history \S+.*"),
    ),
    TrapNeed(
        "syslog host",
        "logging is on, and a syslog host is defined (`logging enable`, `logging host`)",
        (r"logging (?:enable|on)", r"logging host \S+ .+"),
    ),
    TrapNeed("MIB", "the management station has compiled CISCO-SYSLOG-MIB, which no configuration of a unit shows"),
)
"""The three needs of MON-5."""


def trap_needs(text: str) -> dict[str, bool | None]:
    """Which of the needs a running-config meets, by name; None where no configuration can say.

    Args:
        text: The running-config. Lines that begin with `no` count as absent.
    """
    lines = [line.strip() for line in text.splitlines()]

    def has(pattern: str) -> bool:
        return any(re.fullmatch(pattern, line, re.IGNORECASE) for line in lines)

    return {need.name: all(map(has, need.lines)) if need.lines else None for need in TRAP_NEEDS}


@attrs.frozen
class TrapValue:
    """An object that the trap carries.

    Attributes:
        oid: Its object identifier, without the index of the entry.
        name: Its name in the MIB.
        description: What it holds.
        value: Its value for a message.
    """

    oid: str
    name: str
    description: str
    value: Callable[[Message], str | int]


TRAP_VALUES = (
    TrapValue(f"{_HISTORY}.2", "clogHistFacility", "the product, `ASA`", lambda message: message.product),
    TrapValue(
        f"{_HISTORY}.3", "clogHistSeverity", "the level and 1: an alert, level 1, is 2",
        lambda message: message.severity + 1,
    ),
    TrapValue(f"{_HISTORY}.4", "clogHistMsgName", "the number", lambda message: str(message.number)),
    TrapValue(
        f"{_HISTORY}.5", "clogHistMsgText", "the text with the unit before it",
        lambda message: message_line(message).partition(f"-{message.number:06}: ")[2],
    ),
)  # fmt: skip
"""What the trap carries, but for the time since the start of the agent."""


def trap_of(message: Message) -> dict[str, str | int]:
    """The values of a message's trap, by the names in the MIB."""
    return {each.name: each.value(message) for each in TRAP_VALUES}


DEBUG_OPTIONS = {
    "cable": "the failover cable or link",
    "cmd-exec": "commands of `failover exec`",
    "fail": "internal exceptions",
    "fmsg": "failover messages",
    "get": "what is received of network traffic",
    "ifc": "the status of interfaces",
    "open": "the opening of the failover device",
    "put": "what is sent of network traffic",
    "rx": "received messages",
    "rxdmp": "received messages, byte by byte",
    "rxip": "received IP packets of failover",
    "switch": "switches of the role",
    "sync": "the copy of the configuration, and commands that are replicated",
    "tx": "sent messages",
    "txdmp": "sent messages, byte by byte",
    "txip": "sent IP packets of failover",
    "verify": "the verification of messages",
}
"""The options of `debug fover`."""


def debug_option(line: str) -> str | None:
    """The option of a line `debug fover OPTION`; None for any other line, one without an option among them.

    The command is entered on one unit and is not replicated (MON-4).
    """
    found = re.fullmatch(r"\s*debug\s+fo(?:v(?:er?)?)?\s+([a-z-]+)(?:\s+\d+)?\s*", line, re.IGNORECASE)
    option = found[1].lower() if found else ""
    return option if option in DEBUG_OPTIONS else None
