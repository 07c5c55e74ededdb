"""Formulas on what the units hold besides roles: the newest command, the connections.

A formula of states takes one Observer; a formula of steps takes the Observer before, the event, the Observer after.
"""

from __future__ import annotations

from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.model.observer import UNITS, Observer
from failover_fsm.pair import events as e
from failover_fsm.pair.impairments import is_blocked, is_impaired
from failover_fsm.pair.obstacles import Obstacles
from failover_fsm.pair.sessions import STANDBY
from failover_fsm.pair.states import ConfigSync, LinkState, Unit
from failover_fsm.records import ask

# -- formulas: commands ----------------------------------------------------------------------------


def is_in_step(obs: Observer, unit: Unit) -> bool:
    """The unit is a standby beside an active peer, and neither configuration is marked as out of step."""
    marked = any(obs.config_sync(each) is not ConfigSync.SYNCHRONIZED for each in UNITS)
    return obs.role(unit) in STANDBY and obs.active(unit.peer) and not marked


def has_what_its_peer_has(obs: Observer) -> bool:
    """A standby in step with an active peer has the newest command if that one does."""
    return all(obs.newest(unit) for unit in UNITS if is_in_step(obs, unit) and obs.newest(unit.peer))


def in_step_with_the_newest(obs: Observer) -> bool:
    """Some standby is in step with an active peer that has the newest command."""
    return any(is_in_step(obs, unit) and obs.newest(unit.peer) for unit in UNITS)


def loses(before: Observer, event: e.Event, after: Observer, unit: Unit) -> bool:
    """The newest command goes from a unit that runs on, and its peer does not have it."""
    runs_on = before.powered(unit) and after.powered(unit) and not isinstance(event, e.CommandEntered)
    return alone_with_it(before, unit) and runs_on and not after.newest(unit)


def alone_with_it(obs: Observer, unit: Unit) -> bool:
    """The unit has the newest command, and its peer does not."""
    return obs.newest(unit) and not obs.newest(unit.peer)


def active_keeps_commands(before: Observer, event: e.Event, after: Observer) -> bool:
    """No active unit loses the newest command while it is the only one to have it."""
    return not any(before.active(unit) and loses(before, event, after, unit) for unit in UNITS)


def standby_keeps_commands(before: Observer, event: e.Event, after: Observer) -> bool:
    """No standby loses the newest command while it is the only one to have it."""
    return not any(before.role(unit) in STANDBY and loses(before, event, after, unit) for unit in UNITS)


def only_on_an_active_unit(before: Observer, event: e.Event, after: Observer) -> bool:
    """Before the step only an active unit has the newest command."""
    return any(before.active(unit) and alone_with_it(before, unit) for unit in UNITS)


def only_on_a_standby(before: Observer, event: e.Event, after: Observer) -> bool:
    """Before the step only a standby has the newest command."""
    return any(before.role(unit) in STANDBY and alone_with_it(before, unit) for unit in UNITS)


# -- formulas: connections --------------------------------------------------------------------------


def copy_arrives(obs: Observer, unit: Unit) -> bool | None:
    """Whether connection state of the peer reaches the unit now.

    None where interfaces carry it or take it down, and where the peer hangs, so that it has nothing new to send.
    """
    kind, together = obs.settings.stateful, obs.settings.together
    if obs.up(unit.peer) and not obs.powered(unit.peer):
        return None
    if not (obs.listening(unit) and obs.listening(unit.peer)) or kind is StatefulLink.NONE:
        return False
    if kind is not StatefulLink.SHARED_DATA and not ask(obs.state.obstacles, Obstacles.keys_agree):
        return False
    is_apart = kind is StatefulLink.DEDICATED
    if kind is StatefulLink.SHARED_DATA or (together.stateful if is_apart else together.failover):
        return None
    impairments = obs.state.impairments
    if ask(impairments, is_impaired, "congested", unit):
        return False
    if is_apart:
        return obs.state.links.stateful is LinkState.GOOD
    one_way, is_held = ask(impairments, is_impaired, "one_way", unit), ask(impairments, is_blocked)
    return obs.state.links.failover is LinkState.GOOD and not (one_way or is_held)


def old_copy(obs: Observer, unit: Unit) -> bool:
    """The unit is a standby beside an active peer, whose connections do not reach it."""
    return obs.role(unit) in STANDBY and obs.active(unit.peer) and copy_arrives(obs, unit) is False


def some_copy_is_old(obs: Observer) -> bool:
    """So it is for some unit."""
    return any(old_copy(obs, unit) for unit in UNITS)


def copies_follow_the_link(obs: Observer) -> bool:
    """Each standby beside an active peer has a good copy exactly if the connections reach it."""
    for unit in UNITS:
        if obs.role(unit) in STANDBY and obs.active(unit.peer):
            arrives = copy_arrives(obs, unit)
            if arrives is not None and obs.sessions(unit) is not arrives:
                return False
    return True


def takes_over(before: Observer, after: Observer, unit: Unit) -> bool:
    """The unit, a standby with failover on, becomes active."""
    return before.role(unit) in STANDBY and before.enabled(unit) and after.active(unit)


def some_unit_takes_over(before: Observer, event: e.Event, after: Observer) -> bool:
    """A standby becomes active in the step."""
    return any(takes_over(before, after, unit) for unit in UNITS)


def takeover_keeps_sessions(before: Observer, event: e.Event, after: Observer) -> bool:
    """A standby that becomes active has the connections."""
    return all(before.sessions(unit) for unit in UNITS if takes_over(before, after, unit))
