"""System messages of a step, one function at a time: of ports and links, of commands."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest

from failover_fsm.config.records.pair_config import PairConfig, StatefulLink, Unit
from failover_fsm.pair import Pair
from failover_fsm.pair import events as e
from failover_fsm.pair.command_logs import command_logs, loss_logs
from failover_fsm.pair.health import Status
from failover_fsm.pair.interface_logs import interface_logs, link_logs, port_logs, report_log, status_logs, switch_logs
from failover_fsm.pair.outputs import CommandNotReplicated, MessageLost, Output, SystemLog
from failover_fsm.pair.pair import cold
from failover_fsm.pair.ports import Carrier
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.states import (
    Group,
    Handover,
    Interface,
    Links,
    LinkState,
    PeerContact,
    Phase,
    PortState,
    Role,
    UnitState,
)
from tests.pairs import PRIMARY, SECONDARY, active_active

TRACES = Path(__file__).parents[1] / "traces"
DOWN, SILENT, CUT = PortState.DOWN, PortState.SILENT, LinkState.CUT
WHOLE = Interface()


def unit(role: Role = Role.STANDBY_READY, phase: Phase = Phase.UP, **more: Any) -> UnitState:
    contact = more.pop("contact", PeerContact.LINK)
    return UnitState(phase=phase, contact=contact, groups=(Group(role=role),), **more)


PLAIN = Settings(ports=(Port(name="outside"), Port(name="inside"), Port(name="idle", shutdown=True, monitored=False)))
BOTH = attrs.evolve(cold(PLAIN), primary=unit(Role.ACTIVE), secondary=unit())
OFF = UnitState(phase=Phase.DOWN)


def said(outputs: Any) -> list[tuple[str, int]]:
    """Who logged which message."""
    return [(each.unit.value, each.number) for each in outputs if isinstance(each, SystemLog)]


# -- ports and links ---------------------------------------------------------------------------------------

DEAD = (Interface(primary=DOWN), WHOLE, WHOLE)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({}, {"interfaces": DEAD}, [("primary", 411002)]),
        ({"interfaces": DEAD}, {}, [("primary", 411001)]),
        ({}, {"interfaces": (Interface(secondary=DOWN, primary=DOWN), WHOLE, WHOLE)},
         [("primary", 411002), ("secondary", 411002)]),
        ({}, {"interfaces": (Interface(primary=SILENT, path=CUT), WHOLE, WHOLE)}, []),
        ({"interfaces": DEAD}, {"interfaces": (Interface(primary=DOWN, secondary=SILENT), WHOLE, WHOLE)}, []),
        ({}, {"interfaces": (WHOLE, WHOLE, Interface(primary=DOWN))}, []),
        ({"primary": OFF}, {"primary": OFF, "interfaces": DEAD}, []),
        ({"primary": OFF}, {"interfaces": DEAD}, []),
        ({}, {"primary": OFF, "interfaces": DEAD}, []),
    ],
)  # fmt: skip
def test_a_port_that_goes_down_or_comes_up_is_logged_by_a_unit_that_runs(
    before: dict[str, Any], after: dict[str, Any], found: list[tuple[str, int]]
) -> None:
    """IFM-25; a port that is shut down by configuration says nothing."""
    assert said(port_logs(attrs.evolve(BOTH, **before), attrs.evolve(BOTH, **after), PLAIN)) == found


def test_the_interfaces_of_a_switch_flap_but_those_that_are_down() -> None:
    """MON-3."""
    one_down = attrs.evolve(BOTH, interfaces=DEAD)
    assert [each.number for each in switch_logs(one_down, PLAIN, PRIMARY, 0)] == [411002, 411001]
    assert len(list(switch_logs(one_down, PLAIN, SECONDARY, 0))) == 4, "`idle` is shut down"
    assert list(switch_logs(one_down, PLAIN, PRIMARY, 1)) == []


SHARED = Settings(
    ports=(Port(name="outside"), Port(name="inside")), stateful=StatefulLink.SHARED_FAILOVER,
    carriers=(Carrier(name="G0/0", interfaces=(0,), failover=True),),
)  # fmt: skip
"""The failover link runs over the port of `outside`, and connection state over the failover link."""

LINKED = attrs.evolve(cold(SHARED), primary=unit(Role.ACTIVE), secondary=unit())
NO_LINK = {"links": Links(failover=CUT)}
NO_PORT = {"interfaces": (Interface(primary=DOWN), WHOLE)}
LOST = {"primary": unit(Role.ACTIVE, contact=PeerContact.DATA)}
CLEARED = [("primary", 105031), ("secondary", 105033)]
STATE = [(each.value, number) for each in Unit for number in (311003, 311004)]


@pytest.mark.parametrize(
    ("before", "after", "event", "found"),
    [
        ({}, {}, None, []),
        ({}, NO_LINK, e.FailoverLinkFailed(), [("primary", 105032), ("secondary", 105032)]),
        (NO_LINK, {}, e.FailoverLinkRestored(), [("primary", 105033), ("secondary", 105033), *STATE]),
        ({**NO_LINK, **LOST}, LOST, e.FailoverLinkRestored(), [*CLEARED, *STATE]),
        ({}, NO_PORT, e.PortFailed(unit=PRIMARY, port="G0/0"), [("primary", 105032)]),
        ({}, NO_LINK, e.PortFailed(unit=PRIMARY, port="G0/2"), [("primary", 105032)]),
        (NO_PORT, {}, e.PortRestored(unit=PRIMARY, port="G0/0"), [("primary", 105033), *STATE]),
        ({}, {"interfaces": (WHOLE, Interface(primary=DOWN))}, e.PortFailed(unit=PRIMARY, port="G0/1"), []),
        ({**NO_LINK}, {**NO_LINK, **NO_PORT}, e.PortFailed(unit=PRIMARY, port="G0/0"), []),
        ({}, NO_LINK, e.ElementFailed(element="x"), []),
        (NO_LINK, {}, e.ElementRestored(element="x"), STATE),
        ({"secondary": OFF}, {"secondary": OFF, **NO_LINK}, e.FailoverLinkFailed(), [("primary", 105032)]),
        ({"secondary": OFF, **NO_LINK}, {}, e.FailoverLinkRestored(), [("primary", 105033), *STATE]),
        ({**NO_LINK}, {"secondary": OFF}, e.FailoverLinkRestored(), [("primary", 105033)]),
    ],
)
def test_what_is_logged_of_the_failover_link_and_of_the_way_for_connection_state(
    before: dict[str, Any], after: dict[str, Any], event: e.Event | None, found: list[tuple[str, int]]
) -> None:
    """LNK-10; behind a switch that fails a port stays up."""
    logs = link_logs(attrs.evolve(LINKED, **before), attrs.evolve(LINKED, **after), SHARED, event)
    assert said(logs) == found


# -- what a unit finds out -----------------------------------------------------------------------------------


def test_a_unit_that_is_up_without_failover_finds_nothing_out() -> None:
    dead = attrs.evolve(BOTH, interfaces=DEAD)
    assert ("primary", 105007) in said(interface_logs(BOTH, dead, PLAIN))
    alone: dict[str, Any] = {"primary": unit(Role.ACTIVE, enabled=False), "secondary": OFF}
    assert said(interface_logs(attrs.evolve(BOTH, **alone), attrs.evolve(dead, **alone), PLAIN)) == []


def test_what_silence_comes_to_depends_on_the_other_interfaces_too() -> None:
    """IFM-14: without contact a unit cannot learn its peer's results, so silence is Unknown then."""
    cut = attrs.evolve(BOTH, links=Links(failover=CUT))
    silent = Interface(primary=SILENT)
    before = attrs.evolve(cut, interfaces=(WHOLE, silent, WHOLE))
    after = attrs.evolve(cut, interfaces=(Interface(path=CUT), silent, WHOLE))
    logs = [each for each in interface_logs(before, after, PLAIN) if each.unit is PRIMARY]
    inside = [str(each) for each in logs if "inside" in str(each)]
    assert len(inside) == 2 and "Undetermined" in inside[1]
    assert list(interface_logs(before, before, PLAIN)) == []


