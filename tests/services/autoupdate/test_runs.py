"""Runs of the process over models that are made by hand: numbers in place of states."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from failover_fsm.pair import events as e
from failover_fsm.services.autoupdate import events as u
from failover_fsm.services.autoupdate.model import update_model
from failover_fsm.services.autoupdate.runs import REPAIRED_BY, Ran, Run, Runner, repairs_of
from tests.services.autoupdate.kit import machine
from tests.services.autoupdate.looks import PRIMARY, SECONDARY, Step, at

HELLO, CHECK, POLL = e.HelloHeard(unit=PRIMARY), e.InterfacesChecked(unit=PRIMARY), u.PollTimeReached()


class Numbers:
    """A model whose states are numbers: the steps from each, and no step of the process."""

    machine: Any = None
    pair_step: Any = None

    def __init__(self, **steps: list[tuple[e.Event, int]]) -> None:
        self._steps = {int(name[1:]): found for name, found in steps.items()}

    def successors(self, state: int) -> list[tuple[e.Event, int]]:
        """The steps from a state."""
        return self._steps.get(state, [])

    def step(self, state: int, event: e.Event) -> int | None:
        """Where an event leads; None where it cannot happen."""
        return dict(self.successors(state)).get(event)


def runner(**steps: list[tuple[e.Event, int]]) -> Any:
    """A runner over numbers."""
    return Runner(Numbers(**steps))  # type: ignore[arg-type]  # numbers in place of states


def test_a_run_takes_the_first_step_that_changes_anything_and_is_one_of_the_units() -> None:
    command = (e.Reload(unit=PRIMARY), 9)
    found = runner(s1=[command, (POLL, 9), (HELLO, 1), (CHECK, 2)], s2=[(HELLO, 3)], s3=[(HELLO, 3)]).advance(1)
    assert list(found.states) == [1, 2, 3] and not found.endless and found.end == 3
    assert [each.event for each in found.steps] == [CHECK, HELLO]
    assert (found.steps[0].before, found.steps[0].after) == (1, 2)


def test_a_run_that_comes_back_is_endless() -> None:
    found = runner(s1=[(HELLO, 2)], s2=[(HELLO, 3)], s3=[(HELLO, 2)]).advance(1)
    assert found.endless and list(found.states) == [1, 2, 3, 2]


def test_what_cannot_happen_is_no_step() -> None:
    assert runner(s1=[(HELLO, 2)]).happens(1, CHECK) is None
    model = update_model(machine())
    real = Runner(model)
    start = model.initial_states()[0]
    assert real.happens(start, u.ChecksumsExchanged()) is None, "the process is at rest"
    lost = real.happens(start, u.ServerLost())
    assert lost is not None and not lost.after.own.server.reachable and lost.reason == "" == lost.refused
    begun = real.happens(start, POLL)
    assert begun is not None and begun.reason == "poll time" and begun.after.own.step is Step.EXCHANGE


def test_the_run_from_the_next_poll_time_on_begins_where_it_was_asked() -> None:
    model = update_model(machine())
    start = model.initial_states()[0]
    found = Runner(model).after_poll(start)
    assert found.start == start and found.steps[0].event == POLL and found.steps[0].before == start
    waits = attrs.evolve(start, own=at(Step.BOTH_LOAD).own)
    assert Runner(model).after_poll(waits) == Run(start=waits, steps=()), "it is not at rest"


class Noted(Runner):
    """A runner that notes what it is asked for; each event and each poll time leads one further."""

    def __init__(self, impossible: tuple[e.Event, ...] = (), endless_at: int = -1) -> None:
        super().__init__(Numbers())  # type: ignore[arg-type]  # numbers in place of states
        self.impossible, self.endless_at = impossible, endless_at

    def happens(self, state: Any, event: e.Event) -> Ran | None:
        """One further."""
        return None if event in self.impossible else Ran(event=event, before=state, after=state + 1)

    def advance(self, start: Any) -> Run:
        """One step."""
        return Run(start=start, steps=(Ran(event=HELLO, before=start, after=start + 1),))

    def after_poll(self, start: Any) -> Run:
        """One step."""
        step = Ran(event=POLL, before=start, after=start + 1)
        return Run(start=start, steps=(step,), endless=start == self.endless_at)


def test_after_the_repair_come_what_follows_and_two_poll_times() -> None:
    fault, repair = e.UnitFailed(unit=SECONDARY), e.UnitRestored(unit=SECONDARY)

    def mended(**kinds: Any) -> tuple[list[e.Event], bool]:
        start: Any = 1
        found: Any = Noted(**kinds).mended(fault, start)
        assert list(found.states) == list(range(1, len(found.steps) + 2)), "each step goes on from the last one"
        return [each.event for each in found.steps], found.endless

    assert mended() == ([repair, HELLO, POLL, POLL], False)
    assert mended(impossible=(repair,)) == ([POLL, POLL], False)
    assert mended(endless_at=3) == ([repair, HELLO, POLL], True)
    assert mended(endless_at=4) == ([repair, HELLO, POLL, POLL], True)


@pytest.mark.parametrize(
    ("fault", "repair"),
    [
        (e.UnitFailed(unit=SECONDARY), e.UnitRestored(unit=SECONDARY)),
        (e.FailoverLinkFailed(), e.FailoverLinkRestored()),
        (
            e.InterfaceLinkFailed(unit=SECONDARY, interface="inside"),
            e.InterfaceLinkRestored(unit=SECONDARY, interface="inside"),
        ),
        (e.PortFailed(unit=PRIMARY, port="Ethernet0"), e.PortRestored(unit=PRIMARY, port="Ethernet0")),
        (e.ServiceModuleFailed(unit=SECONDARY), e.ServiceModuleRestored(unit=SECONDARY)),
        (u.ServerLost(), u.ServerFound()),
        (u.FileTruncated(), u.FileMended()),
        (u.FileWrong(), u.FileMended()),
    ],
)
def test_each_fault_is_mended_in_its_place(fault: e.Event, repair: e.Event) -> None:
    assert type(fault) in REPAIRED_BY and list(repairs_of(fault)) == [repair]


def test_what_nothing_mends_has_no_repair() -> None:
    assert list(repairs_of(HELLO)) == []
