"""What a fault does to an update: the effects of runs that are made by hand, and what is struck."""

from __future__ import annotations

from itertools import pairwise

import attrs
import pytest

from failover_fsm.pair import events as e
from failover_fsm.services.autoupdate import events as u
from failover_fsm.services.autoupdate import outlook as subject
from failover_fsm.services.autoupdate.model import update_model
from failover_fsm.services.autoupdate.outlook import FAULTS, Effect, Outlook, Struck, outlook
from failover_fsm.services.autoupdate.runs import Ran, Run, Runner
from tests.services.autoupdate.kit import machine, with_files
from tests.services.autoupdate.looks import (
    ACTIVE,
    BOOTS,
    FLASHED,
    LOADED,
    NEW,
    OFF,
    PRIMARY,
    READY,
    SECONDARY,
    Joint,
    Process,
    Step,
    at,
)

DONE, WAITS, MIXED = at(files=(NEW, NEW)), at(), at(files=(LOADED, FLASHED))
"""Both units have everything, they have nothing yet, they run two versions; a unit is active."""

FAULT = e.UnitFailed(unit=PRIMARY)


def run(*states: Joint[Process], endless: bool = False, refused: str = "") -> Run:
    """A run through these states."""
    steps = tuple(
        Ran(event=u.PollTimeReached(), before=before, after=after, refused=refused)
        for before, after in pairwise(states)
    )
    return Run(start=states[0], steps=steps, endless=endless)


class Given(Runner):
    """Runs that are given: the one from the next poll time on, and the one after the repair."""

    def __init__(self, again: Run, mended: Run) -> None:
        super().__init__(update_model(machine()))
        self._again, self._mended = again, mended

    def after_poll(self, start: Joint[Process]) -> Run:
        """The given run."""
        return self._again

    def mended(self, fault: e.Event, start: Joint[Process]) -> Run:
        """The given run."""
        assert fault == FAULT
        return self._mended


def effects(first: Run, again: Run | None = None, mended: Run | None = None) -> list[Effect]:
    """The effects of a fault with these runs; both others go well if nothing is said."""
    hit = Ran(event=FAULT, before=first.start, after=first.start)
    return list(subject._effects(Given(again or run(DONE), mended or run(DONE)), hit, first))


NOBODY = at(primary=READY, files=(NEW, NEW))


@pytest.mark.parametrize(
    ("runs", "found"),
    [
        ((run(DONE),), []),
        ((run(DONE, endless=True),), [Effect.ENDLESS]),
        ((run(DONE), run(DONE, endless=True)), [Effect.ENDLESS]),
        ((run(DONE), None, run(DONE, endless=True)), [Effect.ENDLESS]),
        ((run(NOBODY),), [Effect.NOBODY]),
        ((run(NOBODY, endless=True),), [Effect.ENDLESS]),
        ((run(DONE), None, run(WAITS)), [Effect.NEVER]),
        ((run(at(primary=BOOTS, secondary=BOOTS), DONE),), [Effect.OUTAGE]),
        ((run(at(primary=OFF, secondary=ACTIVE), DONE),), []),
        ((run(at(Step.BOTH_LOAD, BOOTS, BOOTS), DONE),), []),
        ((run(at(secondary=ACTIVE, files=(NEW, NEW))),), [Effect.TWO_ACTIVE]),
        ((run(MIXED), run(MIXED)), [Effect.MIXED]),
        ((run(MIXED), run(DONE)), [Effect.MIXED_BRIEFLY]),
        ((run(at(secondary=OFF, files=(LOADED, FLASHED))), run(WAITS)), [Effect.LATER]),
        ((run(WAITS), run(WAITS)), [Effect.LATER]),
        ((run(WAITS), run(DONE)), [Effect.LATER_BRIEFLY]),
        ((run(NOBODY, at(primary=READY)), run(WAITS), run(WAITS)), [Effect.NOBODY, Effect.NEVER, Effect.LATER]),
    ],
)
def test_the_effects_of_a_fault_are_told_worst_first(runs: tuple[Run | None, ...], found: list[Effect]) -> None:
    assert runs[0] is not None
    assert effects(runs[0], *runs[1:]) == found
    assert found == sorted(found, key=list(Effect).index)


