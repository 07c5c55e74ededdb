"""Messages outside 101001 to 105503 that tell of failover: commands, interfaces, copies of state, VPN failover."""

from __future__ import annotations

from failover_fsm.templates.messages.kind import ADDRESS, INTERFACE, NAME, ORDINAL, MessageKind, Prefix
from failover_fsm.templates.template import NUMBER, WORD, Field, one_of

__all__ = ["OTHERS", "VPN_OTHERS", "VPN_RANGES"]

_NAMEIF = Field(r"[^\s,:/]+")
_STATE = Field(r"[^\s,](?:[^,]*[^\s,])?")
_COUNTS = "updates of connections are not counted one by one in the model"
_RELEASE = "of releases that compare the configurations first (9.x)"
_UPDATE = "Auto Update is no event of the pair"
_FLOW = {"interface": _NAMEIF, "ip": ADDRESS, "port": NUMBER, "to_interface": _NAMEIF, "to_ip": ADDRESS,
         "to_port": NUMBER}  # fmt: skip

_COMMANDS = (
    MessageKind(
        111008, 5, "User '{user}' executed the '{command}' command.", "a command is entered on the unit",
        prefix=Prefix.NONE, fields={"user": NAME},
    ),
    MessageKind(
        111009, 7, "User '{user}' executed cmd: {command}", "a show command is entered on the unit",
        prefix=Prefix.NONE, fields={"user": NAME},
    ),
    MessageKind(
        111010, 5, "User '{user}', running '{application}' from IP {ip}, executed '{command}'", prefix=Prefix.NONE,
        why_not="it repeats 111008 with the address that the command came from",
        fields={"user": NAME, "application": NAME, "ip": INTERFACE},
    ),
)  # fmt: skip

_UPDATES = (
    MessageKind(
        210001, 3, "LU {module} error = {code}", why_not=_COUNTS, prefix=Prefix.NONE, fields={"code": ORDINAL}
    ),
    MessageKind(
        210002, 3, "LU allocate block ({size}) failed.", why_not=_COUNTS, prefix=Prefix.NONE, fields={"size": ORDINAL}
    ),
    MessageKind(
        210003, 3, "Unknown LU Object {object}", why_not=_COUNTS, prefix=Prefix.NONE, fields={"object": ORDINAL}
    ),
    MessageKind(
        210005, 3, "LU allocate connection failed for {protocol} connection from {interface}:{ip}/{port} to "
        "{to_interface}:{to_ip}/{to_port}", why_not=_COUNTS, prefix=Prefix.NONE, fields={"protocol": WORD, **_FLOW},
        also=("LU allocate secondary connection failed for {protocol} connection from {interface}:{ip}/{port} to "
              "{to_interface}:{to_ip}/{to_port}",),
    ),
    MessageKind(
        210006, 3, "LU look NAT for {ip} failed", why_not=_COUNTS, prefix=Prefix.NONE, fields={"ip": ADDRESS}
    ),
    MessageKind(210007, 3, "LU allocate xlate failed for {translation}", why_not=_COUNTS, prefix=Prefix.NONE),
    MessageKind(
        210008, 3, "LU no xlate for {ip}/{port} {to_ip}/{to_port}", why_not=_COUNTS, prefix=Prefix.NONE, fields=_FLOW
    ),
    MessageKind(
        210010, 3, "LU make UDP connection for {ip}:{port} {to_ip}:{to_port} failed", why_not=_COUNTS,
        prefix=Prefix.NONE, fields=_FLOW,
    ),
    MessageKind(
        210020, 3, "LU PAT port {port} reserve failed", why_not=_COUNTS, prefix=Prefix.NONE, fields={"port": NUMBER}
    ),
    MessageKind(
        210021, 3, "LU create static xlate {ip} ifc {interface} failed", why_not=_COUNTS, prefix=Prefix.NONE,
        fields={"ip": ADDRESS, "interface": INTERFACE},
    ),
    MessageKind(
        210022, 6, "LU missed {count} updates", why_not=_COUNTS, prefix=Prefix.NONE, fields={"count": NUMBER}
    ),
    MessageKind(311001, 6, "LU loading standby start", "the peer enters Bulk Sync", prefix=Prefix.NONE),
    MessageKind(311002, 6, "LU loading standby end", "the peer has passed Bulk Sync", prefix=Prefix.NONE),
    MessageKind(311003, 6, "LU recv thread up", "the way for connection state begins to work", prefix=Prefix.NONE),
    MessageKind(311004, 6, "LU xmit thread up", "the way for connection state begins to work", prefix=Prefix.NONE),
)  # fmt: skip

