"""Formulas on the failover groups of an Active/Active pair: the unit each prefers, and that each moves by itself.

Of states they are asked with one Look; of steps with the Look before, the event, and the Look after.
"""

from __future__ import annotations

from failover_fsm.model.observer import UNITS, Look
from failover_fsm.pair import events as e
from failover_fsm.pair.states import Heard, Phase, Role, Unit, View
from failover_fsm.promises.causes import is_about
from failover_fsm.promises.roles import stays_as_active, stops_being_active

# -- formulas: where a group belongs ---------------------------------------------------------------


def at_home(look: Look) -> bool:
    """The group is active on the unit it prefers, and on no other."""
    return look.home is not None and look.active(look.home) and not look.dual


def at_home_if_it_can(look: Look) -> bool:
    """The group is at home, or its interfaces there are over the policy."""
    return at_home(look) or (look.home is not None and look.over_policy(look.home))


def preempts(look: Look) -> bool:
    """The group moves home by itself when its unit becomes available."""
    return look.settings.groups[look.index].preempt


def timer_armed(look: Look) -> bool:
    """The group waits on the unit it prefers for its preempt delay to end."""
    return look.home is not None and look.homing(look.home) and look.role(look.home) is Role.STANDBY_READY


def in_contact_on_link(look: Look) -> bool:
    """Both units run with failover on, and know that they hear each other on the failover link."""
    return look.link and all(look.listening(unit) and look.heard(unit) is Heard.LINK for unit in UNITS)


def way_home_is_open(look: Look) -> bool:
    """The units are in contact on the failover link, and the group is active on the one it does not prefer."""
    return look.home is not None and in_contact_on_link(look) and look.active(look.home.peer) and look.quiet


def does_not_wait_in_vain(look: Look) -> bool:
    """A settled pair has no group that could go home and still waits to."""
    return not (timer_armed(look) and way_home_is_open(look))


def home_is_available(look: Look) -> bool:
    """With preempt: the unit that the group prefers is up, in contact, and in order as far as the group goes."""
    if look.home is None or not preempts(look) or not in_contact_on_link(look):
        return False
    return look.phase(look.home) is Phase.UP and not look.over_policy(look.home)


def home_when_available(look: Look) -> bool:
    return at_home(look) or not home_is_available(look)


# -- formulas: what moves a group ------------------------------------------------------------------


def arrives_home(before: Look, event: e.Event, after: Look) -> bool:
    """A preempt timer asks only for a group with preempt, on the unit it prefers, where it is ready."""
    if not isinstance(event, e.PreemptTimerExpired) or not is_about(event, before):
        return True
    return event.unit is before.home and preempts(before) and before.role(event.unit) is Role.STANDBY_READY


def timer_fires(before: Look, event: e.Event, after: Look) -> bool:
    """The preempt timer of the group ends."""
    return timer_armed(before)


def leaves_home(before: Look, event: e.Event, after: Look) -> bool:
    """The group gives up the active role on the unit it prefers; a split brain that ends is a recovery, not this."""
    return before.home is not None and stops_being_active(before, after, before.home) and not before.dual


def preempts_at_an_edge(before: Look, event: e.Event, after: Look) -> bool:
    """What leaves home is not asked back at once: no timer is armed by it, and none ends that is not armed."""
    home = before.home
    if home is None:
        return True
    if leaves_home(before, event, after) and after.homing(home):
        return False
    ends = isinstance(event, e.PreemptTimerExpired) and is_about(event, before) and event.unit is home
    return not ends or timer_armed(before)


def names_the_other_group(before: Look, event: e.Event, after: Look) -> bool:
    """The event is about another group, at a unit that is up."""
    unit: Unit = event.unit  # type: ignore[attr-defined]  # asked of events at a unit only
    return not is_about(event, before) and before.up(unit)


def leaves_the_other_group_alone(before: Look, event: e.Event, after: Look) -> bool:
    """Nothing of the group changes when another one is named: neither its roles nor what is on its way to it."""
    if all(before.keeps_role(unit, after) and before.keeps_inbox(unit, after) for unit in UNITS):
        return True
    return not names_the_other_group(before, event, after)


def some_group_is_checked(before: Look, event: e.Event, after: Look) -> bool:
    """On a unit the interfaces of another group are over its policy, and this group is active and in order."""
    unit: Unit = event.unit  # type: ignore[attr-defined]  # asked of InterfacesChecked only
    others = (Look(before.state, before.settings, index) for index in range(before.settings.group_count))
    over = any(other.over_policy(unit) for other in others if other.index != before.index)
    return over and not before.over_policy(unit) and before.active(unit)


def stays_while_in_order(before: Look, event: e.Event, after: Look) -> bool:
    """A group whose own interfaces are in order keeps the active role, whatever happens to the other one's."""
    unit: Unit = event.unit  # type: ignore[attr-defined]  # asked of InterfacesChecked only
    return stays_as_active(before, after, unit) or before.over_policy(unit)


def handed_out(before: Look, event: e.Event, after: Look) -> bool:
    """A group is handed out after a common boot."""
    return isinstance(event, e.GroupHandedOut) and is_about(event, before) and before.active(event.unit)


def handed_out_to_a_ready_home(before: Look, event: e.Event, after: Look) -> bool:
    """It goes to the unit it prefers, once, and only if that one is known to be ready."""
    if not (isinstance(event, e.GroupHandedOut) and handed_out(before, event, after)):
        return True
    if after.active(event.unit):
        return True
    ready = before.view(event.unit) is View.STANDBY_READY
    return before.home is event.unit.peer and ready and not after.homing(event.unit)
