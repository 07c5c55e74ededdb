"""What promises say of the active role, asked of pairs made by hand."""

from __future__ import annotations

from typing import Any

from failover_fsm.pair import events as e
from failover_fsm.pair.obstacles import Hindrance
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.states import AnnouncedRole, Group, Handover, PeerContact, Phase, PortState
from failover_fsm.promises import roles
from tests.promises.looks import (
    ACTIVE,
    ANSWERED,
    CHECK,
    CUT_LINK,
    DEAD_MODULES,
    DELIVERED,
    FAILED,
    GROUPS,
    HELLO,
    NONE,
    PRIMARY,
    READY,
    SECONDARY,
    look,
    port,
    unit,
)

ONE = Settings(ports=(Port(name="a"),))
OFF = Phase.OFF
ON_DATA: dict[str, Any] = {"pair": ONE, "interfaces": (port(),), "links": CUT_LINK}
KNOWS: dict[str, Any] = {"contact": PeerContact.DATA}
KNOWS_READY = unit(ACTIVE, peer_role=AnnouncedRole.STANDBY_READY)


def test_two_active_units_can_end_it_if_both_run_and_hear_each_other() -> None:
    def can_end(primary: Any = ACTIVE, secondary: Any = ACTIVE, **fields: Any) -> bool:
        found = roles.dual_can_end(look(primary, secondary, ONE, interfaces=(port(),), **fields))
        assert found is not roles.split_brain_recovers(look(primary, secondary, ONE, interfaces=(port(),), **fields))
        return found

    stranger = unit(ACTIVE, contact=PeerContact.NEVER)
    assert can_end() and not can_end(ACTIVE, READY)
    assert can_end(links=CUT_LINK), "on the interface"
    assert can_end(stranger) and can_end(ACTIVE, stranger), "on the link they meet"
    assert not can_end(stranger, links=CUT_LINK) and not can_end(ACTIVE, stranger, links=CUT_LINK)
    assert not can_end(unit(ACTIVE, enabled=False)) and not can_end(ACTIVE, unit(ACTIVE, enabled=False))


def test_who_becomes_active_stops_or_stays_as_it_was() -> None:
    found = {
        (before, after): (
            roles.becomes_active(look(before), look(after), PRIMARY),
            roles.stops_being_active(look(before), look(after), PRIMARY),
            roles.stays_as_active(look(before), look(after), PRIMARY),
        )
        for before in (ACTIVE, READY, FAILED)
        for after in (ACTIVE, READY, FAILED)
    }
    same = (False, False, True)
    wanted = dict.fromkeys(found, same)
    wanted |= {(each, ACTIVE): (True, False, False) for each in (READY, FAILED)}
    wanted |= {(ACTIVE, each): (False, True, False) for each in (READY, FAILED)}
    assert found == wanted


def test_a_split_brain_ends_with_the_primary() -> None:
    def ends(primary: Any, secondary: Any, before: Any = (ACTIVE, ACTIVE)) -> tuple[bool, bool]:
        step = (look(*before), HELLO, look(primary, secondary))
        return roles.ends_dual_by_hello(*step), roles.primary_survives(*step)

    assert ends(ACTIVE, READY) == (True, True) and ends(READY, ACTIVE) == (True, False)
    assert ends(ACTIVE, ACTIVE) == (False, True)
    assert ends(READY, READY, (ACTIVE, READY)) == (False, True)


def test_a_unit_becomes_active_beside_another_only_where_it_is_cut_off_or_boots_without_the_link() -> None:
    def allowed(primary: Any = READY, secondary: Any = ACTIVE, now: Any = ACTIVE, **fields: Any) -> bool:
        step = (look(primary, secondary, **fields), HELLO, look(now, secondary, **fields))
        assert roles.becomes_second_active(*step) is (now is ACTIVE and secondary is ACTIVE)
        return roles.dual_only_when_cut_off(*step)

    boots = unit(phase=Phase.NEGOTIATION)
    assert not allowed() and allowed(READY, READY) and allowed(now=READY)
    assert allowed(links=CUT_LINK) and not allowed(**ON_DATA)
    assert allowed(boots, **ON_DATA) and not allowed(boots)
    for each in (PRIMARY, SECONDARY):
        assert allowed(**{**ON_DATA, "interfaces": (port(deaf=each),)}), "one of them does not hear the other"
    dual = look(ACTIVE, ACTIVE)
    assert not roles.becomes_second_active(dual, HELLO, dual)


