"""Live-variable reduction: resets every field that no later event can read in this phase and role.

An active unit reads the peer's announced role only to ask "is it ready?", and its contact only to ask "on the
failover link?". A standby asks "is the peer active?". What the record holds beyond that is for people to look at.
Two records with the same canonical record react to every event alike, up to canonical records; searches therefore
keep one record for each. The tests prove it, state by state and event by event.
"""

from __future__ import annotations

from typing import Any

from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import AnnouncedRole, ConfigSync, PeerContact, Phase, Role, UnitState
from failover_fsm.records import edit


def canonical_record(record: UnitState, settings: Settings, *, commands: bool) -> UnitState:
    """The record with everything that can no longer matter set to one value; see `canonicalize`."""
    draft = edit(record)
    canonicalize(draft, settings, commands=commands)
    kept: UnitState = draft.freeze()
    return kept


def canonicalize(own: Any, settings: Settings, *, commands: bool) -> None:
    """Resets every dead field, on the draft of a unit's record.

    Args:
        own: Draft of the record.
        settings: What the protocol reads of the configuration.
        commands: Configuration commands are entered, so whether the configurations agree is kept.
    """
    phase = own.phase
    for group in own.groups:
        _forget_view(group, phase)
    if _hears_in_vain(own, phase, settings):
        own.contact = PeerContact.LOST
    if not commands and settings.options.resync_on_contact:
        own.config_sync = ConfigSync.SYNCHRONIZED
    if "commands" not in settings.follow:
        own.newest = own.saved = True
    if "sessions" not in settings.follow:
        for group in own.groups:
            group.sessions = False


def _forget_view(group: Any, phase: Phase) -> None:
    if phase is Phase.NEGOTIATION:
        group.peer_role = AnnouncedRole.NONE
        return
    kept = AnnouncedRole.STANDBY_READY if phase is Phase.UP and group.role is Role.ACTIVE else AnnouncedRole.ACTIVE
    if group.peer_role is not kept:
        group.peer_role = AnnouncedRole.NONE


def _hears_in_vain(own: Any, phase: Phase, settings: Settings) -> bool:
    """True if LOST and DATA are equivalent here: no hold timer, first-contact rule or link wait distinguishes them."""
    if phase is Phase.NEGOTIATION:
        return own.contact is not PeerContact.NEVER
    if phase is not Phase.UP or own.contact is not PeerContact.DATA or settings.options.recovery != "level":
        return False
    if settings.running is not None or settings.probed != settings.counted:
        return False  # a unit that asks goes on hearing where no hello comes
    # a silence would only make it forget a view that it does not use
    return all(group.role is Role.ACTIVE and group.peer_role is not AnnouncedRole.STANDBY_READY for group in own.groups)
