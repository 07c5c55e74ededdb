"""The rows of the two tables: what they say, which states they speak of, and which rules come before them."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.model.observer import Observer
from failover_fsm.pair import events as e
from failover_fsm.pair.registry import interface_after
from failover_fsm.pair.states import LinkState, Phase, PortState, Role, State

STANDBY = (Role.STANDBY_READY, Role.FAILED)
UNITS = tuple(Unit)


class Action(enum.Enum):
    """What one side does; a unit that is off does nothing."""

    BECOMES_ACTIVE = "becomes active"
    BECOMES_STANDBY = "becomes standby"
    IS_FAILED = "is marked failed"
    RECOVERS = "is ready again"
    MARKS_PEER = "marks its peer failed"
    MARKS_LINK = "marks the failover link failed"
    OFF = "n/a, the unit is off"


@attrs.frozen(kw_only=True)
class Outcome:
    """What happens: does the active role move from the one unit to the other, and what does each side do?"""

    failover: bool
    active: tuple[Action, ...] = ()
    standby: tuple[Action, ...] = ()


@attrs.frozen(kw_only=True)
class Case:
    """A row applied to a settled state.

    look: the state before, for the group; events: what happens, one after the other; active, standby: which units the
    columns of the table speak of; place: the interface that the row is about.
    """

    obs: Observer
    events: tuple[e.Event, ...]
    active: Unit
    standby: Unit
    place: int | None = None


@attrs.frozen(kw_only=True)
class Before:
    """A rule that comes before a row: where it applies, and what happens then."""

    rule: str
    says: str
    when: Callable[[Case], bool]
    outcome: Outcome


@attrs.frozen(kw_only=True)
class Policy:
    """One row.  cases: how it applies to a state.  before: the rules that come before it, in order."""

    row: str
    condition: str
    outcome: Outcome
    cases: Callable[[Observer], Iterator[Case]]
    before: tuple[Before, ...] = ()


# -- which states a row speaks of -------------------------------------------------------------------


def with_standby(obs: Observer) -> Iterator[tuple[Unit, Unit]]:
    """The unit on which the group is active and the unit on which it is standby, both with failover on."""
    for unit in UNITS:
        pair = obs.active(unit) and obs.role(unit.peer) in STANDBY
        if pair and obs.enabled(unit) and obs.enabled(unit.peer):
            yield unit, unit.peer


def active_unit_fails(obs: Observer) -> Iterator[Case]:
    for active, standby in with_standby(obs):
        for cause in (e.Cause.POWER, e.Cause.HARDWARE, e.Cause.SOFTWARE):
            yield Case(obs=obs, events=(e.UnitFailed(unit=active, cause=cause),), active=active, standby=standby)


def standby_unit_fails(obs: Observer) -> Iterator[Case]:
    for active, standby in with_standby(obs):
        yield Case(obs=obs, events=(e.UnitFailed(unit=standby),), active=active, standby=standby)


def unit_comes_back(obs: Observer) -> Iterator[Case]:
    """The columns: the unit that was active and recovers, and the one that is active now."""
    for unit in UNITS:
        if obs.phase(unit) is Phase.DOWN and obs.active(unit.peer) and obs.enabled(unit.peer):
            yield Case(obs=obs, events=(e.UnitRestored(unit=unit),), active=unit, standby=unit.peer)


def group_comes_back(obs: Observer) -> Iterator[Case]:
    """A failed group loses the failure of a port that failed it."""
    for standby, active in with_standby(obs):
        for port in obs.counted if obs.role(active) is Role.FAILED else ():
            event = e.InterfaceLinkRestored(unit=active, interface=obs.settings.ports[port].name)
            if is_line(obs, active, port, PortState.DOWN) and not over_policy_after(obs, active, event):
                yield Case(obs=obs, events=(event,), active=active, standby=standby, place=port)


def link_fails(obs: Observer) -> Iterator[Case]:
    for active, standby in with_standby(obs):
        if obs.link:
            yield Case(obs=obs, events=(e.FailoverLinkFailed(),), active=active, standby=standby)


def stateful_link_fails(obs: Observer) -> Iterator[Case]:
    for active, standby in with_standby(obs):
        if obs.state.links.stateful is LinkState.GOOD:
            yield Case(obs=obs, events=(e.StatefulLinkFailed(),), active=active, standby=standby)


def boots_apart(obs: Observer) -> Iterator[Case]:
    """Both units boot while the failover link is down; the primary is the one that would be active."""
    if not obs.link and not obs.powered(Unit.PRIMARY) and not obs.powered(Unit.SECONDARY):
        both = tuple(e.UnitRestored(unit=unit) for unit in UNITS)
        yield Case(obs=obs, events=both, active=Unit.PRIMARY, standby=Unit.SECONDARY)


def interface_of_active(obs: Observer) -> Iterator[Case]:
    for active, standby in with_standby(obs):
        yield from interface_fails(obs, active, active, standby)


def interface_of_standby(obs: Observer) -> Iterator[Case]:
    for active, standby in with_standby(obs):
        if obs.role(standby) is Role.STANDBY_READY:
            yield from interface_fails(obs, standby, active, standby)


def interface_fails(obs: Observer, unit: Unit, active: Unit, standby: Unit) -> Iterator[Case]:
    """A port of the unit fails, and that one more reaches the policy."""
    for port in obs.counted:
        event = e.InterfaceLinkFailed(unit=unit, interface=obs.settings.ports[port].name)
        reached = not is_line(obs, unit, port, PortState.DOWN) and over_policy_after(obs, unit, event)
        if reached and not obs.over_policy(unit):
            yield Case(obs=obs, events=(event,), active=active, standby=standby, place=port)


def is_line(obs: Observer, unit: Unit, port: int, line: PortState) -> bool:
    return obs.state.interfaces[port].line(unit) is line


def after(obs: Observer, event: e.AtInterface) -> Observer:
    """The look after an event on an interface, before any unit has noticed."""
    interfaces = list(obs.state.interfaces)
    index = obs.settings.index_of(event.interface)
    interfaces[index] = interface_after(interfaces[index], event) or interfaces[index]
    state: State = attrs.evolve(obs.state, interfaces=tuple(interfaces))
    return Observer(state, obs.settings, obs.index)


def over_policy_after(obs: Observer, unit: Unit, event: e.AtInterface) -> bool:
    return after(obs, event).over_policy(unit)


# -- rules that come before a row ---------------------------------------------------------------------


def cut_off(case: Case) -> bool:
    """Without the failover link the units hear each other on no interface, or not any more."""
    event = case.events[0]
    obs = after(case.obs, event) if isinstance(event, e.AtInterface) else case.obs
    state = attrs.evolve(obs.state, links=attrs.evolve(obs.state.links, failover=LinkState.CUT))
    alone = not any(Observer(state, obs.settings, obs.index).hears(unit) for unit in UNITS)
    return alone and (case.place is None or not obs.link)


def sample_moves(case: Case) -> bool:
    obs = case.obs
    ready = obs.role(case.standby) is Role.STANDBY_READY
    return ready and obs.failed(case.active) > obs.failed(case.standby)


def standby_has_failed(case: Case) -> bool:
    return case.obs.role(case.standby) is Role.FAILED


def link_is_down(case: Case) -> bool:
    return not case.obs.link


def comes_back_failed(case: Case) -> bool:
    """The unit that recovers has too many failed interfaces, whatever the other has."""
    return case.obs.link and case.obs.over_policy(case.active)


def other_has_failed_interfaces(case: Case) -> bool:
    """The unit that is active is over its policy and was only waiting for a ready standby."""
    return case.obs.link and case.obs.over_policy(case.standby)


def is_stranger(case: Case) -> bool:
    """The active unit has not heard the standby on the failover link since it booted: Not Detected."""
    return not case.obs.acquainted(case.active)


A, S, F, R, P, L, OFF = Action

SPLIT = Before(
    rule="SPL-2", says="no interface is left to hear each other on: both become active",
    when=cut_off,
    outcome=Outcome(failover=False, active=(P,), standby=(A, P)),
)  # fmt: skip
SPLIT_BY_LINK = attrs.evolve(SPLIT, outcome=Outcome(failover=False, active=(P, L), standby=(A, P, L)))
SAMPLE = Before(
    rule="SPL-8", says="the one sample: the active side has more failed interfaces than a ready standby",
    when=sample_moves, outcome=Outcome(failover=True, active=(S, L), standby=(A, L)),
)  # fmt: skip
FAILED_STANDBY = Before(
    rule="TRG-5", says="the standby has failed itself: the active side keeps the role", when=standby_has_failed,
    outcome=Outcome(failover=False),
)  # fmt: skip
SUSPENDED = Before(
    rule="TRG-6", says="the failover link is down: failover is suspended", when=link_is_down,
    outcome=Outcome(failover=False),
)  # fmt: skip

# -- the tables -----------------------------------------------------------------------------------------

TABLE_13_2: tuple[Policy, ...] = (
    Policy(row="T2-1", condition="the active unit fails: power, hardware or software", cases=active_unit_fails,
           outcome=Outcome(failover=True, active=(OFF,), standby=(A, P))),
    Policy(row="T2-2", condition="the unit that was active comes back", cases=unit_comes_back,
           outcome=Outcome(failover=False, active=(S,)),
           before=(
               Before(rule="T2-5", says="the failover link is down: the unit finds no peer and becomes active",
                          when=link_is_down, outcome=Outcome(failover=False, active=(A, L))),
               Before(rule="T2-8", says="it comes back with too many failed interfaces",
                          when=comes_back_failed, outcome=Outcome(failover=False, active=(S, F))),
               Before(rule="T2-7", says="the other unit has been waiting for a ready standby, over its policy",
                          when=other_has_failed_interfaces, outcome=Outcome(failover=True, active=(A,), standby=(F,))),
           )),
    Policy(row="T2-3", condition="the standby unit fails: power or hardware", cases=standby_unit_fails,
           outcome=Outcome(failover=False, active=(P,), standby=(OFF,)),
           before=(Before(rule="T2-5", says="the link failed before the active unit had heard the standby on it: it is "
                          "Not Detected, and there is nothing to mark",
                          when=is_stranger, outcome=Outcome(failover=False, standby=(OFF,))),)),
    Policy(row="T2-4", condition="the failover link fails in operation", cases=link_fails,
           outcome=Outcome(failover=False, active=(L,), standby=(L,)), before=(SPLIT_BY_LINK, SAMPLE)),
    Policy(row="T2-5", condition="the failover link is down when both units start", cases=boots_apart,
           outcome=Outcome(failover=False, active=(A, L), standby=(A, L))),
    Policy(row="T2-6", condition="the Stateful Failover link fails", cases=stateful_link_fails,
           outcome=Outcome(failover=False)),
    Policy(row="T2-7", condition="interfaces of the active unit fail, and reach the policy", cases=interface_of_active,
           outcome=Outcome(failover=True, active=(F,), standby=(A,)),
           before=(SPLIT, FAILED_STANDBY, SUSPENDED)),
    Policy(row="T2-8", condition="interfaces of the standby unit fail, and reach the policy",
           cases=interface_of_standby, outcome=Outcome(failover=False, standby=(F,)),
           before=(SPLIT,)),
)  # fmt: skip
"""Active/Standby.  In T2-5 the chapter names one action a side; both units do both."""

TABLE_13_4: tuple[Policy, ...] = (
    Policy(row="T4-1", condition="a unit on which the group is active fails: power or software",
           cases=active_unit_fails, outcome=Outcome(failover=True, active=(OFF,), standby=(A, P))),
    Policy(row="T4-2", condition="interfaces of the active group fail, and reach its policy",
           cases=interface_of_active, outcome=Outcome(failover=True, active=(F,), standby=(A,)),
           before=(SPLIT, attrs.evolve(FAILED_STANDBY, rule="TRG-12"),
                   attrs.evolve(SUSPENDED, rule="T4-7"))),
    Policy(row="T4-3", condition="interfaces of the standby group fail, and reach its policy",
           cases=interface_of_standby, outcome=Outcome(failover=False, standby=(F,)),
           before=(SPLIT,)),
    Policy(row="T4-4", condition="the group that was active recovers, no preemption", cases=group_comes_back,
           outcome=Outcome(failover=False, active=(R,)),
           before=(Before(rule="T4-2", says="the group has been waiting for a ready standby, over its policy on the "
                          "unit where it is active", when=other_has_failed_interfaces,
                          outcome=Outcome(failover=True, active=(A,), standby=(F,))),)),
    Policy(row="T4-5", condition="the failover link is down when both units start", cases=boots_apart,
           outcome=Outcome(failover=False, active=(A, L), standby=(A, L))),
    Policy(row="T4-6", condition="the Stateful Failover link fails", cases=stateful_link_fails,
           outcome=Outcome(failover=False)),
    Policy(row="T4-7", condition="the failover link fails in operation", cases=link_fails,
           outcome=Outcome(failover=False, active=(L,), standby=(L,)), before=(SPLIT_BY_LINK, SAMPLE)),
)  # fmt: skip
"""Active/Active, group by group.  In T4-1 the group on the dead unit is failed in the eyes of its peer."""
