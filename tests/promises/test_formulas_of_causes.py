"""What promises say of causes, joins, links and commands, asked of pairs made by hand."""

from __future__ import annotations

from typing import Any

from failover_fsm.pair import events as e
from failover_fsm.pair.impairments import Impairments
from failover_fsm.pair.obstacles import Mismatch, Obstacles
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.states import ConfigSync, Group, Handover, PeerContact, Phase, PortState
from failover_fsm.promises import causes
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
    NO_STATEFUL,
    PRIMARY,
    READY,
    SECONDARY,
    groups_of,
    look,
    port,
    unit,
)

BOOTS, JOINS = unit(phase=Phase.NEGOTIATION), unit(phase=Phase.COLD_STANDBY)
OFF = unit(READY, enabled=False)
WORSE: dict[str, Any] = {"pair": Settings(ports=(Port(name="a"),)), "interfaces": (port(PortState.DOWN),)}
UNLIKE = Obstacles(mismatch=Mismatch.LICENSE)
BY_DATA = unit(ACTIVE, handover=Handover.GRANT_BY_DATA)


def of_groups(primary: Any, secondary: Any, index: int = 0, pair: Settings = GROUPS, **fields: Any) -> Any:
    """A look at one of two groups; both have the same role on a unit."""
    first, second = (unit(role, Group(role=role), **fields) for role in (primary, secondary))
    return look(first, second, pair, index=index)


def test_a_unit_becomes_active_by_silence_a_message_an_election_a_hello_of_a_stranger_or_a_restart() -> None:
    def may(event: e.Event, primary: Any = READY, secondary: Any = ACTIVE, **fields: Any) -> bool:
        return causes.becomes_with_cause(look(primary, secondary, **fields), event, PRIMARY)

    silence, boot = e.HoldTimeExpired(unit=PRIMARY), e.NegotiationExpired(unit=PRIMARY)
    nobody = e.NoActiveUnitSeen(unit=PRIMARY)
    assert may(silence, links=CUT_LINK) and not may(silence)
    assert may(boot, links=CUT_LINK) and not may(boot)
    assert may(DELIVERED, secondary=READY) and not may(DELIVERED)
    assert may(nobody, secondary=READY) and not may(nobody)
    assert not may(nobody, secondary=READY, links=CUT_LINK) and not may(nobody, ACTIVE, ACTIVE)
    assert may(nobody, ACTIVE, READY), "it is about the peer"
    assert may(HELLO, BOOTS, obstacles=UNLIKE) and not may(HELLO, BOOTS) and not may(HELLO, READY, obstacles=UNLIKE)
    assert not may(e.HelloHeard(unit=SECONDARY), BOOTS, obstacles=UNLIKE)
    command, restart = e.FailoverActive(unit=PRIMARY), e.Restarted(unit=PRIMARY)
    no_heartbeat = Obstacles(no_heartbeat=(PRIMARY,))
    for event in (command, restart, e.UnitRestored(unit=PRIMARY)):
        assert may(event, OFF) and may(event, obstacles=no_heartbeat) and not may(event)
    assert not may(CHECK, OFF) and not may(command, obstacles=Obstacles(no_heartbeat=(SECONDARY,)))


def test_what_names_another_group_makes_no_unit_active_that_is_up() -> None:
    event = e.MessageDelivered(unit=PRIMARY, group=2)
    assert not causes.becomes_with_cause(of_groups(READY, READY), event, PRIMARY)
    assert causes.becomes_with_cause(of_groups(READY, READY, 1), event, PRIMARY)
    joins = of_groups(READY, READY, phase=Phase.BULK_SYNC)
    assert causes.becomes_with_cause(joins, event, PRIMARY)


def leaves(event: e.Event, primary: Any = ACTIVE, secondary: Any = READY, who: Any = PRIMARY, **fields: Any) -> bool:
    """Whether a unit may end being active by the event."""
    before = look(primary, secondary, **fields)
    return causes.leaves_with_cause(before, event, before, who)


