"""Hellos that come twice or late, which the model does not have: what leaving them out rests on, and what it hides.

A hello that comes twice is as one. A late one is not: a unit may learn of a role that its peer has just given up. Here
such hellos are explored beside the model, one for each unit and only what the peer said last before it changed, either
in order (nothing newer has arrived yet) or overtaken by newer ones. A cut link or a unit that stops loses them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any
from unittest.mock import patch

import attrs
import pytest

from failover_fsm.checker import Checker, Verdict
from failover_fsm.model.observer import UNITS, Observer
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import environment as world
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.health import hears_on_link
from failover_fsm.pair.rule_context import Announcement
from failover_fsm.pair.settings import GroupSettings, Settings
from failover_fsm.pair.states import Role, State, Unit
from failover_fsm.pair.step import next_state
from failover_fsm.pair.tables import Row
from failover_fsm.promises import chosen
from failover_fsm.promises.promise import as_property
from tests.pairs import POWER_AND_LINK, settings, steps_of
from tests.wrong import always, first

CASES: dict[str, tuple[Settings, Environment]] = {
    "units": (settings(), Environment(faults=POWER_AND_LINK, operator=("failover-active",), max_faults=1)),
    "one": (settings(1), Environment(faults=("failover-link", "ports"), operator=(), max_faults=1)),
    "group": (
        Settings(groups=(GroupSettings(preferred=Unit.PRIMARY, preempt=True),)),
        Environment(faults=("power",), operator=(), max_faults=1),
    ),
}


@cache
def reached(name: str) -> dict[State, dict[e.Event, State]]:
    """Every reachable state of a pair with its steps."""
    return steps_of(*CASES[name])


def again(found: dict[State, dict[e.Event, State]]) -> list[str]:
    """The hellos that change something when they come once more."""
    return [
        f"{event} in {after}"
        for steps in found.values()
        for event, after in steps.items()
        if isinstance(event, e.HelloHeard) and event in found[after]
    ]


@pytest.mark.parametrize("name", CASES)
def test_a_hello_that_comes_twice_is_as_one(name: str) -> None:
    found = reached(name)
    assert sum(isinstance(event, e.HelloHeard) for steps in found.values() for event in steps) > 50
    assert not again(found)


def test_a_standby_that_is_failed_after_every_other_hello_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for role, other in ((Role.STANDBY_READY, Role.FAILED), (Role.FAILED, Role.STANDBY_READY)):
        first(monkeypatch, Row(role, e.HelloHeard, when=always, to=other, reason="", rules=("T2-1",)))
    assert again(reached.__wrapped__("units"))


@pytest.mark.parametrize("name", CASES)
def test_a_hello_says_what_its_unit_is_when_it_arrives(name: str) -> None:
    pair = CASES[name][0]
    for state in reached(name):
        for unit in UNITS:
            event = e.HelloHeard(unit=unit)
            if world.step_possible(state, pair, event):
                said = world.inputs_for(state, pair, event, unit).peer
                assert said == world.announcement(state, pair, unit.peer)


# -- late ones -------------------------------------------------------------------------------------


@attrs.frozen(cache_hash=True)
class Delayed:
    """A pair, and what each unit said before what it says now, the primary first; None if it has arrived or is lost."""

    pair: State
    old: tuple[Announcement | None, Announcement | None] = (None, None)


@attrs.frozen(kw_only=True, cache_hash=True)
class LateHello(e.HelloHeard):
    """The unit hears what its peer said before."""

    says: Announcement


@attrs.frozen
class LateModel:
    """The pair with late hellos, in order or overtaken."""

    pair: Settings
    model: PairModel
    in_order: bool

    def observers(self, state: Delayed) -> tuple[Observer, ...]:
        """A view of each group."""
        return self.model.observers(state.pair)

    def initial_states(self) -> tuple[Delayed, ...]:
        """Nothing is on its way."""
        return tuple(map(Delayed, self.model.initial_states()))

    def events(self, state: Delayed) -> list[e.Event]:
        """Those of the pair, and the late hellos."""
        return [event for event, _ in self.successors(state)]

    def successors(self, state: Delayed) -> Iterator[tuple[e.Event, Delayed]]:
        """Each event with the state after it."""
        for event, after in self.model.successors(state.pair):
            yield event, self._then(state, event, after)
        for unit, said in zip(UNITS, reversed(state.old), strict=True):
            if said is not None:
                late = LateHello(unit=unit, says=said)
                following = self.step(state, late)
                if following is not None:
                    yield late, following

    def step(self, state: Delayed, event: e.Event) -> Delayed | None:
        """The state after an event, None where it cannot happen."""
        if not isinstance(event, LateHello):
            after = self.model.step(state.pair, event)
            return None if after is None else self._then(state, event, after)
        hello = e.HelloHeard(unit=event.unit)
        if state.old[1 - UNITS.index(event.unit)] != event.says or not world.step_possible(
            state.pair, self.pair, hello
        ):
            return None
        with patch.object(world, "announcement", lambda *_: event.says):
            try:
                after = self.model.canonical(next_state(state.pair, self.pair, hello).state)
            except StepError:
                return None
        return self._then(state, event, after)

    def _then(self, state: Delayed, event: e.Event, after: State) -> Delayed:
        """The state with what is on its way afterwards."""
        old: Any = tuple(self._old(state, event, after, unit) for unit in UNITS)
        return Delayed(after, old)

    def _old(self, state: Delayed, event: e.Event, after: State, unit: Unit) -> Announcement | None:
        if not all(hears_on_link(each, self.pair, unit.peer) for each in (state.pair, after)):
            return None
        heard = (LateHello, e.HelloHeard, e.MessageDelivered) if self.in_order else LateHello
        if isinstance(event, heard) and event.unit is unit.peer:
            return None
        was, now = (world.announcement(each, self.pair, unit) for each in (state.pair, after))
        return state.old[UNITS.index(unit)] if was == now else was


def broken(name: str, *, in_order: bool) -> set[str]:
    """The promises that late hellos break in a pair; without them it keeps all."""
    pair, environment = CASES[name]
    late = LateModel(pair, PairModel(pair, environment), in_order)
    promises = chosen(environment, None, groups=bool(pair.groups))
    result = Checker(late).verify(*(as_property(each, late.observers) for each in promises))
    assert result.complete and result.states > 2 * len(reached(name)), "late hellos lead somewhere"
    return {found.name for found in result.findings if found.verdict is Verdict.VIOLATED}


HOW = {
    "no-failover-to-failed-standby", "no-failover-without-trigger", "configuration-flows-from-active",
    "addresses-change-hands-one-by-one",
}  # fmt: skip
"""Promises about single steps, which a unit breaks that yields to a peer that is active no more."""


@pytest.mark.parametrize(
    ("name", "expected"), [("units", HOW), ("one", {"configuration-flows-from-active"}), ("group", set())]
)
def test_late_hellos_in_order_break_promises_about_steps_and_none_about_how_it_ends(
    name: str, expected: set[str]
) -> None:
    """Both units may be standby for a moment; one is active again, and the pair comes to rest as ever."""
    assert broken(name, in_order=True) == expected


def test_hellos_that_are_overtaken_can_keep_a_pair_from_coming_to_rest() -> None:
    """So a hello must never be older than what its unit knows: a cable keeps the order."""
    assert {"converges", "no-role-flapping"} <= broken("one", in_order=False)
