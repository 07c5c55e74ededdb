"""Wrong protocols that one promise alone catches, and wrong protocols that a shipped scenario catches.

A promise that no wrong protocol breaks alone may only say what others say; those are called lemmas.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from failover_fsm.checker import Checker, Verdict
from failover_fsm.config.records.macs import MacSource, VirtualMacs
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.scenario import Environment
from failover_fsm.pair import addresses, health, replication, sessions
from failover_fsm.pair import environment as world
from failover_fsm.pair import events as e
from failover_fsm.pair import group as g
from failover_fsm.pair import history as following
from failover_fsm.pair import unit as u
from failover_fsm.pair.outputs import Address, Mac
from failover_fsm.pair.rule_context import RuleContext
from failover_fsm.pair.settings import Port, Settings, StatefulLink
from failover_fsm.pair.states import (
    JOINING,
    AnnouncedRole,
    ConfigSync,
    LinkState,
    PeerContact,
    Phase,
    State,
    Unit,
    UnitState,
)
from failover_fsm.promises import addresses as promised
from failover_fsm.promises import as_property, chosen
from tests.pairs import POWER_AND_LINK, active_active, settings
from tests.wrong import Patch, catches, group_may, may_happen, rows

Mutant = Callable[[Patch], None]

UNITS_ONLY = Environment(faults=POWER_AND_LINK, operator=())
ONE = Environment(faults=("ports",), operator=("reset",), max_faults=2)
STATEFUL = Environment(faults=("power", "stateful-link"), operator=())
SESSIONS = Environment(faults=("power", "stateful-link"), operator=(), follow=("sessions",))
KEPT = Environment(faults=POWER_AND_LINK, operator=(), follow=("sessions",))
MOVES = Environment(faults=("power",), operator=("failover-active",), max_faults=1)
DEDICATED = settings(stateful=StatefulLink.DEDICATED)
FOLLOWING = attrs.evolve(DEDICATED, follow=("sessions",))
VIRTUAL = attrs.evolve(
    settings(),
    ports=(Port(name="a", macs=VirtualMacs(source=MacSource.INTERFACE, active="0000.0000.0001", standby=None)),),
)


# -- wrong protocols -------------------------------------------------------------------------------


def the_secondary_waits_for_an_active_primary(patch: Patch) -> None:
    def nobody(state: State, same: Settings, unit: Unit) -> bool:
        waits = unit is Unit.SECONDARY and state.unit(unit.peer).up
        return world._nobody(state, same, unit) and not waits

    may_happen(patch, e.NegotiationExpired, nobody)


def a_dead_stateful_link_is_a_failure(patch: Patch) -> None:
    """The next check of a ready standby fails it, the one after finds it well again."""

    def failed(ctx: RuleContext) -> bool:
        return ctx.inputs.stateful

    def with_link(state: State, same: Settings, event: e.Event, unit: Unit) -> Any:
        found = world.inputs_for(state, same, event, unit)
        if not isinstance(event, e.InterfacesChecked):
            return found
        return attrs.evolve(found, stateful=state.links.stateful is LinkState.CUT)

    from tests.pairs import STEP_MODULE

    patch.setattr(STEP_MODULE, "inputs_for", with_link)
    rows(patch, g.GROUP_TABLE, e.InterfacesChecked, g.module_dead, when=failed)
    group_may(patch, e.NoActiveUnitSeen, world._no_active)


def copies_are_never_old(patch: Patch) -> None:
    patch.setattr(sessions, "link_works", lambda state, same, sender: True)


def connections_die_with_the_active_unit(patch: Patch) -> None:
    def followed(state: Any, same: Settings) -> None:
        sessions.sessions_followed(state, same)
        for unit in Unit:
            if not state.unit(unit).groups[0].active and not state.unit(unit.peer).powered:
                state.unit(unit).groups[0].sessions = False

    patch.setattr(following, "sessions_followed", followed)


def a_joining_unit_has_no_address(patch: Patch) -> None:
    def none(own: UnitState, index: int = 0) -> Address | None:
        return None if own.phase in JOINING else addresses.held(own, index)

    patch.setattr(promised, "held", none)


def a_disabled_unit_has_no_address(patch: Patch) -> None:
    def none(own: UnitState, index: int = 0) -> Address | None:
        return addresses.held(own, index) if own.enabled else None

    patch.setattr(promised, "held", none)


def the_standby_has_the_virtual_address_of_the_active_unit(patch: Patch) -> None:
    def shared(own: UnitState, unit: Unit, address: Address, virtual: VirtualMacs | None) -> Mac:
        return Mac.VIRTUAL if virtual is not None else addresses.mac_for(own, unit, address, virtual)

    patch.setattr(promised, "mac_for", shared)


def a_join_begins_no_preemption(patch: Patch) -> None:
    done = (u.become_standby_by_health, u.configuration_received)
    rows(patch, u.UNIT_TABLE, e.SynchronizationFinished, None, do=done)


ALONE: dict[str, tuple[Mutant, Settings, Environment, str]] = {
    "a secondary that boots beside an active primary waits for it, deaf as it is":
        (the_secondary_waits_for_an_active_primary, settings(), UNITS_ONLY, "link-down-at-boot-both-active"),
    "copies of connections are never old":
        (copies_are_never_old, FOLLOWING, SESSIONS, "copies-follow-the-stateful-link"),
    "connections die with the active unit":
        (connections_die_with_the_active_unit, FOLLOWING, KEPT, "failover-keeps-sessions"),
    "a joining unit has no address":
        (a_joining_unit_has_no_address, settings(), UNITS_ONLY, "units-keep-an-address"),
    "a disabled unit has no address": (
        a_disabled_unit_has_no_address, settings(),
        Environment(faults=("power",), operator=("disable",), max_faults=1), "units-keep-an-address",
    ),
    "the standby has the virtual MAC address of the active unit":
        (the_standby_has_the_virtual_address_of_the_active_unit, VIRTUAL, UNITS_ONLY, "one-owner-per-address"),
    "a join begins no preemption":
        (a_join_begins_no_preemption, active_active(), MOVES, "preempt-begins-when-available"),
}  # fmt: skip
"""Wrong protocols: what is wrong, where, and the one promise that catches it."""


def broken(pair: Settings, environment: Environment) -> set[str]:
    """The promises that are violated now."""
    model = PairModel(pair, environment)
    asked = chosen(environment, groups=bool(pair.groups))
    result = Checker(model).verify(*(as_property(promise, model.observers) for promise in asked))
    assert result.complete
    return {finding.name for finding in result.findings if finding.verdict is Verdict.VIOLATED}


@pytest.mark.parametrize("name", ALONE)
def test_one_promise_alone_catches_it(name: str) -> None:
    mutant, pair, environment, promise = ALONE[name]
    known = broken(pair, environment)
    with pytest.MonkeyPatch.context() as patch:
        mutant(patch)
        assert broken(pair, environment) - known == {promise}


def test_a_dead_stateful_link_that_fails_the_standby_breaks_its_promise() -> None:
    with pytest.MonkeyPatch.context() as patch:
        a_dead_stateful_link_is_a_failure(patch)
        assert "stateful-link-changes-nothing" in broken(DEDICATED, STATEFUL)


# -- caught by a shipped scenario ------------------------------------------------------------------


def a_context_clears_every_mark(patch: Patch) -> None:
    right = replication.configuration_sent

    def sent(was: Phase, state: Any, unit: Unit, event: e.Event, *, begins: bool) -> None:
        right(was, state, unit, event, begins=begins)
        if isinstance(event, e.WriteStandby) and not begins:
            state.unit(unit).config_sync = ConfigSync.SYNCHRONIZED

    patch.setattr(replication, "configuration_sent", sent)


def hellos_on_unmonitored_ports(patch: Patch) -> None:
    patch.setattr(health, "common", health.probed)


def any_interface_carries_state(patch: Patch) -> None:
    def works(state: Any, same: Settings, sender: Unit) -> bool:
        all_carry = tuple(attrs.evolve(port, carries_state=True) for port in same.ports)
        return right(state, attrs.evolve(same, ports=all_carry), sender)

    right = sessions.link_works
    patch.setattr(sessions, "link_works", works)


def switched_on_with_the_link_taken_for_heard(patch: Patch) -> None:
    def expect(ctx: RuleContext) -> None:
        u.expect_peer(ctx)
        if ctx.own.contact is PeerContact.DATA:
            ctx.own.contact = PeerContact.LINK

    for table_row in [row for row in u.UNIT_TABLE.rows if row.event is e.FailoverEnabled]:
        effects = tuple(expect if effect is u.expect_peer else effect for effect in table_row.do)
        rows(patch, u.UNIT_TABLE, e.FailoverEnabled, table_row.when, do=effects)


def a_failed_unit_goes_before_a_negotiating_one(patch: Patch) -> None:
    def first(ctx: RuleContext) -> bool:
        return ctx.announced_role is AnnouncedRole.NEGOTIATION or g.failed_goes_before_joining(ctx)

    rows(patch, g.GROUP_TABLE, e.NoActiveUnitSeen, g.failed_goes_before_joining, when=first)


BY_TRACE: dict[str, tuple[Mutant, str]] = {
    "a context's `write standby` clears every mark": (a_context_clears_every_mark, "cmd-27-other-marks-stay"),
    "hellos on unmonitored ports": (hellos_on_unmonitored_ports, "spl-3-unmonitored-ends-nothing"),
    "any data interface carries state": (any_interface_carries_state, "lnk-11-only-its-interface-carries-state"),
    "failover is switched on again with the link taken for heard":
        (switched_on_with_the_link_taken_for_heard, "syn-18-switched-on-in-groups"),
    "a failed unit is elected before a negotiating peer":
        (a_failed_unit_goes_before_a_negotiating_one, "as-5-failed-beside-a-booting-unit"),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_TRACE)
def test_a_shipped_scenario_catches_it(name: str) -> None:
    mutant, trace = BY_TRACE[name]
    assert catches(trace, mutant)
