"""The rows of the two policy tables, and the rules that precede them."""

from __future__ import annotations

import attrs

from failover_fsm.analysis.policies.cases import (
    active_unit_fails,
    boots_apart,
    comes_back_failed,
    cut_off,
    group_comes_back,
    interface_of_active,
    interface_of_standby,
    is_stranger,
    link_fails,
    link_is_down,
    other_has_failed_interfaces,
    sample_moves,
    standby_has_failed,
    standby_unit_fails,
    stateful_link_fails,
    unit_comes_back,
)
from failover_fsm.analysis.policies.policy import Policy, PolicyAction, PolicyOutcome, PrecedingRule

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

# -- rows of both tables ----------------------------------------------------------------------------------

LINK_FAILS = Policy(
    row="T2-4",
    condition="the failover link fails in operation",
    cases=link_fails,
    outcome=PolicyOutcome(failover=False, active=(L,), standby=(L,)),
    before=(SPLIT_BY_LINK, SAMPLE),
)
BOOTS_APART = Policy(
    row="T2-5",
    condition="the failover link is down when both units start",
    cases=boots_apart,
    outcome=PolicyOutcome(failover=False, active=(A, L), standby=(A, L)),
)
STATEFUL_LINK_FAILS = Policy(
    row="T2-6",
    condition="the Stateful Failover link fails",
    cases=stateful_link_fails,
    outcome=PolicyOutcome(failover=False),
)
STANDBY_INTERFACES_FAIL = Policy(
    row="T2-8",
    condition="interfaces of the standby unit fail, and reach the policy",
    cases=interface_of_standby,
    outcome=PolicyOutcome(failover=False, standby=(F,)),
    before=(SPLIT,),
)

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
    LINK_FAILS,
    BOOTS_APART,
    STATEFUL_LINK_FAILS,
    Policy(
        row="T2-7",
        condition="interfaces of the active unit fail, and reach the policy",
        cases=interface_of_active,
        outcome=PolicyOutcome(failover=True, active=(F,), standby=(A,)),
        before=(SPLIT, FAILED_STANDBY, SUSPENDED),
    ),
    STANDBY_INTERFACES_FAIL,
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
    attrs.evolve(
        STANDBY_INTERFACES_FAIL, row="T4-3", condition="interfaces of the standby group fail, and reach its policy"
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
    attrs.evolve(BOOTS_APART, row="T4-5"),
    attrs.evolve(STATEFUL_LINK_FAILS, row="T4-6"),
    attrs.evolve(LINK_FAILS, row="T4-7"),
)
"""Active/Active, group by group. In T4-1 the group on the dead unit counts as failed for its peer."""
