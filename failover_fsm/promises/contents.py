"""Formulas on what the units hold besides roles: the newest command, the connections.

Of states they are asked with one Look; of steps with the Look before, the event, and the Look after.
"""

from __future__ import annotations

from failover_fsm.model.observer import UNITS, Look
from failover_fsm.pair import events as e
from failover_fsm.pair.sessions import STANDBY
from failover_fsm.pair.states import Copy, Unit

# -- formulas: commands ----------------------------------------------------------------------------


def is_in_step(look: Look, unit: Unit) -> bool:
    """The unit is a standby beside an active peer, and neither configuration is marked as out of step."""
    marked = any(look.copy(each) is not Copy.SYNCHRONIZED for each in UNITS)
    return look.role(unit) in STANDBY and look.active(unit.peer) and not marked


def has_what_its_peer_has(look: Look) -> bool:
    return all(look.newest(unit) for unit in UNITS if is_in_step(look, unit) and look.newest(unit.peer))


def in_step_with_the_newest(look: Look) -> bool:
    return any(is_in_step(look, unit) and look.newest(unit.peer) for unit in UNITS)


def loses(before: Look, event: e.Event, after: Look, unit: Unit) -> bool:
    """The newest command goes from a unit that runs on, and its peer does not have it."""
    runs_on = before.powered(unit) and after.powered(unit) and not isinstance(event, e.CommandEntered)
    return alone_with_it(before, unit) and runs_on and not after.newest(unit)


def alone_with_it(look: Look, unit: Unit) -> bool:
    return look.newest(unit) and not look.newest(unit.peer)


def active_keeps_commands(before: Look, event: e.Event, after: Look) -> bool:
    return not any(before.active(unit) and loses(before, event, after, unit) for unit in UNITS)


def standby_keeps_commands(before: Look, event: e.Event, after: Look) -> bool:
    return not any(before.role(unit) in STANDBY and loses(before, event, after, unit) for unit in UNITS)


def only_on_an_active_unit(before: Look, event: e.Event, after: Look) -> bool:
    return any(before.active(unit) and alone_with_it(before, unit) for unit in UNITS)


def only_on_a_standby(before: Look, event: e.Event, after: Look) -> bool:
    return any(before.role(unit) in STANDBY and alone_with_it(before, unit) for unit in UNITS)


# -- formulas: connections --------------------------------------------------------------------------


def takes_over(before: Look, after: Look, unit: Unit) -> bool:
    """The unit, a standby with failover on, becomes active."""
    return before.role(unit) in STANDBY and before.enabled(unit) and after.active(unit)


def some_unit_takes_over(before: Look, event: e.Event, after: Look) -> bool:
    return any(takes_over(before, after, unit) for unit in UNITS)


def takeover_keeps_sessions(before: Look, event: e.Event, after: Look) -> bool:
    return all(before.sessions(unit) for unit in UNITS if takes_over(before, after, unit))
