"""Formulas on what may change a role or a configuration: causes, booting and joining, links, switching off, commands.

A formula of states takes one Observer; a formula of steps takes the Observer before, the event, the Observer after.
"""

from __future__ import annotations

from failover_fsm.model.observer import PRIMARY, SECONDARY, UNITS, Observer
from failover_fsm.pair import events as e
from failover_fsm.pair.sessions import STANDBY
from failover_fsm.pair.states import ConfigSync, Handover, LinkState, PeerContact, Phase, Role, Unit
from failover_fsm.promises.health import all_receive, has_more_failures, over_policy, unhealthy
from failover_fsm.promises.obstacles import lacks_heartbeat, unlike
from failover_fsm.promises.roles import becomes_active, learns_of_lost_link, stays_as_active, stops_being_active
from failover_fsm.records import ask

# -- formulas: causes ----------------------------------------------------------------------------


def role_moves(before: Observer, event: e.Event, after: Observer) -> bool:
    """Some unit begins or ends being active."""
    return not all(stays_as_active(before, after, unit) for unit in UNITS)


def is_about(event: e.Event, obs: Observer) -> bool:
    """The event is about this group: it names it, or it names none and is about all of them."""
    return getattr(event, "group", None) in (None, obs.index + 1)


def becomes_with_cause(before: Observer, event: e.Event, unit: Unit) -> bool:
    """The unit becomes active by an event that may make it so."""
    if not is_about(event, before) and before.up(unit):
        return False
    if isinstance(event, e.HoldTimeExpired):
        return not before.hears(unit)
    if isinstance(event, e.NegotiationExpired):
        return not before.greeted(unit)
    if isinstance(event, e.MessageDelivered):
        return not before.active(unit.peer)
    if isinstance(event, e.NoActiveUnitSeen):
        return before.hears(unit) and not before.active(unit.peer)
    if isinstance(event, e.HelloHeard):
        return event.unit is unit and before.negotiates(unit) and unlike(before)
    off = not before.enabled(unit) or lacks_heartbeat(before, unit)
    return off and isinstance(event, e.Command | e.UnitRestored | e.Restarted)


def leaves_with_cause(before: Observer, event: e.Event, after: Observer, unit: Unit) -> bool:
    """The unit ends being active by an event that may end it."""
    if learns_of_lost_link(before, event) and has_more_failures(before, unit):
        return True
    if not is_about(event, before):
        return False
    if isinstance(event, e.GroupHandedOut):
        return event.unit is unit and before.home is unit.peer and before.return_pending(unit)
    if isinstance(event, e.UnitFailed | e.Reload | e.NoFailoverActive):
        return event.unit is unit
    if isinstance(event, e.InterfacesChecked):
        return unhealthy(before, unit)
    if isinstance(event, e.MessageDelivered):
        return before.handover(unit) is Handover.REQUEST
    if isinstance(event, e.PeerAnsweredOnData) and has_more_failures(before, unit):
        return True
    return isinstance(event, e.HelloHeard | e.PeerAnsweredOnData) and before.dual and unit is SECONDARY


def no_role_without_cause(before: Observer, event: e.Event, after: Observer) -> bool:
    """Every change of the active role, and every request for it, has a cause."""
    may_ask = isinstance(event, e.FailoverActive | e.PreemptTimerExpired) and is_about(event, before)
    for unit in UNITS:
        asked = not before.keeps_handover(unit, after) and after.handover(unit) is Handover.REQUEST
        if asked and not may_ask:
            return False
        if becomes_active(before, after, unit) and not becomes_with_cause(before, event, unit):
            return False
        if stops_being_active(before, after, unit) and not leaves_with_cause(before, event, after, unit):
            return False
    return True


def active_role_stays_put(before: Observer, event: e.Event, after: Observer) -> bool:
    """No unit with failover on begins or ends being active, and none asks for the role."""
    listened = [unit for unit in UNITS if before.enabled(unit) and not lacks_heartbeat(before, unit)]
    moved = any(not stays_as_active(before, after, unit) for unit in listened)
    return not ((moved or asks(before, after)) and someone_was_active(before))


