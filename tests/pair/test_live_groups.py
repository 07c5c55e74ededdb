"""Live machines of an Active/Active pair, one group at a time, and what a live pair does when something goes wrong."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from failover_fsm import NotPossible, PairConfig, Refused, Unit
from failover_fsm.pair import events as e
from failover_fsm.pair import live_unit as machine_module
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.live import Change, Drift, LivePair, LiveUnit, build_machine
from failover_fsm.pair.rule_context import Announcement, Channel, Inputs
from failover_fsm.pair.states import AnnouncedRole, Group, PeerContact, Phase, Role, UnitState
from failover_fsm.pair.step import react
from failover_fsm.pair.unit import UNIT_TABLE
from tests.pairs import PRIMARY, SECONDARY, active_active, settings

MODELS = Path(__file__).parents[2] / "models"
STANDBY, ACTIVE = Role.STANDBY_READY, Role.ACTIVE


def booted(name: str) -> LivePair:
    live = LivePair.cold(PairConfig.from_asa((MODELS / f"{name}.cfg").read_text(encoding="utf-8")))
    for unit in Unit:
        live.step(e.UnitRestored(unit=unit))
        live.settle()
    return live


def told(live: LivePair) -> list[tuple[Unit, int | None, str, str]]:
    """What the callbacks will be told: the unit, the group, and the states."""
    news: list[tuple[Unit, int | None, str, str]] = []
    for unit in Unit:
        for state in (*Phase, *Role):
            live.on_enter(unit, state, lambda each: news.append(
                (each.unit, each.group, each.before.value, each.after.value)))  # fmt: skip
    return news


# -- groups ----------------------------------------------------------------------------------------------

OWN = UnitState(
    phase=Phase.UP, contact=PeerContact.LINK,
    groups=(Group(role=ACTIVE, peer_role=AnnouncedRole.STANDBY_READY),
            Group(role=STANDBY, peer_role=AnnouncedRole.ACTIVE)),
)  # fmt: skip
"""Group 1 is active here, group 2 on the peer."""


@pytest.mark.parametrize("group", [None, 1, 2])
@pytest.mark.parametrize("kind", [e.FailoverActive, e.NoFailoverActive, e.FailoverReset, e.MessageDelivered])
def test_the_machines_of_two_groups_answer_as_the_unit_does(kind: type[e.AtGroup], group: int | None) -> None:
    event = kind(unit=PRIMARY, group=group)
    peer = Announcement(roles=(AnnouncedRole.STANDBY_READY, AnnouncedRole.ACTIVE), acquainted=True, module_dead=False)
    heard = Inputs(via=Channel.LINK, peer=peer)
    answer = react(OWN, PRIMARY, event, heard, active_active())
    unit = LiveUnit(PRIMARY, active_active(), OWN)
    assert unit.react(event, heard)[0] == answer
    assert unit.record == answer.record
    assert unit.place == (answer.record.phase, tuple(each.role for each in answer.record.groups))


def test_a_command_for_all_groups_is_taken_where_one_of_them_takes_it() -> None:
    unit = LiveUnit(PRIMARY, active_active(), OWN)
    assert unit.fire("failover_active").rows, "group 2 asks for the active role"
    unit = LiveUnit(PRIMARY, active_active(), OWN)
    assert unit.fire("no_failover_active").rows, "group 1 gives it up"
    with pytest.raises(Refused):
        LiveUnit(PRIMARY, active_active(), OWN).fire("no_failover_active", group=2)


def test_each_change_of_a_live_pair_names_the_group_that_moves() -> None:
    live = booted("active-active")
    assert [group.role for group in live.state.primary.groups] == [ACTIVE, ACTIVE]
    news = told(live)
    live.step(e.NoFailoverActive(unit=PRIMARY, group=2))
    live.settle()
    assert news == [(PRIMARY, 2, "active", "standby-ready"), (SECONDARY, 2, "standby-ready", "active")]
    news.clear()
    live.step(e.UnitFailed(unit=PRIMARY))
    assert news == [
        (PRIMARY, None, "up", "down"), (PRIMARY, 1, "active", "none"), (PRIMARY, 2, "standby-ready", "none"),
    ]  # fmt: skip


def test_a_callback_without_a_group_is_told_of_every_group_and_one_of_a_phase_has_none() -> None:
    live = booted("active-active")
    every: list[int | None] = []
    second: list[int | None] = []
    live.on_enter(PRIMARY, Role.NONE, lambda change: every.append(change.group))
    live.on_enter(PRIMARY, Role.NONE, lambda change: second.append(change.group), group=2)
    for method in (live.on_enter, live.on_exit):
        with pytest.raises(ValueError, match="group 1; allowed: None for a Phase"):
            method(PRIMARY, Phase.UP, print, 1)
    live.step(e.UnitFailed(unit=PRIMARY))
    assert (every, second) == ([1, 2], [2])


# -- one unit ----------------------------------------------------------------------------------------------


def test_a_machine_has_the_name_of_its_table_or_its_own() -> None:
    assert build_machine(UNIT_TABLE, Phase.OFF).name.startswith(UNIT_TABLE.name)
    assert build_machine(GROUP_TABLE, Role.NONE, "mine").name.startswith("mine")


def test_a_live_unit_begins_where_its_record_is_and_can_be_put_elsewhere() -> None:
    unit = LiveUnit(PRIMARY, active_active(), OWN)
    assert unit.record is OWN and unit.place == (Phase.UP, (ACTIVE, STANDBY))
    cold = LiveUnit(PRIMARY, active_active()).record
    unit.put(cold)
    assert unit.record is cold and unit.place == (Phase.OFF, (Role.NONE, Role.NONE))
    assert unit.fire("unit_restored").record.phase is Phase.NEGOTIATION


def test_what_is_not_possible_leaves_nothing_behind() -> None:
    unit = LiveUnit(PRIMARY, settings())
    before = unit.record
    peer = Announcement(roles=(AnnouncedRole.ACTIVE,), acquainted=True, module_dead=False)
    with pytest.raises(NotPossible):
        unit.fire("hello_heard", Inputs(via=Channel.LINK, peer=peer))
    assert unit.record is before


# -- a live pair -------------------------------------------------------------------------------------------


def test_entering_and_leaving_are_told_apart() -> None:
    live = LivePair.cold(PairConfig.from_asa((MODELS / "active-standby.cfg").read_text(encoding="utf-8")))
    news: list[str] = []
    live.on_exit(PRIMARY, Phase.OFF, lambda change: news.append("left off"))
    live.on_enter(PRIMARY, Phase.OFF, lambda change: news.append("entered off"))
    live.on_exit(PRIMARY, Phase.NEGOTIATION, lambda change: news.append("left negotiation"))
    live.on_enter(PRIMARY, Phase.NEGOTIATION, lambda change: news.append("entered negotiation"))
    live.step(e.UnitRestored(unit=PRIMARY))
    assert news == ["left off", "entered negotiation"]


def test_machines_that_were_moved_stand_right_again_after_the_drift() -> None:
    live = booted("active-standby")
    live.units[PRIMARY].machine.set_state(Phase.OFF)
    with pytest.raises(Drift):
        live.step(e.UnitFailed(unit=PRIMARY))
    live.step(e.UnitRestored(unit=PRIMARY))
    assert live.units[PRIMARY].place[0] is Phase.NEGOTIATION


def test_a_record_alone_and_a_place_alone_are_drift(monkeypatch: pytest.MonkeyPatch) -> None:
    live = booted("active-standby")
    down = live.units[PRIMARY].machine.get_state(Phase.DOWN)
    down.add_callback("enter", lambda data: live.units[PRIMARY].machine.set_state(Phase.OFF))
    with pytest.raises(Drift, match="the machines came to"):
        live.step(e.UnitFailed(unit=PRIMARY))
    live = booted("active-standby")
    real = machine_module._finish

    def finish(ctx: object) -> None:
        real(ctx)  # type: ignore[arg-type]
        ctx.own.saved = False  # type: ignore[attr-defined]

    monkeypatch.setattr(machine_module, "_finish", finish)
    with pytest.raises(Drift, match="the machines came to"):
        live.step(e.UnitFailed(unit=PRIMARY))


def test_what_a_failing_callback_cut_short_is_not_told_later() -> None:
    live = booted("active-standby")
    news: list[Change] = []
    live.on_enter(PRIMARY, Phase.DOWN, lambda change: 1 / 0)
    live.on_enter(PRIMARY, Role.NONE, news.append)
    with pytest.raises(ZeroDivisionError):
        live.step(e.UnitFailed(unit=PRIMARY))
    live.settle()
    live.step(e.UnitRestored(unit=PRIMARY))
    assert news == []


def test_a_class_in_place_of_an_event_is_called_one() -> None:
    live = LivePair.cold(PairConfig.from_asa((MODELS / "active-standby.cfg").read_text(encoding="utf-8")))
    with pytest.raises(TypeError, match=r"^step: event the class UnitRestored; allowed: Event$"):
        live.step(e.UnitRestored)  # type: ignore[arg-type]
    assert attrs.evolve(live.pair) == live.pair
