"""The formulas of the promises about saving, asked of records and steps that are made by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from failover_fsm.checker import Kind
from failover_fsm.pair import events as e
from failover_fsm.pair.states import Links, LinkState
from failover_fsm.services.machine import MachinePromise
from failover_fsm.services.saving.happenings import FileCopied
from failover_fsm.services.saving.promises import BROKEN, promises_of
from failover_fsm.services.saving.records import Saving, Space
from tests.services.saving.looks import (
    ACTIVE,
    COPIED,
    FAILED,
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

STEP, ALWAYS, BOOTS, COMMANDS = Kind.ALWAYS_STEP, Kind.ALWAYS, (e.UnitRestored, e.Restarted), (e.CommandEntered,)

PROMISES: dict[str, tuple[Kind, tuple[type[e.Event], ...]]] = {
    "saved-by-procedure-survives-both-stopping": (STEP, BOOTS),
    "startup-has-what-was-saved": (ALWAYS, ()),
    "write-memory-all-saves-every-space": (STEP, COMMANDS),
    "save-touches-only-its-spaces": (STEP, COMMANDS),
    "synchronization-is-not-saved": (STEP, ()),
    "external-startup-is-one-file": (ALWAYS, ()),
    "copied-file-waits-for-a-reload": (STEP, (FileCopied,)),
    "space-in-step-has-the-newest": (ALWAYS, ()),
    "write-standby-heals-its-space-only": (STEP, (e.WriteStandby,)),
    "write-standby-ends-what-is-active-there": (STEP, (e.WriteStandby,)),
    "one-space-alone-is-marked": (Kind.SOMETIMES, ()),
    "any-save-survives-both-stopping": (STEP, BOOTS),
    "system-save-saves-everything": (STEP, COMMANDS),
    "active-runs-what-was-saved": (ALWAYS, ()),
}
"""By id of a promise, its kind and the events that it speaks of."""

PROCEDURE, SOMEHOW = Saving.PROCEDURE, Saving.SOMEHOW
ALL_OFF, ONE_BOOTS = pair(OFF, OFF), pair(STARTS, OFF)
BOOT, HELLO = e.UnitRestored(unit=PRIMARY), e.HelloHeard(unit=SECONDARY)


def promise(name: str, machine: Any = MACHINE) -> MachinePromise:
    """A promise by its id."""
    return promises_of(machine)[name]


def kept(name: str) -> Callable[..., bool]:
    """The formula of a promise."""
    return promise(name).holds


def premise_of(name: str) -> Callable[..., bool]:
    """The premise of a promise."""
    premise = promise(name).premise
    assert premise is not None
    return premise


def save(text: str = "write memory", context: str | None = None, where: Any = PRIMARY) -> e.CommandEntered:
    """A command on a unit, the primary if nothing is said, where group 1 is active."""
    return e.CommandEntered(unit=where, context=context, text=text)


def test_each_promise_is_of_its_kind_and_speaks_of_its_events() -> None:
    found = promises_of(MACHINE)
    assert {name: (each.as_property().kind, each.events) for name, each in found.items()} == PROMISES
    assert [name for name, each in found.items() if each.premise is None] == ["one-space-alone-is-marked"]
    assert tuple(found)[-3:] == BROKEN and all(each.rules and each.says for each in found.values())


# -- boots ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("saving", "boots_with", "by_procedure", "by_any"),
    [
        (PROCEDURE, "rs", True, True),
        (PROCEDURE, "s", False, False),
        (SOMEHOW, "rs", True, True),
        (SOMEHOW, "s", True, False),
        (Saving.NONE, "s", True, True),
    ],
)
def test_what_was_saved_is_there_when_a_unit_boots_after_both_were_off(
    saving: Saving, boots_with: str, by_procedure: bool, by_any: bool
) -> None:
    after = at(None, space(boots_with, "s"), state=ONE_BOOTS)
    formulas = [kept(each) for each in ("saved-by-procedure-survives-both-stopping", "any-save-survives-both-stopping")]
    off, one_off = (at(None, space("s", "s", saving), state=state) for state in (ALL_OFF, pair(OFF, None)))
    assert [formula(off, BOOT, after) for formula in formulas] == [by_procedure, by_any]
    assert [formula(one_off, BOOT, after) for formula in formulas] == [True, True], "the other one ran"


def test_a_boot_is_a_test_where_both_were_off_and_something_was_saved() -> None:
    both = ("saved-by-procedure-survives-both-stopping", "any-save-survives-both-stopping")

    def seen(saving: Saving, before: Any = ALL_OFF, after: Any = ONE_BOOTS) -> list[bool]:
        own = space("s", "s", saving)
        return [premise_of(name)(at(None, own, state=before), BOOT, at(None, own, state=after)) for name in both]

    assert seen(PROCEDURE) == [True, True] and seen(SOMEHOW) == [False, True] and seen(Saving.NONE) == [False, False]
    assert seen(PROCEDURE, before=pair(OFF, None)) == [False, False]
    assert seen(PROCEDURE, after=ALL_OFF) == [False, False], "nobody boots"


def test_what_the_procedure_saved_is_in_both_startup_configurations_and_what_is_active_runs_it() -> None:
    startup, runs = kept("startup-has-what-was-saved"), kept("active-runs-what-was-saved")
    for name in ("startup-has-what-was-saved", "active-runs-what-was-saved"):
        found = [each for each in Saving if premise_of(name)(at(None, space("rs", "rs", each)))]
        assert found == [PROCEDURE]
    for saving, counts in ((PROCEDURE, True), (SOMEHOW, False)):
        for one, other in (("r", "rs"), ("rs", "r")):
            assert startup(at(None, space(one, other, saving))) is not counts
        assert runs(at(None, space("s", "rs", saving))) is not counts, "the primary is active for group 1"
        assert runs(at(None, space("rs", "s", saving))), "the secondary is not"
        both = pair(None, of_roles(ACTIVE, ACTIVE))
        assert runs(at(None, space("rs", "s", saving), state=both)) is not counts
    assert startup(at(None, space("s", "s", PROCEDURE)))


# -- synchronisation, copies ------------------------------------------------------------------------------


def test_a_synchronisation_saves_nothing() -> None:
    keeps, seen = kept("synchronization-is-not-saved"), premise_of("synchronization-is-not-saved")
    old, received, saved = at(space("r", "")), at(space("r", "r")), at(space("r", "rs"))
    assert keeps(old, HELLO, received) and not keeps(old, HELLO, saved) and keeps(old, save(), saved)
    assert seen(old, HELLO, received) and not seen(old, HELLO, saved) and not seen(old, save(), received)
    assert not seen(received, HELLO, received)


def test_a_copied_file_changes_the_startup_configuration_of_the_peer_only() -> None:
    keeps, seen = kept("copied-file-waits-for-a-reload"), premise_of("copied-file-waits-for-a-reload")
    event, before = FileCopied(unit=PRIMARY), at(space("rs", ""), space("r", "r"))
    for system, right in ((space("rs", "s"), True), (space("r", "s"), False), (space("rs", "rs"), False),
                          (space("rs", "sm"), False), (space("s", "s"), False)):  # fmt: skip
        assert keeps(before, event, at(system, space("r", "r"))) is right, system
    assert not keeps(before, event, at(space("rs", "s"), space("rs", "r"))), "another space"
    assert seen(before, event, at(space("rs", "s"), space("r", "r"))) and not seen(before, event, before)


def test_a_startup_configuration_on_a_server_is_one_file() -> None:
    keeps = kept("external-startup-is-one-file")
    assert keeps(at(space("rs", "r"), space("r", "rs"))), "these are on disk"
    assert not keeps(at(b=space("rs", "r"))) and keeps(at(b=space("r", "r")))
    two = attrs.evolve(MACHINE, external=("a", "b"))
    one_file = promise("external-startup-is-one-file", two).holds
    assert not one_file(at(a=space("rs", "r"))) and not one_file(at(b=space("rs", "r"))) and one_file(at())
    assert premise_of("external-startup-is-one-file")(at())
    on_disk = promise("external-startup-is-one-file", attrs.evolve(MACHINE, external=())).premise
    assert on_disk is not None and not on_disk(at())


# -- saves ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "saved", "keeps"),
    [
        (save(), {"system"}, True),  # CMD-18: every other form saves only its own
        (save(context="a"), {"a"}, True),
        (save(context="a"), {"a", "system"}, False),
        (save(), {"b"}, False),
        (save("write memory all"), {"system", "a", "b"}, True),  # SYN-12
        (save("hostname x"), {"a"}, True),  # it saves nothing
    ],
)
def test_a_save_touches_only_its_spaces(event: e.CommandEntered, saved: set[str], keeps: bool) -> None:
    before: dict[str, Any] = {name: space("r", "r") for name in ("system", "a", "b")}
    after: dict[str, Any] = {name: space("rs", "r") if name in saved else each for name, each in before.items()}
    assert kept("save-touches-only-its-spaces")(at(**before), event, at(**after)) is keeps


def test_a_save_is_a_test_where_another_space_is_not_saved() -> None:
    def seen(other: Space, now: Space | None = None, event: e.CommandEntered | None = None) -> bool:
        before, after = at(space("r", "r"), other), at(space("rs", "rs"), now or other)
        return premise_of("save-touches-only-its-spaces")(before, event or save(), after)

    assert seen(space("r", "r")) and seen(space("r", "s")) and seen(space("s", "r"))
    assert not seen(space("rs", "rs")) and not seen(space("s", "s")) and not seen(space("", ""))
    assert not seen(space("r", "r"), space("rs", "rs")) and not seen(space("r", "r"), event=save("hostname x"))


@pytest.mark.parametrize(
    ("event", "fields", "everything"),
    [
        (save("write memory all"), {}, True),  # SYN-11, SYN-12, SYN-17
        (save(), {}, True),
        (save(context="a"), {}, False),
        (save("hostname x"), {}, False),
        (save("write memory all", where=SECONDARY), {}, False),  # not where group 1 is active
        (save("write memory all"), {"cut_off": (SECONDARY,)}, False),
        (save("write memory all"), {"state": pair(None, COPIED)}, False),
        (save("write memory all"), {"state": pair(links=Links(failover=LinkState.CUT))}, False),
        (save("write memory all"), {"state": pair(None, OFF)}, False),
    ],
)
def test_where_a_save_of_the_system_has_to_save_everything(
    event: e.CommandEntered, fields: dict[str, Any], everything: bool
) -> None:
    by_all = everything and event.text == "write memory all"
    system, every = "system-save-saves-everything", "write-memory-all-saves-every-space"
    before = at(space("r", "r"), space("r", "r"), **fields)
    done, half = at(), at(None, space("r", "rs"))
    assert premise_of(system)(before, event, done) is everything
    assert premise_of(every)(before, event, done) is by_all and not premise_of(every)(before, event, before)
    assert kept(system)(before, event, done) and kept(every)(before, event, done)
    assert kept(system)(before, event, half) is not everything
    assert kept(every)(before, event, half) is not by_all


def test_a_file_on_a_server_is_written_by_the_unit_that_saves() -> None:
    """SYN-13: what it runs is what both load."""
    keeps, event = kept("write-memory-all-saves-every-space"), save("write memory all")
    assert keeps(at(), event, at(b=space("rs", "s"))) and not keeps(at(), event, at(b=space("r", "r")))
    assert not keeps(at(), event, at(b=space("s", "rs")))
    assert not keeps(at(), event, at(a=space("rs", "s"))), "on disk each writes its own"


# -- marks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "state", "keeps"),
    [
        (space("r", ""), pair(), False),
        (space("r", "r"), pair(), True),
        (space("", "r"), pair(), True),  # the active one has not got it
        (space("rm", ""), pair(), True),  # the space is marked
        (space("r", "m"), pair(), True),
        (space("r", ""), pair(None, of_roles(FAILED, ACTIVE)), False),
        (space("r", ""), pair(None, STARTS), True),
        (space("r", ""), pair(of_roles(READY, READY), None), True),  # nobody is active
        (space("", "r"), pair(of_roles(READY, READY), of_roles(ACTIVE, ACTIVE)), False),
    ],
)
def test_a_standby_in_step_has_what_its_active_peer_has(a: Space, state: Any, keeps: bool) -> None:
    """CMD-20 to CMD-23: a space goes with its group."""
    assert kept("space-in-step-has-the-newest")(at(a=a, state=state)) is keeps


def test_a_standby_is_a_test_where_its_active_peer_has_what_is_not_saved() -> None:
    seen = premise_of("space-in-step-has-the-newest")
    assert seen(at(a=space("r", "r"))) and seen(at(b=space("rs", "r"))), "group 2 is active on the secondary"
    assert not seen(at()) and not seen(at(a=space("rs", "r"))) and not seen(at(a=space("rm", "r")))
    assert not seen(at(a=space("r", "r"), state=pair(of_roles(READY, READY), None)))


def test_a_space_can_be_marked_alone() -> None:
    seen = kept("one-space-alone-is-marked")
    assert seen(at(a=space("m", ""))) and seen(at(b=space("", "m"))) and not seen(at())
    assert not seen(at(space("m", ""), space("", "m"), space("m", "m")))


# -- write standby ----------------------------------------------------------------------------------------


def test_write_standby_in_a_context_heals_it_and_leaves_the_others() -> None:
    """CMD-15, CMD-27."""
    keeps, seen = kept("write-standby-heals-its-space-only"), premise_of("write-standby-heals-its-space-only")
    marked = space("r", "m")
    before, event = at(marked, marked), e.WriteStandby(unit=PRIMARY, context="a")
    assert keeps(before, event, at(marked, space("r", "r"))) and seen(before, event, at(marked, space("r", "r")))
    assert not keeps(before, event, at(marked, marked)) and not keeps(before, event, at(marked, space("r", "")))
    assert not keeps(before, event, at(space("r", "r"), space("r", "r")))
    assert keeps(before, e.WriteStandby(unit=PRIMARY), at(marked, marked)), "it speaks of contexts"
    assert not seen(before, event, before) and not seen(at(), event, at())
    assert not seen(before, event, at(None, space("r", "r"))), "no other one stays marked"
    for context in (None, "elsewhere"):
        assert not seen(before, e.WriteStandby(unit=PRIMARY, context=context), at(None, marked))


@pytest.mark.parametrize(
    ("event", "state", "ends"),
    [
        (e.WriteStandby(unit=PRIMARY), pair(), ("b",)),
        (e.WriteStandby(unit=SECONDARY), pair(), ("a",)),
        (e.WriteStandby(unit=PRIMARY), pair(None, of_roles(ACTIVE, ACTIVE)), ("a", "b")),
        (e.WriteStandby(unit=PRIMARY), pair(None, of_roles(READY, READY)), ()),
        (e.WriteStandby(unit=PRIMARY, context="b"), pair(), ()),
    ],
)
def test_write_standby_in_the_system_space_ends_what_is_active_on_its_receiver(
    event: e.WriteStandby, state: Any, ends: tuple[str, ...]
) -> None:
    """CMD-25 to CMD-27."""
    name = "write-standby-ends-what-is-active-there"
    found = [each for each in ((), ("a",), ("b",), ("a", "b")) if kept(name)(at(state=state), event, at(ended=each))]
    assert found == [ends] and premise_of(name)(at(state=state), event, at()) is (ends != ())
