"""The shape of a machine beside the pair: its promises with and without their formulas, and the joint model."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from failover_fsm.checker import Kind
from failover_fsm.pair import events as e
from failover_fsm.pair.states import State, Unit, UnitState
from failover_fsm.services.machine import Answer, Joint, JointModel, MachinePromise
from failover_fsm.services.saving.happenings import FileCopied

PRIMARY = Unit.PRIMARY
HELLO, COPIED = e.HelloHeard(unit=PRIMARY), FileCopied(unit=PRIMARY)


def promise(kind: str, **more: Any) -> MachinePromise:
    """A promise of a kind."""
    return MachinePromise(id="it", says="So it is.", rules=("EXE-1",), kind=kind, holds=lambda *_: True, **more)


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("step", Kind.ALWAYS_STEP),
        ("always", Kind.ALWAYS),
        ("sometimes", Kind.SOMETIMES),
        ("can-recover", Kind.CAN_RECOVER),
    ],
)
def test_a_promise_is_asked_by_its_kind(kind: str, found: Kind) -> None:
    assert promise(kind).as_property().kind is found
    assert promise(kind).as_property().events is None


def test_a_promise_about_steps_speaks_of_its_events() -> None:
    assert promise("step", events=(e.HelloHeard,)).as_property().events == (e.HelloHeard,)


def test_a_promise_that_was_pickled_can_be_read_but_not_asked() -> None:
    whole = promise("always", premise=lambda *_: True, events=(e.HelloHeard,))
    back = pickle.loads(pickle.dumps(whole))
    assert (back.id, back.says, back.rules, back.kind, back.events) == (
        whole.id, whole.says, whole.rules, whole.kind, whole.events,
    )  # fmt: skip
    for formula in (back.holds, back.premise):
        with pytest.raises(TypeError, match="a promise that was pickled has no formula"):
            formula(None)
    assert pickle.loads(pickle.dumps(promise("always"))).premise is None
    assert copy.copy(whole) is whole and copy.deepcopy(whole) is whole


COLD, WARM = State(), State(primary=UnitState(newest=False))
"""Two states of a pair."""


class Pairs:
    """A model of the pair with one step, in which every state stands for the cold one."""

    settings: Any = None

    def step(self, state: State, event: e.Event) -> State | None:
        """A hello leads to the other state; nothing else can happen."""
        return WARM if event == HELLO else None

    def canonical(self, state: State) -> State:
        """The state that stands for it."""
        return COLD


class Machine:
    """A machine that counts the steps of the pair, and answers with another state of it."""

    def follow(self, before: State, event: e.Event, after: State, own: int) -> int:
        """One more."""
        return own + 1

    def answer(self, joint: Joint[int], event: Any, pair_step: Any) -> Answer[int]:
        """The pair has moved."""
        return Answer(joint=Joint(pair=WARM, own=10))


def test_a_step_of_the_pair_is_followed_and_one_of_the_machine_leaves_the_state_that_stands_for_it() -> None:
    model: JointModel[int] = JointModel(Pairs(), Machine())  # type: ignore[arg-type]  # only what is asked here
    at = Joint(pair=COLD, own=1)
    assert model.step(at, HELLO) == Joint(pair=WARM, own=2)
    assert model.step(at, e.InterfacesChecked(unit=PRIMARY)) is None, "it cannot happen"
    assert model.step(at, COPIED) == Joint(pair=COLD, own=10)