def asks(before: Observer, after: Observer) -> bool:
    """A request for the active role is on its way that was not."""
    return any(not before.keeps_handover(unit, after) and after.handover(unit) is Handover.REQUEST for unit in UNITS)


def someone_was_active(obs: Observer) -> bool:
    """Some unit is active."""
    return obs.active(PRIMARY) or obs.active(SECONDARY)


def someone_was_active_step(before: Observer, event: e.Event, after: Observer) -> bool:
    """Some unit is active before the step."""
    return someone_was_active(before)


# -- formulas: booting, joining --------------------------------------------------------------------


def both_negotiate(obs: Observer) -> bool:
    """Both units negotiate, and the failover link is up."""
    return obs.link and all(obs.negotiates(unit) and obs.enabled(unit) for unit in UNITS)


def both_negotiate_step(before: Observer, event: e.Event, after: Observer) -> bool:
    """So it is before the step."""
    return both_negotiate(before)


def primary_first(before: Observer, event: e.Event, after: Observer) -> bool:
    """Of two units that negotiate the secondary does not become active."""
    return not (both_negotiate(before) and after.active(SECONDARY))


def boots_or_joins(obs: Observer, unit: Unit) -> bool:
    """The unit negotiates or receives the configuration."""
    return obs.negotiates(unit) or obs.joining(unit)


def joins_beside_active(before: Observer, event: e.AtUnit, after: Observer) -> bool:
    """The unit of the event boots or joins while its peer is active."""
    unit = event.unit
    return boots_or_joins(before, unit) and before.active(unit.peer)


def join_disturbs_nobody(before: Observer, event: e.AtUnit, after: Observer) -> bool:
    """The active peer stays active, and the unit does not become active in hearing of it."""
    unit = event.unit
    if not joins_beside_active(before, event, after):
        return True
    beside_it = after.active(unit) and before.hears_on_link(unit)
    return after.active(unit.peer) and not beside_it


def booted_apart(obs: Observer) -> bool:
    """Both units are active, have never met since they booted, and nothing but the failover link is broken."""
    strangers = not obs.acquainted(PRIMARY) and not obs.acquainted(SECONDARY)
    return obs.dual and strangers and not obs.link and ask(obs.state.interfaces, all_receive)


def strangers_are_active(obs: Observer) -> bool:
    """Two units that run, have not met since they booted and cannot hear each other on the failover link are active."""
    strangers = not obs.acquainted(PRIMARY) and not obs.acquainted(SECONDARY)
    running = all(obs.listening(unit) for unit in UNITS)
    return obs.dual or not (strangers and running) or obs.link


def starts_sync(before: Observer, event: e.Event, after: Observer) -> bool:
    """A synchronisation starts on some unit."""
    return any(after.phase(unit) is Phase.COLD_STANDBY and not before.joining(unit) for unit in UNITS)


def ends_sync(before: Observer, event: e.Event, after: Observer) -> bool:
    """A synchronisation is completed on some unit."""
    return any(before.joining(unit) and after.up(unit) and after.enabled(unit) for unit in UNITS)


def copies_configuration(before: Observer, event: e.Event, after: Observer) -> bool:
    """A synchronisation starts or ends."""
    return starts_sync(before, event, after) or ends_sync(before, event, after)


def flows_from_active(before: Observer, event: e.Event, after: Observer) -> bool:
    """A synchronisation starts and ends beside an active peer, and its receiver ends as a standby."""
    for unit in UNITS:
        starts = after.phase(unit) is Phase.COLD_STANDBY and not before.joining(unit)
        ends = before.joining(unit) and after.up(unit) and after.enabled(unit)
        if starts and not (before.active_somewhere(unit.peer) and before.hears_on_link(unit)):
            return False
        if ends and not (before.active_somewhere(unit.peer) and after.role(unit) in STANDBY):
            return False
    return True


def stands_by_health(before: Observer, event: e.Event, after: Observer) -> bool:
    """A unit that becomes a standby by its join, or that recovers, is ready if it is healthy and failed if not."""
    for unit in UNITS:
        begins = before.role(unit) is Role.NONE and before.joining(unit)
        if begins and after.up(unit) and after.enabled(unit):
            if (after.role(unit) is Role.FAILED) != unhealthy(before, unit):
                return False
        elif before.role(unit) is Role.FAILED and after.role(unit) is Role.STANDBY_READY and unhealthy(before, unit):
            return False
    return True


