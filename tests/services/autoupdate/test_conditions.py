"""What the rows of Auto Update ask of the pair, the files and the server, of states that are made by hand."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from failover_fsm.pair.impairments import Impairments
from failover_fsm.pair.states import AnnouncedRole, Handover, PeerContact, Phase, PortState
from failover_fsm.services.autoupdate import conditions as is_so
from failover_fsm.services.autoupdate import events as u
from failover_fsm.services.autoupdate.settings import UpdateOptions
from failover_fsm.services.autoupdate.states import Component, Content, Damage, Files, Offered, Server
from failover_fsm.services.autoupdate.view import PairView
from tests.services.autoupdate.kit import PAIR, machine
from tests.services.autoupdate.looks import (
    ACTIVE,
    BOOTS,
    CUT_LINK,
    DEAD_MODULES,
    DOWN,
    FAILED,
    FLASHED,
    JOINS,
    LOADED,
    NEW,
    NEW_FILES,
    NONE,
    OFF,
    OLD,
    PRIMARY,
    READY,
    SECONDARY,
    STARTS,
    Step,
    at,
    pair,
    port,
    unit,
)

LEADS, FOLLOWS = (
    unit(role, peer_role=said) for role, said in ((ACTIVE, AnnouncedRole.STANDBY_READY), (READY, AnnouncedRole.ACTIVE))
)
"""An active unit that knows its peer as a ready standby, and a standby that knows its peer as active."""

SILENT, CUT_OFF = Server(reachable=False), Server(damage=Damage.TRUNCATED)
WRONG = Server(damage=Damage.WRONG)
STANDBY: dict[str, Any] = {"primary": READY, "secondary": ACTIVE}
"""The primary is not active."""


def context(*, event: u.UpdateEvent | None = None, settings: dict[str, Any] | None = None, **fields: Any) -> Any:
    """What a condition is asked of.

    Args:
        event: What happens.
        settings: As in `kit.machine`.
        fields: As in `looks.at`.
    """
    joint = at(**fields)
    chosen = machine(**(settings or {})).settings
    view = PairView(joint.pair, chosen.pair)
    return is_so.UpdateContext(
        event=event or u.PollTimeReached(), settings=chosen, view=view, pair=joint.pair, own=joint.own
    )


def view(primary: Any = LEADS, secondary: Any = FOLLOWS, **fields: Any) -> PairView:
    """A pair under the questions of the process."""
    return PairView(pair(primary, secondary, **fields), PAIR)


# -- the pair ---------------------------------------------------------------------------------------------


def test_failover_is_operational_while_each_hears_the_other_and_none_negotiates() -> None:
    assert view().operational and view(secondary=JOINS).operational
    for stopped in (OFF, DOWN, BOOTS, STARTS, unit(READY, enabled=False)):
        assert not view(secondary=stopped).operational and not view(primary=stopped).operational
    assert not view(links=CUT_LINK).operational
    for one_way in ((True, False), (False, True)):
        assert not view(impairments=Impairments(one_way=one_way)).operational, "one does not hear the other"


def test_units_are_acquainted_when_both_hear_each_other_on_the_link() -> None:
    lost = unit(READY, contact=PeerContact.DATA)
    assert view().acquainted and not view(secondary=lost).acquainted and not view(primary=lost).acquainted


@pytest.mark.parametrize(
    ("secondary", "fields", "failed"),
    [
        (READY, {}, False),
        (FAILED, {}, True),
        (FAILED, {"modules": DEAD_MODULES[SECONDARY]}, False),
        (READY, {"modules": DEAD_MODULES[SECONDARY]}, False),
        (FAILED, {"modules": DEAD_MODULES[PRIMARY]}, True),
        (FAILED, {"modules": DEAD_MODULES[SECONDARY], "interfaces": (port(secondary=PortState.DOWN), port())}, True),
    ],
)
def test_a_standby_that_is_failed_for_its_module_alone_does_not_count(
    secondary: Any, fields: Any, failed: bool
) -> None:
    """AUT-10: for any reason other than its SSM card; an interface that is down is another reason."""
    seen = view(ACTIVE, secondary, **fields)
    assert (seen.standby_failed, seen.may_act) == (failed, not failed)


def test_the_process_acts_only_where_all_that_it_assumes_is_so() -> None:
    """AUT-9 to AUT-11."""
    assert view().may_act
    apart = unit(READY, contact=PeerContact.DATA)
    for primary, secondary in ((ACTIVE, JOINS), (ACTIVE, FAILED), (ACTIVE, OFF), (ACTIVE, apart)):
        assert not view(primary, secondary).may_act
    assert not view(links=CUT_LINK).may_act


def test_the_role_changes_hands_where_the_pair_takes_the_command_and_nothing_is_on_its_way() -> None:
    assert view(LEADS, FOLLOWS).can_hand_over and not view(LEADS, FOLLOWS).can_become_active
    assert view(FOLLOWS, LEADS).can_become_active and not view(FOLLOWS, LEADS).can_hand_over
    for message in (Handover.REQUEST, Handover.GRANT):
        asked, granted = (
            attrs.evolve(LEADS.groups[0], handover=message),
            attrs.evolve(FOLLOWS.groups[0], handover=message),
        )
        leads, follows = attrs.evolve(LEADS, groups=(asked,)), attrs.evolve(FOLLOWS, groups=(granted,))
        assert not view(leads, FOLLOWS).can_hand_over and not view(LEADS, follows).can_hand_over
        assert not view(follows, LEADS).can_become_active and not view(FOLLOWS, leads).can_become_active
    apart = attrs.evolve(FOLLOWS, contact=PeerContact.DATA)
    assert not view(LEADS, apart).can_hand_over, "AUT-11"
    dead = {"modules": DEAD_MODULES[SECONDARY]}
    assert not view(LEADS, FAILED, **dead).can_hand_over, "the primary has not heard yet that its peer is failed"


def test_a_unit_has_stopped_that_has_no_power_or_stays_down() -> None:
    stopped = [phase for phase in Phase if view(secondary=unit(phase=phase)).stopped(SECONDARY)]
    assert stopped == [Phase.OFF, Phase.DOWN]


# -- the server -------------------------------------------------------------------------------------------


def test_the_server_answers_the_active_primary() -> None:
    assert is_so.answers(context()) and not is_so.answers(context(server=SILENT))
    assert not is_so.answers(context(**STANDBY)) and not is_so.answers(context(secondary=FAILED))


@pytest.mark.parametrize(
    ("server", "content"),
    [
        (Server(), Content.NEWER),
        (SILENT, None),
        (CUT_OFF, None),
        (WRONG, Content.WRONG),
        (Server(reachable=False, damage=Damage.WRONG), None),
    ],
)
def test_what_the_http_server_delivers(server: Server, content: Content | None) -> None:
    own = context(step=Step.IMAGE, server=attrs.evolve(server, offered=Offered(image=Content.NEWER)))
    assert is_so.delivered(own) is content
    assert (is_so.delivers(own), is_so.not_delivered(own)) == (content is not None, content is None)


def test_each_step_is_about_its_component() -> None:
    offered = Offered(image=Content.NEW, asdm=Content.NEWER, configuration=Content.OLDER)
    assert [offered.of(each) for each in (Component.IMAGE, Component.ASDM, Component.CONFIGURATION)] == [
        Content.NEW, Content.NEWER, Content.OLDER,
    ]  # fmt: skip
    about = {step: is_so.component_of(step) for step in (Step.IMAGE, Step.IMAGE_COPY, Step.IMAGE_UPDATE)}
    assert set(about.values()) == {Component.IMAGE}
    assert {is_so.component_of(step) for step in (Step.ASDM, Step.ASDM_COPY, Step.ASDM_UPDATE)} == {Component.ASDM}
    assert is_so.component_of(Step.CONFIGURATION) is Component.CONFIGURATION


def test_things_that_are_broken_at_the_server_are_counted() -> None:
    assert [each.faults for each in (Server(), SILENT, CUT_OFF, WRONG)] == [0, 1, 1, 1]
    assert Server(reachable=False, damage=Damage.WRONG).faults == 2


def test_a_configuration_with_another_link_is_refused_where_the_primary_looks() -> None:
    """AUT-4; the option takes it all the same."""
    changes: dict[str, Any] = {"settings": {"changes_link": True}, "step": Step.CONFIGURATION}
    taken = {"changes_link": True, "options": UpdateOptions(refuses_link_change=False)}
    assert is_so.delivers_other_link(context(**changes))
    assert not is_so.delivers_other_link(context(**changes, server=SILENT))
    assert not is_so.delivers_other_link(context(**{**changes, "settings": taken}))
    assert not is_so.delivers_other_link(context(step=Step.CONFIGURATION))
    assert is_so.changes_link(context(**changes)) and not is_so.changes_link(context())
    assert not is_so.changes_link(context(**changes, **STANDBY))


# -- files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "step", "needs", "has"),
    [
        (is_so.delivers_for_standby_image, Step.IMAGE, (NEW, OLD), (OLD, NEW)),
        (is_so.delivers_for_standby_asdm, Step.ASDM, (NEW, OLD), (OLD, NEW)),
        (is_so.primary_needs_image, Step.IMAGE_COPY, (OLD, NEW), (NEW, OLD)),
        (is_so.primary_needs_asdm, Step.ASDM_COPY, (OLD, NEW), (NEW, OLD)),
    ],
)
def test_a_unit_gets_what_it_has_not_while_the_primary_is_active(
    condition: Any, step: Step, needs: tuple[Files, Files], has: tuple[Files, Files]
) -> None:
    asked: dict[str, Any] = {"step": step, "announced": NEW_FILES}
    assert condition(context(**asked, files=needs)) and not condition(context(**asked, files=has))
    assert not condition(context(**asked, files=needs, **STANDBY))


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        ((FLASHED, FLASHED), is_so.both_have_new_image),
        ((LOADED, FLASHED), is_so.only_secondary_has_new_image),
        ((FLASHED, LOADED), is_so.only_primary_has_new_image),
        ((LOADED, LOADED), is_so.nobody_has_new_image),
    ],
)
def test_who_reloads_is_whoever_has_a_new_image(files: tuple[Files, Files], chosen: Any) -> None:
    """AUT-16, AUT-20, AUT-21."""
    every = (
        is_so.both_have_new_image, is_so.only_secondary_has_new_image, is_so.only_primary_has_new_image,
        is_so.nobody_has_new_image,
    )  # fmt: skip
    assert [each for each in every if each(context(primary=LEADS, secondary=FOLLOWS, files=files))] == [chosen]
    assert not any(each(context(primary=FOLLOWS, secondary=LEADS, files=files)) for each in every)


def test_a_secondary_that_is_failed_for_its_module_cannot_lead() -> None:
    """AUT-10, AUT-21."""
    failed: dict[str, Any] = {"secondary": FAILED, "modules": DEAD_MODULES[SECONDARY]}
    only: dict[str, Any] = {"files": (FLASHED, LOADED)}
    assert is_so.secondary_cannot_lead(context(**failed, **only))
    assert not is_so.only_primary_has_new_image(context(**failed, **only))
    assert not is_so.secondary_cannot_lead(context(**only))
    for files in ((FLASHED, FLASHED), (LOADED, LOADED)):
        assert not is_so.secondary_cannot_lead(context(**failed, files=files))


# -- what is waited for -----------------------------------------------------------------------------------


def test_when_the_secondary_has_loaded_it_takes_over_or_both_load() -> None:
    """AUT-17, AUT-19."""
    ready: dict[str, Any] = {"primary": LEADS, "secondary": FOLLOWS}
    failed: dict[str, Any] = {"primary": ACTIVE, "secondary": FAILED, "modules": DEAD_MODULES[SECONDARY]}
    not_hitless = {"hitless": False}
    for fields, settings, alone, together in (
        (ready, {}, True, False), (ready, not_hitless, False, True),
        (failed, {}, False, True), (failed, not_hitless, False, True),
        ({"primary": LEADS, "secondary": JOINS}, {}, False, False),
    ):  # fmt: skip
        own = context(**fields, settings=settings)
        assert (is_so.loaded_hitless(own), is_so.loaded_not_hitless(own)) == (alone, together)
    assert not is_so.loaded_not_hitless(context(**STANDBY, settings=not_hitless))


def test_the_primary_has_loaded_when_it_is_a_ready_standby_beside_the_active_secondary() -> None:
    """AUT-18, AUT-21."""
    assert is_so.primary_loaded(context(primary=FOLLOWS, secondary=LEADS))
    assert is_so.primary_can_return(context(primary=FOLLOWS, secondary=LEADS))
    asked = attrs.evolve(LEADS, groups=(attrs.evolve(LEADS.groups[0], handover=Handover.REQUEST),))
    assert not is_so.primary_can_return(context(primary=FOLLOWS, secondary=asked)), "a message is on its way"
    failed: dict[str, Any] = {
        "primary": unit(FAILED, peer_role=AnnouncedRole.ACTIVE), "secondary": LEADS, "modules": DEAD_MODULES[PRIMARY],
    }  # fmt: skip
    assert not is_so.primary_loaded(context(**failed)), "it is failed for its module"
    assert not is_so.primary_can_return(context(**failed))
    assert not is_so.primary_loaded(context(primary=READY, secondary=READY))


def test_both_have_loaded_when_both_are_up_and_hear_each_other() -> None:
    """AUT-19."""
    assert is_so.both_loaded(context()) and not is_so.both_loaded(context(secondary=JOINS))
    assert not is_so.both_loaded(context(links=CUT_LINK)) and not is_so.both_loaded(context(primary=BOOTS))


def test_what_is_waited_for_can_come_no_more() -> None:
    """AUT-11: the waiting ends where a unit has stopped, or is up without the failover link."""
    lost = [(OFF, {}), (DOWN, {}), (READY, {"links": CUT_LINK})]
    still: list[tuple[Any, dict[str, Any]]] = [(READY, {}), (BOOTS, {}), (BOOTS, {"links": CUT_LINK}), (JOINS, {})]
    for secondary, fields in (*lost, *still):
        gone = (secondary, fields) in lost
        assert is_so.secondary_lost(context(secondary=secondary, **fields)) is gone
        assert is_so.boots_apart(context(secondary=secondary, **fields)) is gone
        assert is_so.boots_apart(context(primary=secondary, secondary=ACTIVE, **fields)) is gone
    granted = unit(READY, handover=Handover.GRANT)
    assert not is_so.hand_over_failed(context(primary=READY, secondary=granted)), "it is on its way"
    assert is_so.hand_over_failed(context()), "the primary is active again"
    assert not is_so.hand_over_failed(context(secondary=granted)), "and a message is still on its way"
    assert is_so.hand_over_failed(context(primary=READY, secondary=granted, links=CUT_LINK))
    assert is_so.primary_boots_alone(context()) and is_so.primary_boots_alone(context(primary=READY, links=CUT_LINK))
    assert not is_so.primary_boots_alone(context(**STANDBY))
    assert not is_so.primary_boots_alone(context(primary=BOOTS, secondary=NONE))
