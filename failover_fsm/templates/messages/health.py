"""Messages 101001 to 104502: the failover cable, the other unit, and switches of the role.

The severity is the field's: 1 for nearly all. The chapter's level 2 (MON-2) is `CHAPTER_LEVEL` in `table`.
"""

from __future__ import annotations

from failover_fsm.templates.messages.kind import ORDINAL, MessageKind, Prefix
from failover_fsm.templates.template import NUMBER, WORD, Field

__all__ = ["HEALTH"]

_CABLE = "the serial failover cable of a PIX"
_CLOUD = "failover of virtual units in a public cloud, another protocol"
_INVENTORY = "hardware, software and licences of the units are not in the model"

SPELLING = Field("(?i:STANDBY|STNDBY)", str, str.upper)
"""Both are printed by devices; the book of messages has the first."""

_CABLES = (
    MessageKind(101001, 1, "Failover cable OK.", why_not=_CABLE),
    MessageKind(101002, 1, "Bad failover cable.", why_not=_CABLE),
    MessageKind(101003, 1, "Failover cable not connected (this unit)", why_not=_CABLE),
    MessageKind(101004, 1, "Failover cable not connected (other unit)", why_not=_CABLE),
    MessageKind(101005, 1, "Error reading failover cable status.", why_not=_CABLE),
    MessageKind(102001, 1, "Power failure/System reload other side.", why_not=_CABLE),
)

_OTHER_UNIT = (
    MessageKind(
        103001, 1, "No response from other firewall (reason code = {code}).",
        "the hold time ends: 1 there is no data interface to ask on, 4 nothing came there either, 5 the peer was "
        "joining, 6 this unit was",
        fields={"code": NUMBER}, also=("No response from other firewall (reason code={code})",), brief=True,
    ),
    MessageKind(
        103002, 1, "Other firewall network interface {index} OK.",
        "the peer tells in its hellos that the status of its interface is Normal again", fields={"index": ORDINAL},
    ),
    MessageKind(
        103003, 1, "Other firewall network interface {index} failed.",
        "the peer tells in its hellos that its interface has failed", fields={"index": ORDINAL},
    ),
    MessageKind(
        103004, 1, "Other firewall reports this firewall failed. Reason: {reason}.",
        "the first hello of a peer that had counted this unit as failed",
        also=("Other firewall reports this firewall failed. {reason}",),
    ),
    MessageKind(
        103005, 1, "Other firewall reporting failure. Reason: {reason}",
        "the peer tells that it is failed, and its service module is dead",
        also=("Other firewall reporting failure. {reason}",), brief=True,
    ),
    MessageKind(
        103006, 1, "Mate version {mate} is not compatible with ours {own}.",
        "the first hello of a peer that differs in version",
        fields={"mate": WORD, "own": WORD}, brief=True),
    MessageKind(
        103007, 1, "Mate version {mate} is not identical with ours {own}.", why_not=_INVENTORY,
        fields={"mate": WORD, "own": WORD},
    ),
    MessageKind(
        103008, 1, "{host} Mate hwdib index {index} is not identical with ours.", why_not=_INVENTORY,
        fields={"host": WORD, "index": ORDINAL}, prefix=Prefix.NONE,
        also=("Mate hwdib index {index} is not identical with ours", "Mate hwdib index is not compatible"),
    ),
)  # fmt: skip

_SWITCHES = (
    MessageKind(
        104001, 1, "Switching to ACTIVE - {reason}.", "the unit or the group becomes active",
        also=("Switching to ACTIVE (cause: {reason})", "Switching to ACTIVE (cause = {reason})",
              "Switching to ACTIVE (cause {reason})", "Switching to ACTIVE"),
        implied={"to": "Active"}, brief=True,
    ),
    MessageKind(
        104002, 1, "Switching to {spelling} - {reason}.", "the unit or the group was active, and is so no more",
        fields={"spelling": SPELLING},
        also=("Switching to {spelling} (cause: {reason})", "Switching to {spelling} (cause = {reason})",
              "Switching to {spelling} (cause {reason})", "Switching to {spelling}"),
        implied={"to": "Standby Ready"}, brief=True,
    ),
    MessageKind(
        104003, 1, "Switching to FAILED.", "the unit or the group becomes failed",
        implied={"to": "Failed"}, brief=True,
    ),
    MessageKind(
        104004, 1, "Switching to OK.", "the unit or the group was failed, and is ready",
        implied={"to": "Standby Ready"}, brief=True,
    ),
    MessageKind(
        104500, 1, "Switching to ACTIVE - switch reason: {reason}", why_not=_CLOUD, implied={"to": "Active"}
    ),
    MessageKind(
        104501, 1, "Switching to BACKUP - switch reason: {reason}", why_not=_CLOUD, implied={"to": "Backup"}
    ),
    MessageKind(104502, 1, "Becoming Backup unit failed", why_not=_CLOUD),
)  # fmt: skip

HEALTH = (*_CABLES, *_OTHER_UNIT, *_SWITCHES)
