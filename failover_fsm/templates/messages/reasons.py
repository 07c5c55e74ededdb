"""The reasons that devices give after 104001 and 104002; `show failover history` has a vocabulary of its own."""

from __future__ import annotations

import re

__all__ = ["MODULE_FAILED", "REASONS", "REPORTED", "is_known_reason"]

STATE_CHECK = "state check"
BY_COMMAND = "Set by the config command"
MATE_WANTS_ME_ACTIVE = "mate want me Active"
MATE_IS_HEALTHIER = "interface check, mate is healthier"
TO_FAILED = "switch to failed state"
NO_HELLO = "HELLO not heard from mate"
CARD_OF_MATE = "Service card in other unit has failed"
MATE_WANTS_ME_STANDBY = "Other unit wants me Standby"

REASONS = (
    # Of the manufacturer's book of messages; the third also with the name of an interface in it.
    STATE_CHECK,
    "bad/incomplete config",
    "ifc check, mate is healthier",
    "the other side wants me to standby",
    "in failed state, cannot be active",
    TO_FAILED,
    "other unit set to active by CLI config command fail active",
    # Seen in logs of real pairs.
    NO_HELLO,
    MATE_WANTS_ME_ACTIVE,
    MATE_IS_HEALTHIER,
    CARD_OF_MATE,
    BY_COMMAND,
    MATE_WANTS_ME_STANDBY,
)
"""Every reason with a source. The list is open: a reader takes any other, and says that it does not know it."""

MISSED_POLLS = "Missed poll packets on failover command interface exceeded threshold"
COPY_BROKE_OFF = "Failed to complete configuration replication. This firewall's configuration may be out of sync"

REPORTED = (
    MISSED_POLLS,
    "LAN failover interface failed",
    "Peer failed to enter Standby Ready state",
    COPY_BROKE_OFF,
    "Failover message transmit failure and no ACK for busy condition received",
)
"""The reasons that 103004 gives."""

MODULE_FAILED = "SSM card failure"
"""The reason that 103005 gives."""


def is_known_reason(reason: str) -> bool:
    """Whether a reason after 104001 or 104002 has a source, in any case and with any name of an interface."""
    plain = re.sub(r"^ifc \S+ check", "ifc check", reason.strip().lower())
    return plain in {each.lower() for each in REASONS}
