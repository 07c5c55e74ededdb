"""The rows of the two policy tables: their contents, the states they apply to, and the rules that precede them."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.model.observer import Observer
from failover_fsm.pair import events as e
from failover_fsm.pair.registry import interfaces_after
from failover_fsm.pair.states import LinkState, Phase, PortState, Role, State

STANDBY = (Role.STANDBY_READY, Role.FAILED)
UNITS = tuple(Unit)


class PolicyAction(enum.Enum):
    """An action of one side; a unit that is off has none."""

    BECOMES_ACTIVE = "becomes active"
    BECOMES_STANDBY = "becomes standby"
    IS_FAILED = "is marked failed"
    RECOVERS = "is ready again"
    MARKS_PEER = "marks its peer failed"
    MARKS_LINK = "marks the failover link failed"
    OFF = "n/a, the unit is off"


@attrs.frozen(kw_only=True)
class PolicyOutcome:
    """The outcome of a row: whether the active role moves to the other unit, and the actions of each side."""

    failover: bool
    active: tuple[PolicyAction, ...] = ()
    standby: tuple[PolicyAction, ...] = ()


@attrs.frozen(kw_only=True)
class PolicyCase:
    """A row applied to a settled state.

    Attributes:
        obs: The state before, seen from the group.
        events: The events, one after the other.
        active: The unit of the table's column for the active side.
        standby: The unit of the other column.
        place: The interface that the row is about, None without one.
    """

    obs: Observer
    events: tuple[e.Event, ...]
    active: Unit
    standby: Unit
    place: int | None = None


@attrs.frozen(kw_only=True)
class PrecedingRule:
    """A rule that takes precedence over a row.

    Attributes:
        rule: The id of the rule.
        description: The rule in words.
        when: The predicate on cases in which it applies.
        outcome: The outcome in these cases.
    """

    rule: str
    description: str
    when: Callable[[PolicyCase], bool]
    outcome: PolicyOutcome


@attrs.frozen(kw_only=True)
class Policy:
    """One row of a policy table.

    Attributes:
        row: The id of the row.
        condition: The failure event in words.
        outcome: The outcome in the chapter.
        cases: The cases of the row in a state.
        before: The rules that precede the row, in order.
    """

    row: str
    condition: str
    outcome: PolicyOutcome
    cases: Callable[[Observer], Iterator[PolicyCase]]
    before: tuple[PrecedingRule, ...] = ()


# -- which states a row speaks of -------------------------------------------------------------------


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


A, S, F, R, P, L, OFF = PolicyAction

SPLIT = PrecedingRule(
    rule="SPL-2", description="no interface is left to hear each other on: both become active",
    when=cut_off,
    outcome=PolicyOutcome(failover=False, active=(P,), standby=(A, P)),
)  # fmt: skip
SPLIT_BY_LINK = attrs.evolve(SPLIT, outcome=PolicyOutcome(failover=False, active=(P, L), standby=(A, P, L)))
SAMPLE = PrecedingRule(
    rule="SPL-8", description="the one sample: the active side has more failed interfaces than a ready standby",
    when=sample_moves, outcome=PolicyOutcome(failover=True, active=(S, L), standby=(A, L)),
)  # fmt: skip
FAILED_STANDBY = PrecedingRule(
    rule="TRG-5", description="the standby has failed itself: the active side keeps the role", when=standby_has_failed,
    outcome=PolicyOutcome(failover=False),
)  # fmt: skip
SUSPENDED = PrecedingRule(
    rule="TRG-6", description="the failover link is down: failover is suspended", when=link_is_down,
    outcome=PolicyOutcome(failover=False),
)  # fmt: skip

# -- the tables -----------------------------------------------------------------------------------------

TABLE_13_2: tuple[Policy, ...] = (
    Policy(
        row="T2-1",
        condition="the active unit fails: power, hardware or software",
        cases=active_unit_fails,
        outcome=PolicyOutcome(failover=True, active=(OFF,), standby=(A, P)),
    ),
    Policy(
        row="T2-2",
        condition="the unit that was active comes back",
        cases=unit_comes_back,
        outcome=PolicyOutcome(failover=False, active=(S,)),
        before=(
            PrecedingRule(
                rule="T2-5",
                description="the failover link is down: the unit finds no peer and becomes active",
                when=link_is_down,
                outcome=PolicyOutcome(failover=False, active=(A, L)),
            ),
            PrecedingRule(
                rule="T2-8",
                description="it comes back with too many failed interfaces",
                when=comes_back_failed,
                outcome=PolicyOutcome(failover=False, active=(S, F)),
            ),
            PrecedingRule(
                rule="T2-7",
                description="the other unit has been waiting for a ready standby, over its policy",
                when=other_has_failed_interfaces,
                outcome=PolicyOutcome(failover=True, active=(A,), standby=(F,)),
            ),
        ),
    ),
    Policy(
        row="T2-3",
        condition="the standby unit fails: power or hardware",
        cases=standby_unit_fails,
        outcome=PolicyOutcome(failover=False, active=(P,), standby=(OFF,)),
        before=(
            PrecedingRule(
                rule="T2-5",
                description="the link failed before the active unit had heard the standby on it: it is "
                "Not Detected, and there is nothing to mark",
                when=is_stranger,
                outcome=PolicyOutcome(failover=False, standby=(OFF,)),
            ),
        ),
    ),
    Policy(
        row="T2-4",
        condition="the failover link fails in operation",
        cases=link_fails,
        outcome=PolicyOutcome(failover=False, active=(L,), standby=(L,)),
        before=(SPLIT_BY_LINK, SAMPLE),
    ),
    Policy(
        row="T2-5",
        condition="the failover link is down when both units start",
        cases=boots_apart,
        outcome=PolicyOutcome(failover=False, active=(A, L), standby=(A, L)),
    ),
    Policy(
        row="T2-6",
        condition="the Stateful Failover link fails",
        cases=stateful_link_fails,
        outcome=PolicyOutcome(failover=False),
    ),
    Policy(
        row="T2-7",
        condition="interfaces of the active unit fail, and reach the policy",
        cases=interface_of_active,
        outcome=PolicyOutcome(failover=True, active=(F,), standby=(A,)),
        before=(SPLIT, FAILED_STANDBY, SUSPENDED),
    ),
    Policy(
        row="T2-8",
        condition="interfaces of the standby unit fail, and reach the policy",
        cases=interface_of_standby,
        outcome=PolicyOutcome(failover=False, standby=(F,)),
        before=(SPLIT,),
    ),
)
"""Active/Standby. In T2-5 the chapter names one action per side; both units do both."""

TABLE_13_4: tuple[Policy, ...] = (
    Policy(
        row="T4-1",
        condition="a unit on which the group is active fails: power or software",
        cases=active_unit_fails,
        outcome=PolicyOutcome(failover=True, active=(OFF,), standby=(A, P)),
    ),
    Policy(
        row="T4-2",
        condition="interfaces of the active group fail, and reach its policy",
        cases=interface_of_active,
        outcome=PolicyOutcome(failover=True, active=(F,), standby=(A,)),
        before=(SPLIT, attrs.evolve(FAILED_STANDBY, rule="TRG-12"), attrs.evolve(SUSPENDED, rule="T4-7")),
    ),
    Policy(
        row="T4-3",
        condition="interfaces of the standby group fail, and reach its policy",
        cases=interface_of_standby,
        outcome=PolicyOutcome(failover=False, standby=(F,)),
        before=(SPLIT,),
    ),
    Policy(
        row="T4-4",
        condition="the group that was active recovers, no preemption",
        cases=group_comes_back,
        outcome=PolicyOutcome(failover=False, active=(R,)),
        before=(
            PrecedingRule(
                rule="T4-2",
                description="the group has been waiting for a ready standby, over its policy on the unit where it is "
                "active",
                when=other_has_failed_interfaces,
                outcome=PolicyOutcome(failover=True, active=(A,), standby=(F,)),
            ),
        ),
    ),
    Policy(
        row="T4-5",
        condition="the failover link is down when both units start",
        cases=boots_apart,
        outcome=PolicyOutcome(failover=False, active=(A, L), standby=(A, L)),
    ),
    Policy(
        row="T4-6",
        condition="the Stateful Failover link fails",
        cases=stateful_link_fails,
        outcome=PolicyOutcome(failover=False),
    ),
    Policy(
        row="T4-7",
        condition="the failover link fails in operation",
        cases=link_fails,
        outcome=PolicyOutcome(failover=False, active=(L,), standby=(L,)),
        before=(SPLIT_BY_LINK, SAMPLE),
    ),
)
"""Active/Active, group by group. In T4-1 the group on the dead unit counts as failed for its peer."""
