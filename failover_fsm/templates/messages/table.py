"""The table of system messages: every kind, by its number. The writer and the reader of messages are made from it."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from failover_fsm.templates.messages.failover import FAILOVER
from failover_fsm.templates.messages.health import HEALTH
from failover_fsm.templates.messages.kind import MessageKind
from failover_fsm.templates.messages.others import OTHERS, VPN_OTHERS, VPN_RANGES

__all__ = ["CHAPTER_LEVEL", "FIELD_LEVEL", "MESSAGES", "PEER_STATE_CODES", "VPN_TEXT", "kind_of"]

MESSAGES: Mapping[int, MessageKind] = {kind.number: kind for kind in (*HEALTH, *FAILOVER, *OTHERS)}
"""Every kind of message, in the order of the numbers."""

CHAPTER_LEVEL = 2
"""The level that the chapter gives to failover messages, "a critical condition" (MON-2). No device prints it."""

FIELD_LEVEL = 1
"""The level at which devices print 101001 to 105048 and 709003 to 709006: alert, which SNMP traps number 2."""


PEER_STATE_CODES = {130: "Active", 80: "Standby Ready"}
"""The numbers `op` in a 720032 of event 406, and the peer's state that they stand for, as far as captures show them."""


def kind_of(number: int) -> MessageKind | None:
    """The kind of a message, None if the table has no such number."""
    if number not in MESSAGES and any(number in each for each in VPN_RANGES):
        return attrs.evolve(VPN_OTHERS, number=number)
    return MESSAGES.get(number)


_RANGES = " and ".join(f"{each[0]} to {each[-1]}" for each in VPN_RANGES)
VPN_TEXT = f"Other numbers of VPN failover, {_RANGES}, are read and set aside."