def test_a_unit_ends_being_active_by_a_command_its_health_a_message_or_the_end_of_a_split_brain() -> None:
    for ends in (e.UnitFailed(unit=PRIMARY), e.Reload(unit=PRIMARY), e.NoFailoverActive(unit=PRIMARY)):
        assert leaves(ends) and not leaves(ends, who=SECONDARY)
    assert leaves(CHECK, modules=DEAD_MODULES[PRIMARY]) and not leaves(CHECK)
    assert leaves(DELIVERED, unit(ACTIVE, handover=Handover.REQUEST)) and not leaves(DELIVERED)
    assert leaves(ANSWERED, **WORSE) and not leaves(ANSWERED) and not leaves(HELLO, **WORSE)
    for event in (HELLO, ANSWERED):
        assert leaves(event, ACTIVE, ACTIVE, SECONDARY) and not leaves(event, ACTIVE, ACTIVE)
        assert not leaves(event, READY, ACTIVE, SECONDARY)
    assert not leaves(e.HoldTimeExpired(unit=SECONDARY), ACTIVE, ACTIVE, SECONDARY)


def test_a_message_on_data_by_which_it_learns_of_the_lost_link_makes_it_compare_interfaces() -> None:
    assert leaves(DELIVERED, BY_DATA, **WORSE) and not leaves(DELIVERED, BY_DATA) and not leaves(DELIVERED, **WORSE)
    pair = Settings(ports=(Port(name="a"),), groups=GROUPS.groups)
    own = unit(ACTIVE, Group(handover=Handover.GRANT_BY_DATA))
    before = look(own, unit(READY, Group()), pair, interfaces=(port(PortState.DOWN),))
    event = e.MessageDelivered(unit=PRIMARY, group=2)
    assert causes.leaves_with_cause(before, event, before, PRIMARY), "each group that is active there"


def test_a_group_is_handed_out_once_to_the_unit_it_prefers_and_no_other_group_moves() -> None:
    handed_out = e.GroupHandedOut(unit=PRIMARY, group=1)

    def may(event: e.Event = handed_out, home: Any = SECONDARY, who: Any = PRIMARY, pending: bool = True) -> bool:
        before = of_groups(ACTIVE, ACTIVE, pair=groups_of(home, home), return_pending=pending)
        return causes.leaves_with_cause(before, event, before, who)

    assert may() and not may(pending=False) and not may(home=PRIMARY)
    assert not may(e.GroupHandedOut(unit=SECONDARY, group=1)) and not may(e.GroupHandedOut(unit=PRIMARY, group=2))
    assert not may(e.NoFailoverActive(unit=PRIMARY, group=2)) and may(e.NoFailoverActive(unit=PRIMARY, group=1))


def test_requests_come_from_commands_and_preempt_timers_of_their_group() -> None:
    asked = of_groups(ACTIVE, READY, handover=Handover.REQUEST)
    quiet = of_groups(ACTIVE, READY)
    timer, of_other = e.PreemptTimerExpired(unit=SECONDARY, group=1), e.PreemptTimerExpired(unit=SECONDARY, group=2)
    assert causes.no_role_without_cause(quiet, timer, asked) and not causes.no_role_without_cause(
        quiet, of_other, asked
    )
    assert not causes.no_role_without_cause(quiet, HELLO, asked) and causes.no_role_without_cause(asked, HELLO, asked)
    granted = of_groups(ACTIVE, READY, handover=Handover.GRANT)
    assert causes.no_role_without_cause(quiet, HELLO, granted)
    assert not causes.no_role_without_cause(quiet, HELLO, of_groups(READY, READY))
    assert not causes.no_role_without_cause(quiet, HELLO, of_groups(ACTIVE, ACTIVE))


