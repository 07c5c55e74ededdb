"""Each promise alone catches a wrong protocol or is called a lemma; wrong protocols that a shipped scenario catches.

A promise that no wrong protocol breaks alone may only say what others say; those are called lemmas.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import attrs
import pytest

from failover_fsm.checker import Checker, Verdict
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import environment as world
from failover_fsm.pair import events as e
from failover_fsm.pair import group as g
from failover_fsm.pair import health, replication, sessions
from failover_fsm.pair import unit as u
from failover_fsm.pair.rule_context import RuleContext
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import AnnouncedRole, ConfigSync, LinkState, PeerContact, Phase, State, Unit
from failover_fsm.promises import PROMISES, as_property, chosen
from tests.pairs import STEP_MODULE
from tests.promises import test_promises as of_pairs
from tests.promises.alone import ALONE, ALONE_TOO, DEDICATED, Case, Mutant, as_it_is
from tests.wrong import Patch, catches, group_may, rows

STATEFUL = Environment(faults=("power", "stateful-link"), operator=())
LEMMAS = {promise.id for promise in PROMISES if promise.lemma}


def broken(pair: Settings, environment: Environment) -> frozenset[str]:
    """The promises that are violated now."""
    model = PairModel(pair, environment)
    asked = chosen(environment, groups=bool(pair.groups))
    result = Checker(model).verify(*(as_property(promise, model.observers) for promise in asked))
    assert result.complete
    return frozenset(finding.name for finding in result.findings if finding.verdict is Verdict.VIOLATED)


@cache
def known(pair: Settings, environment: Environment) -> frozenset[str]:
    """The promises that the shipped protocol breaks; nothing is patched when this is called."""
    shipped = (of_pairs.SETTINGS["two"], of_pairs.WORDS["two"])
    return frozenset() if (pair, environment) == shipped else broken(pair, environment)  # judged in test_promises.py


def caught_by(case: Case) -> frozenset[str]:
    """The promises that a wrong protocol breaks and the shipped one keeps."""
    mutant, pair, environment = case
    before = frozenset() if mutant is as_it_is else known(pair, environment)
    with pytest.MonkeyPatch.context() as patch:
        mutant(patch)
        return broken(pair, environment) - before


def test_every_promise_has_a_wrong_protocol_of_its_own_or_is_a_lemma() -> None:
    assert list(ALONE) == [promise.id for promise in PROMISES if not promise.lemma]


@pytest.mark.slow
@pytest.mark.parametrize("promise", ALONE)
def test_one_promise_alone_catches_it(promise: str) -> None:
    assert caught_by(ALONE[promise]) - LEMMAS == {promise}


@pytest.mark.parametrize("name", ALONE_TOO)
def test_one_promise_alone_catches_it_too(name: str) -> None:
    promise, case = ALONE_TOO[name]
    assert caught_by(case) == {promise}


def a_dead_stateful_link_is_a_failure(patch: Patch) -> None:
    """The next check of a ready standby fails it, the one after finds it well again."""

    def failed(ctx: RuleContext) -> bool:
        return ctx.inputs.stateful

    def with_link(state: State, same: Settings, event: e.Event, unit: Unit) -> Any:
        found = world.inputs_for(state, same, event, unit)
        if not isinstance(event, e.InterfacesChecked):
            return found
        return attrs.evolve(found, stateful=state.links.stateful is LinkState.CUT)

    patch.setattr(STEP_MODULE, "inputs_for", with_link)
    rows(patch, g.GROUP_TABLE, e.InterfacesChecked, g.module_dead, when=failed)
    group_may(patch, e.NoActiveUnitSeen, world._no_active)


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
