"""Formulas on what keeps units from being a pair: mismatch, heartbeat, failed synchronisations, old copies.

A formula of states takes one Observer; a formula of steps takes the Observer before, the event, the Observer after.
"""

from __future__ import annotations

from failover_fsm.model.observer import UNITS, Observer
from failover_fsm.pair import events as e
from failover_fsm.pair.obstacles import Obstacles, gave_up
from failover_fsm.pair.states import Role, Unit
from failover_fsm.promises.contents import alone_with_it
from failover_fsm.records import ask

# -- formulas: units that do not match -------------------------------------------------------------


def unlike(obs: Observer) -> bool:
    """The units do not match."""
    return ask(obs.state.obstacles, Obstacles.mismatched)


def unlike_units_meet(obs: Observer) -> bool:
    """The units do not match, run, and the failover link is up."""
    return unlike(obs) and obs.link and all(obs.powered(unit) for unit in UNITS)


def one_does_without_failover(obs: Observer) -> bool:
    """Two units that do not match and could hear each other do not both have failover on."""
    return not (unlike(obs) and obs.link and all(obs.listening(unit) for unit in UNITS))


# -- formulas: the supervisor's heartbeat ----------------------------------------------------------


def lacks_heartbeat(obs: Observer, unit: Unit) -> bool:
    """The supervisor of the unit does not answer."""
    return ask(obs.state.obstacles, Obstacles.lacks_heartbeat, unit)


def begins_without_heartbeat(before: Observer, event: e.AtUnit, after: Observer) -> bool:
    """The unit of the event takes no part in failover, and its supervisor does not answer."""
    return not before.listening(event.unit) and lacks_heartbeat(before, event.unit)


def stays_off_without_heartbeat(before: Observer, event: e.AtUnit, after: Observer) -> bool:
    """Then it takes no part afterwards either."""
    return not begins_without_heartbeat(before, event, after) or not after.listening(event.unit)


# -- formulas: synchronisations that fail ----------------------------------------------------------


def has_given_up(obs: Observer, unit: Unit) -> bool:
    """The synchronisation of the unit failed for good."""
    return ask(obs.state.unit(unit).hindrance, gave_up)


def some_unit_has_given_up(before: Observer, event: e.Event, after: Observer) -> bool:
    """So it is for some unit before the step."""
    return any(has_given_up(before, unit) for unit in UNITS)


def stays_failed(before: Observer, event: e.Event, after: Observer) -> bool:
    """A unit that has given up is not ready after the step."""
    return not any(has_given_up(before, unit) and after.role(unit) is Role.STANDBY_READY for unit in UNITS)


def joins_without_room(before: Observer, event: e.AtUnit, after: Observer) -> bool:
    """The unit of the event joins, and its Flash has no room for what it is sent."""
    return before.joining(event.unit) and ask(before.state.obstacles, Obstacles.lacks_room, event.unit)


def is_not_ready(before: Observer, event: e.AtUnit, after: Observer) -> bool:
    """Then it is not ready after the step."""
    return not joins_without_room(before, event, after) or after.role(event.unit) is not Role.STANDBY_READY


# -- formulas: interfaces that are shut down -----------------------------------------------------------


def shut_on(obs: Observer, unit: Unit) -> tuple[bool, ...]:
    """Which interfaces the unit's running configuration has shut down."""
    return tuple(port.shutdown for port in obs.settings.at(obs.state, unit).ports)


def ready_beside_active(obs: Observer, unit: Unit) -> bool:
    """The unit is a ready standby, and hears its active peer on the failover link."""
    return obs.role(unit) is Role.STANDBY_READY and obs.active(unit.peer) and obs.hears_on_link(unit)


def some_interface_is_shut(obs: Observer) -> bool:
    """A pair of an active unit and a ready standby in contact, and an interface that is shut down on one of them."""
    return any(ready_beside_active(obs, unit) for unit in UNITS) and any(any(shut_on(obs, unit)) for unit in UNITS)


def ready_can_serve(obs: Observer) -> bool:
    """A ready standby has no interface shut down that its active peer has not."""
    for unit in UNITS:
        if ready_beside_active(obs, unit):
            pairs = zip(shut_on(obs, unit), shut_on(obs, unit.peer), strict=True)
            if any(here and not there for here, there in pairs):
                return False
    return True


# -- formulas: older configurations ------------------------------------------------------------------


def joins_with_the_newest(before: Observer, event: e.Event, after: Observer) -> bool:
    """A unit that boots or joins is the only one to have the newest command, has it in Flash too, and runs on."""
    return any(_brings_it(before, unit) and after.powered(unit) for unit in UNITS)


def keeps_the_newest(before: Observer, event: e.Event, after: Observer) -> bool:
    """Then it has it afterwards."""
    return all(after.newest(unit) or not after.powered(unit) for unit in UNITS if _brings_it(before, unit))


def _brings_it(obs: Observer, unit: Unit) -> bool:
    starts = obs.negotiates(unit) or obs.joining(unit)
    return starts and obs.saved(unit) and alone_with_it(obs, unit)
