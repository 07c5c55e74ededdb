"""Messages 105001 to 105503: failover on and off, the interfaces, the failover link, and what differs in the mate."""

from __future__ import annotations

from failover_fsm.templates.messages.kind import INTERFACE, ORDINAL, MessageKind, Prefix
from failover_fsm.templates.template import WORD, Field

__all__ = ["FAILOVER"]

_CLOUD = "failover of virtual units in a public cloud, another protocol"
_INVENTORY = "hardware, software and licences of the units are not in the model"
_DIFFERS = "the first hello of a peer that differs in {}"
_MEMORY = "the memory of a unit is not in the model"
_PORT = {"interface": INTERFACE}


def _result(value: object) -> str:
    return "Status Undetermined" if value == "Undetermined" else str(value)


RESULT = Field(r"(?:(?i:status) )?\w+", _result, lambda text: text.split()[-1].capitalize())
"""The result of the interface tests: Passed, Failed, or Undetermined, which devices print after the word Status."""

_ON_AND_OFF = (
    MessageKind(105001, 1, "Disabling failover.", "failover is switched off on the unit", brief=True),
    MessageKind(105002, 1, "Enabling failover.", "failover is switched on on the unit", brief=True),
)

_INTERFACES = (
    MessageKind(
        105003, 1, "Monitoring on interface {interface} waiting",
        "the unit begins to monitor the interface, or hears its peer there no more", fields=_PORT,
    ),
    MessageKind(
        105004, 1, "Monitoring on interface {interface} normal", "the interface is found Normal", fields=_PORT
    ),
    MessageKind(
        105005, 1, "Lost Failover communications with mate on interface {interface}",
        "half of the interface hold time goes by without a hello there", fields=_PORT,
    ),
    MessageKind(
        105006, 1, "Link status 'Up' on interface {interface}", "the port of a monitored interface comes up",
        fields=_PORT, also=("Link status Up on interface {interface}",), implied={"link": "up"},
    ),
    MessageKind(
        105007, 1, "Link status 'Down' on interface {interface}.", "the port of a monitored interface goes down",
        fields=_PORT, also=("Link status Down on interface {interface}",), implied={"link": "down"},
    ),
    MessageKind(
        105008, 1, "Testing Interface {interface}", "the interface tests begin, with 105005", fields=_PORT
    ),
    MessageKind(
        105009, 1, "Testing on interface {interface} {result}",
        "the interface tests end: well at once, badly when the interface hold time does",
        fields={"interface": INTERFACE, "result": RESULT},
    ),
    MessageKind(105010, 3, "Failover message block alloc failed", why_not=_MEMORY),
    MessageKind(105011, 1, "Failover cable communication failure", why_not="the serial failover cable of a PIX"),
)  # fmt: skip

_COPIES = (
    MessageKind(
        105020, 1, "Incomplete/slow config replication",
        "a unit that was receiving the configuration hears its peer no more", brief=True,
    ),
    MessageKind(
        105021, 1, "Standby unit failed to sync due to a locked {context} config. Lock held by {owner}",
        "a session holds the configuration of a unit that joins locked; it reloads then", brief=True),
    MessageKind(
        105022, 1, "Config replication failed with reason = {reason}",
        why_not="a synchronisation ends in the model, or its link breaks", fields={"reason": WORD},
    ),
)  # fmt: skip