def test_a_recovery_moves_no_role_and_asks_for_none() -> None:
    def stays(primary: Any, secondary: Any, now: Any, before: Any = (ACTIVE, READY), **fields: Any) -> bool:
        return causes.active_role_stays_put(look(*before, **fields), now, look(primary, secondary, **fields))

    request = unit(ACTIVE, handover=Handover.REQUEST)
    assert stays(ACTIVE, READY, HELLO) and not stays(READY, READY, HELLO) and not stays(ACTIVE, ACTIVE, HELLO)
    assert not stays(request, READY, HELLO) and stays(unit(ACTIVE, handover=Handover.GRANT), READY, HELLO)
    assert not stays(ACTIVE, unit(READY, handover=Handover.REQUEST), HELLO)
    assert stays(request, READY, HELLO, (request, READY)), "it was asked for before"
    assert stays(ACTIVE, READY, HELLO, (READY, READY)), "nobody was active"
    assert stays(ACTIVE, ACTIVE, HELLO, (ACTIVE, OFF)), "failover was off there"
    assert stays(ACTIVE, ACTIVE, HELLO, obstacles=Obstacles(no_heartbeat=(SECONDARY,)))


def test_a_synchronisation_starts_and_ends_beside_an_active_peer_with_a_standby() -> None:
    def flows(before: Any, after: Any, peer: Any = ACTIVE, **fields: Any) -> tuple[bool, bool]:
        step = (look(peer, before, **fields), HELLO, look(peer, after, **fields))
        assert causes.copies_configuration(*step) is (causes.starts_sync(*step) or causes.ends_sync(*step))
        return causes.copies_configuration(*step), causes.flows_from_active(*step)

    assert flows(BOOTS, JOINS) == (True, True) and flows(BOOTS, JOINS, READY) == (True, False)
    assert flows(BOOTS, JOINS, links=CUT_LINK) == (True, False)
    assert flows(JOINS, READY) == flows(JOINS, FAILED) == (True, True)
    assert flows(JOINS, ACTIVE) == flows(JOINS, READY, READY) == (True, False)
    assert flows(JOINS, OFF) == flows(JOINS, unit(ACTIVE, enabled=False)) == (False, True), "it gave up failover"
    assert flows(JOINS, JOINS) == flows(BOOTS, READY) == flows(JOINS, BOOTS) == (False, True)


def test_a_join_ends_by_health_and_so_does_a_failure() -> None:
    def right(before: Any, after: Any, dead: bool = False) -> bool:
        modules = DEAD_MODULES[SECONDARY if dead else PRIMARY]
        return causes.stands_by_health(look(ACTIVE, before, modules=modules), HELLO, look(ACTIVE, after))

    assert right(JOINS, READY) and not right(JOINS, FAILED) and right(JOINS, FAILED, True)
    assert not right(JOINS, READY, True) and right(JOINS, OFF, True), "with failover off it is no standby"
    assert right(JOINS, JOINS, True) and right(FAILED, READY) and not right(FAILED, READY, True)
    assert right(READY, READY, True) and right(FAILED, FAILED)


# -- interfaces, links, switching off --------------------------------------------------------------


def test_a_check_fails_a_unit_for_its_interfaces_or_its_module_only() -> None:
    def known(before: Any, after: Any, **fields: Any) -> tuple[bool, bool]:
        step = (look(before, **fields), CHECK, look(after, **fields))
        return causes.marked_failed(*step), causes.failed_by_known_failures(*step)

    assert known(READY, FAILED) == (True, False) and known(READY, FAILED, **WORSE) == (True, True)
    assert known(READY, FAILED, modules=DEAD_MODULES[PRIMARY]) == (True, True)
    assert known(FAILED, FAILED) == known(READY, READY) == (False, True)


def test_a_stateful_link_moves_nothing_and_fails_no_unit_at_its_check() -> None:
    def still(after: Any, event: e.Event = CHECK, before: Any = READY, **fields: Any) -> bool:
        step = (look(before, **{"links": NO_STATEFUL, **fields}), event, look(after))
        return causes.stateful_link_moves_nothing(*step)

    assert not still(FAILED) and still(FAILED, links=look().state.links) and still(READY)
    assert still(FAILED, modules=DEAD_MODULES[PRIMARY]) and still(ACTIVE), "a check may do other things"
    cut = e.StatefulLinkFailed()
    assert still(READY, cut) and not still(FAILED, cut)
    assert not still(unit(READY, handover=Handover.GRANT), cut) and not still(unit(READY, phase=Phase.DOWN), cut)
    assert not still(unit(READY, contact=PeerContact.DATA), cut)