def test_who_runs_alone_and_who_listens_is_active() -> None:
    off = unit(phase=OFF)
    assert roles.one_runs_alone(look(ACTIVE, off)) and roles.one_runs_alone(look(off, READY))
    assert not roles.one_runs_alone(look()) and not roles.one_runs_alone(look(unit(ACTIVE, enabled=False), off))
    assert roles.alone_is_active(look(ACTIVE, off)) and not roles.alone_is_active(look(off, READY))
    assert roles.alone_is_active(look(READY, READY)) and roles.alone_is_active(look(unit(enabled=False), off))
    assert roles.someone_active(look(ACTIVE, READY)) and roles.someone_active(look(READY, ACTIVE))
    assert not roles.someone_active(look(READY, FAILED)) and not roles.someone_active(look(off, FAILED))
    assert roles.someone_active(look(off, off)) and not roles.someone_listens(look(off, off))


def test_one_is_active_while_the_link_is_up_and_both_run() -> None:
    assert roles.one_while_linked(look()) and not roles.one_while_linked(look(ACTIVE, ACTIVE))
    assert roles.one_while_linked(look(ACTIVE, ACTIVE, links=CUT_LINK))
    for pair in ((unit(ACTIVE, phase=OFF), ACTIVE), (ACTIVE, unit(ACTIVE, phase=OFF))):
        assert roles.one_while_linked(look(*pair)) and not roles.both_linked(look(*pair))


# -- failed standby, suspension ------------------------------------------------------------------------


def test_a_unit_gives_up_only_to_a_peer_that_is_ready() -> None:
    def allowed(primary: Any, secondary: Any, event: e.Event = HELLO, after: Any = (READY, READY)) -> bool:
        before, later = look(primary, secondary), look(*after)
        assert roles.gives_up(before, event, later) is (after[0] is READY)
        return roles.gives_up_only_to_ready(before, event, later)

    assert allowed(KNOWS_READY, FAILED) and not allowed(ACTIVE, READY), "as far as it knows"
    for event in (DELIVERED, ANSWERED):
        assert allowed(ACTIVE, READY, event) and not allowed(KNOWS_READY, FAILED, event), "the message says so"
    assert allowed(unit(ACTIVE, enabled=False), FAILED) and allowed(ACTIVE, FAILED, after=(ACTIVE, READY))
    dual = look(ACTIVE, ACTIVE)
    assert roles.gives_up_only_to_ready(dual, HELLO, look(ACTIVE, READY)), "the secondary ends a split brain"
    assert not roles.gives_up_only_to_ready(dual, HELLO, look(READY, ACTIVE))
    assert not roles.gives_up_only_to_ready(look(FAILED, ACTIVE), HELLO, look(FAILED, READY))
    assert not roles.gives_up_only_to_ready(look(FAILED, ACTIVE), HELLO, look(ACTIVE, READY)), "no split brain"


def test_a_failed_unit_takes_the_role_only_in_need() -> None:
    def step(primary: Any, secondary: Any = READY, event: e.Event = HELLO, now: Any = ACTIVE, **fields: Any) -> Any:
        return look(primary, secondary, **fields), event, look(now, secondary, **fields)

    assert roles.failed_becomes_active(*step(FAILED)) and not roles.failed_becomes_active(*step(READY))
    assert not roles.failed_becomes_active(*step(FAILED, now=READY))
    assert roles.failed_only_in_need(*step(FAILED)) and not roles.failed_only_in_need(*step(FAILED, event=DELIVERED))
    assert roles.failed_only_in_need(*step(READY, event=DELIVERED))
    assert roles.failed_only_in_need(*step(FAILED, event=DELIVERED, now=READY))
    assert roles.failed_only_in_need(*step(unit(FAILED, enabled=False), event=DELIVERED)), "with failover off it may"
    assert not roles.failed_only_in_need(*step(FAILED, ACTIVE))
    assert roles.failed_only_in_need(*step(FAILED, ACTIVE, links=CUT_LINK)), "it does not hear its active peer"
    assert roles.no_failover_to_failed(*step(FAILED)) and not roles.no_failover_to_failed(*step(FAILED, ACTIVE))
    assert not roles.no_failover_to_failed(look(ACTIVE, FAILED), HELLO, look(READY, FAILED))