_NETWORK = (
    MessageKind(
        405003, 4, "IP address collision detected between host {ip} at {mac} and interface {interface}, {own_mac}",
        why_not="addresses in numbers are not in the model; evidence of two active units",
        prefix=Prefix.NONE, fields={"ip": WORD, "mac": WORD, "interface": INTERFACE, "own_mac": WORD},
    ),
    MessageKind(
        411001, 4, "Line protocol on Interface {interface}, changed state to up",
        "the port comes up; on each data interface in a switch, after 411002", prefix=Prefix.NONE,
        fields={"interface": INTERFACE}, also=("Line protocol on Interface {interface} changed state to up",),
        implied={"line_protocol": "up"},
    ),
    MessageKind(
        411002, 4, "Line protocol on Interface {interface}, changed state to down",
        "the port goes down; on each data interface in a switch", prefix=Prefix.NONE,
        fields={"interface": INTERFACE}, also=("Line protocol on Interface {interface} changed state to down",),
        implied={"line_protocol": "down"},
    ),
    MessageKind(
        418001, 4, "Through-the-device packet to/from management-only network is denied: {packet}",
        why_not="no message of failover", prefix=Prefix.NONE,
    ),
    MessageKind(
        612001, 5, "Auto Update succeeded:{file}, version:{version}", why_not=_UPDATE, prefix=Prefix.NONE,
        fields={"file": _STATE}, also=("Auto Update succeeded: {file}, version: {version}",),
    ),
    MessageKind(
        612002, 4, "Auto Update failed:{file}, version:{version}, reason:{reason}", why_not=_UPDATE,
        prefix=Prefix.NONE, fields={"file": _STATE, "version": _STATE},
        also=("Auto Update failed: {file}, version: {version}, reason: {reason}",),
    ),
)  # fmt: skip

_COPIES = (
    MessageKind(
        709001, 7, "FO replication failed: cmd={command} returned={code}",
        "a command that is replicated does not reach the peer", prefix=Prefix.NONE, fields={"code": ORDINAL},
    ),
    MessageKind(
        709002, 7, "FO unreplicable: cmd={command}", "a command that is not replicated is entered", prefix=Prefix.NONE
    ),
    MessageKind(
        709003, 1, "Beginning configuration replication: Send to mate.", "the peer enters Cold Standby",
        also=("Beginning configuration replication: Sending to mate", "Beginning configuration replication"),
        brief=True,
    ),
    MessageKind(
        709004, 1, "End Configuration Replication (ACT)", "the peer has passed Sync Config",
        also=("End Configuration Replication to mate",), brief=True,
    ),
    MessageKind(
        709005, 1, "Beginning configuration replication: Receiving from mate.", "the unit enters Cold Standby",
        also=("Beginning configuration replication from mate", "Beginning configuration replication... Receiving from "
              "mate"), brief=True,
    ),
    MessageKind(
        709006, 1, "End Configuration Replication (STB)", "the unit has passed Sync Config",
        also=("End configuration replication from mate",), brief=True,
    ),
    MessageKind(
        709007, 2, "Configuration replication failed for command {command}",
        why_not="commands of a copy do not fail in the model", prefix=Prefix.NONE,
    ),
    MessageKind(
        709008, 4, "Configuration sync in progress. Command: '{command}' executed from ({origin}) will not be "
        "replicated to or executed by the standby unit.", "a command is entered while the peer receives the "
        "configuration", fields={"origin": Field(r"[^\s()]+")},
        also=("Configuration sync in progress. Command: '{command}' executed from {origin} will not be replicated to "
              "or executed by the standby unit",),
    ),
    MessageKind(
        709009, 6, "Configuration on Active and Standby is matching. No config sync. Time elapsed {elapsed} ms",
        why_not=_RELEASE, prefix=Prefix.ROLE, fields={"elapsed": NUMBER, "role": one_of("Active", "Standby")},
    ),
    MessageKind(
        709010, 6, "Configuration between units doesn't match. Going for config sync ({what}). Time elapsed "
        "{elapsed} ms", why_not=_RELEASE, prefix=Prefix.NONE, fields={"elapsed": NUMBER},
    ),
    MessageKind(
        709011, 6, "Failover configuration replication completed in {elapsed} ms", why_not=_RELEASE,
        prefix=Prefix.NONE, fields={"elapsed": NUMBER},
    ),
    MessageKind(
        709012, 6, "Skip configuration replication from mate as configuration on Active and Standby is matching",
        why_not=_RELEASE, prefix=Prefix.NONE,
    ),
    MessageKind(
        709013, 4, "Failover configuration replication hash comparison timeout expired {state}.", why_not=_RELEASE,
        prefix=Prefix.NONE, also=("Failover configuration replication hash comparison timeout expired",),
    ),
)  # fmt: skip

_VPN = (
    MessageKind(
        720028, 6, "HA status callback: Peer state {peer}.",
        "the unit's view of its peer changes, where VPN sessions are passed on", prefix=Prefix.VPN,
        fields={"peer": _STATE},
    ),
    MessageKind(
        720032, 6, "HA status callback: id={id},seq={seq},grp={block},event={event},op={op},my={own},peer={peer}.",
        "before 720028, where the number of the peer's state is known", prefix=Prefix.VPN,
        fields={"id": ORDINAL, "seq": ORDINAL, "block": ORDINAL, "event": ORDINAL, "op": ORDINAL, "own": _STATE,
                "peer": _STATE},
        also=("HA status callback: id={id}, seq={seq}, grp={block}, event={event}, op={op}, my={own}, peer={peer}",),
    ),
    MessageKind(
        721002, 6, "HA status change: event {event}, my state {own}, peer state {peer}.", "after 720028",
        prefix=Prefix.WEBVPN, fields={"event": INTERFACE, "own": _STATE, "peer": _STATE},
    ),
)  # fmt: skip

OTHERS = (*_COMMANDS, *_UPDATES, *_NETWORK, *_COPIES, *_VPN)

VPN_RANGES = (range(720001, 720074), range(721001, 721020))
VPN_OTHERS = MessageKind(
    0, 6, "{text}", why_not="other messages of VPN failover, recognised by their number", prefix=Prefix.VPN
)
"""Any message of `VPN_RANGES` that the table does not have."""
