"""For each promise that is no lemma a wrong protocol that it alone catches, on the smallest pair that shows it.

A *lemma* among the promises that are broken too does not count: it says nothing of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from failover_fsm.config.records.macs import MacSource, VirtualMacs
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import addresses, health
from failover_fsm.pair import environment as world
from failover_fsm.pair import events as e
from failover_fsm.pair import group as g
from failover_fsm.pair import hindered as h
from failover_fsm.pair import history as following
from failover_fsm.pair import unit as u
from failover_fsm.pair.obstacles import Hindrance, Obstacle
from failover_fsm.pair.outputs import Address, Mac
from failover_fsm.pair.replication import place
from failover_fsm.pair.rule_context import RuleContext
from failover_fsm.pair.settings import GroupSettings, Port, Settings, StatefulLink
from failover_fsm.pair.states import AnnouncedRole, ConfigSync, PeerContact, Phase, PortState, Role, State, Unit
from failover_fsm.pair.tables import Row
from failover_fsm.promises import addresses as promised
from tests.pairs import POWER_AND_LINK, PRIMARY, SECONDARY, STEP_MODULE, active_active, settings
from tests.promises import test_groups as of_groups
from tests.promises import test_promises as of_pairs
from tests.wrong import Patch, first, group_may, may_happen, never, rows, search_counts_silent

Mutant = Callable[[Patch], None]


def one_group(home: Unit = PRIMARY, *ports: Port, preempt: bool = True) -> Settings:
    """An Active/Active pair with failover group 1 only."""
    return Settings(groups=(GroupSettings(preferred=home, preempt=preempt),), ports=ports)


STILL = Environment(faults=(), operator=())
MOVES = Environment(faults=(), operator=("failover-active",))
COMMANDS = Environment(faults=(), operator=("command",))
NEWEST = attrs.evolve(COMMANDS, follow=("commands",))
WRITTEN = attrs.evolve(NEWEST, operator=("command", "write-standby"))
POWER = Environment(faults=("power",), operator=(), max_faults=1)
LINK_AND_MOVES = Environment(faults=("failover-link",), operator=("failover-active",))
UNITS = Environment(faults=POWER_AND_LINK, operator=())
PORT = Environment(faults=("ports",), operator=(), max_faults=1)
MODULE = Environment(faults=("modules",), operator=(), max_faults=1)
SESSIONS = Environment(faults=("power", "stateful-link"), operator=(), follow=("sessions",))
KEPT = Environment(faults=POWER_AND_LINK, operator=(), follow=("sessions",))
DEDICATED = settings(stateful=StatefulLink.DEDICATED)
FOLLOWING = attrs.evolve(DEDICATED, follow=("sessions",))
FOLLOWED = attrs.evolve(settings(), follow=("commands",))
VIRTUAL = attrs.evolve(
    settings(),
    ports=(Port(name="a", macs=VirtualMacs(source=MacSource.INTERFACE, active="0000.0000.0001", standby=None)),),
)

# -- roles and health -------------------------------------------------------------------------------


def a_split_brain_ends_on_the_link_only(patch: Patch) -> None:
    def on_link(ctx: RuleContext) -> bool:
        return ctx.inputs.via is u.Channel.LINK and g.must_yield(ctx)

    rows(patch, g.GROUP_TABLE, e.PeerAnsweredOnData, g.must_yield, when=never)
    rows(patch, g.GROUP_TABLE, e.HelloHeard, g.must_yield, when=on_link)


def as_it_is(patch: Patch) -> None:
    """The shipped protocol, with failover switched off on one side: a finding."""


def nobody_is_elected_without_the_link(patch: Patch) -> None:
    def linked(state: State, same: Settings, unit: Unit, index: int) -> bool:
        return world._no_active(state, same, unit, index) and health.hears_on_link(state, same, unit)

    group_may(patch, e.NoActiveUnitSeen, linked)


def commands_are_obeyed_while_suspended(patch: Patch) -> None:
    def peer_ready(ctx: RuleContext) -> bool:
        return ctx.own.enabled and ctx.group.peer_role is AnnouncedRole.STANDBY_READY

    def send(ctx: RuleContext) -> None:
        (g.send_grant if ctx.own.contact is PeerContact.LINK else g.send_grant_by_data)(ctx)

    rows(patch, g.GROUP_TABLE, e.NoFailoverActive, g.can_hand_over, when=peer_ready, do=(send,))


def an_active_unit_over_its_policy_stays(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.InterfacesChecked, g.over_policy_and_can_hand_over, when=never)


def a_standby_over_its_policy_stays_ready(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.InterfacesChecked, g.over_policy, when=never)


def a_join_ends_ready_until_the_next_check(patch: Patch) -> None:
    done = (u.become_standby, u.configuration_received, u.arm_preemption)
    rows(patch, u.UNIT_TABLE, e.SynchronizationFinished, None, do=done)


def unknown_counts_on_a_standby(patch: Patch) -> None:
    right = health.failed_interfaces

    def count(state: State, same: Settings, unit: Unit, group: int = 0) -> int:
        if state.unit(unit).groups[group].role not in (Role.STANDBY_READY, Role.FAILED):
            return right(state, same, unit, group)
        return sum(state.interfaces[index].line(unit) is not PortState.GOOD for index in same.counted_in(group))

    patch.setattr(health, "failed_interfaces", count)
    search_counts_silent(patch)


def who_gives_up_counts_its_peer_as_lost(patch: Patch) -> None:
    def lose(ctx: RuleContext) -> None:
        ctx.own.contact = PeerContact.LOST

    rows(patch, g.GROUP_TABLE, e.NoFailoverActive, g.can_hand_over, do=(g.send_grant, lose))


def the_secondary_waits_for_an_active_primary(patch: Patch) -> None:
    def nobody(state: State, same: Settings, unit: Unit) -> bool:
        waits = unit is Unit.SECONDARY and state.unit(unit.peer).up
        return world._nobody(state, same, unit) and not waits

    may_happen(patch, e.NegotiationExpired, nobody)


def a_join_ends_without_its_sender(patch: Patch) -> None:
    may_happen(patch, e.SynchronizationFinished, lambda state, same, unit: state.unit(unit).joining)


def a_join_never_ends(patch: Patch) -> None:
    may_happen(patch, e.SynchronizationFinished, lambda state, same, unit: False)


# -- commands, addresses ------------------------------------------------------------------------------


def after_each_step(patch: Patch, effect: Callable[[Any, Any], None]) -> None:
    """Has something done to the newest command after each step, with what was before."""
    right = following.newest_followed

    def followed(before: Any, state: Any, event: e.Event) -> None:
        right(before, state, event)
        effect(before, state)

    patch.setattr(following, "newest_followed", followed)


def who_sends_a_copy_forgets(patch: Patch) -> None:
    def forget(before: Any, state: Any) -> None:
        for unit in Unit:
            if before[place(unit)].phase is Phase.UP and state.unit(unit).phase is Phase.COLD_STANDBY:
                state.unit(unit.peer).newest = False

    after_each_step(patch, forget)


def a_standby_out_of_step_forgets(patch: Patch) -> None:
    def forget(before: Any, state: Any) -> None:
        for unit in Unit:
            own = state.unit(unit)
            if own.groups[0].role is Role.STANDBY_READY and own.config_sync is ConfigSync.OUT_OF_SYNC:
                own.newest = False

    after_each_step(patch, forget)


def a_disabled_unit_has_no_address(patch: Patch) -> None:
    def none(own: Any, index: int = 0) -> Address | None:
        return addresses.held(own, index) if own.enabled else None

    patch.setattr(promised, "held", none)


def the_standby_has_the_virtual_address_of_the_active_unit(patch: Patch) -> None:
    def shared(own: Any, unit: Unit, address: Address, virtual: VirtualMacs | None) -> Mac:
        return Mac.VIRTUAL if virtual is not None else addresses.mac_for(own, unit, address, virtual)

    patch.setattr(promised, "mac_for", shared)


# -- what keeps units from being a pair ---------------------------------------------------------------


def the_standby_shuts_its_interfaces(patch: Patch) -> None:
    right = Settings.at
    shut: dict[int, Settings] = {}

    def at(same: Settings, state: Any, unit: Unit) -> Settings:
        if state.unit(unit).groups[0].role is not Role.STANDBY_READY:
            return right(same, state, unit)
        ports = tuple(attrs.evolve(port, shutdown=True) for port in same.ports)
        return shut.setdefault(id(same), attrs.evolve(same, ports=ports))

    patch.setattr(Settings, "at", at)


def unlike_units_are_a_pair(patch: Patch) -> None:
    def unnoticed(state: State, same: Settings, event: e.Event, unit: Unit) -> Any:
        return attrs.evolve(world.inputs_for(state, same, event, unit), obstacle=Obstacle.NONE)

    patch.setattr(STEP_MODULE, "inputs_for", unnoticed)


def a_boot_needs_no_heartbeat(patch: Patch) -> None:
    rows(patch, u.UNIT_TABLE, e.UnitRestored, h.heartbeat_missing, when=never)


def a_hello_forgets_the_failed_synchronisation(patch: Patch) -> None:
    def forget(ctx: RuleContext) -> None:
        ctx.own.hindrance = Hindrance.NONE

    first(patch, Row(Role.FAILED, e.HelloHeard, when=h.gave_up_joining, to=Role.STANDBY_READY, do=(forget,),
                     reason="wrong", rules=("SYN-3",)))  # fmt: skip


def a_full_flash_takes_everything(patch: Patch) -> None:
    may_happen(patch, e.SynchronizationFinished, world._receives)
    may_happen(patch, e.SynchronizationFailed, lambda state, same, unit: False)


# -- groups ------------------------------------------------------------------------------------------


def preemption_begins_with_the_next_hello(patch: Patch) -> None:
    done = (u.become_standby_by_health, u.configuration_received)
    rows(patch, u.UNIT_TABLE, e.SynchronizationFinished, None, do=done)

    def heard(ctx: RuleContext) -> None:
        u.record_hello(ctx)
        for index, group in enumerate(ctx.own.groups):
            if group.role is Role.STANDBY_READY:
                group.return_pending = ctx.settings.preempts(index, ctx.unit)

    patch.setitem(u.AFTER, e.HelloHeard, heard)


def a_group_without_preempt_waits_in_vain(patch: Patch) -> None:
    patch.setattr(Settings, "preempts", Settings.prefers)
    group_may(patch, e.PreemptTimerExpired, lambda state, same, unit, index: False)


def with_preempt(state: State, same: Settings, unit: Unit, index: int) -> bool:
    """The preempt timer of a group that has one ends."""
    return world._preempt(state, same, unit, index) and same.preempts(index, unit)


def a_group_is_handed_out_again_and_again(patch: Patch) -> None:
    def again(ctx: RuleContext) -> None:
        ctx.group.return_pending = True

    rows(patch, g.GROUP_TABLE, e.GroupHandedOut, g.can_hand_over, do=(g.send_grant, again))
    group_may(patch, e.PreemptTimerExpired, with_preempt)


def a_timer_fails_the_other_group(patch: Patch) -> None:
    def fail(ctx: RuleContext) -> None:
        for index, other in enumerate(ctx.own.groups):
            if index != ctx.index and other.role is Role.STANDBY_READY:
                other.role = Role.FAILED

    rows(patch, g.GROUP_TABLE, e.PreemptTimerExpired, g.can_request_home, do=(g.send_request, fail))


def a_timer_arms_that_of_the_other_group(patch: Patch) -> None:
    def arm(ctx: RuleContext) -> None:
        for group in ctx.own.groups:
            group.return_pending = True

    rows(patch, g.GROUP_TABLE, e.PreemptTimerExpired, g.can_request_home, do=(g.send_request, arm))
    group_may(patch, e.PreemptTimerExpired, with_preempt)


# -- the table ---------------------------------------------------------------------------------------

Case = tuple[Mutant, Settings, Environment]

ALONE: dict[str, Case] = {
    "split-brain-recovers": (
        a_split_brain_ends_on_the_link_only, settings(1),
        Environment(faults=("failover-link", "paths"), operator=("disable",), max_faults=2),
    ),
    "one-active-while-link-up": (as_it_is, settings(), Environment(faults=("failover-link",), operator=("disable",))),
    "always-someone-active": (nobody_is_elected_without_the_link, settings(1), LINK_AND_MOVES),
    "no-failover-to-failed-standby":
        (of_pairs.failed_unit_takes_a_grant, settings(1), attrs.evolve(PORT, operator=("failover-active",))),
    "no-failover-while-failover-link-down":
        (commands_are_obeyed_while_suspended, settings(1), attrs.evolve(LINK_AND_MOVES, max_faults=1)),
    "one-switchover-per-link-failure":
        (of_pairs.sample_again_and_again, of_pairs.SETTINGS["two"], of_pairs.WORDS["two"]),
    "interface-failure-fails-over": (an_active_unit_over_its_policy_stays, settings(1), PORT),
    "standby-health-follows-interfaces": (a_standby_over_its_policy_stays_ready, settings(1), PORT),
    "module-failure-fails-over": (of_pairs.dead_module_keeps_the_active_role, settings(), MODULE),
    "standby-health-follows-its-module": (of_pairs.dead_module_leaves_the_standby_ready, settings(), MODULE),
    "no-failover-without-trigger": (of_pairs.make_before_break, settings(), MOVES),
    "simultaneous-boot-primary-active": (of_pairs.secondary_boots_first, settings(), POWER),
    "simultaneous-boot-preferred-active":
        (of_groups.never_handed_out, one_group(SECONDARY, preempt=False), POWER),
    "group-handed-out-to-a-ready-unit":
        (a_group_is_handed_out_again_and_again, one_group(SECONDARY, preempt=False), POWER),
    "preempt-returns-home": (a_group_without_preempt_waits_in_vain, active_active(preempt=False), STILL),
    "preempt-when-available": (of_groups.recovery_does_not_arm, one_group(PRIMARY, Port(name="a")), PORT),
    "preempt-begins-when-available": (preemption_begins_with_the_next_hello, one_group(), STILL),
    "preempt-only-to-the-preferred-unit": (of_groups.preempts_without_preempt, active_active(preempt=False), STILL),
    "moved-group-stays": (of_groups.giving_up_arms_preemption, one_group(), MOVES),
    "groups-move-one-by-one": (a_timer_fails_the_other_group, active_active(preferred=(SECONDARY, PRIMARY)), STILL),
    "link-down-at-boot-both-active": (the_secondary_waits_for_an_active_primary, settings(), UNITS),
    "stateful-link-changes-nothing": (
        of_pairs.stateful_link_fails_the_standby, DEDICATED, Environment(faults=("stateful-link",), operator=())
    ),
    "unknown-interfaces-do-not-count": (
        unknown_counts_on_a_standby, settings(1), Environment(faults=("traffic",), operator=(), max_faults=2)
    ),
    "disabled-failover-freezes-roles": (
        of_pairs.disabled_unit_hears_silence, settings(), Environment(faults=("power",), operator=("disable",))
    ),
    "configuration-flows-from-active": (a_join_ends_without_its_sender, settings(), POWER),
    "ready-means-healthy": (a_join_ends_ready_until_the_next_check, settings(1), PORT),
    "commands-replicate-from-active": (of_pairs.commands_are_not_replicated, settings(), COMMANDS),
    "acknowledged-commands-survive": (of_pairs.overrun_is_forgotten, FOLLOWED, NEWEST),
    "active-unit-keeps-its-commands": (who_sends_a_copy_forgets, FOLLOWED, WRITTEN),
    "standby-keeps-its-commands": (a_standby_out_of_step_forgets, FOLLOWED, NEWEST),
    "older-configuration-never-wins": (
        as_it_is, FOLLOWED, Environment(faults=("replacement",), operator=(), follow=("commands",))
    ),
    "ready-standby-has-the-same-interfaces-up":
        (the_standby_shuts_its_interfaces, settings(1), Environment(faults=(), operator=("shutdown",))),
    "unlike-units-do-not-pair": (unlike_units_are_a_pair, settings(), Environment(faults=("mismatch",), operator=())),
    "no-failover-without-heartbeat":
        (a_boot_needs_no_heartbeat, settings(), Environment(faults=("heartbeat",), operator=())),
    "failed-synchronisation-stays-failed": (
        a_hello_forgets_the_failed_synchronisation, settings(),
        Environment(faults=("failover-link", "stuck-sync"), operator=("write-standby",)),
    ),
    "no-ready-standby-without-room":
        (a_full_flash_takes_everything, settings(), Environment(faults=("flash",), operator=())),
    "failover-keeps-sessions": (of_pairs.sessions_die_with_the_active_unit, FOLLOWING, KEPT),
    "copies-follow-the-stateful-link": (of_pairs.copies_are_never_old, FOLLOWING, SESSIONS),
    "one-owner-per-address": (of_pairs.secondary_never_learns_addresses, settings(), MOVES),
    "units-keep-an-address": (of_pairs.a_joining_unit_has_no_address, settings(), POWER),
    "addresses-change-hands-one-by-one": (of_pairs.standby_addresses_at_once, settings(), MOVES),
    "standby-hears-its-peer": (who_gives_up_counts_its_peer_as_lost, settings(), MOVES),
    "converges": (of_pairs.standby_synchronises_with_every_hello, settings(), STILL),
    "always-recoverable": (a_join_never_ends, settings(), POWER),
}  # fmt: skip
"""For each promise in its own right a wrong protocol that breaks no other one, the pair and its environment."""

ALONE_TOO: dict[str, tuple[str, Case]] = {
    "a disabled unit has no address": (
        "units-keep-an-address", (
            a_disabled_unit_has_no_address, settings(),
            Environment(faults=("power",), operator=("disable",), max_faults=1),
        ),
    ),
    "a timer arms that of the other group": (
        "groups-move-one-by-one",
        (a_timer_arms_that_of_the_other_group, active_active(preferred=(SECONDARY, PRIMARY)), STILL),
    ),
    "the standby has the virtual MAC address of the active unit":
        ("one-owner-per-address", (the_standby_has_the_virtual_address_of_the_active_unit, VIRTUAL, POWER)),
}  # fmt: skip
"""More wrong protocols that one promise alone catches."""
