"""System messages of a step about roles, the peer and the copy of the configuration, from what changed on a unit.

Numbers, levels and texts are those of the table in `templates.messages`. When a failover occurs each unit that runs
logs at least one message (MON-1). Messages about interfaces and links are in `interface_logs`, those about commands in
`command_logs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.environment import group_number, stateful_works
from failover_fsm.pair.health import failover_link_works, module_failed, probed
from failover_fsm.pair.interface_logs import switch_logs
from failover_fsm.pair.outputs import ConsoleLine, Output, SystemLog
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import JOINING, AnnouncedRole, PeerContact, Phase, Role, State, Unit, UnitState
from failover_fsm.templates.messages import reasons
from failover_fsm.templates.messages.table import PEER_STATE_CODES

__all__ = ["CONSOLE_BEGIN", "CONSOLE_END", "SYSTEM_REASONS", "Moment", "reports_vpn", "sending_outputs", "system_logs"]

SYSTEM_REASONS = {
    "No Active unit found": reasons.STATE_CHECK,
    "Detected an Active mate": reasons.STATE_CHECK,
    "Recovered from communication failure": reasons.STATE_CHECK,
    "MIO-blade heartbeat failure": reasons.STATE_CHECK,
    **dict.fromkeys(
        (
            f"Other unit {what} is different"
            for what in (
                "operating mode",
                "license",
                "chassis configuration",
                "card configuration",
            )
        ),
        reasons.STATE_CHECK,
    ),
    "Other unit has different software version": reasons.STATE_CHECK,
    "Preemption": reasons.STATE_CHECK,
    "Other unit wants me Active": reasons.MATE_WANTS_ME_ACTIVE,
    "Interface check": reasons.MATE_IS_HEALTHIER,
    "Detect service card failure": reasons.TO_FAILED,
}
"""Reasons of the tables' rows that a system message words otherwise than `show failover history`."""

CONSOLE_BEGIN = "Beginning configuration replication: Sending to mate."
CONSOLE_END = "End Configuration Replication to mate"
"""What the console of the unit that sends its configuration shows (SYN-4, SYN-18)."""

_RECEIVING = (Phase.COLD_STANDBY, Phase.SYNC_CONFIG)
_RECEIVED = (Phase.SYNC_FILE_SYSTEM, Phase.BULK_SYNC, Phase.UP)
_VPN_SESSIONS = "VPN sessions, without logging in again"
_PEER_STATE = 406
_OP_CODES = {state: code for code, state in PEER_STATE_CODES.items()}


@attrs.frozen(kw_only=True)
class Moment:
    """A step as one unit lives it.

    Attributes:
        unit: The unit.
        event: What happened; None where only states are compared.
        before: The pair before.
        after: The pair afterwards.
        settings: The pair's settings.
        reasons: The reason that each group gives, in the words of the tables.
    """

    unit: Unit
    event: e.Event | None
    before: State
    after: State
    settings: Settings
    reasons: tuple[str, ...]

    @property
    def old(self) -> UnitState:
        """The unit's record before."""
        return self.before.unit(self.unit)

    @property
    def new(self) -> UnitState:
        """The unit's record afterwards."""
        return self.after.unit(self.unit)

    def log(self, number: int, group: int | None = None, **fields: object) -> SystemLog:
        """A message of the unit."""
        return SystemLog.of(self.unit, number, group, **fields)


def system_logs(moment: Moment) -> Iterator[SystemLog]:
    """The messages of a unit about itself and its peer; a unit that does not run logs nothing."""
    if not moment.new.powered:
        return
    yield from _switch(moment)
    yield from _channel(moment)
    for index in range(len(moment.new.groups)):
        yield from _role(moment, index)
    yield from _receiving(moment)
    yield from _card(moment)
    yield from _vpn(moment)


def _switch(moment: Moment) -> Iterator[SystemLog]:
    old, new = moment.old, moment.new
    if old.powered and old.enabled is not new.enabled:
        yield moment.log(105002 if new.enabled else 105001)


# -- the peer ------------------------------------------------------------------------------------


def _channel(moment: Moment) -> Iterator[SystemLog]:
    """The failover link, the first message of a peer that boots, and the silence of a peer (UHM-5, UHM-8)."""
    old, new = moment.old, moment.new
    if not (old.powered and new.enabled):
        return
    if _negotiates(new) and not _negotiates(old):
        yield moment.log(105034)
    if old.contact is not new.contact:
        if old.contact is PeerContact.LINK:
            yield moment.log(105043)
        if new.contact is PeerContact.LINK:
            yield moment.log(105042)
            if old.up and moment.before.unit(moment.unit.peer).contact is PeerContact.LOST:
                yield moment.log(103004, reason=reasons.MISSED_POLLS)
        if new.contact is PeerContact.LOST:
            yield moment.log(103001, code=_silence_code(moment))
    if isinstance(moment.event, e.HoldTimeExpired | e.NegotiationExpired):
        peer = moment.before.unit(moment.unit.peer)
        if peer.powered and not peer.enabled and failover_link_works(moment.before, moment.settings):
            yield moment.log(105039)


def _negotiates(own: UnitState) -> bool:
    return any(group.peer_role is AnnouncedRole.NEGOTIATION for group in own.groups)


