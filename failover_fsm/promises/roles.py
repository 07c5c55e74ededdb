"""Formulas on who may be active: split brain, take-over, failed standby, suspension, interfaces.

A formula of states takes one Observer; a formula of steps takes the Observer before, the event, the Observer after.
"""

from __future__ import annotations

from failover_fsm.model.observer import PRIMARY, SECONDARY, UNITS, Observer
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import group_index
from failover_fsm.pair.states import AnnouncedRole, Handover, PeerContact, Role, Unit
from failover_fsm.promises.health import unhealthy

# -- formulas: active units --------------------------------------------------------------------


def dual_can_end(obs: Observer) -> bool:
    """Both units are active and can hear that of each other."""
    return obs.dual and obs.greeted(SECONDARY) and (obs.link or obs.met())


def split_brain_recovers(obs: Observer) -> bool:
    """The pair has no two active units that could end it."""
    return not dual_can_end(obs)


def ends_dual_by_hello(before: Observer, event: e.Event, after: Observer) -> bool:
    """One of two active units stops being active."""
    return any(stops_being_active(before, after, unit) for unit in UNITS) and before.dual


def primary_survives(before: Observer, event: e.Event, after: Observer) -> bool:
    """When one of two active units stops, the primary stays active."""
    return not ends_dual_by_hello(before, event, after) or after.active(PRIMARY)


def becomes_active(before: Observer, after: Observer, unit: Unit) -> bool:
    """The unit becomes active in the step."""
    return not before.keeps_role(unit, after) and after.active(unit)


def stops_being_active(before: Observer, after: Observer, unit: Unit) -> bool:
    """The unit stops being active in the step."""
    return not before.keeps_role(unit, after) and before.active(unit)


def stays_as_active(before: Observer, after: Observer, unit: Unit) -> bool:
    """The unit neither begins nor ends being active."""
    return before.keeps_role(unit, after) or not (before.active(unit) or after.active(unit))


def becomes_second_active(before: Observer, event: e.Event, after: Observer) -> bool:
    """A unit becomes active beside an active peer."""
    return any(becomes_active(before, after, unit) for unit in UNITS) and after.dual


def dual_only_when_cut_off(before: Observer, event: e.Event, after: Observer) -> bool:
    """That happens only where a unit does not hear the other, or boots with the failover link down."""
    for unit in UNITS:
        if becomes_active(before, after, unit) and before.active(unit.peer):
            cut_off = not before.hears(unit) or not before.hears(unit.peer)
            apart = before.negotiates(unit) and not before.link
            if not (cut_off or apart):
                return False
    return True


def one_runs_alone(obs: Observer) -> bool:
    """One unit runs with failover on, and its peer is off."""
    return any(obs.listening(unit) and not obs.powered(unit.peer) for unit in UNITS)


def alone_is_active(obs: Observer) -> bool:
    """A unit that runs so is active."""
    return all(obs.active(unit) for unit in UNITS if obs.listening(unit) and not obs.powered(unit.peer))


def someone_listens(obs: Observer) -> bool:
    """Some unit runs with failover on."""
    return any(obs.listening(unit) for unit in UNITS)


def someone_active(obs: Observer) -> bool:
    """If some unit runs with failover on, some unit is active."""
    return not someone_listens(obs) or obs.active(PRIMARY) or obs.active(SECONDARY)


def both_linked(obs: Observer) -> bool:
    """The failover link is up, and both units run."""
    return obs.link and obs.powered(PRIMARY) and obs.powered(SECONDARY)


def one_while_linked(obs: Observer) -> bool:
    """Then not both units are active."""
    return not (both_linked(obs) and obs.dual)


# -- formulas: failed standby, suspension -----------------------------------------------------


def gives_up(before: Observer, event: e.Event, after: Observer) -> bool:
    """Some unit stops being active."""
    return any(stops_being_active(before, after, unit) for unit in UNITS)


def gives_up_only_to_ready(before: Observer, event: e.Event, after: Observer) -> bool:
    """A unit that stops knows its peer ready, but for the secondary at the end of a split brain."""
    for unit in UNITS:
        if not stops_being_active(before, after, unit) or not before.enabled(unit):
            continue
        says_ready = isinstance(event, e.MessageDelivered | e.PeerAnsweredOnData)
        ready = (
            before.role(unit.peer) is Role.STANDBY_READY
            if says_ready
            else (before.peer_role(unit) is AnnouncedRole.STANDBY_READY)
        )
        if not ready and not (before.dual and after.active(PRIMARY)):
            return False
    return True


def failed_becomes_active(before: Observer, event: e.Event, after: Observer) -> bool:
    """A failed unit becomes active."""
    return any(becomes_active(before, after, unit) and before.role(unit) is Role.FAILED for unit in UNITS)


def failed_only_in_need(before: Observer, event: e.Event, after: Observer) -> bool:
    """A failed unit takes no hand-over, and none from an active peer that it hears."""
    for unit in UNITS:
        if becomes_active(before, after, unit) and before.role(unit) is Role.FAILED and before.enabled(unit):
            if isinstance(event, e.MessageDelivered):
                return False
            if before.hears(unit) and before.active(unit.peer):
                return False
    return True


