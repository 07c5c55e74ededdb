"""What of a unit's record can still matter: data belongs to a state.

An active unit uses its view of the peer only to ask "is it ready?", and how it hears it only to
ask "on the failover link?".  A standby asks "is the peer active?".  What the record holds beyond
that is for people to look at.  Two records with the same essence react to every event alike, up
to essence; searches therefore keep one record for each essence.  The tests prove it, state by
state and event by event.
"""

from __future__ import annotations

import attrs

from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Copy, Group, Heard, Phase, Role, UnitState, View


def essence(record: UnitState, settings: Settings, *, commands: bool) -> UnitState:
    """The record with everything that can no longer matter set to one value.

    commands: configuration commands are entered, so whether the configurations agree is kept.
    """
    groups = tuple(_group(record, group) for group in record.groups)
    return UnitState(
        phase=record.phase,
        enabled=record.enabled,
        heard=_heard(record, settings),
        copy=record.copy if commands else Copy.SYNCHRONIZED,
        groups=groups,
    )


def _group(record: UnitState, group: Group) -> Group:
    if group.role is Role.ACTIVE:
        kept = View.STANDBY_READY
    elif record.phase is Phase.NEGOTIATION:
        kept = View.NONE
    else:
        kept = View.ACTIVE
    return group if group.view is kept else attrs.evolve(group, view=View.NONE)


def _heard(record: UnitState, settings: Settings) -> Heard:
    """LOST and DATA differ only where a silence, a contact that begins, or a wait depends on them."""
    active = record.phase is Phase.UP and all(group.role is Role.ACTIVE for group in record.groups)
    hopeful = any(group.view is View.STANDBY_READY for group in record.groups)
    if active and not hopeful and record.heard is Heard.DATA and settings.options.recovery == "level":
        return Heard.LOST  # a silence would only make it forget a view that it does not use
    if record.phase is Phase.NEGOTIATION and record.heard is not Heard.NEVER:
        return Heard.LOST
    return record.heard
