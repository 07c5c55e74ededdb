"""System log messages of a step, from what changed on a unit and why.

Numbers, severities and texts as real devices print them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from failover_fsm.pair.outputs import SystemLog
from failover_fsm.pair.states import JOINING, AnnouncedRole, PeerContact, Phase, Role, Unit, UnitState

SILENCE = 103001
"""The peer is silent; reason code 4: on the failover link and on the data interfaces."""


def system_logs(
    unit: Unit, before: UnitState, after: UnitState, reason: Sequence[str], *, named: bool
) -> Iterator[SystemLog]:
    """The messages a unit logs when its record goes from `before` to `after`.

    because: the reason that each group gives.  named: the pair has failover groups, and messages name theirs.
    """
    if not after.powered:
        return
    yield from _switch(unit, before, after)
    yield from _channel(unit, before, after)
    for index, (old, new) in enumerate(zip(before.groups, after.groups, strict=True)):
        for log in _role(unit, old.role, new.role, reason[index]):
            yield attrs.evolve(log, group=index + 1) if named else log
    yield from _replication(unit, before, after)


def _log(unit: Unit, number: int, text: str) -> SystemLog:
    return SystemLog(unit=unit, number=number, severity=1, text=text)


def _switch(unit: Unit, before: UnitState, after: UnitState) -> Iterator[SystemLog]:
    if before.powered and before.enabled and not after.enabled:
        yield _log(unit, 105001, "Disabling failover.")
    if before.powered and after.enabled and not before.enabled:
        yield _log(unit, 105002, "Enabling failover.")


def _channel(unit: Unit, before: UnitState, after: UnitState) -> Iterator[SystemLog]:
    if before.contact is after.contact or not (before.powered and after.enabled):
        return
    if before.contact is PeerContact.LINK:
        yield _log(unit, 105043, "Failover interface failed")
    if after.contact is PeerContact.LINK:
        yield _log(unit, 105042, "Failover interface OK")
    if after.contact is PeerContact.LOST:
        yield _log(unit, SILENCE, "No response from other firewall (reason code = 4).")


def _role(unit: Unit, old: Role, new: Role, reason: str) -> Iterator[SystemLog]:
    if old is new:
        return
    if new is Role.ACTIVE:
        yield _log(unit, 104001, f"Switching to ACTIVE - {reason}.")
    elif old is Role.ACTIVE:
        yield _log(unit, 104002, f"Switching to STANDBY - {reason}.")
    if new is Role.FAILED:
        yield _log(unit, 104003, "Switching to FAILED.")
    elif old is Role.FAILED and new is Role.STANDBY_READY:
        yield _log(unit, 104004, "Switching to OK.")


def _replication(unit: Unit, before: UnitState, after: UnitState) -> Iterator[SystemLog]:
    if after.phase is Phase.COLD_STANDBY and before.phase not in JOINING:
        yield _log(unit, 709005, "Beginning configuration replication: Receiving from mate.")
    if before.phase in JOINING and after.phase is Phase.UP and after.enabled:
        yield _log(unit, 709006, "End Configuration Replication (STB)")


def card_logs(unit: Unit, before: UnitState, after: UnitState) -> Iterator[SystemLog]:
    """The messages of a unit whose peer has a dead service module, when it first hears that its peer is failed."""
    failed = [AnnouncedRole.FAILED in (group.peer_role for group in own.groups) for own in (before, after)]
    if after.powered and failed == [False, True]:
        yield _log(unit, 103005, "Other firewall reporting failure. Reason: SSM card failure")


def sending_logs(sender: Unit, before: UnitState, after: UnitState) -> Iterator[SystemLog]:
    """What the active unit logs of a synchronisation, from the change of the receiving unit's record."""
    if after.phase is Phase.COLD_STANDBY and before.phase not in JOINING:
        yield _log(sender, 709003, "Beginning configuration replication: Send to mate.")
    if before.phase in JOINING and after.phase is Phase.UP and after.enabled:
        yield _log(sender, 709004, "End Configuration Replication (ACT)")
