"""The cases to which the rows of the policy tables, and the rules that precede them, apply."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.analysis.policies.policy import PolicyCase
from failover_fsm.config.records.pair_config import Unit
from failover_fsm.model.observer import Observer
from failover_fsm.pair import events as e
from failover_fsm.pair.registry import interfaces_after
from failover_fsm.pair.states import LinkState, Phase, PortState, Role, State

STANDBY = (Role.STANDBY_READY, Role.FAILED)
UNITS = tuple(Unit)


# -- the cases of a row --------------------------------------------------------------------------------


def with_standby(obs: Observer) -> Iterator[tuple[Unit, Unit]]:
    """The unit on which the group is active and the one on which it is standby, both with failover on."""
    for unit in UNITS:
        pair = obs.active(unit) and obs.role(unit.peer) in STANDBY
        if pair and obs.enabled(unit) and obs.enabled(unit.peer):
            yield unit, unit.peer


def active_unit_fails(obs: Observer) -> Iterator[PolicyCase]:
    """The active unit stops, for each cause."""
    for active, standby in with_standby(obs):
        for cause in (e.Cause.POWER, e.Cause.HARDWARE, e.Cause.SOFTWARE):
            yield PolicyCase(obs=obs, events=(e.UnitFailed(unit=active, cause=cause),), active=active, standby=standby)


def standby_unit_fails(obs: Observer) -> Iterator[PolicyCase]:
    """The standby unit stops."""
    for active, standby in with_standby(obs):
        yield PolicyCase(obs=obs, events=(e.UnitFailed(unit=standby),), active=active, standby=standby)


def unit_comes_back(obs: Observer) -> Iterator[PolicyCase]:
    """A unit recovers; the columns are the unit that was active and recovers, and the one active now."""
    for unit in UNITS:
        if obs.phase(unit) is Phase.DOWN and obs.active(unit.peer) and obs.enabled(unit.peer):
            yield PolicyCase(obs=obs, events=(e.UnitRestored(unit=unit),), active=unit, standby=unit.peer)


def group_comes_back(obs: Observer) -> Iterator[PolicyCase]:
    """A failed group loses the failure of a port that failed it."""
    for standby, active in with_standby(obs):
        for port in obs.counted if obs.role(active) is Role.FAILED else ():
            event = e.InterfaceLinkRestored(unit=active, interface=obs.settings.ports[port].name)
            if is_line(obs, active, port, PortState.DOWN) and not over_policy_after(obs, active, event):
                yield PolicyCase(obs=obs, events=(event,), active=active, standby=standby, place=port)


def link_fails(obs: Observer) -> Iterator[PolicyCase]:
    """The failover link fails."""
    for active, standby in with_standby(obs):
        if obs.link:
            yield PolicyCase(obs=obs, events=(e.FailoverLinkFailed(),), active=active, standby=standby)


def stateful_link_fails(obs: Observer) -> Iterator[PolicyCase]:
    """The Stateful Failover link fails."""
    for active, standby in with_standby(obs):
        if obs.state.links.stateful is LinkState.GOOD:
            yield PolicyCase(obs=obs, events=(e.StatefulLinkFailed(),), active=active, standby=standby)


def boots_apart(obs: Observer) -> Iterator[PolicyCase]:
    """Both units boot while the failover link is down; the primary is the one that would be active."""
    if not obs.link and not obs.powered(Unit.PRIMARY) and not obs.powered(Unit.SECONDARY):
        both = tuple(e.UnitRestored(unit=unit) for unit in UNITS)
        yield PolicyCase(obs=obs, events=both, active=Unit.PRIMARY, standby=Unit.SECONDARY)


def interface_of_active(obs: Observer) -> Iterator[PolicyCase]:
    """Ports of the active unit fail, and its interface policy is reached."""
    for active, standby in with_standby(obs):
        yield from interface_fails(obs, active, active, standby)


def interface_of_standby(obs: Observer) -> Iterator[PolicyCase]:
    """Ports of the standby unit fail, and its interface policy is reached."""
    for active, standby in with_standby(obs):
        if obs.role(standby) is Role.STANDBY_READY:
            yield from interface_fails(obs, standby, active, standby)


def interface_fails(obs: Observer, unit: Unit, active: Unit, standby: Unit) -> Iterator[PolicyCase]:
    """A port of the unit fails, and with it the interface policy is reached."""
    for port in obs.counted:
        event = e.InterfaceLinkFailed(unit=unit, interface=obs.settings.ports[port].name)
        reached = not is_line(obs, unit, port, PortState.DOWN) and over_policy_after(obs, unit, event)
        if reached and not obs.over_policy(unit):
            yield PolicyCase(obs=obs, events=(event,), active=active, standby=standby, place=port)


def is_line(obs: Observer, unit: Unit, port: int, line: PortState) -> bool:
    """True if the unit's port is in this state."""
    return obs.state.interfaces[port].line(unit) is line


def after(obs: Observer, event: e.AtInterface) -> Observer:
    """The observer after an event on an interface, before any unit has noticed."""
    interfaces = interfaces_after(obs.settings, obs.state.interfaces, event) or obs.state.interfaces
    state: State = attrs.evolve(obs.state, interfaces=interfaces)
    return Observer(state, obs.settings, obs.index)


def over_policy_after(obs: Observer, unit: Unit, event: e.AtInterface) -> bool:
    """True if the unit is over its interface policy after an event on an interface."""
    return after(obs, event).over_policy(unit)


# -- rules that come before a row ---------------------------------------------------------------------


def cut_off(case: PolicyCase) -> bool:
    """Without the failover link the units hear each other on no interface, or no longer do."""
    event = case.events[0]
    obs = after(case.obs, event) if isinstance(event, e.AtInterface) else case.obs
    state = attrs.evolve(obs.state, links=attrs.evolve(obs.state.links, failover=LinkState.CUT))
    alone = not any(Observer(state, obs.settings, obs.index).hears(unit) for unit in UNITS)
    return alone and (case.place is None or not obs.link)


def sample_moves(case: PolicyCase) -> bool:
    """The standby is ready and has fewer failed interfaces than the active side."""
    obs = case.obs
    ready = obs.role(case.standby) is Role.STANDBY_READY
    return ready and obs.failed(case.active) > obs.failed(case.standby)


def standby_has_failed(case: PolicyCase) -> bool:
    """The standby is failed."""
    return case.obs.role(case.standby) is Role.FAILED


def link_is_down(case: PolicyCase) -> bool:
    """The failover link is down."""
    return not case.obs.link


def comes_back_failed(case: PolicyCase) -> bool:
    """The recovering unit has too many failed interfaces, whatever the other has."""
    return case.obs.link and case.obs.over_policy(case.active)


def other_has_failed_interfaces(case: PolicyCase) -> bool:
    """The active unit is over its policy and was only waiting for a ready standby."""
    return case.obs.link and case.obs.over_policy(case.standby)


def is_stranger(case: PolicyCase) -> bool:
    """The active unit has not heard the standby on the failover link since it booted: Not Detected."""
    return not case.obs.acquainted(case.active)
