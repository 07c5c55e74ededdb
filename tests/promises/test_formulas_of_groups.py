"""What promises say of failover groups, asked of Active/Active pairs made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from failover_fsm.config.records.pair_config import InterfacePolicy
from failover_fsm.model.observer import Observer
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import GroupSettings, Port, Settings
from failover_fsm.pair.states import AnnouncedRole, Group, Handover, PeerContact, Phase, PortState, UnitState
from failover_fsm.promises import groups
from tests.promises.looks import (
    ACTIVE,
    CHECK,
    CUT_LINK,
    DEAD_MODULES,
    FAILED,
    GROUPS,
    HELLO,
    NONE,
    PRIMARY,
    READY,
    SECONDARY,
    groups_of,
    look,
    port,
    unit,
)

TIMER, OF_OTHER = e.PreemptTimerExpired(unit=PRIMARY, group=1), e.PreemptTimerExpired(unit=PRIMARY, group=2)


def two(role: Any = READY, other: Any = READY, **fields: Any) -> UnitState:
    """A unit with two groups; the fields are those of the unit and its first group."""
    return unit(role, Group(role=other), **fields)


def pair(primary: Any = READY, secondary: Any = ACTIVE, same: Settings = GROUPS, **fields: Any) -> Observer:
    """A look at the first group, which prefers the primary; a role stands for a unit with it."""
    first, second = (each if isinstance(each, UnitState) else two(each) for each in (primary, secondary))
    return look(first, second, same, **fields)


# -- where a group belongs -----------------------------------------------------------------------------


def test_a_group_is_at_home_on_the_unit_it_prefers_alone() -> None:
    assert groups.at_home(pair(ACTIVE, READY)) and not groups.at_home(pair(READY, ACTIVE))
    assert not groups.at_home(pair(ACTIVE, ACTIVE)) and not groups.at_home(look(READY, ACTIVE))
    dead = DEAD_MODULES[PRIMARY]
    assert groups.at_home_if_it_can(pair(ACTIVE, READY)) and not groups.at_home_if_it_can(pair())
    assert groups.at_home_if_it_can(pair(modules=dead)) and not groups.at_home_if_it_can(
        pair(modules=DEAD_MODULES[SECONDARY])
    )
    assert not groups.at_home_if_it_can(look(READY, ACTIVE, modules=DEAD_MODULES[SECONDARY])), "it has no home"


def test_a_group_waits_on_a_ready_home_and_not_in_vain() -> None:
    waits = two(return_pending=True)
    assert groups.timer_armed(pair(waits)) and not groups.timer_armed(pair())
    assert not groups.timer_armed(pair(two(FAILED, return_pending=True)))
    assert not groups.timer_armed(look(READY, unit(READY, return_pending=True))), "it has no home"
    assert groups.timer_fires(pair(waits), TIMER, pair()) and not groups.timer_fires(pair(), TIMER, pair(waits))
    assert groups.way_home_is_open(pair()) and not groups.way_home_is_open(pair(READY, READY))
    assert not groups.way_home_is_open(look(READY, ACTIVE))
    assert not groups.way_home_is_open(pair(links=CUT_LINK))
    assert not groups.way_home_is_open(pair(two(handover=Handover.GRANT))), "it is on its way"
    assert not groups.does_not_wait_in_vain(pair(waits))
    assert groups.does_not_wait_in_vain(pair()) and groups.does_not_wait_in_vain(pair(waits, READY))


def test_units_are_in_contact_if_both_run_with_failover_on_and_know_that_they_hear_each_other() -> None:
    assert groups.in_contact_on_link(pair()) and not groups.in_contact_on_link(pair(links=CUT_LINK))
    for other in (two(enabled=False), two(phase=Phase.DOWN), two(contact=PeerContact.DATA)):
        assert not groups.in_contact_on_link(pair(other)) and not groups.in_contact_on_link(pair(READY, other))


def test_a_group_with_preempt_is_at_home_whenever_that_is_available() -> None:
    def home(primary: Any = READY, secondary: Any = ACTIVE, **fields: Any) -> tuple[bool, bool]:
        obs = pair(primary, secondary, **fields)
        return groups.home_is_available(obs), groups.home_when_available(obs)

    assert home() == (True, False) and home(ACTIVE, READY) == (True, True)
    assert home(same=groups_of(PRIMARY, SECONDARY, preempt=False)) == (False, True)
    assert home(links=CUT_LINK) == home(two(phase=Phase.BULK_SYNC)) == (False, True)
    assert home(modules=DEAD_MODULES[PRIMARY]) == (False, True)
    assert home(modules=DEAD_MODULES[SECONDARY]) == (True, False)
    assert not groups.home_is_available(look(READY, ACTIVE)), "it has no home"


# -- what moves a group ------------------------------------------------------------------------------


def test_a_home_becomes_available_by_its_join_or_a_new_contact_and_the_timer_begins() -> None:
    def begins(before: Any, after: Any, same: Settings = GROUPS) -> tuple[bool, bool]:
        step = (pair(before, same=same), HELLO, pair(after, same=same))
        return groups.becomes_available(*step), groups.timer_begins(*step)

    joins, lost = two(NONE, phase=Phase.BULK_SYNC), two(contact=PeerContact.LOST)
    assert begins(joins, READY) == begins(joins, FAILED) == begins(lost, READY) == (True, False)
    assert begins(joins, two(return_pending=True)) == begins(lost, two(return_pending=True)) == (True, True)
    assert begins(joins, ACTIVE) == begins(READY, READY) == begins(lost, lost) == (False, True)
    assert begins(joins, two(enabled=False)) == begins(joins, two(phase=Phase.BULK_SYNC)) == (False, True)
    assert begins(two(phase=Phase.NEGOTIATION, contact=PeerContact.NEVER), READY) == (False, True)
    assert begins(joins, READY, groups_of(PRIMARY, SECONDARY, preempt=False)) == (False, True)
    assert begins(joins, READY, groups_of(SECONDARY, SECONDARY)) == (False, True)
    alone = (look(unit(phase=Phase.BULK_SYNC)), HELLO, look(READY))
    assert not groups.becomes_available(*alone) and groups.timer_begins(*alone)


def test_a_preempt_timer_ends_for_a_group_with_preempt_on_its_ready_home() -> None:
    def arrives(event: e.Event = TIMER, primary: Any = READY, same: Settings = GROUPS) -> bool:
        return groups.arrives_home(pair(primary, same=same), event, pair())

    assert arrives() and not arrives(primary=FAILED) and not arrives(same=groups_of(PRIMARY, PRIMARY, preempt=False))
    away = groups_of(SECONDARY, PRIMARY)
    assert not arrives(same=away) and arrives(OF_OTHER, same=away) and arrives(HELLO, same=away)
    assert not arrives(e.PreemptTimerExpired(unit=SECONDARY, group=1), primary=ACTIVE)
    both_ready = pair(READY, READY)
    assert not groups.arrives_home(both_ready, e.PreemptTimerExpired(unit=SECONDARY, group=1), both_ready)


def test_a_group_that_leaves_home_is_not_asked_back_at_once() -> None:
    armed = two(return_pending=True)
    leaves = (pair(ACTIVE, READY), HELLO, pair(READY, ACTIVE))
    assert groups.leaves_home(*leaves) and groups.preempts_at_an_edge(*leaves)
    assert not groups.preempts_at_an_edge(pair(ACTIVE, READY), HELLO, pair(armed, ACTIVE))
    assert groups.preempts_at_an_edge(pair(READY, ACTIVE), HELLO, pair(armed, ACTIVE))
    assert not groups.leaves_home(pair(ACTIVE, ACTIVE), HELLO, pair(READY, ACTIVE)), "a split brain ends"
    assert not groups.leaves_home(pair(READY, ACTIVE), HELLO, pair(READY, READY))
    assert not groups.leaves_home(look(READY, ACTIVE), HELLO, look(READY, READY)), "it has no home"
    still, waits = pair(), pair(armed)
    assert not groups.preempts_at_an_edge(still, TIMER, still) and groups.preempts_at_an_edge(waits, TIMER, still)
    assert groups.preempts_at_an_edge(still, OF_OTHER, still) and groups.preempts_at_an_edge(still, HELLO, still)
    assert groups.preempts_at_an_edge(still, e.PreemptTimerExpired(unit=SECONDARY, group=1), still)


def test_a_step_that_names_one_group_leaves_the_other_alone() -> None:
    def alone(after: Any, event: Any = OF_OTHER, before: Any = READY) -> tuple[bool, bool]:
        step = (pair(before), event, pair(after))
        return groups.names_the_other_group(*step), groups.leaves_the_other_group_alone(*step)

    armed, asked = two(return_pending=True), two(handover=Handover.REQUEST)
    assert alone(READY) == (True, True)
    assert alone(FAILED) == alone(asked) == alone(armed) == (True, False)
    assert alone(FAILED, TIMER) == alone(FAILED, e.FailoverReset(unit=PRIMARY)) == (False, True)
    message, nobody = e.MessageDelivered(unit=PRIMARY, group=2), e.NoActiveUnitSeen(unit=PRIMARY, group=2)
    for event in (message, nobody):
        assert alone(armed, event) == (True, True) and alone(FAILED, event) == alone(asked, event) == (True, False)
    joins = two(NONE, phase=Phase.BULK_SYNC)
    assert alone(READY, OF_OTHER, joins) == (False, True), "it is not up"
    by_data = unit(ACTIVE, Group(role=READY, handover=Handover.GRANT_BY_DATA))
    assert alone(READY, message, by_data) == (False, True), "it learns that the link is lost"


POLICY = InterfacePolicy(count=1)
PORTS = Settings(
    ports=(Port(name="a"), Port(name="b", group=1)),
    groups=(GroupSettings(preferred=PRIMARY, policy=POLICY), GroupSettings(preferred=SECONDARY, policy=POLICY)),
)


@pytest.mark.parametrize("index", [0, 1])
def test_a_group_in_order_keeps_its_role_whatever_happens_to_the_other_one(index: int) -> None:
    def checked(*downs: int, role: Any = ACTIVE) -> bool:
        ports = tuple(port(PortState.DOWN if place in downs else PortState.GOOD) for place in (0, 1))
        obs = look(two(role, role), two(), PORTS, index=index, interfaces=ports)
        return groups.some_group_is_checked(obs, CHECK, obs)

    assert checked(1 - index) and not checked(index) and not checked(0, 1) and not checked()
    assert not checked(1 - index, role=READY)


def test_an_unhealthy_group_may_lose_its_role_at_a_check() -> None:
    def stays(after: Any, **fields: Any) -> bool:
        return groups.stays_while_in_order(pair(ACTIVE, READY, **fields), CHECK, pair(after, READY))

    assert stays(ACTIVE) and not stays(READY) and stays(READY, modules=DEAD_MODULES[PRIMARY])


def test_a_group_is_handed_out_by_its_active_unit_to_the_ready_unit_that_it_prefers_once() -> None:
    event = e.GroupHandedOut(unit=SECONDARY, group=1)

    def handed(primary: Any = READY, now: Any = READY, event: e.AtUnit = event, **fields: Any) -> tuple[bool, bool]:
        knows: dict[str, Any] = {"peer_role": AnnouncedRole.STANDBY_READY, "return_pending": True, **fields}
        same = knows.pop("same", GROUPS)
        role = knows.pop("role", ACTIVE)
        step = (pair(primary, two(role, **knows), same), event, pair(primary, now, same))
        return groups.handed_out(*step), groups.handed_out_to_a_ready_home(*step)

    assert handed() == (True, True) and handed(now=ACTIVE) == (True, True)
    assert handed(now=two(return_pending=True)) == (True, False), "once"
    assert handed(peer_role=AnnouncedRole.FAILED) == handed(same=groups_of(SECONDARY, PRIMARY)) == (True, False)
    wrong: dict[str, Any] = {"peer_role": AnnouncedRole.FAILED}
    assert handed(event=e.GroupHandedOut(unit=SECONDARY, group=2), **wrong) == (False, True)
    assert handed(event=e.PreemptTimerExpired(unit=SECONDARY, group=1), **wrong) == (False, True)
    assert handed(role=READY, **wrong) == (False, True)
    assert handed(now=ACTIVE, **wrong) == (True, True), "it stays where it is"
