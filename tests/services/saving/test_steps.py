"""How a step of the pair goes through the tables of saving, and how the procedure judges a command that saves."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from failover_fsm.pair import events as e
from failover_fsm.pair.states import ConfigSync, Links, LinkState, PeerContact, Phase
from failover_fsm.services.saving import case as do
from failover_fsm.services.saving import happenings as h
from failover_fsm.services.saving.lines import is_external, saved_spaces
from failover_fsm.services.saving.machine import _Run, offers_of
from failover_fsm.services.saving.procedure import saving_after
from failover_fsm.services.saving.records import Copy, Saving, Space
from failover_fsm.services.saving.told import changes, space_word
from tests.services.saving.looks import (
    ACTIVE,
    COPIED,
    MACHINE,
    OFF,
    PRIMARY,
    READY,
    SECONDARY,
    STARTS,
    at,
    of_roles,
    pair,
    space,
)

PROCEDURE, SOMEHOW, NOT = Saving.PROCEDURE, Saving.SOMEHOW, Saving.NONE
CUT = {"links": Links(failover=LinkState.CUT)}


def enter(text: str, context: str | None = None, where: Any = PRIMARY) -> e.CommandEntered:
    """A command on a unit."""
    return e.CommandEntered(unit=where, context=context, text=text)


# -- the procedure ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "event", "fields", "saving"),
    [
        (space("r", "r"), enter("write memory", "a"), {}, PROCEDURE),  # SYN-10, CMD-17, CMD-18
        (space("r", "r"), enter("write memory all"), {}, PROCEDURE),  # SYN-11
        (space("r", "r"), enter("write memory", "a", SECONDARY), {}, SOMEHOW),  # it belongs on the primary
        (space("r", "rm"), enter("write memory", "a"), {}, SOMEHOW),  # CMD-28: after the synchronisation
        (space("r", "r"), enter("write memory", "a"), CUT, SOMEHOW),  # SYN-17: it has to reach the peer
        (space("r", "r"), enter("write memory", "a"), {"secondary": OFF}, SOMEHOW),
        (space("r", "r"), enter("write memory", "a"), {"secondary": COPIED}, SOMEHOW),
        (space("s", "r"), enter("write memory", "a"), {}, NOT),  # something else is saved
        (space("s", "r", SOMEHOW), enter("write memory", "a"), {}, SOMEHOW),
        (space("s", "r", PROCEDURE), enter("write memory", "a"), {}, SOMEHOW),
        (space("r", "r", PROCEDURE), enter("hostname x", "a"), {}, NOT),  # there is a newer change
        (space("r", "r", PROCEDURE), enter("hostname x", "b"), {}, PROCEDURE),
        (space("r", "r", PROCEDURE), enter("hostname x"), {}, PROCEDURE),
        (space("r", "r", PROCEDURE), enter("write memory", "b", SECONDARY), {}, PROCEDURE),  # CMD-18
        (space("r", "r"), enter("write memory"), {}, NOT),
    ],
)
def test_how_a_context_on_disk_is_saved(was: Space, event: Any, fields: Any, saving: Saving) -> None:
    own = at(None, was).own
    assert saving_after(own, 1, "a", event, pair(**fields), MACHINE) is saving


@pytest.mark.parametrize(
    ("was", "where", "cut_off", "fields", "saving"),
    [
        (space("r", "r"), SECONDARY, (), {}, PROCEDURE),  # SYN-13: group 2 is active there
        (space("r", "r"), SECONDARY, (), CUT, PROCEDURE),  # it need not reach the peer
        (space("r", "r"), SECONDARY, (), {"primary": OFF}, PROCEDURE),
        (space("r", "r"), PRIMARY, (), {}, SOMEHOW),
        (space("r", "r"), SECONDARY, (SECONDARY,), {}, NOT),  # nothing is saved
        (space("r", "r", PROCEDURE), SECONDARY, (SECONDARY,), {}, PROCEDURE),
        (space("r", "r"), SECONDARY, (PRIMARY,), {}, PROCEDURE),
    ],
)
def test_how_a_context_on_a_server_is_saved(was: Space, where: Any, cut_off: Any, fields: Any, saving: Saving) -> None:
    own = at(b=was, cut_off=cut_off).own
    assert saving_after(own, 2, "b", enter("write memory", "b", where), pair(**fields), MACHINE) is saving
    on_disk = at(None, space("r", "r"), cut_off=(PRIMARY,)).own
    assert saving_after(on_disk, 1, "a", enter("write memory", "a"), pair(), MACHINE) is PROCEDURE


# -- lines --------------------------------------------------------------------------------------------------


def test_a_line_saves_its_space_and_one_line_all() -> None:
    """SYN-12, CMD-18."""
    every = (None, "a", "b")
    assert saved_spaces("write memory all", None, every) == every == saved_spaces("wr m al", None, every)
    assert saved_spaces("write memory all", "a", every) == ("a",) == saved_spaces("write memory", "a", every)
    assert saved_spaces("write memory", None, every) == (None,) and saved_spaces("hostname x", None, every) == ()


@pytest.mark.parametrize(
    ("url", "external"),
    [
        ("tftp://10.1.1.1/a.cfg", True),
        ("FTP://u:p@10.1.1.1/a.cfg", True),
        ("https://h:8443/a.cfg", True),
        ("disk0:/a.cfg", False),
        ("flash:a:b.cfg", False),
        (None, False),
    ],
)
def test_a_startup_configuration_is_on_a_server_by_its_url(url: str | None, external: bool) -> None:
    """SYN-13."""
    assert is_external(url) is external


def test_a_space_is_called_by_its_context() -> None:
    assert space_word("a", alone=False) == space_word("a", alone=True) == "context a"
    assert (space_word(None, alone=True), space_word(None, alone=False)) == ("the configuration", "the system")
    assert [h.FileCopied(unit=PRIMARY, context=each).heading for each in (None, "a")] == [
        "the startup configuration of the system is copied over a server to the secondary",
        "the startup configuration of context a is copied over a server to the secondary",
    ]


def test_what_a_step_does_to_spaces_is_told() -> None:
    before, after = at(space("r", "r")).own, at(space("rs", "m"), ended=("a", "b")).own
    assert list(changes((None, "a", "b"), before, after)) == [
        "the system on the primary: startup configuration newest",
        "the system on the secondary: out of sync, running configuration older",
        "connections through context a end",
        "connections through context b end",
    ]


# -- commands -----------------------------------------------------------------------------------------------


Told = list[tuple[Any, str, str]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What a step makes happen to which space on which unit; nothing comes of it."""
    found: Told = []

    def happens(_: Any, name: Any, happening: h.Happening, **facts: bool) -> None:
        words = [happening.word(), *(fact for fact, value in facts.items() if value)]
        found.append((name, happening.unit.value, " ".join(words)))

    monkeypatch.setattr(_Run, "happens", happens)
    return found