@cache
def booted() -> Pair:
    pair = Pair.cold(PairConfig.from_asa((TRACES / "pair.cfg").read_text(encoding="utf-8")))
    for each in Unit:
        pair = pair.step(e.UnitRestored(unit=each))[0].settle()[0]
    return pair


def test_an_interface_that_is_monitored_again_is_tested_anew() -> None:
    off, outputs = booted().step(e.CommandEntered(unit=PRIMARY, text="no monitor-interface inside"))
    assert not {105003, 105004} & {number for _, number in said(outputs)}
    _, outputs = off.step(e.CommandEntered(unit=PRIMARY, text="monitor-interface inside"))
    assert [each for each in said(outputs) if each[1] in (105003, 105004)] == [
        ("primary", 105003), ("primary", 105004), ("secondary", 105003), ("secondary", 105004),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        (Status.NORMAL, Status.LINK_DOWN, []),
        (Status.NORMAL, Status.WAITING, [105005, 105008, 105009, 105003]),
        (Status.NORMAL, Status.FAILED, [105005, 105008, 105009]),
        (Status.FAILED, Status.WAITING, [105003]),
        (Status.NO_LINK, Status.NORMAL, [105006, 105003, 105004]),
        (None, Status.NORMAL, [105003, 105004]),
        (Status.FAILED, Status.UNKNOWN, [105008, 105009]),
    ],
)
def test_the_messages_of_an_interface_whose_status_changes(was: Status | None, now: Status, found: list[int]) -> None:
    """IFM-17, IFM-25."""
    assert [each.number for each in status_logs(PRIMARY, "inside", None, was, now)] == found