def no_failover_to_failed(before: Observer, event: e.Event, after: Observer) -> bool:
    """The active role goes to no failed unit while another one could have it."""
    return gives_up_only_to_ready(before, event, after) and failed_only_in_need(before, event, after)


def knows_no_ready_peer(obs: Observer, unit: Unit) -> bool:
    """The unit is active and does not know its peer ready."""
    return obs.active(unit) and obs.peer_role(unit) is not AnnouncedRole.STANDBY_READY


def over_policy_with_failed_standby(before: Observer, event: e.Event, after: Observer) -> bool:
    """An active unit is unhealthy, and its peer is failed and not taken for ready."""
    return any(
        knows_no_ready_peer(before, unit) and unhealthy(before, unit) and before.role(unit.peer) is Role.FAILED
        for unit in UNITS
    )


def active_stays(before: Observer, event: e.Event, after: Observer) -> bool:
    """A unit that knows of no ready peer stays active at its interface check."""
    if not isinstance(event, e.InterfacesChecked):
        return True
    return not knows_no_ready_peer(before, event.unit) or after.active(event.unit)


def both_know_link_is_down(obs: Observer, unit: Unit) -> bool:
    """The failover link is down, both units have noticed, and the unit still hears its peer."""
    known = all(obs.contact(each) is not PeerContact.LINK and not obs.negotiates(each) for each in UNITS)
    return known and obs.hears(unit) and not obs.link and obs.up(unit)


def suspended(obs: Observer) -> bool:
    """So it is for some unit: failover is suspended."""
    return any(both_know_link_is_down(obs, unit) for unit in UNITS)


def suspended_step(before: Observer, event: e.Event, after: Observer) -> bool:
    """Failover is suspended before the step."""
    return suspended(before)


def suspension_holds(before: Observer, event: e.AtUnit, after: Observer) -> bool:
    """A unit for which failover is suspended keeps or keeps away from the active role."""
    unit = event.unit
    return stays_as_active(before, after, unit) or not both_know_link_is_down(before, unit)


def learns_of_lost_link(obs: Observer, event: e.Event) -> bool:
    """The event is a message on a data interface, and it is how its unit learns that the failover link is lost."""
    if not isinstance(event, e.MessageDelivered):
        return False
    message = obs.state.unit(event.unit).groups[group_index(event.group)].handover
    return message is Handover.GRANT_BY_DATA and obs.contact(event.unit) is PeerContact.LINK


def is_sample_switch(before: Observer, event: e.AtUnit, after: Observer) -> bool:
    """The step gives up or takes the active role because of the sample after a loss of the failover link."""
    unit = event.unit
    if isinstance(event, e.PeerAnsweredOnData):
        return stops_being_active(before, after, unit) and not before.dual
    if learns_of_lost_link(before, event) and stops_being_active(before, after, unit):
        return True
    return before.handover(unit) is Handover.GRANT_BY_DATA and becomes_active(before, after, unit)


def sample_only_once(before: Observer, event: e.AtUnit, after: Observer) -> bool:
    """The sample is taken only as the unit loses the link, and the link stays lost with it."""
    if not is_sample_switch(before, event, after):
        return True
    unit = event.unit
    first = before.contact(unit) is PeerContact.LINK if stops_being_active(before, after, unit) else True
    return first and after.contact(unit) is not PeerContact.LINK


def could_hand_over(obs: Observer) -> bool:
    """An active unit is unhealthy beside a ready standby."""
    return any(
        obs.active(unit) and unhealthy(obs, unit) and obs.role(unit.peer) is Role.STANDBY_READY for unit in UNITS
    )


def interfaces_fail_over(obs: Observer) -> bool:
    """With the failover link up, no active unit stays so."""
    ready_pair = obs.link and all(obs.listening(unit) for unit in UNITS)
    return not (ready_pair and could_hand_over(obs))


def standby_up(obs: Observer, unit: Unit) -> bool:
    """The unit is a standby with failover on."""
    return obs.role(unit) in (Role.STANDBY_READY, Role.FAILED) and obs.enabled(unit)


def standby_over_policy(obs: Observer) -> bool:
    """Some standby is unhealthy."""
    return any(standby_up(obs, unit) and unhealthy(obs, unit) for unit in UNITS)


def standby_is_failed_when_unhealthy(obs: Observer) -> bool:
    """A standby is failed exactly while it is unhealthy."""
    return all(unhealthy(obs, unit) == (obs.role(unit) is Role.FAILED) for unit in UNITS if standby_up(obs, unit))


def dead_module_at_active(obs: Observer) -> bool:
    """A unit in contact with its peer is active although its service module is dead."""
    ready_pair = obs.link and all(obs.listening(unit) for unit in UNITS)
    return ready_pair and any(obs.active(unit) and obs.has_dead_module(unit) for unit in UNITS)


def modules_fail_over(obs: Observer) -> bool:
    """With the failover link up, no active unit with a dead service module stays beside a ready standby."""
    return not dead_module_at_active(obs) or all(obs.role(unit) is not Role.STANDBY_READY for unit in UNITS)


def dead_module_at_standby(obs: Observer) -> bool:
    """A standby with failover on has a dead service module."""
    return any(standby_up(obs, unit) and obs.has_dead_module(unit) for unit in UNITS)
