"""Wrong protocols of an Active/Active pair, as a hasty reader would write them: each is caught.

Most are caught by a promise, on the smallest scenario that shows them; some by a shipped trace, where the
scenario would be too large to explore again for every one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import attrs
import pytest

from failover_fsm.analysis.explorers import compiled
from failover_fsm.checker import Finding, Verdict
from failover_fsm.config.records.pair_config import Unit
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import environment as world
from failover_fsm.pair import events as e
from failover_fsm.pair import group as g
from failover_fsm.pair import health
from failover_fsm.pair import unit as u
from failover_fsm.pair.rule_context import Inputs, RuleContext
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.states import AnnouncedRole, Handover, PeerContact, Phase, Role, State, UnitState
from failover_fsm.pair.tables import Row
from failover_fsm.promises import PROMISES, breaking_group, chosen
from tests.pairs import STEP_MODULE, active_active
from tests.wrong import (
    Patch,
    always,
    catches,
    group_may,
    promise_findings,
    reset_activates,
    rows,
    threshold_one_too_high,
    unknown_counts,
    yields,
)

P = Unit.PRIMARY


def with_ports(pair: Settings, *groups: int) -> Settings:
    """The pair with a monitored interface in each of these groups, by position."""
    ports = tuple(Port(name=f"port{number}", group=group) for number, group in enumerate(groups, start=1))
    return attrs.evolve(pair, ports=ports)


SCENARIOS: dict[str, tuple[Settings, Environment]] = {
    "moves": (active_active(), Environment(faults=("power",), operator=("failover-active",), max_faults=1)),
    "no preempt": (active_active(preempt=False), Environment(faults=("power",), operator=("failover-active",))),
    "links": (active_active(), Environment(faults=("power", "failover-link"), operator=())),
    "disabling": (
        active_active(), Environment(faults=("power",), operator=("failover-active", "disable"), max_faults=1)
    ),
    "port of group 1": (
        with_ports(active_active(), 0), Environment(faults=("ports",), operator=("reset",), max_faults=1)
    ),
    "ports of group 1": (
        with_ports(active_active(preempt=False), 0), Environment(faults=("ports",), operator=(), max_faults=2)
    ),
    "two groups": (
        with_ports(active_active(preempt=False, preferred=(P, P)), 0, 1),
        Environment(faults=("ports",), operator=(), max_faults=1),
    ),
    "port and link": (
        with_ports(active_active(preempt=False, preferred=(P, P)), 0),
        Environment(faults=("failover-link", "ports"), operator=(), max_faults=2),
    ),
    "commands": (
        attrs.evolve(active_active(preempt=False), contexts=(("admin", 0), ("blue", 0), ("red", 1))),
        Environment(faults=("power",), operator=("command",), max_faults=1),
    ),
    "silent": (
        with_ports(active_active(preempt=False), 0), Environment(faults=("traffic",), operator=(), max_faults=2)
    ),
}  # fmt: skip
FINDINGS = {"disabling": ["one-active-while-link-up"]}
"""Promises that the shipped protocol breaks in a scenario: failover switched off on one side."""


def judged(name: str, *ids: str) -> tuple[Finding, ...]:
    """What promises say of a scenario, all that apply or those named, for the tables as they are patched now."""
    return promise_findings(*SCENARIOS[name], *ids)


@cache
def shipped() -> dict[str, tuple[Finding, ...]]:
    """The findings on every scenario for the protocol as it is shipped, of the compiled explorer."""
    models = {name: PairModel(*each) for name, each in SCENARIOS.items()}
    return {name: compiled(each, chosen(each.environment, groups=True), {}).findings for name, each in models.items()}


def test_the_shipped_protocol_keeps_every_promise_for_every_group() -> None:
    for name, findings in shipped().items():
        broken = [finding.name for finding in findings if finding.verdict is not Verdict.HOLDS]
        assert broken == FINDINGS.get(name, []), name


def test_every_promise_of_active_active_pairs_is_put_to_the_test() -> None:
    tested = {finding.name for findings in shipped().values() for finding in findings if not finding.vacuous}
    assert {promise.id for promise in PROMISES if promise.pairs == "active-active"} <= tested


# -- wrong protocols, caught by promises -------------------------------------------------------------------


def preempt_is_a_level(patch: Patch) -> None:
    def whenever_ready(state: State, same: Settings, unit: Unit, index: int) -> bool:
        own = state.unit(unit)
        ready = own.listening and own.groups[index].role is Role.STANDBY_READY and same.preempts(index, unit)
        peer_active = world.announced_roles(state.unit(unit.peer))[index] is AnnouncedRole.ACTIVE
        return ready and peer_active and not world.message_in_flight(state) and health.hears_on_link(state, same, unit)

    group_may(patch, e.PreemptTimerExpired, whenever_ready)


def giving_up_arms_preemption(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.NoFailoverActive, g.can_hand_over, do=(g.send_grant, g.arm_preemption))


def preempts_without_preempt(patch: Patch) -> None:
    patch.setattr(Settings, "preempts", Settings.prefers)


def preempts_anywhere(patch: Patch) -> None:
    patch.setattr(Settings, "preempts", lambda same, index, unit: bool(same.groups))


def preempt_timer_never_fires(patch: Patch) -> None:
    group_may(patch, e.PreemptTimerExpired, lambda state, same, unit, index: False)


def recovery_does_not_arm(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.InterfacesChecked, g.over_policy_and_can_hand_over, do=(g.send_grant,))


def never_handed_out(patch: Patch) -> None:
    group_may(patch, e.GroupHandedOut, lambda state, same, unit, index: False)


def handed_out_to_anyone(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.GroupHandedOut, g.can_hand_over, when=always)


def group_2_prefers_what_group_1_prefers(patch: Patch) -> None:
    patch.setattr(Settings, "prefers", lambda same, index, unit: bool(same.groups) and same.groups[0].preferred is unit)


def interfaces_of_the_unit_count(patch: Patch) -> None:
    def any_group(ctx: RuleContext) -> bool:
        over = any(ctx.settings.over_policy(failed, index) for index, failed in enumerate(ctx.inputs.failed))
        return over and g.can_hand_over(ctx)

    rows(patch, g.GROUP_TABLE, e.InterfacesChecked, g.over_policy_and_can_hand_over, when=any_group)


def hands_over_to_a_failed_standby(patch: Patch) -> None:
    def over_policy_in_contact(ctx: RuleContext) -> bool:
        return g.over_policy(ctx) and ctx.own.enabled and ctx.own.contact is PeerContact.LINK

    rows(patch, g.GROUP_TABLE, e.InterfacesChecked, g.over_policy_and_can_hand_over, when=over_policy_in_contact)


def a_command_for_one_group_moves_both(patch: Patch) -> None:
    def groups_of(own: UnitState, event: e.Event) -> tuple[int, ...]:
        wanted = getattr(event, "group", None) if isinstance(event, e.ProtocolStep) else None
        return tuple(range(len(own.groups))) if wanted is None else (wanted - 1,)

    patch.setattr(STEP_MODULE, "_groups_of", groups_of)


def recovery_looks_at_health(patch: Patch) -> None:
    def less_healthy(ctx: RuleContext) -> bool:
        worse = ctx.failed - ctx.peer_failed
        both = ctx.group.role is Role.ACTIVE and ctx.announced_role is AnnouncedRole.ACTIVE and u.acquainted(ctx)
        return both and (worse > 0 or (worse == 0 and ctx.unit is Unit.SECONDARY))

    def with_counts(state: State, same: Settings, event: e.Event, unit: Unit) -> Inputs:
        counts = {"failed": unit, "peer_failed": unit.peer}
        found = {name: health.failed_by_group(state, same, each) for name, each in counts.items()}
        return attrs.evolve(world.inputs_for(state, same, event, unit), **found)

    patch.setattr(STEP_MODULE, "inputs_for", with_counts)
    yields(patch, less_healthy)


def recovery_looks_at_the_preference(patch: Patch) -> None:
    def not_at_home(ctx: RuleContext) -> bool:
        both = ctx.group.role is Role.ACTIVE and ctx.announced_role is AnnouncedRole.ACTIVE and u.acquainted(ctx)
        return both and ctx.settings.prefers(ctx.index, ctx.unit.peer)

    rows(patch, g.GROUP_TABLE, e.HelloHeard, g.must_yield, when=not_at_home)
    rows(patch, u.UNIT_TABLE, e.HelloHeard, u.yields_on_link, when=lambda ctx: False)


def switched_on_again_waits_for_its_mate(patch: Patch) -> None:
    rows(patch, u.UNIT_TABLE, e.FailoverEnabled, u.off_and_active, do=(u.switch_on,))


def switched_on_again_never_met_waits(patch: Patch) -> None:
    def expect_if_met(ctx: RuleContext) -> None:
        if ctx.own.contact is not PeerContact.NEVER:
            u.expect_peer(ctx)

    rows(patch, u.UNIT_TABLE, e.FailoverEnabled, u.off_and_active, do=(u.switch_on, expect_if_met))


def boots_with_the_groups_it_prefers(patch: Patch) -> None:
    def become_active_at_home(ctx: RuleContext) -> None:
        for index, group in enumerate(ctx.own.groups):
            at_home = ctx.settings.prefers(index, ctx.unit)
            group.role, group.return_pending = Role.ACTIVE if at_home else Role.STANDBY_READY, False

    rows(patch, u.UNIT_TABLE, e.NegotiationExpired, None, do=(become_active_at_home,))


def commands_cross_from_the_unit_with_group_1(patch: Patch) -> None:
    patch.setattr(Settings, "group_of_context", lambda same, context: 0)


Mutant = Callable[[Patch], None]


def a_join_begins_no_preemption(patch: Patch) -> None:
    done = (u.become_standby_by_health, u.configuration_received)
    rows(patch, u.UNIT_TABLE, e.SynchronizationFinished, None, do=done)


MUTANTS: dict[str, tuple[Mutant, str, str]] = {
    "preempt is a level": (preempt_is_a_level, "moves", "moved-group-stays"),
    "a group that is moved by hand is asked back": (giving_up_arms_preemption, "moves", "moved-group-stays"),
    "groups preempt that were not told to":
        (preempts_without_preempt, "no preempt", "preempt-only-to-the-preferred-unit"),
    "preemption to any unit": (preempts_anywhere, "moves", "preempt-only-to-the-preferred-unit"),
    "the preempt timer never ends": (preempt_timer_never_fires, "moves", "preempt-returns-home"),
    "a recovered group does not preempt": (recovery_does_not_arm, "port of group 1", "preempt-when-available"),
    "a join begins no preemption": (a_join_begins_no_preemption, "moves", "preempt-begins-when-available"),
    "groups are never handed out": (never_handed_out, "no preempt", "simultaneous-boot-preferred-active"),
    "groups are handed out before the peer is ready":
        (handed_out_to_anyone, "no preempt", "group-handed-out-to-a-ready-unit"),
    "group 2 follows group 1 home":
        (group_2_prefers_what_group_1_prefers, "no preempt", "simultaneous-boot-preferred-active"),
    "a group fails with the interfaces of the other":
        (interfaces_of_the_unit_count, "two groups", "interfaces-of-the-other-group-do-not-count"),
    "a failed standby is failed over to":
        (hands_over_to_a_failed_standby, "ports of group 1", "no-failover-to-failed-standby"),
    "threshold > instead of >=": (threshold_one_too_high, "port of group 1", "standby-health-follows-interfaces"),
    "Unknown counts": (unknown_counts, "silent", "unknown-interfaces-do-not-count"),
    "a reset moves the group": (reset_activates, "port of group 1", "reset-does-not-activate"),
    "forcing one group moves both": (a_command_for_one_group_moves_both, "moves", "groups-move-one-by-one"),
    "the end of a split brain looks at the health":
        (recovery_looks_at_health, "port and link", "primary-survives-split-brain"),
    "the end of a split brain looks at the preference":
        (recovery_looks_at_the_preference, "links", "primary-survives-split-brain"),
    "a unit that is switched on again waits for a mate that is off":
        (switched_on_again_waits_for_its_mate, "disabling", "standby-hears-its-peer"),
    "a unit that is switched on again waits for a mate it has never met":
        (switched_on_again_never_met_waits, "disabling", "takeover-on-active-failure"),
    "commands cross from the unit with group 1":
        (commands_cross_from_the_unit_with_group_1, "commands", "commands-replicate-from-active"),
    "a unit that boots alone takes only the groups that prefer it":
        (boots_with_the_groups_it_prefers, "links", "takeover-on-active-failure"),
}  # fmt: skip
"""Wrong protocols: what is wrong, the scenario that shows it, and one of the promises that must notice."""


@cache
def found_of(name: str) -> Finding:
    """What the promise that speaks of it says of a wrong protocol."""
    mutant, scenario, promise = MUTANTS[name]
    with pytest.MonkeyPatch.context() as patch:
        mutant(patch)
        return judged(scenario, promise)[0]


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_protocol_is_caught_by_the_promise_that_speaks_of_it(name: str) -> None:
    assert found_of(name).verdict is Verdict.VIOLATED


def test_every_promise_of_active_active_pairs_catches_a_wrong_protocol() -> None:
    own = {promise.id for promise in PROMISES if promise.pairs == "active-active" and not promise.lemma}
    assert own <= {promise for _, _, promise in MUTANTS.values()}


# -- wrong protocols, caught by shipped scenarios ----------------------------------------------------------


def fails_over_with_the_link_down(patch: Patch) -> None:
    def over_policy_and_peer_ready(ctx: RuleContext) -> bool:
        return g.over_policy(ctx) and ctx.group.peer_role is AnnouncedRole.STANDBY_READY

    rows(
        patch, g.GROUP_TABLE, e.InterfacesChecked, g.over_policy_and_can_hand_over,
        when=over_policy_and_peer_ready, do=(g.send_grant_by_data,),
    )  # fmt: skip


def forcing_moves_group_1_only(patch: Patch) -> None:
    def groups_of(own: UnitState, event: e.Event) -> tuple[int, ...]:
        wanted = getattr(event, "group", None)
        if wanted is None:
            return (0,) if isinstance(event, e.FailoverActive | e.NoFailoverActive) else tuple(range(len(own.groups)))
        return (wanted - 1,)

    patch.setattr(STEP_MODULE, "_groups_of", groups_of)


def reset_is_for_the_unit_where_it_is_entered(patch: Patch) -> None:
    shipped_rule = world.targets

    def targets(state: State, same: Settings, event: e.Event, unit: Unit) -> tuple[Unit, ...]:
        return (unit,) if isinstance(event, e.FailoverReset) else shipped_rule(state, same, event, unit)

    patch.setattr(STEP_MODULE, "targets", targets)


def link_restored_does_not_arm(patch: Patch) -> None:
    def record_hello(ctx: RuleContext) -> None:
        before = [group.return_pending for group in ctx.own.groups]
        u.record_hello(ctx)
        for group, homing in zip(ctx.own.groups, before, strict=True):
            group.return_pending = group.return_pending and homing

    patch.setitem(u.AFTER, e.HelloHeard, record_hello)


def who_yields_does_not_preempt(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.HelloHeard, g.must_yield, do=())


def the_wish_to_hand_out_outlives_a_failure(patch: Patch) -> None:
    def record_hello(ctx: RuleContext) -> None:
        before = [group.return_pending and group.role is Role.ACTIVE for group in ctx.own.groups]
        u.record_hello(ctx)
        for group, homing in zip(ctx.own.groups, before, strict=True):
            group.return_pending = group.return_pending or homing

    patch.setitem(u.AFTER, e.HelloHeard, record_hello)


def the_sample_is_of_the_unit(patch: Patch) -> None:
    def more_failed(ctx: RuleContext) -> bool:
        return (
            sum(ctx.inputs.failed) > sum(ctx.inputs.peer_failed) and ctx.announced_role is AnnouncedRole.STANDBY_READY
        )

    rows(patch, g.GROUP_TABLE, e.PeerAnsweredOnData, g.more_failed_than_peer, when=more_failed)


def the_delay_is_nothing(patch: Patch) -> None:
    patch.setattr("failover_fsm.pair.pair._takes_time", lambda *asked: False)


def disabling_sends_groups_home(patch: Patch) -> None:
    def switch_off_and_go_home(ctx: RuleContext) -> None:
        ctx.own.enabled = False
        for index, group in enumerate(ctx.own.groups):
            group.role = Role.ACTIVE if ctx.settings.prefers(index, ctx.unit) else Role.STANDBY_READY

    table = STEP_MODULE.UNIT_TABLE
    changed = [
        attrs.evolve(row, do=(u.stop_listening, switch_off_and_go_home))
        if isinstance(row, Row) and row.event is e.FailoverDisabled and row.to is None
        else row
        for row in (*table.rows, *table.defaults)
    ]
    patch.setattr(STEP_MODULE, "UNIT_TABLE", type(table).of("unit", tuple(Phase), table.events, changed))


BY_TRACE: dict[str, tuple[Mutant, str]] = {
    "failover with the failover link down": (fails_over_with_the_link_down, "t4-7-failover-link"),
    "forcing all groups moves only group 1": (forcing_moves_group_1_only, "groups-forcing"),
    "a reset is for the unit where it is entered": (reset_is_for_the_unit_where_it_is_entered, "groups-reset"),
    "forcing one group moves both": (a_command_for_one_group_moves_both, "groups-forcing"),
    "the link that is restored does not arm preemption": (link_restored_does_not_arm, "pre-3-link-restored"),
    "a group that yields does not preempt": (who_yields_does_not_preempt, "pre-3-yields"),
    "a group that had failed is handed out when it recovers":
        (the_wish_to_hand_out_outlives_a_failure, "aa-14-group-failed-at-boot"),
    "the sample is of the unit, not of the group": (the_sample_is_of_the_unit, "t4-7-sample"),
    "commands cross from the unit with group 1": (commands_cross_from_the_unit_with_group_1, "cmd-20-contexts"),
    "the preempt delay is nothing": (the_delay_is_nothing, "pre-5-delay"),
    "preempt is a level": (preempt_is_a_level, "pre-3-manual-move"),
    "switching failover off sends groups home": (disabling_sends_groups_home, "groups-disabling"),
}  # fmt: skip
"""Wrong protocols, and the scenario under tests/traces that must fail."""


@pytest.mark.parametrize("name", BY_TRACE)
def test_a_wrong_protocol_makes_a_scenario_fail(name: str) -> None:
    mutant, trace = BY_TRACE[name]
    assert catches(trace, mutant)


# -- counterexamples name the group --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "group"), [("the preempt timer never ends", 2), ("a recovered group does not preempt", 1)]
)
def test_a_counterexample_says_in_which_group_a_promise_breaks(name: str, group: int) -> None:
    mutant, scenario, promise_id = MUTANTS[name]
    promise = next(each for each in PROMISES if each.id == promise_id)
    with pytest.MonkeyPatch.context() as patch:
        mutant(patch)
        model = PairModel(*SCENARIOS[scenario])
        steps = tuple(model.named_steps(found_of(name).trace))
    last = steps[-1]
    assert breaking_group(promise, model.settings, last.before, last.event, last.after) == group


def test_a_promise_that_holds_breaks_in_no_group_and_one_of_a_pair_without_groups_in_none() -> None:
    settings, environment = SCENARIOS["moves"]
    start = PairModel(settings, environment).initial_states()[0]
    event = e.UnitFailed(unit=P)
    assert all(breaking_group(promise, settings, start, event, start) is None
               for promise in PROMISES if promise.kind in ("when-settled", "always"))  # fmt: skip
    alone: Any = Settings()
    assert all(breaking_group(promise, alone, start, event, start) is None for promise in PROMISES)


def test_patches_are_gone_afterwards() -> None:
    assert STEP_MODULE.GROUP_TABLE is g.GROUP_TABLE
    assert world._PER_GROUP[e.PreemptTimerExpired] is world._preempt
    assert u.AFTER[e.HelloHeard] is u.record_hello
    assert Handover.NONE.value == "none"