_LINK = (
    MessageKind(
        105031, 1, "Failover LAN interface is up", "the failover link, or the unit's port under it, is mended",
        prefix=Prefix.NONE, also=("LAN Failover interface is up",),
    ),
    MessageKind(
        105032, 1, "LAN Failover interface is down", "the failover link, or the unit's port under it, fails",
        prefix=Prefix.NONE, also=("Failover LAN interface is down",),
    ),
    MessageKind(
        105033, 1, "LAN FO cmd Iface down and up again",
        "the failover link is mended before the unit has missed a hello", prefix=Prefix.NONE,
    ),
    MessageKind(
        105034, 1, "Receive a LAN_FAILOVER_UP message from peer.", "the first hello of a peer that negotiates",
        prefix=Prefix.NONE,
    ),
    MessageKind(
        105035, 1, "Receive a LAN failover interface down msg from peer.", prefix=Prefix.NONE,
        why_not="a standby would become active by it, which T2-4 excludes",
    ),
    MessageKind(
        105036, 1, "dropped a LAN Failover command message.", "a hand-over message of the unit is lost",
        prefix=Prefix.NONE,
    ),
    MessageKind(
        105037, 1, "(Primary and Standby) Both units are switching back and forth as the active unit",
        why_not="no document says how many switches in which time", prefix=Prefix.NONE,
        also=("The primary and standby units are switching back and forth as the active unit",
              "Both units are switching back and forth as the active unit"),
    ),
)  # fmt: skip

_MATE = (
    MessageKind(105038, 1, "Interface count mismatch", why_not=_INVENTORY),
    MessageKind(
        105039, 1, "Unable to verify the Interface count with mate. Failover may be disabled in mate.",
        "the unit hears nothing of a peer that runs with failover switched off",
    ),
    MessageKind(105040, 1, "Mate failover version is not compatible.", why_not=_INVENTORY),
    MessageKind(
        105041, 1, "cmd failed during sync", why_not="commands of a copy do not fail in the model", prefix=Prefix.NONE
    ),
    MessageKind(
        105042, 1, "Failover interface OK", "the unit hears its peer on the failover link again, or for the first time",
        brief=True,
    ),
    MessageKind(
        105043, 1, "Failover interface failed", "the unit hears its peer on the failover link no more", brief=True
    ),
    MessageKind(
        105044, 1, "Mate operational mode ({mate}) is not compatible with my mode ({own}).",
        _DIFFERS.format("mode"), brief=True,
    ),
    MessageKind(
        105045, 1, "Mate license ({mate}) is not compatible with my license ({own}).",
        _DIFFERS.format("license"), brief=True,
    ),
    MessageKind(105046, 1, "Mate has a different chassis", _DIFFERS.format("chassis"), brief=True),
    MessageKind(
        105047, 1, "Mate has a {mate} card in slot {slot} which is different from my {own}", _DIFFERS.format("card"),
        brief=True,
        fields={"slot": ORDINAL}, prefix=Prefix.NONE,
        also=("Mate has a {mate} card in slot {slot} which is different with my {own}",),
    ),
    MessageKind(
        105048, 1, "Mate's service module ({mate}) is different from mine ({own}).",
        _DIFFERS.format("service module"), brief=True,
    ),
    MessageKind(
        105050, 3, "Number of Ethernet interfaces on Standby unit ({standby}) is less than number on Active unit "
        "({active}).", why_not=_INVENTORY, fields={"standby": ORDINAL, "active": ORDINAL},
        also=("Number of Ethernet interfaces on Standby unit {standby} is less than number on Active unit {active}",),
    ),
    MessageKind(
        105052, 3, "HA:cipher in use {cipher} strong encryption is {status}, please reboot to use strong cipher and "
        "preferably change the key in use", why_not="ciphers are not in the model", prefix=Prefix.NONE,
        fields={"cipher": WORD, "status": INTERFACE},
        also=("HA cipher in use {cipher} strong encryption is {status}, please reboot to use strong cipher and "
              "preferably change the key in use",),
    ),
    MessageKind(105500, 5, "Started HA", why_not=_CLOUD),
    MessageKind(105501, 5, "Stopping HA", why_not=_CLOUD),
    MessageKind(
        105503, 5, "Internal state changed from {before} to {after}", why_not=_CLOUD,
    ),
)  # fmt: skip

FAILOVER = (*_ON_AND_OFF, *_INTERFACES, *_COPIES, *_LINK, *_MATE)
