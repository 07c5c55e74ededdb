"""The promises can be broken: wrong protocols, one mistake each, are caught by the promises that speak of them.

Those of Active/Active pairs are in test_groups.py.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest

from failover_fsm import read_model, verify
from failover_fsm.checker import Finding, Kind, Verdict
from failover_fsm.config.records.macs import VirtualMacs
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import addresses, health, replication, sessions
from failover_fsm.pair import environment as world
from failover_fsm.pair import events as e
from failover_fsm.pair import group as g
from failover_fsm.pair import unit as u
from failover_fsm.pair.outputs import Address, Mac
from failover_fsm.pair.registry import kind_of
from failover_fsm.pair.rule_context import Inputs, RuleContext
from failover_fsm.pair.settings import Settings, StatefulLink
from failover_fsm.pair.states import (
    AnnouncedRole,
    ConfigSync,
    Handover,
    LinkState,
    PeerContact,
    Phase,
    Role,
    State,
    Unit,
    UnitState,
)
from failover_fsm.pair.tables import Row, Table
from failover_fsm.promises import BY_ID, PROMISES, as_property, promise_of
from failover_fsm.promises import addresses as promised
from tests.pairs import COMMANDS, POWER_AND_LINK, STEP_MODULE, settings
from tests.patience import PATIENT
from tests.wrong import (
    Patch,
    always,
    first,
    may_happen,
    never,
    promise_findings,
    reset_activates,
    rows,
    threshold_one_too_high,
    unknown_counts,
    yields,
)

ROOT = Path(__file__).parents[2]
WORDS = {
    "units": Environment(faults=POWER_AND_LINK, operator=("failover-active", "reload", "write-standby")),
    "commands": Environment(faults=POWER_AND_LINK, operator=("command",)),
    "disabling": Environment(faults=POWER_AND_LINK, operator=("failover-active", "disable")),
    "stateful": Environment(faults=(*POWER_AND_LINK, "stateful-link"), operator=()),
    "one": Environment(faults=(*POWER_AND_LINK, "ports"), max_faults=1),
    "one, two faults": Environment(faults=(*POWER_AND_LINK, "ports"), operator=(), max_faults=2),
    "silent": Environment(faults=("interfaces",), operator=(), max_faults=2),
    "two": Environment(faults=("failover-link", "ports"), operator=(), max_faults=2),
    "newest": Environment(faults=("failover-link",), operator=("command",), follow=("commands",)),
    "newest, no faults": Environment(faults=(), operator=("command",), follow=("commands",)),
    "sessions": Environment(faults=POWER_AND_LINK, operator=(), follow=("sessions",)),
    "old copies": Environment(faults=("power", "stateful-link"), operator=(), follow=("sessions",)),
    "modules": Environment(faults=("power", "modules"), operator=(), max_faults=2),
}
SETTINGS = {
    "stateful": settings(stateful=StatefulLink.DEDICATED),
    "newest": attrs.evolve(settings(), follow=("commands",)),
    "newest, no faults": attrs.evolve(settings(), follow=("commands",)),
    "sessions": attrs.evolve(settings(stateful=StatefulLink.DEDICATED), follow=("sessions",)),
    "old copies": attrs.evolve(settings(stateful=StatefulLink.DEDICATED), follow=("sessions",)),
    "one": settings(1),
    "one, two faults": settings(1),
    "silent": settings(1),
    "two": settings(2),
}
FINDINGS = {
    "disabling": {"one-active-while-link-up"},
    "newest": {"active-unit-keeps-its-commands"},
}
"""Promises that the shipped protocol breaks in a scenario: failover switched off on one side, commands in a split."""


def judged(name: str, *ids: str, **options: Any) -> tuple[Finding, ...]:
    """What promises say of a scenario, all that apply or those named, for what is patched now."""
    found = SETTINGS.get(name, settings())
    if options:
        found = attrs.evolve(found, options=attrs.evolve(found.options, **options))
    return promise_findings(found, WORDS[name], *ids)


# -- the promises themselves --------------------------------------------------------------------------


def test_every_promise_has_an_id_a_sentence_rules_and_a_kind_the_checker_knows() -> None:
    assert len(BY_ID) == len(PROMISES)
    for promise in PROMISES:
        assert promise.says.endswith(".") and promise.rules, promise.id
        assert all(rule.split("-")[0].isupper() and rule.split("-")[1].isdecimal() for rule in promise.rules)
        assert promise.kind in ("step", "sometimes", "always", "when-settled", "converges", "can-recover", "leads-to")
        assert (promise.holds is None) == (promise.kind == "converges")
        assert bool(promise.events) == (promise.kind == "step")
        assert set(promise.events) <= set(e.EVENTS)


def test_a_lemma_says_of_which_promise_it_is_one() -> None:
    for promise in PROMISES:
        if promise.lemma:
            assert any(other.id in promise.lemma for other in PROMISES if other is not promise), promise.id


def test_promises_ask_for_words_that_an_environment_can_have() -> None:
    everything = Environment(
        faults=(
            "power",
            "failover-link",
            "stateful-link",
            "modules",
            "interfaces",
            "paths",
            "mismatch",
            "keys",
            "heartbeat",
            "flash",
            "bad-updates",
            "stuck-sync",
            "replacement",
            "flash-write",
            "config-lock",
        ),
        operator=(*COMMANDS, "command", "shutdown"),
        follow=("commands", "sessions"),
    )
    for promise in PROMISES:
        assert all(map(everything.provokes, (*promise.needs, *promise.unless))), promise.id
        groups = promise.pairs == "active-active"
        assert promise.applies(everything, groups=groups) is not bool(promise.unless)
        assert promise.pairs == "both" or not promise.applies(everything, groups=not groups)


def test_the_property_of_each_kind_is_the_one_its_name_says() -> None:
    kinds = {
        "step": Kind.ALWAYS_STEP, "always": Kind.ALWAYS, "sometimes": Kind.SOMETIMES, "converges": Kind.CONVERGES,
        "when-settled": Kind.WHEN_SETTLED, "can-recover": Kind.CAN_RECOVER,
        "leads-to": Kind.LEADS_TO,
    }  # fmt: skip
    model = PairModel(settings(), WORDS["units"])
    for promise in PROMISES:
        made = as_property(promise, model.observers)
        assert (made.name, made.kind) == (promise.id, kinds[promise.kind])


# -- the shipped protocol ----------------------------------------------------------------------------------


@cache
def shipped() -> dict[str, tuple[Finding, ...]]:
    """The findings on every scenario for the protocol as it is shipped."""
    return {name: judged(name) for name in WORDS}


def test_the_shipped_protocol_keeps_every_promise_but_for_the_findings() -> None:
    for name, findings in shipped().items():
        broken = {finding.name for finding in findings if finding.verdict is not Verdict.HOLDS}
        assert broken == FINDINGS.get(name, set()), name


def test_every_promise_is_put_to_the_test_in_at_least_one_small_scenario() -> None:
    from tests.promises.alone import ALONE  # which takes scenarios from here

    tested = {finding.name for findings in shipped().values() for finding in findings if not finding.vacuous}
    every = {promise.id for promise in PROMISES if promise.pairs != "active-active"}
    for promise in sorted(every - tested):  # what keeps units from being a pair has an environment of its own
        _, pair, environment = ALONE[promise]
        tested |= {finding.name for finding in promise_findings(pair, environment) if not finding.vacuous}
    typed = verify(read_model(ROOT / "models" / "findings" / "shut-down-on-the-standby.toml"))  # by typed lines
    tested |= {each.promise.id for each in typed.answers if not each.vacuous}
    assert tested == every


# -- wrong protocols -----------------------------------------------------------------------------------------


def failed_standby_waits(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.HoldTimeExpired, g.failed_may_take_over, when=never)


def failed_unit_takes_a_grant(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.MessageDelivered, g.failed_unit_obeys, when=g.granted)


def hands_over_to_anyone(patch: Patch) -> None:
    def over_policy_in_contact(ctx: RuleContext) -> bool:
        return g.over_policy(ctx) and ctx.own.enabled and ctx.own.contact is PeerContact.LINK

    rows(patch, g.GROUP_TABLE, e.InterfacesChecked, g.over_policy_and_can_hand_over, when=over_policy_in_contact)


def fails_over_while_suspended(patch: Patch) -> None:
    def over_policy_and_peer_ready(ctx: RuleContext) -> bool:
        return g.over_policy(ctx) and ctx.group.peer_role is AnnouncedRole.STANDBY_READY

    rows(
        patch, g.GROUP_TABLE, e.InterfacesChecked, g.over_policy_and_can_hand_over,
        when=over_policy_and_peer_ready, do=(g.send_grant_by_data,),
    )  # fmt: skip


def make_before_break(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.FailoverActive, g.can_request_home, to=Role.ACTIVE)


def primary_yields(patch: Patch) -> None:
    def primary_must(ctx: RuleContext) -> bool:
        both = ctx.active_somewhere and ctx.announced_role is AnnouncedRole.ACTIVE
        return ctx.unit is Unit.PRIMARY and both and u.acquainted(ctx)

    yields(patch, primary_must)


def healthier_stays(patch: Patch) -> None:
    def less_healthy_must(ctx: RuleContext) -> bool:
        worse = ctx.failed - ctx.peer_failed
        both = ctx.active_somewhere and ctx.announced_role is AnnouncedRole.ACTIVE and u.acquainted(ctx)
        return both and (worse > 0 or (worse == 0 and ctx.unit is Unit.SECONDARY))

    def with_counts(state: State, same: Settings, event: e.Event, unit: Unit) -> Inputs:
        counts = {"failed": unit, "peer_failed": unit.peer}
        found = {name: health.failed_by_group(state, same, each) for name, each in counts.items()}
        return attrs.evolve(world.inputs_for(state, same, event, unit), **found)

    patch.setattr(STEP_MODULE, "inputs_for", with_counts)
    yields(patch, less_healthy_must)


def nobody_yields(patch: Patch) -> None:
    yields(patch, never)


def takes_over_when_only_the_link_is_lost(patch: Patch) -> None:
    first(patch, Row(Role.STANDBY_READY, e.PeerAnsweredOnData, when=always, to=Role.ACTIVE, reason="", rules=("X-1",)))


def primary_preempts(patch: Patch) -> None:
    def preferred(ctx: RuleContext) -> bool:
        return ctx.unit is Unit.PRIMARY

    done = Row(
        u.JOINING, e.SynchronizationFinished, when=preferred, to=Phase.UP, reason="", rules=("X-1",),
        do=(u.become_active, u.configuration_received),
    )  # fmt: skip
    table = STEP_MODULE.UNIT_TABLE
    entries = (done, *table.rows, *table.defaults)
    patch.setattr(STEP_MODULE, "UNIT_TABLE", Table.of("unit", table.states, table.events, entries))


def primary_preempts_politely(patch: Patch) -> None:
    def ask_if_preferred(ctx: RuleContext) -> None:
        if ctx.unit is Unit.PRIMARY:
            ctx.sent.append((ctx.index, Handover.REQUEST))

    rows(
        patch, u.UNIT_TABLE, e.SynchronizationFinished, None,
        do=(u.become_standby_by_health, u.configuration_received, ask_if_preferred),
    )  # fmt: skip


def secondary_boots_first(patch: Patch) -> None:
    def secondary_first(ctx: RuleContext) -> bool:
        negotiating = ctx.announced_role is AnnouncedRole.NEGOTIATION
        return ctx.unit is Unit.SECONDARY if negotiating else u.nobody_else_would(ctx)

    rows(patch, u.UNIT_TABLE, e.NoActiveUnitSeen, u.nobody_else_would, when=secondary_first)


def message_outlives_a_restart(patch: Patch) -> None:
    def only_roles(draft: Any) -> None:
        for group in draft.groups:
            group.role = Role.NONE

    def survives(state: State, same: Settings, unit: Unit, message: Handover) -> bool:
        return state.links.failover is LinkState.GOOD

    patch.setattr(STEP_MODULE, "drop_roles", only_roles)
    patch.setattr(STEP_MODULE, "message_survives", survives)


def sample_ignores_the_count(patch: Patch) -> None:
    def peer_is_ready(ctx: RuleContext) -> bool:
        return ctx.announced_role is AnnouncedRole.STANDBY_READY

    rows(patch, g.GROUP_TABLE, e.PeerAnsweredOnData, g.more_failed_than_peer, when=peer_is_ready)


def sample_again_and_again(patch: Patch) -> None:
    def whenever_the_link_is_silent(state: State, same: Settings, unit: Unit) -> bool:
        cut_off = state.unit(unit).contact is not PeerContact.NEVER and not health.hears_on_link(state, same, unit)
        return cut_off and not world.message_in_flight(state) and health.hears_on_data(state, same, unit)

    may_happen(patch, e.PeerAnsweredOnData, whenever_the_link_is_silent)


def nobody_goes_first(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.NoActiveUnitSeen, g.ready_goes_first, when=never)


def joins_as_active(patch: Patch) -> None:
    rows(patch, u.UNIT_TABLE, e.SynchronizationFinished, None, do=(u.become_active, u.configuration_received))


def takes_over_from_an_active_peer_at_boot(patch: Patch) -> None:
    rows(patch, u.UNIT_TABLE, e.HelloHeard, u.peer_active_on_link, to=Phase.UP, do=(u.become_active,))


def interfaces_never_checked(patch: Patch) -> None:
    may_happen(patch, e.InterfacesChecked, lambda state, same, unit: False)


def disabled_unit_hears_silence(patch: Patch) -> None:
    def silent(state: State, same: Settings, unit: Unit) -> bool:
        armed = state.unit(unit).powered and state.unit(unit).contact is not PeerContact.NEVER
        return armed and not world.message_in_flight(state) and not health.hears(state, same, unit)

    may_happen(patch, e.HoldTimeExpired, silent)


def standby_ignores_silence(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.HoldTimeExpired, g.silence_counts, when=never)


def standby_command_is_replicated(patch: Patch) -> None:
    shipped_rule = replication.command_entered

    def entered(state: State, same: Settings, event: e.CommandEntered) -> Any:
        active = state.unit(event.unit).groups[0].role is Role.ACTIVE
        return shipped_rule(state, same, event) if active else (state, ())

    patch.setattr(replication, "command_entered", entered)


def standby_command_reaches_the_active_unit(patch: Patch) -> None:
    shipped_rule = replication.command_entered

    def entered(state: Any, same: Settings, event: e.CommandEntered) -> Any:
        if state.unit(event.unit).groups[0].role is Role.ACTIVE:
            return shipped_rule(state, same, event)
        state.unit(event.unit.peer).config_sync = ConfigSync.SYNCHRONIZED
        return ()

    patch.setattr(replication, "command_entered", entered)


def commands_are_not_replicated(patch: Patch) -> None:
    def entered(state: Any, same: Settings, event: e.CommandEntered) -> Any:
        state.unit(event.unit.peer).config_sync = ConfigSync.OUT_OF_SYNC
        return ()

    patch.setattr(replication, "command_entered", entered)


def stateful_link_fails_the_standby(patch: Patch) -> None:
    shipped = kind_of(e.StatefulLinkFailed)
    shipped_change = shipped.change
    assert shipped_change is not None

    def failing(state: Any, same: Settings, event: e.Event) -> Any:
        outputs = shipped_change(state, same, event)
        group = state.secondary.groups[0]
        if group.role is Role.STANDBY_READY:
            group.role = Role.FAILED
        return outputs

    wrong = attrs.evolve(shipped, change=failing)
    patch.setattr(STEP_MODULE, "kind_of", lambda kind: wrong if kind is e.StatefulLinkFailed else kind_of(kind))


def boots_by_data_interfaces(patch: Patch) -> None:
    def nobody(state: State, same: Settings, unit: Unit) -> bool:
        peer_runs = any(state.unit(unit.peer).phase is phase for phase in (Phase.NEGOTIATION, Phase.UP))
        return world._nobody(state, same, unit) and not peer_runs

    may_happen(patch, e.NegotiationExpired, nobody)


def standby_forgets_its_peer(patch: Patch) -> None:
    rows(
        patch, u.UNIT_TABLE, e.SynchronizationFinished, None,
        do=(u.become_standby_by_health, u.configuration_received, u.forget_peer),
    )  # fmt: skip


def standby_writes_to_itself(patch: Patch) -> None:
    def not_active(ctx: RuleContext) -> bool:
        return not ctx.active_somewhere

    rows(patch, u.UNIT_TABLE, e.WriteStandby, u.standby_is_told, when=not_active)


def dead_module_keeps_the_active_role(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.InterfacesChecked, g.module_dead_and_can_hand_over, when=never)


def dead_module_leaves_the_standby_ready(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.InterfacesChecked, g.module_dead, when=never)


def failed_unit_recovers_too_soon(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.InterfacesChecked, g.healthy, when=always)


def failed_unit_never_recovers(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.InterfacesChecked, g.healthy, when=never)


def false_silence(patch: Patch) -> None:
    def armed(state: State, same: Settings, unit: Unit) -> bool:
        own = state.unit(unit)
        return (
            own.listening and own.contact in (PeerContact.LINK, PeerContact.DATA) and not world.message_in_flight(state)
        )

    may_happen(patch, e.HoldTimeExpired, armed)


def overrun_is_forgotten(patch: Patch) -> None:
    def received(ctx: RuleContext) -> None:
        ctx.own.config_sync = ConfigSync.SYNCHRONIZED

    rows(patch, u.UNIT_TABLE, e.SynchronizationFinished, None, do=(u.become_standby_by_health, received))


def standby_synchronises_with_every_hello(patch: Patch) -> None:
    def active_peer(ctx: RuleContext) -> bool:
        return not ctx.active_somewhere and AnnouncedRole.ACTIVE in ctx.announced_roles

    rows(patch, u.UNIT_TABLE, e.HelloHeard, u.standby_meets_active, when=active_peer)


def active_yields_to_anyone(patch: Patch) -> None:
    def hears_a_peer(ctx: RuleContext) -> bool:
        return ctx.active_somewhere and ctx.inputs.via is u.Channel.LINK

    rows(patch, u.UNIT_TABLE, e.HelloHeard, u.yields_on_link, when=hears_a_peer)


def sessions_die_with_the_active_unit(patch: Patch) -> None:
    def now(state: Any, same: Settings) -> Iterator[tuple[Unit, int, bool]]:
        yield from shipped_rule(state, same)
        for unit in Unit:
            if not state.unit(unit).groups[0].active and not state.unit(unit.peer).powered:
                yield unit, 0, False

    shipped_rule = sessions.sessions_now
    patch.setattr(sessions, "sessions_now", now)


def standby_addresses_at_once(patch: Patch) -> None:
    def by_role(own: UnitState, index: int = 0) -> Address | None:
        standby = own.groups[index].role in (Role.STANDBY_READY, Role.FAILED)
        return Address.STANDBY if standby else addresses.held(own, index)

    patch.setattr(promised, "held", by_role)


def secondary_never_learns_addresses(patch: Patch) -> None:
    def own_of_the_secondary(own: UnitState, unit: Unit, address: Address, virtual: VirtualMacs | None) -> Mac:
        return Mac.SECONDARY if unit is Unit.SECONDARY else addresses.mac_for(own, unit, address, virtual)

    patch.setattr(promised, "mac_for", own_of_the_secondary)


def copies_are_never_old(patch: Patch) -> None:
    patch.setattr(sessions, "link_works", lambda state, same, sender: True)


def a_joining_unit_has_no_address(patch: Patch) -> None:
    def none(own: UnitState, index: int = 0) -> Address | None:
        return None if own.phase in u.JOINING else addresses.held(own, index)

    patch.setattr(promised, "held", none)


def option(**values: Any) -> dict[str, Any]:
    """A mutant that is an option of the shipped protocol."""
    return values


Mutant = Callable[[Patch], None] | dict[str, Any]

MUTANTS: dict[str, tuple[Mutant, str, str]] = {
    "a failed standby refuses to take over after silence":
        (failed_standby_waits, "one, two faults", "takeover-on-active-failure"),
    "a ready standby refuses to take over after silence": (standby_ignores_silence, "units", "standby-hears-its-peer"),
    "a failed unit takes a grant": (failed_unit_takes_a_grant, "one", "no-failover-to-failed-standby"),
    "hand-over without asking whether the peer is ready":
        (hands_over_to_anyone, "one, two faults", "no-failover-to-failed-standby"),
    "interface failover while the link is marked failed":
        (fails_over_while_suspended, "two", "no-failover-while-failover-link-down"),
    "Unknown counts": (unknown_counts, "silent", "unknown-interfaces-do-not-count"),
    "make before break": (make_before_break, "units", "no-failover-without-trigger"),
    "the primary yields": (primary_yields, "units", "primary-survives-split-brain"),
    "the healthier unit stays": (healthier_stays, "one, two faults", "primary-survives-split-brain"),
    "recovery by edge": (option(recovery="edge"), "units", "split-brain-recovers"),
    "nobody yields": (nobody_yields, "units", "one-active-while-link-up"),
    "takeover when only the link is lost":
        (takes_over_when_only_the_link_is_lost, "two", "dual-active-only-when-cut-off"),
    "takeover after a false silence": (false_silence, "units", "dual-active-only-when-cut-off"),
    "a recovered primary preempts": (primary_preempts, "units", "no-preempt-stays"),
    "at a simultaneous boot the secondary goes first":
        (secondary_boots_first, "units", "simultaneous-boot-primary-active"),
    "a message outlives the restart of its receiver": (message_outlives_a_restart, "units", "always-someone-active"),
    "the sample ignores the count": (sample_ignores_the_count, "two", "no-failover-without-trigger"),
    "the sample is taken again and again": (sample_again_and_again, "two", "one-switchover-per-link-failure"),
    "no election among standbys": (option(no_active_unit_seen=False), "units", "always-someone-active"),
    "the primary stays standby for ever": (nobody_goes_first, "units", "always-recoverable"),
    "a joining unit becomes active beside an active peer": (joins_as_active, "units", "join-never-disturbs-active"),
    "a booting unit becomes active beside an active peer":
        (takes_over_from_an_active_peer_at_boot, "units", "join-never-disturbs-active"),
    "a reset makes active": (reset_activates, "one", "reset-does-not-activate"),
    "a disabled unit reacts to silence": (disabled_unit_hears_silence, "disabling", "disabled-failover-freezes-roles"),
    "commands on the active unit are not replicated":
        (commands_are_not_replicated, "commands", "commands-replicate-from-active"),
    "a command on the standby reaches the active unit":
        (standby_command_reaches_the_active_unit, "commands", "commands-replicate-from-active"),
    "a failure of the stateful link fails the standby":
        (stateful_link_fails_the_standby, "stateful", "stateful-link-changes-nothing"),
    "a unit that boots hears its peer on data interfaces":
        (boots_by_data_interfaces, "units", "link-down-at-boot-both-active"),
    "a new standby forgets its peer": (standby_forgets_its_peer, "units", "standby-hears-its-peer"),
    "a standby synchronises without being told to":
        (standby_writes_to_itself, "units", "configuration-flows-from-active"),
    "a dead module keeps the active role": (dead_module_keeps_the_active_role, "modules", "module-failure-fails-over"),
    "a dead module leaves the standby ready":
        (dead_module_leaves_the_standby_ready, "modules", "standby-health-follows-its-module"),
    "a failed unit recovers too soon": (failed_unit_recovers_too_soon, "one", "converges"),
    "a failed unit never recovers": (failed_unit_never_recovers, "one", "always-recoverable"),
    "threshold > instead of >=": (threshold_one_too_high, "one", "standby-health-follows-interfaces"),
    "interfaces are never checked": (interfaces_never_checked, "one", "interface-failure-fails-over"),
    "a recovered primary preempts by asking": (primary_preempts_politely, "units", "no-failover-without-trigger"),
    "a command on the standby counts as replicated":
        (standby_command_is_replicated, "commands", "commands-replicate-from-active"),
    "what was entered during a synchronisation counts as copied":
        (overrun_is_forgotten, "newest", "acknowledged-commands-survive"),
    "a standby synchronises with every hello":
        (standby_synchronises_with_every_hello, "newest, no faults", "standby-keeps-its-commands"),
    "an active unit takes its standby's configuration":
        (active_yields_to_anyone, "newest, no faults", "active-unit-keeps-its-commands"),
    "copies of connections are never old": (copies_are_never_old, "old copies", "copies-follow-the-stateful-link"),
    "a joining unit has no address": (a_joining_unit_has_no_address, "units", "units-keep-an-address"),
    "connections die with the active unit": (sessions_die_with_the_active_unit, "sessions", "failover-keeps-sessions"),
    "a unit that gave up takes the standby addresses at once":
        (standby_addresses_at_once, "units", "addresses-change-hands-one-by-one"),
    "an active secondary keeps its own MAC addresses":
        (secondary_never_learns_addresses, "units", "one-owner-per-address"),
}  # fmt: skip
"""Wrong protocols: what is wrong, the scenario that shows it, and one of the promises that must notice."""


def killers(mutant: Mutant, scenario: str, *ids: str) -> frozenset[str]:
    """The promises that a wrong protocol breaks and the shipped one keeps, of all that apply or of those named."""
    with pytest.MonkeyPatch.context() as patch:
        options: dict[str, Any] = {}
        if callable(mutant):
            mutant(patch)
        else:
            options = mutant
        findings = judged(scenario, *ids, **options)
    broken = {finding.name for finding in findings if finding.verdict is Verdict.VIOLATED}
    return frozenset(broken - FINDINGS.get(scenario, set()))


IN_FULL = (
    (
        "a ready standby refuses to take over after silence",
        "hand-over without asking whether the peer is ready",
        "Unknown counts",
        "the primary yields",
        "takeover after a false silence",
        "a recovered primary preempts",
        "a joining unit becomes active beside an active peer",
        "a reset makes active",
    )
    if not PATIENT
    else tuple(MUTANTS)
)
"""Wrong protocols of which every promise is asked; the others are given to the one that speaks of them.

