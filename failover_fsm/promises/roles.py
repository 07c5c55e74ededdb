"""Formulas on who may be active: split brain, take-over, failed standby, suspension, interfaces.

Of states they are asked with one Look; of steps with the Look before, the event, and the Look after.
"""

from __future__ import annotations

from failover_fsm.model.observer import PRIMARY, SECONDARY, UNITS, Look
from failover_fsm.pair import events as e
from failover_fsm.pair.states import Heard, Inbox, Role, Unit, View

# -- formulas: active units --------------------------------------------------------------------


def dual_can_end(look: Look) -> bool:
    in_contact = look.listening(PRIMARY) and look.hears(SECONDARY)
    return look.dual and in_contact and (look.link or look.met())


def split_brain_recovers(look: Look) -> bool:
    return not dual_can_end(look)


def ends_dual_by_hello(before: Look, event: e.Event, after: Look) -> bool:
    return any(stops_being_active(before, after, unit) for unit in UNITS) and before.dual


def primary_survives(before: Look, event: e.Event, after: Look) -> bool:
    return not ends_dual_by_hello(before, event, after) or after.active(PRIMARY)


def becomes_active(before: Look, after: Look, unit: Unit) -> bool:
    return not before.keeps_role(unit, after) and after.active(unit) and not before.active(unit)


def stops_being_active(before: Look, after: Look, unit: Unit) -> bool:
    return not before.keeps_role(unit, after) and before.active(unit) and not after.active(unit)


def stays_as_active(before: Look, after: Look, unit: Unit) -> bool:
    """The unit neither begins nor ends being active."""
    return before.keeps_role(unit, after) or before.active(unit) == after.active(unit)


def becomes_second_active(before: Look, event: e.Event, after: Look) -> bool:
    return any(becomes_active(before, after, unit) for unit in UNITS) and after.dual


def dual_only_when_cut_off(before: Look, event: e.Event, after: Look) -> bool:
    for unit in UNITS:
        if becomes_active(before, after, unit) and before.active(unit.peer):
            cut_off = not before.hears(unit) or not before.hears(unit.peer)
            apart = before.negotiates(unit) and not before.link
            if not (cut_off or apart):
                return False
    return True


def one_runs_alone(look: Look) -> bool:
    return any(look.listening(unit) and not look.powered(unit.peer) for unit in UNITS)


def alone_is_active(look: Look) -> bool:
    return all(look.active(unit) for unit in UNITS if look.listening(unit) and not look.powered(unit.peer))


def someone_listens(look: Look) -> bool:
    return any(look.listening(unit) for unit in UNITS)


def someone_active(look: Look) -> bool:
    return not someone_listens(look) or look.active(PRIMARY) or look.active(SECONDARY)


def both_linked(look: Look) -> bool:
    return look.link and look.powered(PRIMARY) and look.powered(SECONDARY)


def one_while_linked(look: Look) -> bool:
    return not (both_linked(look) and look.dual)


# -- formulas: failed standby, suspension -----------------------------------------------------


def gives_up(before: Look, event: e.Event, after: Look) -> bool:
    return any(stops_being_active(before, after, unit) for unit in UNITS)


def gives_up_only_to_ready(before: Look, event: e.Event, after: Look) -> bool:
    for unit in UNITS:
        if not stops_being_active(before, after, unit) or not before.enabled(unit):
            continue
        says_ready = isinstance(event, e.MessageDelivered | e.PeerAnsweredOnData)
        ready = (
            before.role(unit.peer) is Role.STANDBY_READY if says_ready else (before.view(unit) is View.STANDBY_READY)
        )
        if not ready and not (before.dual and after.active(PRIMARY)):
            return False
    return True


def failed_becomes_active(before: Look, event: e.Event, after: Look) -> bool:
    return any(becomes_active(before, after, unit) and before.role(unit) is Role.FAILED for unit in UNITS)


def failed_only_in_need(before: Look, event: e.Event, after: Look) -> bool:
    for unit in UNITS:
        if becomes_active(before, after, unit) and before.role(unit) is Role.FAILED and before.enabled(unit):
            if isinstance(event, e.MessageDelivered):
                return False
            if before.hears(unit) and before.active(unit.peer):
                return False
    return True


def no_failover_to_failed(before: Look, event: e.Event, after: Look) -> bool:
    return gives_up_only_to_ready(before, event, after) and failed_only_in_need(before, event, after)


def knows_no_ready_peer(look: Look, unit: Unit) -> bool:
    return look.active(unit) and look.view(unit) is not View.STANDBY_READY


def over_policy_with_failed_standby(before: Look, event: e.Event, after: Look) -> bool:
    return any(
        knows_no_ready_peer(before, unit) and before.over_policy(unit) and before.role(unit.peer) is Role.FAILED
        for unit in UNITS
    )


def active_stays(before: Look, event: e.Event, after: Look) -> bool:
    if not isinstance(event, e.InterfacesChecked):
        return True
    return not knows_no_ready_peer(before, event.unit) or after.active(event.unit)


def both_know_link_is_down(look: Look, unit: Unit) -> bool:
    known = all(look.heard(each) is not Heard.LINK and not look.negotiates(each) for each in UNITS)
    return known and look.hears(unit) and not look.link and look.up(unit)


def suspended(look: Look) -> bool:
    return any(both_know_link_is_down(look, unit) for unit in UNITS)


def suspended_step(before: Look, event: e.Event, after: Look) -> bool:
    return suspended(before)


def suspension_holds(before: Look, event: e.Event, after: Look) -> bool:
    unit: Unit = event.unit  # type: ignore[attr-defined]  # asked of events at a unit only
    if stays_as_active(before, after, unit):
        return True
    return not (both_know_link_is_down(before, unit) and before.enabled(unit))


def is_sample_switch(before: Look, event: e.Event, after: Look) -> bool:
    unit: Unit = event.unit  # type: ignore[attr-defined]  # asked of events at a unit only
    if isinstance(event, e.PeerAnsweredOnData):
        return stops_being_active(before, after, unit) and not before.dual
    return before.inbox(unit) is Inbox.GRANT_BY_DATA and becomes_active(before, after, unit)


def sample_only_once(before: Look, event: e.Event, after: Look) -> bool:
    if not is_sample_switch(before, event, after):
        return True
    unit: Unit = event.unit  # type: ignore[attr-defined]  # asked of events at a unit only
    first = before.heard(unit) is Heard.LINK if isinstance(event, e.PeerAnsweredOnData) else True
    return first and after.heard(unit) is not Heard.LINK


def could_hand_over(look: Look) -> bool:
    return any(
        look.active(unit) and look.over_policy(unit) and look.role(unit.peer) is Role.STANDBY_READY for unit in UNITS
    )


def interfaces_fail_over(look: Look) -> bool:
    ready_pair = look.link and all(look.listening(unit) for unit in UNITS)
    return not (ready_pair and could_hand_over(look))


def standby_up(look: Look, unit: Unit) -> bool:
    return look.role(unit) in (Role.STANDBY_READY, Role.FAILED) and look.enabled(unit)


def standby_over_policy(look: Look) -> bool:
    return any(standby_up(look, unit) and look.over_policy(unit) for unit in UNITS)


def standby_is_as_healthy_as_its_interfaces(look: Look) -> bool:
    return all(look.over_policy(unit) == (look.role(unit) is Role.FAILED) for unit in UNITS if standby_up(look, unit))
