"""Formulas on the failover groups of an Active/Active pair: the unit each prefers, and that each moves by itself.

A formula of states takes one Observer; a formula of steps takes the Observer before, the event, the Observer after.
"""

from __future__ import annotations

from failover_fsm.model.observer import UNITS, Observer
from failover_fsm.pair import events as e
from failover_fsm.pair.states import AnnouncedRole, PeerContact, Phase, Role, Unit
from failover_fsm.promises.causes import is_about
from failover_fsm.promises.health import unhealthy
from failover_fsm.promises.roles import learns_of_lost_link, stays_as_active, stops_being_active

# -- formulas: where a group belongs ---------------------------------------------------------------


def at_home(obs: Observer) -> bool:
    """The group is active on the unit it prefers, and on no other."""
    return obs.home is not None and obs.active(obs.home) and not obs.dual


def at_home_if_it_can(obs: Observer) -> bool:
    """The group is at home, or its interfaces there are over the policy."""
    return at_home(obs) or (obs.home is not None and unhealthy(obs, obs.home))


def preempts(obs: Observer, home: Unit) -> bool:
    """The group moves home, to the unit it prefers, by itself when that becomes available."""
    return obs.settings.at(obs.state, home).groups[obs.index].preempt


def timer_armed(obs: Observer) -> bool:
    """The group waits on the unit it prefers for its preempt delay to end."""
    return obs.home is not None and obs.return_pending(obs.home) and obs.role(obs.home) is Role.STANDBY_READY


def in_contact_on_link(obs: Observer) -> bool:
    """Both units run with failover on, and know that they hear each other on the failover link."""
    return obs.link and all(obs.listening(unit) and obs.contact(unit) is PeerContact.LINK for unit in UNITS)


def way_home_is_open(obs: Observer) -> bool:
    """The units are in contact on the failover link, and the group is active on the one it does not prefer."""
    return obs.home is not None and in_contact_on_link(obs) and obs.active(obs.home.peer) and obs.quiet


def does_not_wait_in_vain(obs: Observer) -> bool:
    """A settled pair has no group that could go home and still waits to."""
    return not (timer_armed(obs) and way_home_is_open(obs))


def home_is_available(obs: Observer) -> bool:
    """With preempt: the unit that the group prefers is up, in contact, and in order as far as the group goes."""
    if obs.home is None or not preempts(obs, obs.home) or not in_contact_on_link(obs):
        return False
    return obs.phase(obs.home) is Phase.UP and not unhealthy(obs, obs.home)


def home_when_available(obs: Observer) -> bool:
    """The group is on the unit it prefers whenever that one is available."""
    return at_home(obs) or not home_is_available(obs)


# -- formulas: what moves a group ------------------------------------------------------------------


def becomes_available(before: Observer, event: e.Event, after: Observer) -> bool:
    """The unit that a group with preempt prefers ends its join, or hears its peer on the link again, as a standby."""
    home = before.home
    if home is None or not preempts(before, home) or not (after.up(home) and after.enabled(home)):
        return False
    if after.role(home) not in (Role.STANDBY_READY, Role.FAILED):
        return False
    joined = before.joining(home)
    again = after.contact(home) is PeerContact.LINK and before.contact(home) is not PeerContact.LINK
    return joined or (again and before.up(home))


def timer_begins(before: Observer, event: e.Event, after: Observer) -> bool:
    """Then it is to move there."""
    if not becomes_available(before, event, after):
        return True
    assert before.home is not None, "a group without a home does not become available there"
    return after.return_pending(before.home)


def arrives_home(before: Observer, event: e.Event, after: Observer) -> bool:
    """A preempt timer asks only for a group with preempt, on the unit it prefers, where it is ready."""
    if not isinstance(event, e.PreemptTimerExpired) or not is_about(event, before):
        return True
    return event.unit is before.home and preempts(before, event.unit) and before.role(event.unit) is Role.STANDBY_READY


def timer_fires(before: Observer, event: e.Event, after: Observer) -> bool:
    """The preempt timer of the group ends."""
    return timer_armed(before)


def leaves_home(before: Observer, event: e.Event, after: Observer) -> bool:
    """The group gives up the active role on the unit it prefers; a split brain that ends is a recovery, not this."""
    return before.home is not None and stops_being_active(before, after, before.home) and not before.dual


def preempts_at_an_edge(before: Observer, event: e.Event, after: Observer) -> bool:
    """What leaves home is not asked back at once: no timer is armed by it, and none ends that is not armed."""
    if leaves_home(before, event, after) and timer_armed(after):
        return False
    ends = isinstance(event, e.PreemptTimerExpired) and is_about(event, before) and event.unit is before.home
    return not ends or timer_armed(before)


def names_the_other_group(before: Observer, event: e.AtUnit, after: Observer) -> bool:
    """The event is about another group, at a unit that is up, and is no sign that the failover link is lost (SPL-8)."""
    unit = event.unit
    return not is_about(event, before) and before.up(unit) and not learns_of_lost_link(before, event)


def leaves_the_other_group_alone(before: Observer, event: e.AtUnit, after: Observer) -> bool:
    """Nothing of the group changes when another one is named: roles, what is on its way to it, its timers.

    What is heard of the peer with a message, or when nobody is active, may begin or drop timers of every group.
    """
    kept = all(before.keeps_role(unit, after) and before.keeps_handover(unit, after) for unit in UNITS)
    if kept and not isinstance(event, e.MessageDelivered | e.NoActiveUnitSeen):
        kept = all(before.return_pending(unit) is after.return_pending(unit) for unit in UNITS)
    return kept or not names_the_other_group(before, event, after)


def some_group_is_checked(before: Observer, event: e.AtUnit, after: Observer) -> bool:
    """On a unit the interfaces of another group are over its policy, and this group is active and in order."""
    unit = event.unit
    groups = (Observer(before.state, before.settings, index) for index in range(before.settings.group_count))
    over = any(unhealthy(each, unit) for each in groups)
    return over and not unhealthy(before, unit) and before.active(unit)


def stays_while_in_order(before: Observer, event: e.AtUnit, after: Observer) -> bool:
    """A group whose own interfaces are in order keeps the active role, whatever happens to the other one's."""
    unit = event.unit
    return stays_as_active(before, after, unit) or unhealthy(before, unit)


def handed_out(before: Observer, event: e.Event, after: Observer) -> bool:
    """A group is handed out after a common boot."""
    return isinstance(event, e.GroupHandedOut) and is_about(event, before) and before.active(event.unit)


def handed_out_to_a_ready_home(before: Observer, event: e.AtUnit, after: Observer) -> bool:
    """It goes to the unit it prefers, once, and only if that one is known to be ready."""
    if not handed_out(before, event, after):
        return True
    if after.active(event.unit):
        return True
    ready = before.peer_role(event.unit) is AnnouncedRole.STANDBY_READY
    return before.home is event.unit.peer and ready and not after.return_pending(event.unit)