def follow(before: Any, event: e.Event, after: Any, **own: Any) -> Any:
    """The record after a step of the pair."""
    return MACHINE.follow(before, event, after, at(**own).own)


@pytest.mark.parametrize(
    ("event", "fields", "found"),
    [
        (enter("hostname x", "a"), {}, [
            ("a", "primary", "configured right entered"), ("a", "secondary", "peer_configured right arrives")]),
        (enter("hostname x", "a"), CUT, [
            ("a", "primary", "configured right entered"), ("a", "secondary", "peer_configured right")]),
        (enter("hostname x", "a"), {"secondary": COPIED}, [
            ("a", "primary", "configured right entered"), ("a", "secondary", "peer_configured right")]),
        (enter("hostname x", "b"), {}, [
            ("b", "primary", "configured entered"), ("b", "secondary", "peer_configured")]),
        (enter("write memory", "a"), {}, [("a", "primary", "saved right entered"), ("a", "secondary", "saved right")]),
        (enter("write memory", "a"), CUT, [("a", "primary", "saved right entered")]),
        (enter("write memory", "b"), {}, [("b", "primary", "saved entered")]),
        (enter("show failover"), {}, []),
    ],
)  # fmt: skip
def test_a_command_happens_here_and_there_where_it_arrives(event: Any, fields: Any, found: Told, told: Told) -> None:
    """SYN-6, CMD-2, CMD-19: not to a unit that is receiving the configuration."""
    state = pair(**fields)
    follow(state, event, state)
    assert told == found


def test_the_saving_of_each_space_is_judged_by_commands_that_configure_or_save(told: Told) -> None:
    def savings(event: e.CommandEntered) -> list[Saving]:
        own = follow(pair(), event, pair(), a=space("r", "r", PROCEDURE), b=space("r", "r", SOMEHOW))
        return [each.saving for each in own.spaces]

    assert savings(enter("hostname x", "a")) == [NOT, NOT, SOMEHOW] and savings(enter("hostname x")) == [
        NOT, PROCEDURE, SOMEHOW,
    ]  # fmt: skip
    assert savings(enter("write memory all")) == [PROCEDURE] * 3, "SYN-11: where group 1 is active"
    assert savings(enter("show failover")) == [NOT, PROCEDURE, SOMEHOW] and told