@pytest.mark.parametrize(
    ("state", "change", "found"),
    [
        ({}, (Status.NORMAL, Status.FAILED), [("secondary", 103003)]),
        ({}, (Status.FAILED, Status.NORMAL), [("secondary", 103002)]),
        ({}, (Status.NO_LINK, Status.FAILED), []),
        ({}, (None, Status.FAILED), []),
        ({}, (Status.FAILED, None), []),
        ({"secondary": unit(contact=PeerContact.DATA)}, (Status.NORMAL, Status.FAILED), []),
        ({"links": Links(failover=CUT)}, (Status.NORMAL, Status.FAILED), []),
    ],
)
def test_the_peer_logs_what_hellos_tell_it_of_an_interface(
    state: dict[str, Any], change: tuple[Status | None, Status | None], found: list[tuple[str, int]]
) -> None:
    """UHM-1."""
    assert said(report_log(attrs.evolve(BOTH, **state), PLAIN, PRIMARY, 0, change)) == found


# -- commands ---------------------------------------------------------------------------------------------------

KEPT: tuple[Output, ...] = (CommandNotReplicated(unit=PRIMARY, text="x"),)
JOINS = {"secondary": unit(Role.NONE, Phase.SYNC_CONFIG)}


def typed(text: str, at: Unit = PRIMARY) -> e.CommandEntered:
    return e.CommandEntered(unit=at, text=text)


@pytest.mark.parametrize(
    ("state", "event", "outputs", "found"),
    [
        ({}, typed("hostname x"), (), [111008]),
        ({}, typed("sh run"), KEPT, [111009, 709002]),
        ({}, typed("show] run"), (), [111008]),
        ({}, typed("ping 1.1.1.1"), (), [111008]),
        ({}, typed("hostname x; access-list a"), KEPT, [111008, 111008, 709001, 709001]),
        ({}, typed("hostname x", SECONDARY), KEPT, [111008]),
        (JOINS, typed("hostname x"), KEPT, [111008, 709008, 709001]),
        (JOINS, typed("show version"), KEPT, [111009, 709002]),
        (JOINS, typed("write memory"), (), [111008]),
        ({**JOINS, "primary": unit(Role.STANDBY_READY)}, typed("hostname x"), KEPT, [111008]),
        ({"primary": OFF}, typed("hostname x"), KEPT, []),
        ({"primary": OFF}, e.FailoverActive(unit=PRIMARY), (), []),
        ({}, e.FailoverActive(unit=PRIMARY), KEPT, [111008]),
        ({}, e.UnitFailed(unit=PRIMARY), (), []),
        ({}, None, (), []),
    ],
)
def test_a_command_and_what_becomes_of_it_are_logged_where_it_is_entered(
    state: dict[str, Any], event: e.Event | None, outputs: tuple[Output, ...], found: list[int]
) -> None:
    """CMD-2, CMD-4, SYN-5."""
    logs = list(command_logs(attrs.evolve(BOTH, **state), PLAIN, event, outputs))
    assert [each.number for each in logs] == found
    assert {each.unit for each in logs} <= {event.unit if isinstance(event, e.AtUnit) else None}


def test_a_command_of_a_group_is_logged_with_its_number() -> None:
    groups = active_active()
    up = UnitState(phase=Phase.UP, groups=(Group(role=Role.ACTIVE),) * 2)
    state = attrs.evolve(cold(groups), primary=up)
    for group, line in ((2, "'no failover active group 2'"), (None, "'no failover active'")):
        (log,) = command_logs(state, groups, e.NoFailoverActive(unit=PRIMARY, group=group), ())
        assert line in str(log)


@pytest.mark.parametrize(
    ("message", "sender", "found"),
    [
        (Handover.GRANT, {}, [("primary", 105036)]),
        (Handover.REQUEST, {}, [("primary", 105036)]),
        (Handover.GRANT_BY_DATA, {}, []),
        (Handover.GRANT, {"primary": OFF}, []),
        (Handover.GRANT, {"secondary": OFF}, [("primary", 105036)]),
    ],
)
def test_the_sender_of_a_message_that_is_lost_gets_no_acknowledgement(
    message: Handover, sender: dict[str, Any], found: list[tuple[str, int]]
) -> None:
    outputs = (MessageLost(unit=SECONDARY, message=message, group=None), *KEPT)
    assert said(loss_logs(attrs.evolve(BOTH, **sender), outputs)) == found