def _silence_code(moment: Moment) -> int:
    """The reason code of 103001: 5 and 6 while a configuration is copied, 1 if there is nowhere else to ask, else 4."""
    old = moment.old
    if old.phase in JOINING:
        return 6
    if any(group.peer_role is AnnouncedRole.JOINING for group in old.groups):
        return 5
    return 4 if probed(moment.before, moment.settings, moment.unit) else 1


def _card(moment: Moment) -> Iterator[SystemLog]:
    """The peer's service module is dead, and the unit first hears that its peer is failed (TRG-2)."""
    failed = [any(group.peer_role is AnnouncedRole.FAILED for group in own.groups) for own in (moment.old, moment.new)]
    if failed == [False, True] and module_failed(moment.after, moment.settings, moment.unit.peer):
        yield moment.log(103005, reason=reasons.MODULE_FAILED)


# -- roles -----------------------------------------------------------------------------------------


def _role(moment: Moment, index: int) -> Iterator[SystemLog]:
    """The switches of a role, and what the interfaces of its group log of it (MON-1, MON-3)."""
    old, new = moment.old.groups[index].role, moment.new.groups[index].role
    if old is new:
        return
    group = group_number(moment.settings, index)
    reason = moment.reasons[index]
    said = SYSTEM_REASONS.get(reason, reason)
    if new is Role.ACTIVE:
        yield moment.log(104001, group, reason=said)
    elif old is Role.ACTIVE:
        yield moment.log(104002, group, spelling="STANDBY", reason=said)
    if new is Role.FAILED:
        yield moment.log(104003, group)
    elif old is Role.FAILED and new is Role.STANDBY_READY:
        yield moment.log(104004, group)
    if Role.ACTIVE in (old, new) and old is not Role.NONE:
        yield from switch_logs(moment.after, moment.settings, moment.unit, index)


# -- the copy of the configuration -------------------------------------------------------------------


def _receiving(moment: Moment) -> Iterator[SystemLog]:
    """The unit that receives the configuration: the end is that of Sync Config (SYN-3)."""
    old, new = moment.old, moment.new
    if _begins(old, new):
        yield moment.log(709005)
    if _ends(old, new):
        yield moment.log(709006)
    if old.phase in _RECEIVING and isinstance(moment.event, e.HoldTimeExpired):
        yield moment.log(105020)


def _begins(old: UnitState, new: UnitState) -> bool:
    return new.phase is Phase.COLD_STANDBY and old.phase not in JOINING


def _ends(old: UnitState, new: UnitState) -> bool:
    return old.phase in _RECEIVING and new.phase in _RECEIVED and new.enabled


def sending_outputs(moment: Moment) -> Iterator[Output]:
    """What the peer of the moment's unit shows while it sends its configuration and state there.

    Its console has two lines (SYN-4, SYN-18); the messages of stateful failover are those of Bulk Sync (STF-1).
    """
    sender, old, new = moment.unit.peer, moment.old, moment.new
    if not moment.after.unit(sender).powered:
        return
    if _begins(old, new):
        yield SystemLog.of(sender, 709003)
        yield ConsoleLine(unit=sender, text=CONSOLE_BEGIN)
    if _ends(old, new):
        yield SystemLog.of(sender, 709004)
        yield ConsoleLine(unit=sender, text=CONSOLE_END)
    at_once = _ends(old, new) and new.phase is Phase.UP and stateful_works(moment.after, moment.settings)
    if at_once or (new.phase is Phase.BULK_SYNC and old.phase is not Phase.BULK_SYNC):
        yield SystemLog.of(sender, 311001)
    if at_once or (old.phase is Phase.BULK_SYNC and new.phase is Phase.UP and new.enabled):
        yield SystemLog.of(sender, 311002)


# -- VPN failover ------------------------------------------------------------------------------------


def _vpn(moment: Moment) -> Iterator[SystemLog]:
    """The view of the peer, as the parts that pass VPN sessions on report it (STF-24, LIM-1)."""
    if not reports_vpn(moment.settings) or not moment.new.listening:
        return
    was, now = (_peer_word(own, moment.after.unit(moment.unit.peer)) for own in (moment.old, moment.new))
    if now is None or was == now:
        return
    own = _word(moment.new)
    if now in _OP_CODES:
        fields: dict[str, Any] = {"id": 3, "seq": 200, "block": 0, "event": _PEER_STATE, "op": _OP_CODES[now]}
        yield moment.log(720032, own=own, peer=now, **fields)
    yield moment.log(720028, peer=now)
    yield moment.log(721002, event="HA_STATUS_PEER_STATE", own=own, peer=now)


def reports_vpn(settings: Settings) -> bool:
    """The units of the pair log what the parts report that pass VPN sessions on."""
    return not settings.groups and bool(settings.passed) and _VPN_SESSIONS in settings.passed[0]


def _word(own: UnitState) -> str:
    """The state of a unit as a device prints it."""
    state = own.groups[0].role if own.phase is Phase.UP else own.phase
    return _titled(state.value)


def _peer_word(own: UnitState, peer: UnitState) -> str | None:
    """A unit's view of its peer as a device prints it; None where it has none."""
    view = own.groups[0].peer_role
    if view is AnnouncedRole.NONE:
        return "Failed" if own.contact is PeerContact.LOST and own.listening else None
    if view is AnnouncedRole.UNCHECKED:
        return "Standby Ready"
    if view is AnnouncedRole.JOINING:
        return _word(peer) if peer.phase in JOINING else "Cold Standby"
    return _titled(view.value)


def _titled(word: str) -> str:
    return word.replace("-", " ").title()