def test_write_standby_happens_to_its_space_or_to_all_where_the_receiver_stays_up(told: Told) -> None:
    """CMD-15, CMD-25, CMD-26."""
    follow(pair(), e.WriteStandby(unit=PRIMARY, context="a"), pair())
    assert told == [("a", "secondary", "written"), ("a", "primary", "written_to_peer")]
    told.clear()
    assert follow(pair(), e.WriteStandby(unit=PRIMARY), pair()).ended == ("b",)
    assert [each[:2] for each in told] == [(n, u) for n in (None, "a", "b") for u in ("secondary", "primary")]
    told.clear()
    assert follow(pair(), e.WriteStandby(unit=PRIMARY), pair(None, COPIED), ended=("a",)).ended == ()
    assert all(word == "reception_left" or "written" not in word for *_, word in told), "a reception begins"
    assert follow(pair(), e.WriteStandby(unit=SECONDARY), pair()).ended == ("a",)


def test_the_rows_of_a_step_are_told_with_those_of_the_connections() -> None:
    """CMD-25, CMD-26."""
    event, state = e.WriteStandby(unit=PRIMARY), pair()
    answer = MACHINE.answer(at(), event, lambda before, _: (before, ()))
    kinds = [row.event for row in answer.rows]
    assert kinds.count(h.WholeWritten) == 1 and kinds.count(h.Written) == kinds.count(h.WrittenToPeer) == 3
    assert answer.joint.pair == state and answer.joint.own.ended == ("b",)
    assert MACHINE.answer(at(), e.HelloHeard(unit=PRIMARY), lambda before, _: (before, ())).rows == ()


def test_what_is_not_followed_changes_nothing() -> None:
    machine = attrs.evolve(MACHINE, spaces=("b",))
    own = attrs.evolve(at().own, spaces=(space("r", "r"),), ended=("b",))
    after = machine.follow(pair(), enter("hostname x", "a"), pair(), own)
    assert after == attrs.evolve(own, ended=())


# -- phases -------------------------------------------------------------------------------------------------


HEARS_NOT = attrs.evolve(COPIED, phase=Phase.COLD_STANDBY, contact=PeerContact.LOST)
COLD = attrs.evolve(COPIED, phase=Phase.COLD_STANDBY)
ALONE = of_roles(ACTIVE, ACTIVE)
STANDBY = of_roles(READY, READY)


@pytest.mark.parametrize(
    ("was", "now", "peer", "found"),
    [
        (STANDBY, OFF, ALONE, {"stopped": "secondary"}),
        (STANDBY, OFF, COPIED, {"stopped": "secondary", "sender_stopped": "primary"}),
        (OFF, STARTS, ALONE, {"booted": "secondary"}),
        (STARTS, COLD, ALONE, {"reception_began": "secondary"}),
        (STANDBY, COLD, ALONE, {"reception_began": "secondary"}),
        (HEARS_NOT, COLD, ALONE, {"reception_began": "secondary"}),  # again, from the beginning
        (COLD, COLD, ALONE, {}),
        (COLD, HEARS_NOT, ALONE, {}),
        (HEARS_NOT, HEARS_NOT, ALONE, {}),
        (COPIED, COLD, ALONE, {"reception_began": "secondary"}),
        (COPIED, STANDBY, ALONE, {"received": "secondary", "peer_received": "primary"}),
        (COPIED, attrs.evolve(STANDBY, enabled=False), ALONE, {"reception_left": "secondary"}),
        (COPIED, STARTS, ALONE, {"reception_left": "secondary"}),
        (STARTS, ALONE, STANDBY, {"peer_elected": "primary"}),
        (STARTS, STANDBY, STANDBY, {}),
        (STARTS, of_roles(READY, ACTIVE), STANDBY, {}),  # not for group 1
        (STARTS, ALONE, OFF, {}),
        (STARTS, ALONE, attrs.evolve(STANDBY, enabled=False), {}),
        (STANDBY, ALONE, STANDBY, {}),
    ],
)
def test_what_a_step_of_the_pair_means_to_the_copies(
    was: Any, now: Any, peer: Any, found: dict[str, str], told: Told
) -> None:
    follow(pair(peer, was), e.HelloHeard(unit=SECONDARY), pair(peer, now))
    assert told == [(name, where, word) for word, where in found.items() for name in (None, "a", "b")]