# -- the verdict --------------------------------------------------------------------------------------------


def struck(*worst: Effect) -> tuple[Struck, ...]:
    """A fault for each of these effects."""
    return tuple(Struck(fault=FAULT, moment=1, step=Step.CALL, run=run(DONE), effects=(each,)) for each in worst)


@pytest.mark.parametrize(
    ("undisturbed", "outage", "worst", "verdict"),
    [
        (run(DONE, DONE), False, (Effect.NONE,), "HOLDS"),
        (run(DONE, DONE), True, (Effect.NONE,), "HOLDS WITH GAPS"),
        (run(DONE, DONE), False, (Effect.NONE, Effect.LATER_BRIEFLY), "HOLDS WITH GAPS"),
        (run(DONE, DONE), False, (Effect.NONE, Effect.ENDLESS), "VIOLATED"),
        (run(DONE, DONE), False, (Effect.NOBODY,), "VIOLATED"),
        (run(DONE, DONE), False, (Effect.NEVER,), "VIOLATED"),
        (run(DONE, WAITS), False, (Effect.NONE,), "VIOLATED"),
        (run(DONE, DONE, endless=True), False, (Effect.NONE,), "VIOLATED"),
        (run(DONE, DONE, refused="the standby unit is failed"), False, (), "NO UPDATE"),
    ],
)
def test_the_verdict_is_the_worst_that_can_happen(
    undisturbed: Run, outage: bool, worst: tuple[Effect, ...], verdict: str
) -> None:
    found = Outlook(undisturbed=undisturbed, outage=outage, struck=struck(*worst))
    assert found.verdict == verdict and found.exit_status == (0 if verdict.startswith("HOLDS") else 1)
    assert found.refused == ("the standby unit is failed" if verdict == "NO UPDATE" else "")
    assert [len(found.with_effect(each)) for each in Effect] == [worst.count(each) for each in Effect]


# -- what is struck -----------------------------------------------------------------------------------------


def test_each_fault_strikes_at_each_moment_between_begin_and_end() -> None:
    model = update_model(machine(first=with_files(NEW, NEW)), FAULTS)
    found = outlook(model, model.initial_states()[0])
    states = list(found.undisturbed.states)
    assert {each.moment for each in found.struck} == set(range(1, len(states) - 1))
    assert all(isinstance(each.fault, e.Fault) for each in found.struck)
    kinds = {each.fault.word() for each in found.struck}
    assert kinds == {
        "unit_failed", "failover_link_failed", "interface_link_failed", "service_module_failed",
        "server_lost", "file_truncated", "file_wrong",
    }  # fmt: skip
    for each in found.struck:
        assert each.run.start == states[each.moment] and each.run.steps[0].event == each.fault
        assert each.step is states[each.moment].own.step


def test_a_fault_that_cannot_happen_strikes_nothing() -> None:
    model = update_model(machine(first=with_files(NEW, NEW)), FAULTS, None)
    start = attrs.evolve(model.initial_states()[0], pair=at(secondary=OFF).pair)
    faults = [each.fault for each in subject._struck(Runner(model), 1, start)]
    assert e.UnitFailed(unit=PRIMARY) in faults and e.UnitFailed(unit=SECONDARY) not in faults
    assert all(isinstance(each, e.Fault) for each in faults), "a repair could happen here"


@pytest.mark.parametrize(("hitless", "outage"), [(True, False), (False, True)])
def test_an_update_that_is_not_hitless_has_an_outage(
    hitless: bool, outage: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUT-3, AUT-17, AUT-19."""
    monkeypatch.setattr(subject, "_struck", lambda *_: ())
    model = update_model(machine(hitless=hitless), FAULTS)
    found = outlook(model, model.initial_states()[0])
    assert found.outage is outage and found.finished


def test_nothing_strikes_a_process_that_does_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pair goes on after the refusal, and nothing is asked of that."""
    monkeypatch.setattr(subject, "_struck", lambda *_: pytest.fail("something is struck"))
    model = update_model(machine(), FAULTS)
    start = Runner(model).happens(model.initial_states()[0], e.UnitFailed(unit=SECONDARY))
    assert start is not None
    found = outlook(model, start.after)
    assert found.refused and len(found.undisturbed.steps) > 1 and found.struck == ()