def test_failover_that_is_off_freezes_the_role_of_a_running_unit() -> None:
    def frozen(before: Any, after: Any = ACTIVE) -> tuple[bool, bool]:
        step = (look(before), HELLO, look(after))
        return causes.off_at_unit(*step), causes.off_freezes(*step)

    assert frozen(OFF) == (True, False) and frozen(OFF, READY) == (True, True)
    assert frozen(READY) == (False, True) and frozen(unit(READY, enabled=False, phase=Phase.DOWN)) == (False, True)


# -- commands --------------------------------------------------------------------------------------


def test_a_command_on_the_active_unit_reaches_its_standby_and_any_other_leaves_a_mark() -> None:
    command = e.CommandEntered(unit=PRIMARY, text="hostname b")
    marked: dict[str, Any] = {"config_sync": ConfigSync.OUT_OF_SYNC}

    def both_have(
        primary: Any = ACTIVE, secondary: Any = READY, now: Any = None, event: Any = command, **fields: Any
    ) -> Any:
        before = look(primary, secondary, **fields)
        later = look(*(now or (primary, secondary)), **fields)
        return causes.some_unit_commands(before, event, later), causes.both_have_command(before, event, later)

    assert both_have() == both_have(secondary=FAILED) == (True, True)
    assert both_have(now=(unit(ACTIVE, **marked), READY)) == (True, False)
    assert both_have(now=(ACTIVE, unit(READY, **marked))) == (True, False)
    assert both_have(READY, READY) == both_have(links=CUT_LINK) == (False, False)
    assert both_have(ACTIVE, ACTIVE) == (False, False)
    assert both_have(impairments=Impairments(one_way=(True, False))) == (True, True), "the active unit is deaf"
    assert both_have(impairments=Impairments(one_way=(False, True))) == (False, False), "the standby is"
    assert both_have(READY, ACTIVE) == (True, False), "a standby replicates nothing"
    assert both_have(READY, READY, (unit(READY, **marked), READY)) == (False, True)
    assert both_have(ACTIVE, JOINS) == (False, True), "a joining peer receives it with the rest"
    assert both_have(READY, READY, event=HELLO) == (False, True)


def test_a_command_in_a_context_is_about_the_group_of_the_context() -> None:
    pair = Settings(groups=GROUPS.groups, contexts=(("admin", 0), ("blue", 1)))

    def kept(context: str | None, index: int) -> bool:
        obs = of_groups(READY, READY, index, pair)
        return causes.both_have_command(obs, e.CommandEntered(unit=PRIMARY, context=context, text="name"), obs)

    found = {context: [kept(context, index) for index in (0, 1)] for context in (None, "admin", "blue")}
    assert found == {None: [False, True], "admin": [False, True], "blue": [True, False]}


def test_a_standby_with_failover_on_hears_its_peer_or_its_hold_timer_runs() -> None:
    def armed(standby: Any) -> tuple[bool, bool]:
        obs = look(ACTIVE, standby)
        return causes.waiting_standby(obs), causes.hold_timer_armed(obs)

    lost: dict[str, Any] = {"contact": PeerContact.LOST}
    assert armed(READY) == armed(FAILED) == armed(unit(READY, contact=PeerContact.DATA)) == (True, True)
    assert armed(unit(READY, **lost)) == armed(unit(FAILED, contact=PeerContact.NEVER)) == (True, False)
    assert armed(unit(READY, enabled=False, **lost)) == armed(unit(ACTIVE, **lost)) == (False, True)
    assert armed(unit(phase=Phase.NEGOTIATION, **lost)) == (False, True)