# -- what a search enters -----------------------------------------------------------------------------------


def test_commands_are_offered_on_units_that_run_and_the_server_where_it_may_fail() -> None:
    entered, copied = enter("write memory"), h.FileCopied(unit=SECONDARY, context="a")
    machine = attrs.evolve(MACHINE, offers=(entered, copied))

    def offers(asked: Any, **fields: Any) -> list[e.Event]:
        return list(asked.offers_in(at(**fields)))

    assert offers(machine) == [entered, copied] and offers(machine, state=pair(None, OFF)) == [entered]
    assert list(machine.offered(at())) == [copied], "the pair's own events are not the machine's"
    fails = attrs.evolve(MACHINE, server_fails=True)
    assert offers(fails) == [h.ServerLost(unit=PRIMARY), h.ServerLost(unit=SECONDARY)]
    assert offers(fails, cut_off=(PRIMARY,)) == [h.ServerFound(unit=PRIMARY), h.ServerLost(unit=SECONDARY)]


def test_the_words_of_a_search_are_commands_in_each_space() -> None:
    words = ("configure", "write memory", "write memory all", "copy file", "write standby")
    assert offers_of(("a", "b"), words, (PRIMARY,), "hostname x") == (
        enter("hostname x", "a"), enter("hostname x", "b"), enter("write memory", "a"), enter("write memory", "b"),
        enter("write memory all"), h.FileCopied(unit=PRIMARY, context="a"), h.FileCopied(unit=PRIMARY, context="b"),
        e.WriteStandby(unit=PRIMARY, context="a"), e.WriteStandby(unit=PRIMARY, context="b"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("event", "fields", "why"),
    [
        (h.FileCopied(unit=PRIMARY, context="a"), {}, ""),
        (h.FileCopied(unit=PRIMARY, context="c"), {}, "there is no context c"),
        (h.FileCopied(unit=PRIMARY, context="b"), {}, "its startup configuration is on an external server already"),
        (h.FileCopied(unit=PRIMARY, context="a"), {"state": pair(None, OFF)}, "both units have to run"),
        (h.FileCopied(unit=PRIMARY, context="a"), {"cut_off": (SECONDARY,)},
         "the secondary does not reach the external server"),
        (h.ServerLost(unit=PRIMARY), {"state": pair(None, OFF)}, ""),
    ],
)  # fmt: skip
def test_why_a_file_cannot_be_copied(event: Any, fields: Any, why: str) -> None:
    """SYN-14."""
    answer = MACHINE.answer(at(**fields), event, lambda *_: pytest.fail("the pair does not move"))
    assert answer.refused == why and answer.lines == ((why,) if why else ())


# -- effects ------------------------------------------------------------------------------------------------


def test_what_effects_make_of_a_copy() -> None:
    def made(effect: Any, own: str, peer: str = "") -> str:
        found = space(own, peer)
        case = do.SpaceCase(event=h.Saved(unit=PRIMARY), before=pair(), own=found.primary, peer=found.secondary)
        effect(case)
        return "r" * case.own.running + "s" * case.own.startup

    assert made(do.get_change, "s") == "r" and made(do.miss_change, "rs") == "" and made(do.save, "r") == "rs"
    assert made(do.save, "s") == "" and made(do.save_in_part, "rs") == "r" and made(do.lose_running, "rs") == "s"
    assert made(do.take_running, "s", "r") == "rs" and made(do.take_running, "r", "") == ""
    assert made(do.keep_received, "r", "r") == "r" and made(do.keep_received, "r", "") == made(do.load, "r") == ""
    assert made(do.load, "s") == "rs" and made(do.take_file, "r", "s") == "rs" and made(do.take_file, "s", "") == ""


def test_a_space_is_marked_where_a_copy_is() -> None:
    assert [space(*each).marked for each in (("", ""), ("m", ""), ("", "m"), ("m", "m"))] == [False, True, True, True]
    steps = [do.SpaceCase(event=h.Received(unit=PRIMARY), before=pair(), own=Copy(), peer=Copy(mark=mark))
             for mark in ConfigSync]  # fmt: skip
    assert [do.peer_is_in_step(each) for each in steps] == [mark is ConfigSync.SYNCHRONIZED for mark in ConfigSync]
