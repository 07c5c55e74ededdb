"""Wrong protocols that break a rule, and the shipped scenario that names the rule and catches each.

`failover_fsm.rules.evidence` finds the rules here, and the page of rules says of them that a wrong protocol is caught.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from failover_fsm.pair import environment as world
from failover_fsm.pair import events as e
from failover_fsm.pair import group as g
from failover_fsm.pair import health
from failover_fsm.pair import unit as u
from failover_fsm.pair.rule_context import RuleContext
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import LinkState, PeerContact, PortState, Role, State, Unit
from failover_fsm.pair.tables import Row
from failover_fsm.rules.catalogue import load
from failover_fsm.rules.evidence import in_broken_rules
from tests.wrong import TRACES, Patch, always, catches, first, may_happen, never, rows

Mutant = Callable[[Patch], None]


def hands_over_to_anyone(patch: Patch) -> None:
    def in_contact(ctx: RuleContext) -> bool:
        return g.over_policy(ctx) and ctx.own.enabled and ctx.own.contact is PeerContact.LINK

    rows(patch, g.GROUP_TABLE, e.InterfacesChecked, g.over_policy_and_can_hand_over, when=in_contact)


def standby_never_fails(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.InterfacesChecked, g.over_policy, when=never)


def reset_activates(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.FailoverReset, None, to=Role.ACTIVE)


def boots_by_data_interfaces(patch: Patch) -> None:
    def nobody(state: State, same: Settings, unit: Unit) -> bool:
        return world._nobody(state, same, unit) and not state.unit(unit.peer).powered

    may_happen(patch, e.NegotiationExpired, nobody)


def stateful_link_counts_as_an_interface(patch: Patch) -> None:
    right = health.failed_interfaces

    def failed(state: Any, same: Settings, unit: Unit, group: int = 0) -> int:
        return right(state, same, unit, group) + (state.links.stateful is LinkState.CUT)

    patch.setattr(health, "failed_interfaces", failed)


def policy_of_group_1_for_all(patch: Patch) -> None:
    patch.setattr(Settings, "policy_of", lambda self, index: self.groups[0].policy if self.groups else self.policy)


def percentage_of_the_unit(patch: Patch) -> None:
    patch.setattr(Settings, "monitored_in", lambda self, index: sum(port.monitored for port in self.ports))


def write_standby_is_refused(patch: Patch) -> None:
    rows(patch, u.UNIT_TABLE, e.WriteStandby, u.standby_is_told, when=never)


def who_failed_out_stays(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.InterfacesChecked, g.over_policy_and_can_hand_over, do=(g.send_grant,))


def silence_never_counts(patch: Patch) -> None:
    patch.setattr(health, "silent_alone", lambda interfaces, places, unit: 0)


def silence_always_counts(patch: Patch) -> None:
    def silent(interfaces: Any, places: tuple[int, ...], unit: Unit) -> int:
        return sum(interfaces[index].line(unit) is PortState.SILENT for index in places)

    patch.setattr(health, "silent_alone", silent)


def takes_over_when_only_the_link_is_lost(patch: Patch) -> None:
    first(patch, Row(Role.STANDBY_READY, e.PeerAnsweredOnData, when=always, to=Role.ACTIVE, reason="", rules=("X-1",)))


BROKEN: dict[str, tuple[Mutant, str]] = {
    "TRG-5": (hands_over_to_anyone, "trg-5-both-over-policy"),
    "TRG-12": (hands_over_to_anyone, "trg-12-failed-group"),
    "T2-8": (standby_never_fails, "t2-8-interface-of-standby"),
    "T4-3": (standby_never_fails, "t4-3-interface-of-standby-group"),
    "CTL-1": (standby_never_fails, "ctl-1-reset-while-the-cause-is-there"),
    "CTL-14": (reset_activates, "ctl-14-reset-is-not-health"),
    "T2-5": (boots_by_data_interfaces, "t2-5-then-the-link-comes-up"),
    "T4-5": (boots_by_data_interfaces, "t4-5-then-the-link-comes-up"),
    "T2-6": (stateful_link_counts_as_an_interface, "t2-6-stateful-link"),
    "T4-6": (stateful_link_counts_as_an_interface, "t4-6-stateful-link"),
    "TRG-11": (policy_of_group_1_for_all, "trg-11-own-policy"),
    "CFG-36": (percentage_of_the_unit, "cfg-36-percentage-of-the-group"),
    "CMD-13": (write_standby_is_refused, "cmd-13-clears-the-mark"),
    "PRE-6": (who_failed_out_stays, "pre-6-recovered-group"),
    "IFM-14": (silence_never_counts, "ifm-14-silent-while-the-peer-receives"),
    "IFM-16": (silence_always_counts, "ifm-16-silent-on-both"),
    "UHM-4": (takes_over_when_only_the_link_is_lost, "uhm-4-answer-on-data"),
}
"""By rule: a wrong protocol that breaks it, and the scenario that catches it."""


@pytest.mark.parametrize("rule", BROKEN)
def test_a_protocol_that_breaks_the_rule_is_caught_by_a_scenario_that_names_it(rule: str) -> None:
    mutant, trace = BROKEN[rule]
    assert rule in load().ids_in((TRACES / f"{trace}.trace").read_text(encoding="utf-8"))
    assert catches(trace, mutant)


def test_the_evidence_finds_each_of_them() -> None:
    here = {
        citation.rule for citation in in_broken_rules(load()) if citation.shown == "tests/rules/test_broken_rules.py"
    }
    assert here == {*BROKEN}
