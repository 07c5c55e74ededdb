"""The process as a machine beside the pair: what it follows, what the server can do, the bound on faults, its table."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from failover_fsm.pair import events as e
from failover_fsm.pair.errors import NotPossible
from failover_fsm.pair.states import Phase
from failover_fsm.services.autoupdate import events as u
from failover_fsm.services.autoupdate import machine as subject
from failover_fsm.services.autoupdate.effects import DeviceDetails
from failover_fsm.services.autoupdate.model import UpdateModel, update_model
from failover_fsm.services.autoupdate.settings import UpdateOptions
from failover_fsm.services.autoupdate.states import Component, Content, Damage, Offered, Server
from failover_fsm.services.autoupdate.table import UPDATE_TABLE
from failover_fsm.services.machine import MachineRow
from tests.services.autoupdate.kit import Scene, machine, with_files
from tests.services.autoupdate.looks import (
    ACTIVE,
    BOOTS,
    DOWN,
    FLASHED,
    JOINS,
    LOADED,
    NEW,
    OFF,
    OLD,
    PRIMARY,
    READY,
    SECONDARY,
    Step,
    at,
    pair,
    unit,
)

CONFIGURED = attrs.evolve(OLD, configuration=Content.NEW)


# -- what it follows of the pair --------------------------------------------------------------------------


def followed(before: Any, event: e.Event, after: Any, **own: Any) -> Any:
    """The record after a step of the pair."""
    return machine().follow(before, event, after, at(**own).own)


def test_a_unit_that_boots_runs_what_is_in_its_flash() -> None:
    """AUT-16."""
    for event in (e.Restarted(unit=SECONDARY), e.UnitRestored(unit=SECONDARY)):
        own = followed(pair(secondary=BOOTS), event, pair(secondary=JOINS), files=(FLASHED, FLASHED))
        assert (own.primary, own.secondary) == (FLASHED, LOADED)
    own = followed(pair(secondary=BOOTS), e.HelloHeard(unit=SECONDARY), pair(), files=(FLASHED, FLASHED))
    assert own.secondary == FLASHED


@pytest.mark.parametrize(
    ("before", "after", "gets"),
    [
        (Phase.BULK_SYNC, Phase.UP, True),
        (Phase.SYNC_CONFIG, Phase.UP, True),
        (Phase.SYNC_CONFIG, Phase.BULK_SYNC, False),
        (Phase.NEGOTIATION, Phase.UP, False),
        (Phase.UP, Phase.UP, False),
        (Phase.SYNC_CONFIG, Phase.OFF, False),
    ],
)
def test_a_unit_that_has_joined_has_the_configuration_of_its_peer(before: Phase, after: Phase, gets: bool) -> None:
    """SYN-1, SYN-3."""
    states = [pair(secondary=unit(READY, phase=phase)) for phase in (before, after)]
    own = followed(states[0], e.HelloHeard(unit=SECONDARY), states[1], files=(CONFIGURED, OLD))
    assert own.secondary.configuration is (Content.NEW if gets else Content.OLD) and own.primary == CONFIGURED


def test_with_the_primary_its_process_stops() -> None:
    """AUT-5, AUT-7: also where somebody reloads it by hand."""
    known: dict[str, Any] = {"step": Step.IMAGE_UPDATE, "announced": Offered(), "fetched": Content.NEW}
    for event in (e.UnitFailed, e.Reload):
        own = followed(pair(), event(unit=PRIMARY), pair(OFF, ACTIVE), **known)
        assert (own.step, own.announced, own.fetched) == (Step.REST, None, None)
        other = followed(pair(), event(unit=SECONDARY), pair(ACTIVE, OFF), **known)
        assert (other.step, other.fetched) == (Step.IMAGE_UPDATE, Content.NEW)
    with pytest.raises(NotPossible):
        subject._still(pair(), e.Reload(unit=PRIMARY))


# -- what it answers --------------------------------------------------------------------------------------


def test_an_answer_has_what_is_sent_and_a_refusal_its_reason() -> None:
    scene = Scene(machine()).until(Step.CALL)
    answer = scene.model.machine.answer(scene.state, u.DeviceDetailsSent(), scene.model.pair_step)
    assert answer.outputs == (DeviceDetails(unit=PRIMARY, identity=PRIMARY),) and answer.refused == ""
    assert answer.lines == ("Auto-update client: Sent DeviceDetails to /cgi-bin/dda.pl of server 192.168.0.21",)
    refused = Scene(machine(single=False))
    answer = refused.model.machine.answer(refused.state, u.PollTimeReached(), refused.model.pair_step)
    assert answer.refused == "single context mode, Active/Standby only" and answer.joint == refused.state


def test_what_the_process_makes_happen_at_the_pair_is_told() -> None:
    """AUT-4: a configuration that takes the link away; what the pair emits by it is passed on."""
    first = with_files(attrs.evolve(NEW, configuration=Content.OLD), attrs.evolve(NEW, configuration=Content.OLD))
    taken = UpdateOptions(refuses_link_change=False)
    scene = Scene(machine(changes_link=True, options=taken, first=first)).until(Step.CONFIGURATION_REPLACE)
    told: list[e.Event] = []

    def step(state: Any, event: e.Event) -> Any:
        told.append(event)
        return pair(ACTIVE, OFF), (DeviceDetails(unit=SECONDARY, identity=SECONDARY),)

    answer = scene.model.machine.answer(scene.state, u.ConfigurationReplaced(), step)
    assert told == [e.FailoverLinkFailed()] and answer.joint.pair == pair(ACTIVE, OFF)
    assert answer.outputs == (DeviceDetails(unit=SECONDARY, identity=SECONDARY),)


def test_which_unit_needs_the_image_is_shown() -> None:
    """AUT-28: the active one is the primary."""
    for files, words in (((OLD, NEW), "act: yes, stby no"), ((NEW, OLD), "act: no, stby yes")):
        scene = Scene(machine(first=with_files(*files))).until(Step.IMAGE)
        assert scene.lines[-1] == f"Auto-update client: need to update img, {words}"


def test_a_pair_is_looked_at_once() -> None:
    process = machine()
    assert process.view(pair()) is process.view(pair()) and process.view(pair()) is not process.view(pair(READY))


# -- the server -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("server", "happens"),
    [
        (Server(), ["server_lost", "file_truncated", "file_wrong"]),
        (Server(reachable=False), ["server_found"]),
        (Server(damage=Damage.TRUNCATED), ["file_mended"]),
        (Server(damage=Damage.WRONG), ["file_mended"]),
        (Server(reachable=False, damage=Damage.WRONG), ["server_found", "file_mended"]),
    ],
)
def test_one_thing_breaks_at_the_server_and_is_mended(server: Server, happens: list[str]) -> None:
    process = attrs.evolve(machine(), published=())
    offered = [each.word() for each in process.offered(at(Step.BOTH_LOAD, BOOTS, BOOTS, server=server))]
    assert offered == happens


def test_a_newer_file_of_each_component_appears_once() -> None:
    def published(**newer: Content) -> list[Component]:
        joint = at(Step.BOTH_LOAD, BOOTS, BOOTS, server=Server(offered=Offered(**newer)))
        return [each.component for each in machine().offered(joint) if isinstance(each, u.FilePublished)]

    assert published() == list(Component)
    assert published(image=Content.NEWER) == [Component.ASDM, Component.CONFIGURATION]
    assert published(asdm=Content.NEWER, configuration=Content.NEWER) == [Component.IMAGE]


@pytest.mark.parametrize(
    ("event", "before", "after"),
    [
        (u.ServerLost(), Server(), Server(reachable=False)),
        (u.ServerFound(), Server(reachable=False), Server()),
        (u.FileTruncated(), Server(), Server(damage=Damage.TRUNCATED)),
        (u.FileWrong(), Server(), Server(damage=Damage.WRONG)),
        (u.FileMended(), Server(damage=Damage.WRONG), Server()),
        (u.FileMended(), Server(damage=Damage.TRUNCATED), Server()),
        (u.FilePublished(component=Component.ASDM), Server(), Server(offered=Offered(asdm=Content.NEWER))),
        (u.FilePublished(component=Component.IMAGE), Server(), Server(offered=Offered(image=Content.NEWER))),
        (
            u.FilePublished(component=Component.CONFIGURATION),
            Server(damage=Damage.WRONG),
            Server(offered=Offered(configuration=Content.NEWER), damage=Damage.WRONG),
        ),
    ],
)
def test_what_happens_to_the_server(event: u.UpdateEvent, before: Server, after: Server) -> None:
    joint = at(server=before)
    answer = machine().answer(joint, event, lambda *_: pytest.fail("the pair does not move"))
    assert answer.joint.own.server == after and answer.joint.pair == joint.pair


# -- the bound on faults ----------------------------------------------------------------------------------

SERVER_BROKEN: dict[str, Any] = {"server": Server(reachable=False)}
SECONDARY_DOWN: dict[str, Any] = {"secondary": DOWN}
PAIR_FAULTS = {e.UnitFailed(unit=PRIMARY), e.UnitFailed(unit=SECONDARY)}
SERVER_FAULTS = {u.ServerLost(), u.FileTruncated(), u.FileWrong()}


def model(most: int | None) -> UpdateModel:
    """Units lose power, and the server breaks."""
    return update_model(machine(), ("power",), most)


@pytest.mark.parametrize(
    ("most", "broken", "faults"),
    [
        (1, {}, PAIR_FAULTS | SERVER_FAULTS),
        (1, SERVER_BROKEN, set()),
        (2, SERVER_BROKEN, PAIR_FAULTS),
        (None, SERVER_BROKEN, PAIR_FAULTS),
        (1, SECONDARY_DOWN, set()),
        (2, SECONDARY_DOWN, {e.UnitFailed(unit=PRIMARY)} | SERVER_FAULTS),
        (None, SECONDARY_DOWN, {e.UnitFailed(unit=PRIMARY)} | SERVER_FAULTS),
        (2, SERVER_BROKEN | SECONDARY_DOWN, set()),
        (None, SERVER_BROKEN | SECONDARY_DOWN, {e.UnitFailed(unit=PRIMARY)}),
    ],
)
def test_only_so_many_things_of_pair_and_server_are_broken_at_a_time(
    most: int | None, broken: dict[str, Any], faults: set[e.Event]
) -> None:
    bounded, joint = model(most), at(**broken)
    assert {event for event, _ in bounded.successors(joint) if isinstance(event, e.Fault)} == faults
    assert bounded.broken(joint) == len(broken)


def test_whatever_is_broken_is_mended_and_the_process_goes_on() -> None:
    for most in (0, 1, None):
        happens = {event for event, _ in model(most).successors(at(**SERVER_BROKEN, **SECONDARY_DOWN))}
        assert {e.UnitRestored(unit=SECONDARY), u.ServerFound(), u.PollTimeReached()} <= happens
        assert u.FilePublished(component=Component.IMAGE) in happens


# -- the table --------------------------------------------------------------------------------------------


def test_a_poll_time_is_refused_with_a_reason_and_nothing_else_is() -> None:
    """AUT-1, AUT-2, AUT-9 to AUT-11."""
    refusing = [row for row in UPDATE_TABLE.rows if isinstance(row, MachineRow) and row.refuses]
    assert len(refusing) == 6
    for row in refusing:
        assert row.states == (Step.REST,) and row.event is u.PollTimeReached and row.to is None
        assert row.when is not None and row.reason and not row.do
    assert {rule for row in refusing for rule in row.rules} == {"AUT-1", "AUT-2", "AUT-9", "AUT-10", "AUT-11"}


def test_what_is_broken_off_rests_and_is_forgotten() -> None:
    """AUT-25."""
    rows = [row for row in UPDATE_TABLE.rows if row.event is u.ProcessBrokenOff]
    assert len(rows) == 10
    for row in rows:
        assert row.to is Step.REST and row.when is not None and row.reason and row.rules[-1] == "AUT-25"
        assert [effect.__name__ for effect in row.do] == ["end_round"]


def test_a_round_ends_where_an_update_leads_to_the_exchange() -> None:
    """AUT-15, AUT-22, AUT-24: copies, then the primary; where that was all, the round is forgotten."""
    rows = [row for row in UPDATE_TABLE.rows if row.event in (u.FileCopied, u.FileInstalled)]
    found = [(row.states[0].value, row.to and row.to.value, [effect.__name__ for effect in row.do]) for row in rows]
    assert found == [
        ("4b copy image", "4b update image", ["copy_to_secondary"]),
        ("4b copy image", "4c-e choose reload", ["copy_to_secondary"]),
        ("4b update image", "4c-e choose reload", ["update_primary"]),
        ("5b copy asdm", "5c update asdm", ["copy_to_secondary"]),
        ("5b copy asdm", "1 exchange", ["copy_to_secondary", "end_round"]),
        ("5c update asdm", "1 exchange", ["update_primary", "end_round"]),
    ]
    assert [row.event is u.FileCopied for row in rows] == ["copy_to_secondary" in names for *_, names in found]
    assert all(row.when is not None and row.reason == "file in its place" for row in rows)


def test_where_no_row_holds_the_event_cannot_happen_but_the_primary_stops_at_rest_too() -> None:
    for step in Step:
        for event in u.PROCESS_EVENTS:
            cell = UPDATE_TABLE.cell(step, event)
            always = any(row.when is None for row in cell.rows)
            assert (cell.default is None) is always
            if cell.default is not None:
                assert cell.default.reason == (
                    "the process is at rest"
                    if event is u.PrimaryStopped
                    else "the process is not there, or what it takes is not so"
                )