These few break each promise that no wrong protocol is named for, and each lemma.
"""


@cache
def killed() -> dict[str, frozenset[str]]:
    """Which promises catch which wrong protocol."""
    return {
        name: killers(mutant, scenario, *(() if name in IN_FULL else (promise,)))
        for name, (mutant, scenario, promise) in MUTANTS.items()
    }


def table() -> str:
    """The wrong protocols and what catches them, for people."""
    return "\n".join(f"{name}: {', '.join(sorted(found)) or 'SURVIVES'}" for name, found in killed().items())


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_protocol_is_caught_by_the_promise_that_speaks_of_it(name: str) -> None:
    assert MUTANTS[name][2] in killed()[name], f"\n{table()}"


def test_every_promise_in_its_own_right_catches_a_wrong_protocol() -> None:
    caught = frozenset().union(*killed().values())
    asked = {finding.name for findings in shipped().values() for finding in findings}  # the others: test_alone.py
    own = (promise for promise in PROMISES if not promise.lemma and promise.id in asked)
    idle = [promise.id for promise in own if promise.id not in caught]
    assert idle == [], f"\n{table()}"


def test_where_a_lemma_is_broken_so_is_a_promise_that_implies_it() -> None:
    lemmas = {promise.id: promise.lemma for promise in PROMISES if promise.lemma and promise.pairs != "active-active"}
    in_full = {name: killed()[name] for name in IN_FULL}
    assert set(lemmas) <= frozenset().union(*in_full.values())
    for name, found in in_full.items():
        for lemma in found & set(lemmas):
            assert any(other in lemmas[lemma] for other in found), f"{name}: {lemma}"


def test_patches_are_gone_afterwards() -> None:
    assert STEP_MODULE.UNIT_TABLE is u.UNIT_TABLE
    assert STEP_MODULE.GROUP_TABLE is g.GROUP_TABLE
    assert world._PER_UNIT[e.HoldTimeExpired] is world._silence


# -- as values -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", [2, pickle.HIGHEST_PROTOCOL])
def test_a_promise_is_the_same_after_pickling_and_after_copying(protocol: int) -> None:
    again = pickle.loads(pickle.dumps(PROMISES, protocol))
    assert all(new is old for new, old in zip(again, PROMISES, strict=True))
    assert all(new is old for new, old in zip(copy.deepcopy(PROMISES), PROMISES, strict=True))


def test_a_changed_promise_is_not_pickled_as_that_of_the_catalogue() -> None:
    changed = attrs.evolve(BY_ID["converges"], says="something else")
    assert pickle.loads(pickle.dumps(changed)) == changed != BY_ID["converges"]


def test_no_promise_of_another_name() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        promise_of("nonsense")