def test_an_active_unit_that_knows_no_ready_peer_stays_so_at_its_check() -> None:
    gives_up = look(READY, READY)
    assert not roles.active_stays(look(ACTIVE, READY), CHECK, gives_up)
    assert roles.active_stays(look(KNOWS_READY, READY), CHECK, gives_up)
    assert roles.active_stays(look(ACTIVE, READY), CHECK, look()) and roles.active_stays(look(READY), CHECK, gives_up)
    assert roles.active_stays(look(ACTIVE, READY), HELLO, gives_up), "at another event"


def test_an_active_unit_over_its_policy_beside_a_failed_one_is_what_that_is_put_to_the_test_by() -> None:
    def seen(primary: Any, secondary: Any, modules: Any = DEAD_MODULES[PRIMARY]) -> bool:
        before = look(primary, secondary, modules=modules)
        return roles.over_policy_with_failed_standby(before, CHECK, before)

    assert seen(ACTIVE, FAILED) and not seen(ACTIVE, READY) and not seen(FAILED, FAILED)
    assert not seen(KNOWS_READY, FAILED) and not seen(ACTIVE, FAILED, DEAD_MODULES[SECONDARY])


def test_failover_is_suspended_once_both_units_know_that_the_link_is_down() -> None:
    def suspended(primary: Any, secondary: Any, **fields: Any) -> bool:
        obs = look(primary, secondary, **{**ON_DATA, **fields})
        assert roles.suspended_step(obs, HELLO, obs) is roles.suspended(obs)
        return roles.both_know_link_is_down(obs, PRIMARY)

    active, ready = unit(ACTIVE, **KNOWS), unit(READY, **KNOWS)
    assert suspended(active, ready)
    assert not suspended(unit(ACTIVE), ready) and not suspended(active, unit(READY)), "one has not noticed"
    boots = unit(phase=Phase.NEGOTIATION, **KNOWS)
    assert not suspended(active, boots) and not suspended(boots, ready)
    joins = unit(phase=Phase.COLD_STANDBY, **KNOWS)
    assert suspended(active, joins) and not suspended(joins, active)
    assert roles.suspended(look(active, joins, **ON_DATA)) and not roles.suspended(look())
    assert not suspended(active, ready, interfaces=(port(PortState.SILENT),)), "it hears nobody"
    assert not suspended(active, ready, links=look().state.links)


def test_while_it_is_suspended_a_unit_with_failover_on_keeps_its_part() -> None:
    def holds(primary: Any, now: Any, secondary: Any = None, **fields: Any) -> bool:
        peer = unit(READY, **KNOWS) if secondary is None else secondary
        before = look(primary, peer, **{**ON_DATA, **fields})
        return roles.suspension_holds(before, CHECK, look(now, peer, **ON_DATA))

    assert not holds(unit(ACTIVE, **KNOWS), READY) and not holds(unit(READY, **KNOWS), ACTIVE)
    assert holds(unit(ACTIVE, **KNOWS), ACTIVE) and holds(unit(READY, **KNOWS), FAILED)
    assert holds(unit(ACTIVE, **KNOWS), READY, READY) and holds(unit(ACTIVE, **KNOWS), READY, links=look().state.links)


def test_a_message_on_data_is_how_a_unit_learns_that_the_link_is_lost() -> None:
    def learns(event: e.Event = DELIVERED, **fields: Any) -> bool:
        return roles.learns_of_lost_link(look(unit(ACTIVE, **fields)), event)

    by_data: dict[str, Any] = {"handover": Handover.GRANT_BY_DATA}
    assert learns(**by_data) and not learns(handover=Handover.GRANT) and not learns(HELLO, **by_data)
    assert not learns(**by_data, contact=PeerContact.DATA), "it knows already"
    assert not learns(e.FailoverLinkFailed(), **by_data)
    second = Group(role=ACTIVE, handover=Handover.GRANT_BY_DATA)
    obs = look(unit(ACTIVE, second), unit(READY, Group(role=READY)), GROUPS)
    found = [roles.learns_of_lost_link(obs, e.MessageDelivered(unit=PRIMARY, group=group)) for group in (1, 2)]
    assert found == [False, True]


def sampled(primary: Any, now: Any, secondary: Any = READY, event: e.AtUnit = ANSWERED) -> tuple[bool, bool]:
    """Whether the step is a switch for the sample, and whether that is a first one with which the link stays lost."""
    step = (look(primary, secondary), event, look(now, secondary))
    return roles.is_sample_switch(*step), roles.sample_only_once(*step)


