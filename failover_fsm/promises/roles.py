"""Formulas on who may be active: split brain, take-over, failed standby, suspension, interfaces.

Of states they are asked with one Look; of steps with the Look before, the event, and the Look after.
"""

from __future__ import annotations

from failover_fsm.model.observer import PRIMARY, SECONDARY, UNITS, Observer
from failover_fsm.pair import events as e
from failover_fsm.pair.states import AnnouncedRole, Handover, PeerContact, Role, Unit

# -- formulas: active units --------------------------------------------------------------------


def dual_can_end(obs: Observer) -> bool:
    in_contact = obs.listening(PRIMARY) and obs.hears(SECONDARY)
    return obs.dual and in_contact and (obs.link or obs.met())


def split_brain_recovers(obs: Observer) -> bool:
    return not dual_can_end(obs)


def ends_dual_by_hello(before: Observer, event: e.Event, after: Observer) -> bool:
    return any(stops_being_active(before, after, unit) for unit in UNITS) and before.dual


def primary_survives(before: Observer, event: e.Event, after: Observer) -> bool:
    return not ends_dual_by_hello(before, event, after) or after.active(PRIMARY)


def becomes_active(before: Observer, after: Observer, unit: Unit) -> bool:
    return not before.keeps_role(unit, after) and after.active(unit) and not before.active(unit)


def stops_being_active(before: Observer, after: Observer, unit: Unit) -> bool:
    return not before.keeps_role(unit, after) and before.active(unit) and not after.active(unit)


def stays_as_active(before: Observer, after: Observer, unit: Unit) -> bool:
    """The unit neither begins nor ends being active."""
    return before.keeps_role(unit, after) or before.active(unit) == after.active(unit)


def becomes_second_active(before: Observer, event: e.Event, after: Observer) -> bool:
    return any(becomes_active(before, after, unit) for unit in UNITS) and after.dual


def dual_only_when_cut_off(before: Observer, event: e.Event, after: Observer) -> bool:
    for unit in UNITS:
        if becomes_active(before, after, unit) and before.active(unit.peer):
            cut_off = not before.hears(unit) or not before.hears(unit.peer)
            apart = before.negotiates(unit) and not before.link
            if not (cut_off or apart):
                return False
    return True


def one_runs_alone(obs: Observer) -> bool:
    return any(obs.listening(unit) and not obs.powered(unit.peer) for unit in UNITS)


def alone_is_active(obs: Observer) -> bool:
    return all(obs.active(unit) for unit in UNITS if obs.listening(unit) and not obs.powered(unit.peer))


def someone_listens(obs: Observer) -> bool:
    return any(obs.listening(unit) for unit in UNITS)


def someone_active(obs: Observer) -> bool:
    return not someone_listens(obs) or obs.active(PRIMARY) or obs.active(SECONDARY)


def both_linked(obs: Observer) -> bool:
    return obs.link and obs.powered(PRIMARY) and obs.powered(SECONDARY)


def one_while_linked(obs: Observer) -> bool:
    return not (both_linked(obs) and obs.dual)


# -- formulas: failed standby, suspension -----------------------------------------------------


def gives_up(before: Observer, event: e.Event, after: Observer) -> bool:
    return any(stops_being_active(before, after, unit) for unit in UNITS)


def gives_up_only_to_ready(before: Observer, event: e.Event, after: Observer) -> bool:
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
    return any(becomes_active(before, after, unit) and before.role(unit) is Role.FAILED for unit in UNITS)


def failed_only_in_need(before: Observer, event: e.Event, after: Observer) -> bool:
    for unit in UNITS:
        if becomes_active(before, after, unit) and before.role(unit) is Role.FAILED and before.enabled(unit):
            if isinstance(event, e.MessageDelivered):
                return False
            if before.hears(unit) and before.active(unit.peer):
                return False
    return True


def no_failover_to_failed(before: Observer, event: e.Event, after: Observer) -> bool:
    return gives_up_only_to_ready(before, event, after) and failed_only_in_need(before, event, after)


def knows_no_ready_peer(obs: Observer, unit: Unit) -> bool:
    return obs.active(unit) and obs.peer_role(unit) is not AnnouncedRole.STANDBY_READY


def over_policy_with_failed_standby(before: Observer, event: e.Event, after: Observer) -> bool:
    return any(
        knows_no_ready_peer(before, unit) and before.over_policy(unit) and before.role(unit.peer) is Role.FAILED
        for unit in UNITS
    )


def active_stays(before: Observer, event: e.Event, after: Observer) -> bool:
    if not isinstance(event, e.InterfacesChecked):
        return True
    return not knows_no_ready_peer(before, event.unit) or after.active(event.unit)


def both_know_link_is_down(obs: Observer, unit: Unit) -> bool:
    known = all(obs.contact(each) is not PeerContact.LINK and not obs.negotiates(each) for each in UNITS)
    return known and obs.hears(unit) and not obs.link and obs.up(unit)


def suspended(obs: Observer) -> bool:
    return any(both_know_link_is_down(obs, unit) for unit in UNITS)


def suspended_step(before: Observer, event: e.Event, after: Observer) -> bool:
    return suspended(before)


def suspension_holds(before: Observer, event: e.Event, after: Observer) -> bool:
    unit: Unit = event.unit  # type: ignore[attr-defined]  # asked of events at a unit only
    if stays_as_active(before, after, unit):
        return True
    return not (both_know_link_is_down(before, unit) and before.enabled(unit))


def is_sample_switch(before: Observer, event: e.Event, after: Observer) -> bool:
    unit: Unit = event.unit  # type: ignore[attr-defined]  # asked of events at a unit only
    if isinstance(event, e.PeerAnsweredOnData):
        return stops_being_active(before, after, unit) and not before.dual
    return before.handover(unit) is Handover.GRANT_BY_DATA and becomes_active(before, after, unit)


def sample_only_once(before: Observer, event: e.Event, after: Observer) -> bool:
    if not is_sample_switch(before, event, after):
        return True
    unit: Unit = event.unit  # type: ignore[attr-defined]  # asked of events at a unit only
    first = before.contact(unit) is PeerContact.LINK if isinstance(event, e.PeerAnsweredOnData) else True
    return first and after.contact(unit) is not PeerContact.LINK


def could_hand_over(obs: Observer) -> bool:
    return any(
        obs.active(unit) and obs.over_policy(unit) and obs.role(unit.peer) is Role.STANDBY_READY for unit in UNITS
    )


def interfaces_fail_over(obs: Observer) -> bool:
    ready_pair = obs.link and all(obs.listening(unit) for unit in UNITS)
    return not (ready_pair and could_hand_over(obs))


def standby_up(obs: Observer, unit: Unit) -> bool:
    return obs.role(unit) in (Role.STANDBY_READY, Role.FAILED) and obs.enabled(unit)


def standby_over_policy(obs: Observer) -> bool:
    return any(standby_up(obs, unit) and obs.over_policy(unit) for unit in UNITS)


def standby_is_as_healthy_as_its_interfaces(obs: Observer) -> bool:
    return all(obs.over_policy(unit) == (obs.role(unit) is Role.FAILED) for unit in UNITS if standby_up(obs, unit))
