"""What of a unit's record can still matter: data belongs to a state.

An active unit uses its view of the peer only to ask "is it ready?", and how it hears it only to
ask "on the failover link?".  A standby asks "is the peer active?".  What the record holds beyond
that is for people to look at.  Two records with the same essence react to every event alike, up
to essence; searches therefore keep one record for each essence.  The tests prove it, state by
state and event by event.
"""

from __future__ import annotations

from typing import Any

from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Copy, Heard, Phase, Role, UnitState, View
from failover_fsm.records import thaw


def essence(record: UnitState, settings: Settings, *, commands: bool) -> UnitState:
    """The record with everything that can no longer matter set to one value; see `keep_essence`."""
    draft = thaw(record)
    keep_essence(draft, settings, commands=commands)
    kept: UnitState = draft.freeze()
    return kept


def keep_essence(own: Any, settings: Settings, *, commands: bool) -> None:
    """Sets everything that can no longer matter to one value, on the draft of a unit's record.

    commands: configuration commands are entered, so whether the configurations agree is kept.
    """
    phase = own.phase
    for group in own.groups:
        _forget_view(group, phase)
    if _hears_in_vain(own, phase, settings):
        own.heard = Heard.LOST
    if not commands:
        own.copy = Copy.SYNCHRONIZED
    if "commands" not in settings.follow:
        own.newest = own.saved = True
    if "sessions" not in settings.follow:
        for group in own.groups:
            group.sessions = False


def _forget_view(group: Any, phase: Phase) -> None:
    if phase is Phase.NEGOTIATION:
        group.view = View.NONE
        return
    kept = View.STANDBY_READY if phase is Phase.UP and group.role is Role.ACTIVE else View.ACTIVE
    if group.view is not kept:
        group.view = View.NONE


def _hears_in_vain(own: Any, phase: Phase, settings: Settings) -> bool:
    """LOST and DATA differ only where a silence, a contact that begins, or a wait depends on them."""
    if phase is Phase.NEGOTIATION:
        return own.heard is not Heard.NEVER
    if phase is not Phase.UP or own.heard is not Heard.DATA or settings.options.recovery != "level":
        return False
    # a silence would only make it forget a view that it does not use
    return all(group.role is Role.ACTIVE and group.view is not View.STANDBY_READY for group in own.groups)