def test_a_switch_for_the_sample_is_the_first_and_the_link_stays_lost() -> None:
    granted: dict[str, Any] = {"handover": Handover.GRANT_BY_DATA}
    lost = unit(READY, **KNOWS)
    taken = unit(ACTIVE, **KNOWS)
    assert sampled(ACTIVE, lost) == (True, True) and sampled(unit(ACTIVE, **KNOWS), lost) == (True, False)
    assert sampled(ACTIVE, READY) == (True, False), "the link is not lost"
    assert sampled(ACTIVE, lost, ACTIVE) == (False, True), "the end of a split brain"
    assert sampled(READY, ACTIVE) == (False, True) and sampled(ACTIVE, ACTIVE) == (False, True)
    assert sampled(unit(ACTIVE, **granted), lost, event=DELIVERED) == (True, True)
    assert sampled(ACTIVE, lost, event=DELIVERED) == (False, True)
    assert sampled(unit(READY, **granted), taken, event=DELIVERED) == (True, True)
    assert sampled(unit(READY, **granted, **KNOWS), taken, event=DELIVERED) == (True, True)
    assert sampled(unit(READY, **granted), ACTIVE, event=DELIVERED) == (True, False)
    assert sampled(unit(READY, handover=Handover.GRANT), ACTIVE, event=DELIVERED) == (False, True)
    assert sampled(unit(READY, **granted), READY, event=DELIVERED) == (False, True)
    assert sampled(unit(ACTIVE, **granted, **KNOWS), lost, event=DELIVERED) == (False, True), "it knew before"


# -- interfaces, modules -----------------------------------------------------------------------------


def test_no_active_unit_over_its_policy_stays_beside_a_ready_standby_with_failover_on() -> None:
    def stays(primary: Any = ACTIVE, secondary: Any = READY, dead: Any = PRIMARY, **fields: Any) -> bool:
        return not roles.interfaces_fail_over(look(primary, secondary, modules=DEAD_MODULES[dead], **fields))

    assert stays() and stays(READY, ACTIVE, SECONDARY) and not stays(dead=SECONDARY)
    assert not stays(secondary=FAILED) and not stays(READY) and not stays(links=CUT_LINK)
    for pair in ((unit(ACTIVE, enabled=False), READY), (ACTIVE, unit(READY, enabled=False))):
        obs = look(*pair, modules=DEAD_MODULES[PRIMARY])
        assert obs.link and roles.interfaces_fail_over(obs) and not roles.dead_module_at_active(obs)


def test_a_standby_is_failed_exactly_while_it_is_unhealthy() -> None:
    def right(role: Any, dead: Any = SECONDARY) -> tuple[bool, bool, bool]:
        obs = look(ACTIVE, role, modules=DEAD_MODULES[dead])
        return (
            roles.standby_over_policy(obs), roles.dead_module_at_standby(obs),
            roles.standby_is_failed_when_unhealthy(obs),
        )  # fmt: skip

    assert right(FAILED) == (True, True, True) and right(READY) == (True, True, False)
    assert right(FAILED, PRIMARY) == (False, False, False) and right(READY, PRIMARY) == (False, False, True)
    assert right(unit(READY, enabled=False)) == (False, False, True) and right(ACTIVE) == (False, False, True)
    given_up = look(ACTIVE, unit(READY, hindrance=Hindrance.GAVE_UP))
    assert roles.standby_over_policy(given_up) and not roles.dead_module_at_standby(given_up)


def test_no_active_unit_with_a_dead_module_stays_beside_a_ready_standby() -> None:
    def judged(primary: Any = ACTIVE, secondary: Any = READY, dead: Any = PRIMARY, **fields: Any) -> tuple[bool, bool]:
        obs = look(primary, secondary, modules=DEAD_MODULES[dead], **fields)
        return roles.dead_module_at_active(obs), roles.modules_fail_over(obs)

    assert judged() == (True, False) and judged(READY, ACTIVE, SECONDARY) == (True, False)
    assert judged(secondary=FAILED) == (True, True) and judged(dead=SECONDARY) == (False, True)
    assert judged(links=CUT_LINK) == (False, True)
    assert judged(NONE, READY) == (False, True)
