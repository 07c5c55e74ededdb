"""Configuration commands in operation: what each unit runs afterwards, which block is open, and what is said of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import attrs
import pytest

from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.pair import Pair, Refused
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import CommandReplicated, CommandWithoutPart
from failover_fsm.pair.run_time import after_line, block_left, follow
from failover_fsm.pair.running import UNCHANGED, Running
from failover_fsm.pair.settings import GroupSettings, Settings
from failover_fsm.pair.states import PeerContact, Phase, UnitState
from failover_fsm.records import edit
from tests.pairs import PRIMARY, SECONDARY

TRACES = Path(__file__).parents[1] / "traces"
SINGLE = (TRACES / "pair.cfg").read_text(encoding="utf-8")
MULTIPLE = (TRACES / "groups.cfg").read_text(encoding="utf-8").replace(
    "context red\n", "context red\n allocate-interface GigabitEthernet0/6\n"
)  # fmt: skip
"""Context `red` has a port that no other line names."""

TAGGED = SINGLE.replace(
    "failover lan unit", "interface GigabitEthernet0/2.7\n vlan 7\nfailover lan unit"
).replace("folink GigabitEthernet0/2\n", "folink GigabitEthernet0/2.7\n")  # fmt: skip
"""The failover link runs over a subinterface."""

UNLINKED = "".join(f"{line}\n" for line in SINGLE.splitlines() if not line.startswith("failover"))
"""Without a failover link and a stateful link."""


@cache
def booted(text: str) -> Pair:
    pair = Pair.cold(PairConfig.from_asa(text))
    for unit in Unit:
        pair = pair.step(e.UnitRestored(unit=unit))[0].settle()[0]
    return pair


def typed(text: str, unit: Unit = PRIMARY, context: str | None = None) -> e.CommandEntered:
    return e.CommandEntered(unit=unit, text=text, context=context)


def after(pair: Pair, *lines: e.Event) -> Pair:
    for line in lines:
        pair = pair.step(line)[0]
    return pair


def counted(pair: Pair) -> list[int]:
    """How many interfaces each unit monitors by what it runs."""
    return [len(pair.settings.at(pair.state, unit).counted) for unit in Unit]


PORT, ROUTER = "interface GigabitEthernet0/1", "router ospf 1"
FIXED, NO_PART = "the model takes it as fixed", "no part of the model"


@pytest.mark.parametrize(
    ("text", "line", "context", "why"),
    [
        (SINGLE, "no failover interface-policy 2", None, NO_PART),
        (SINGLE, "no monitor-interface service-module", None, None),
        (MULTIPLE, "no monitor-interface service-module", None, None),
        (SINGLE, "no failover group 2; hostname x", None, FIXED),
        (MULTIPLE, "no failover group 2", None, FIXED),
        (SINGLE, "interface GigabitEthernet0/2; description x", None, NO_PART),
        (SINGLE, "interface GigabitEthernet0/2; shutdown", None, FIXED),
        (TAGGED, "interface GigabitEthernet0/2; shutdown", None, FIXED),
        (TAGGED, "interface GigabitEthernet0/2.7; shutdown", None, FIXED),
        (SINGLE, "interface GigabitEthernet0/1; asr-group 1", None, None),
        (MULTIPLE, "interface GigabitEthernet0/5; asr-group 1", "red", None),
        (MULTIPLE, "interface GigabitEthernet0/6; description x", None, NO_PART),
        (SINGLE, "interface GigabitEthernet0/1; shutdown", None, None),
        (SINGLE, "interface GigabitEthernet0/1; speed 100", None, NO_PART),
        (SINGLE, "failover lan unit secondary", None, FIXED),
        (SINGLE, "crypto ca server", None, FIXED),
        (SINGLE, "hostname x", None, NO_PART),
        (SINGLE, "access-list a permit ip any any", None, NO_PART),
        (MULTIPLE, "hostname x", "red", NO_PART),
        (SINGLE, "interface Vlan5", None, None),
        (SINGLE, "router ospf 1", None, NO_PART),
        (SINGLE, "copy running-config tftp:", None, None),
        (SINGLE, "failover polltime unit 5 holdtime 15", None, None),
        (UNLINKED, "hostname x", None, NO_PART),
        (UNLINKED, "interface GigabitEthernet0/1; shutdown", None, None),
    ],
)  # fmt: skip
def test_a_command_that_changes_nothing_of_the_pair_says_why(
    text: str, line: str, context: str | None, why: str | None
) -> None:
    settings = Pair.cold(PairConfig.from_asa(text))
    pair = booted(text) if text is not UNLINKED else after(settings, e.UnitRestored(unit=PRIMARY))
    said = [each.why for each in pair.step(typed(line, context=context))[1] if isinstance(each, CommandWithoutPart)]
    assert said == ([] if why is None else [why])


@pytest.mark.parametrize(
    ("text", "line", "context", "why"),
    [
        (SINGLE, "hostname x", "red", "there is no context red"),
        (MULTIPLE, "hostname x", "nosuch", "there is no context nosuch"),
        (SINGLE, "failover r", None, "ambiguous command: failover r"),
        (MULTIPLE, "interface GigabitEthernet0/9; shutdown", None, "the unit has no such port"),
        (UNLINKED, "interface GigabitEthernet0/2; shutdown", None, "the unit has no such port"),
        (MULTIPLE, "no monitor-interface lan", None, "allowed: in the context of the interface"),
    ],
)
def test_what_the_device_does_not_take_where_it_is_typed_is_refused(
    text: str, line: str, context: str | None, why: str
) -> None:
    pair = after(Pair.cold(PairConfig.from_asa(text)), e.UnitRestored(unit=PRIMARY))
    with pytest.raises(Refused, match=why):
        pair.step(typed(line, context=context))


# -- what the peer gets (CMD-2) -------------------------------------------------------------------------

OFF, ON = "no monitor-interface inside", "monitor-interface inside"


def test_a_command_that_is_so_already_here_still_reaches_the_peer_that_has_something_else() -> None:
    apart = after(booted(SINGLE), typed(OFF, SECONDARY))
    assert counted(apart) == [2, 1]
    again, outputs = apart.step(typed(ON))
    assert counted(again) == [2, 2] and again.state.running == UNCHANGED
    assert CommandReplicated(unit=PRIMARY, text=ON) in outputs
    assert not any(isinstance(output, CommandWithoutPart) for output in outputs), "it changes the peer"


@pytest.mark.parametrize(
    ("happened", "running"),
    [
        ((typed(OFF),), [1, 1]),
        ((typed(OFF, SECONDARY),), [2, 1]),
        ((e.FailoverLinkFailed(), typed(OFF)), [1, 2]),
        ((e.UnitFailed(unit=SECONDARY), typed(OFF)), [1, 2]),
        ((typed(OFF, SECONDARY), e.WriteStandby(unit=PRIMARY)), [2, 2]),
        ((e.FailoverLinkFailed(), typed(OFF), e.FailoverReset(unit=SECONDARY)), [1, 2]),
        ((typed(OFF), e.UnitFailed(unit=SECONDARY)), [1, 1]),
        ((typed(OFF), e.UnitFailed(unit=SECONDARY), e.UnitRestored(unit=SECONDARY)), [1, 2]),
        ((typed(OFF), typed("write memory"), e.UnitFailed(unit=SECONDARY), e.UnitRestored(unit=SECONDARY)), [1, 1]),
        ((typed(OFF), e.FailoverLinkFailed(), typed("write memory"), e.UnitFailed(unit=SECONDARY),
          e.UnitRestored(unit=SECONDARY)), [1, 2]),
    ],
)  # fmt: skip
def test_which_configuration_each_unit_runs(happened: tuple[e.Event, ...], running: list[int]) -> None:
    """CMD-2, CMD-16, SYN-9: the peer gets what is sent and arrives, and Flash what is saved."""
    assert counted(after(booted(SINGLE), *happened)) == running


JOINS = attrs.evolve(booted(SINGLE).state.secondary, phase=Phase.COLD_STANDBY)
LATER = attrs.evolve(JOINS, phase=Phase.SYNC_CONFIG)
BOOTS = attrs.evolve(JOINS, phase=Phase.NEGOTIATION)


def lost(record: UnitState) -> UnitState:
    return attrs.evolve(record, contact=PeerContact.LOST)


@pytest.mark.parametrize(
    ("was", "now", "event", "taken"),
    [
        (BOOTS, JOINS, e.HelloHeard(unit=SECONDARY), True),
        (lost(JOINS), JOINS, e.HelloHeard(unit=SECONDARY), True),
        (JOINS, JOINS, e.HelloHeard(unit=SECONDARY), False),
        (JOINS, lost(JOINS), e.HoldTimeExpired(unit=SECONDARY), False),
        (lost(JOINS), lost(JOINS), e.HelloHeard(unit=SECONDARY), False),
        (lost(LATER), LATER, e.HelloHeard(unit=SECONDARY), False),
        (JOINS, LATER, e.SynchronizationAdvanced(unit=SECONDARY), False),
        (booted(SINGLE).state.secondary, booted(SINGLE).state.secondary, e.WriteStandby(unit=PRIMARY), True),
        (booted(SINGLE).state.secondary, booted(SINGLE).state.secondary, e.WriteStandby(unit=SECONDARY), False),
        (LATER, LATER, e.WriteStandby(unit=PRIMARY), False),
    ],
)
def test_the_receiver_takes_what_the_sender_has_as_a_copy_begins_or_begins_anew(
    was: UnitState, now: UnitState, event: e.Event, taken: bool
) -> None:
    """SYN-3."""
    pair = after(booted(SINGLE), typed(OFF, SECONDARY))
    draft = edit(attrs.evolve(pair.state, secondary=now))
    follow((pair.state.primary, was), draft, pair.settings, event)
    there: Running = draft.running
    assert (there == UNCHANGED) is taken


def test_what_is_typed_while_the_peer_joins_is_not_in_its_configuration() -> None:
    """SYN-5."""
    pair = after(booted(SINGLE), e.UnitFailed(unit=SECONDARY), e.UnitRestored(unit=SECONDARY))
    pair = after(pair, e.HelloHeard(unit=SECONDARY))
    assert pair.state.secondary.joining
    assert counted(after(pair, typed(OFF))) == [1, 2]


def test_a_line_in_a_block_that_changes_nothing_says_so_and_leaves_the_block_open() -> None:
    pair, outputs = after(booted(SINGLE), typed(PORT)).step(typed("speed 100"))
    assert CommandWithoutPart(unit=PRIMARY, text="speed 100", why=NO_PART) in outputs
    assert pair.state.running.block_of(PRIMARY) == PORT


def test_a_write_in_flash_that_does_not_arrive_saves_here_only() -> None:
    pair = after(booted(SINGLE), typed(OFF), e.FailoverLinkFailed(), typed("write memory"))
    running = pair.state.running
    assert [running.saved_by(unit) == running.of(unit) for unit in Unit] == [True, False]


def test_a_synchronisation_replaces_what_the_receiver_runs_and_not_what_it_has_saved() -> None:
    """SYN-3, SYN-9: it takes what the sender has, also where the copy begins anew because the link comes back."""
    pair = after(booted(SINGLE), e.UnitFailed(unit=SECONDARY), typed(OFF), e.UnitRestored(unit=SECONDARY))
    assert counted(pair) == [1, 2]
    pair = pair.settle()[0]
    assert counted(pair) == [1, 1]
    assert pair.state.running.saved_by(SECONDARY) == booted(SINGLE).config
    pair = after(after(pair, e.FailoverLinkFailed()).settle()[0], typed(ON), e.FailoverLinkRestored())
    assert counted(pair) == [2, 1]
    assert counted(pair.settle()[0]) == [2, 2]


def test_a_step_that_has_nothing_to_do_with_the_configuration_leaves_it() -> None:
    pair = after(booted(SINGLE), typed(OFF, SECONDARY))
    for event in (
        e.InterfaceLinkFailed(unit=SECONDARY, interface="outside"), e.FailoverReset(unit=PRIMARY),
        e.InterfacesChecked(unit=SECONDARY), e.HelloHeard(unit=SECONDARY),
    ):  # fmt: skip
        pair = after(pair, event)
        assert counted(pair) == [2, 1], event
    assert pair.state.secondary.phase is Phase.UP


def test_write_standby_in_a_context_writes_that_context() -> None:
    off = {"red": typed("no monitor-interface lan", SECONDARY, "red"),
           "blue": typed(OFF, SECONDARY, "blue")}  # fmt: skip
    pair = after(booted(MULTIPLE), off["blue"])
    assert counted(pair) == [4, 3]
    active = next(unit for unit in Unit if pair.state.unit(unit).groups[0].active)
    assert active is PRIMARY
    assert counted(after(pair, e.WriteStandby(unit=PRIMARY, context="blue"))) == [4, 4]
    assert counted(after(pair, e.WriteStandby(unit=PRIMARY, context="admin"))) == [4, 3]


# -- blocks and lines ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "text", "left"),
    [
        ("", PORT, PORT),
        ("", f"conf t; {PORT}", PORT),
        (PORT, "shutdown", PORT),
        (PORT, "hostname x", ""),
        (PORT, "show version", PORT),
        (PORT, "write memory", PORT),
        (PORT, "crypto ca server", ""),
        (PORT, "show version; end", PORT),
        (PORT, "end", ""),
        (PORT, "! a note", PORT),
        (PORT, "conf t; end", ""),
        ("", f"{PORT}; shutdown", ""),
        (PORT, "shutdown; no shutdown", ""),
        ("", ROUTER, ROUTER),
    ],
)
def test_which_block_is_open_after_a_text(block: str, text: str, left: str) -> None:
    """What only looks leaves it open; several lines that were typed together leave none."""
    assert block_left(block, text) == left


@pytest.mark.parametrize("line", ["hostname x", "access-list a permit ip any any", "no failover group 1"])
def test_a_block_is_left_by_a_line_of_another_mode_whatever_that_changes(line: str) -> None:
    pair = after(booted(SINGLE), typed(PORT))
    assert pair.state.running.block_of(PRIMARY) == PORT
    assert pair.state.running.block_of(SECONDARY) == ""
    left = after(pair, typed(line)).state.running.block_of(PRIMARY)
    assert left == (PORT if line.startswith("access-list") else "")


def test_a_unit_that_starts_has_no_block_open() -> None:
    pair = after(booted(SINGLE), typed(OFF), typed(PORT), e.UnitFailed(unit=PRIMARY), e.UnitRestored(unit=PRIMARY))
    assert pair.state.running.block_of(PRIMARY) == ""


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        (SINGLE, "failover active group 1", "an Active/Standby pair has no failover groups"),
        (SINGLE, "changeto context red; write standby", "there is no context red"),
        (MULTIPLE, "failover active group 1", ""),
        (MULTIPLE, "failover active group 2", ""),
        (MULTIPLE, "failover active", ""),
        (MULTIPLE, "changeto context red; write standby", ""),
        (MULTIPLE, "changeto context nosuch; write standby", "there is no context nosuch"),
    ],
)
def test_an_event_that_a_line_names_changes_no_configuration_where_it_can_be(text: str, line: str, why: str) -> None:
    pair = booted(text)
    if why:
        with pytest.raises(Refused, match=why):
            after_line(pair.settings, pair.config, PORT, line)
    else:
        assert after_line(pair.settings, pair.config, PORT, line) == (pair.config, PORT)


def test_a_group_that_the_pair_does_not_have_is_refused() -> None:
    one = Settings(groups=(GroupSettings(preferred=PRIMARY),))
    with pytest.raises(Refused, match="there is no failover group 2"):
        after_line(one, booted(MULTIPLE).config, "", "failover active group 2")


def test_after_a_line_is_what_the_unit_runs_and_its_block() -> None:
    pair = booted(SINGLE)
    off, block = after_line(pair.settings, pair.config, "", f"{OFF}")
    assert block == "" and off == after(pair, typed(OFF)).state.running.of(PRIMARY)
    assert after_line(pair.settings, pair.config, "", PORT) == (pair.config, PORT)
    shut, block = after_line(pair.settings, pair.config, PORT, "shutdown")
    assert block == PORT and shut == after(pair, typed(PORT), typed("shutdown")).state.running.of(PRIMARY)