# -- formulas: interfaces, links, switching off -------------------------------------------------


def marked_failed(before: Observer, event: e.AtUnit, after: Observer) -> bool:
    """The unit of the event becomes failed."""
    unit = event.unit
    return after.role(unit) is Role.FAILED and before.role(unit) is not Role.FAILED


def failed_by_known_failures(before: Observer, event: e.AtUnit, after: Observer) -> bool:
    """A unit becomes failed only over its policy, by the ports themselves, or for its service module."""
    if not marked_failed(before, event, after) or before.has_dead_module(event.unit):
        return True
    unit = event.unit
    return over_policy(before, unit)


def stateful_link_is_down(before: Observer, event: e.Event, after: Observer) -> bool:
    """The Stateful Failover link is down before the step."""
    return before.state.links.stateful is LinkState.CUT


def stateful_link_moves_nothing(before: Observer, event: e.Event, after: Observer) -> bool:
    """Its failure and repair change no unit, and while it is down no check fails a unit that is within its policy."""
    if isinstance(event, e.InterfacesChecked):
        failed = marked_failed(before, event, after) and stateful_link_is_down(before, event, after)
        return not failed or unhealthy(before, event.unit)
    return all(
        before.keeps_role(unit, after)
        and before.keeps_handover(unit, after)
        and before.phase(unit) is after.phase(unit)
        and before.contact(unit) is after.contact(unit)
        for unit in UNITS
    )


def off_at_unit(before: Observer, event: e.Event, after: Observer) -> bool:
    """Some running unit has failover off."""
    return any(before.powered(unit) and not before.enabled(unit) for unit in UNITS)


def off_freezes(before: Observer, event: e.Event, after: Observer) -> bool:
    """A running unit with failover off keeps its role."""
    for unit in UNITS:
        if not before.keeps_role(unit, after) and before.powered(unit) and not before.enabled(unit):
            return False
    return True


def reset_moves_nothing(before: Observer, event: e.Event, after: Observer) -> bool:
    """No unit begins or ends being active."""
    return all(stays_as_active(before, after, unit) for unit in UNITS)


def commands_its_standby(obs: Observer, unit: Unit) -> bool:
    """The unit is active, and its standby hears it on the failover link."""
    standby = obs.role(unit.peer) in (Role.STANDBY_READY, Role.FAILED)
    return obs.active(unit) and obs.hears_on_link(unit.peer) and standby


def some_unit_commands(before: Observer, event: e.Event, after: Observer) -> bool:
    """So it is for some unit before the step."""
    return any(commands_its_standby(before, unit) for unit in UNITS)


def both_have_command(before: Observer, event: e.Event, after: Observer) -> bool:
    """Of the group that the command's context is in; the system space goes with group 1 (CMD-20, CMD-22)."""
    if not isinstance(event, e.CommandEntered):
        return True
    groups: dict[str | None, int] = dict(before.settings.contexts)
    if before.index != groups.get(event.context, 0):
        return True
    unit = event.unit
    if commands_its_standby(before, unit):
        return before.config_sync(unit) is after.config_sync(unit) and before.config_sync(
            unit.peer
        ) is after.config_sync(unit.peer)
    marked = any(after.config_sync(each) is not ConfigSync.SYNCHRONIZED for each in UNITS)
    return marked or before.joining(unit.peer)


def hold_timer_armed(obs: Observer) -> bool:
    """Every standby with failover on hears its peer, or its hold timer runs."""
    return all(
        obs.contact(unit) in (PeerContact.LINK, PeerContact.DATA)
        for unit in UNITS
        if obs.listening(unit) and obs.up(unit) and not obs.active(unit)
    )


def waiting_standby(obs: Observer) -> bool:
    """Some unit is a standby with failover on."""
    return any(obs.role(unit) in (Role.STANDBY_READY, Role.FAILED) and obs.enabled(unit) for unit in UNITS)
