"""The essence of a record holds all that can still matter: reduced states step, settle and promise like whole ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import attrs
import pytest

from failover_fsm.model.observer import Observer
from failover_fsm.model.pair_model import PairModel
from failover_fsm.pair import events as e
from failover_fsm.pair.canonical import canonical_record
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import AnnouncedRole, Group, PeerContact, Phase, Role, State, UnitState
from failover_fsm.pair.step import UnitHandler, next_state
from failover_fsm.promises import PROMISES, Promise, is_protocol_step
from tests.pairs import Run, explored, remembered, settings
from tests.patience import one_in

Reduction = Callable[[UnitState, Settings, bool], UnitState]
STEPS = pytest.mark.parametrize(
    ("name", "every"),
    [
        (name, every * one_in(6))
        for name, every in (("units", 2), ("commands", 1), ("synchronisation", 2), ("interface", 80), ("sample", 75))
    ],
)
PARTS = pytest.mark.parametrize(
    ("name", "every"),
    [
        (name, every * one_in(2))
        for name, every in (("units", 5), ("commands", 3), ("synchronisation", 3), ("interface", 80), ("sample", 75))
    ],
)


def shipped(record: UnitState, settings: Settings, commands: bool) -> UnitState:
    """The reduction that searches use."""
    return canonical_record(record, settings, commands=commands)


def any_state(state: State) -> bool:
    """All states."""
    return True


def waits_on_data(state: State) -> bool:
    """An active unit hears a peer that it believes ready, on data interfaces only."""
    return any(
        item.contact is PeerContact.DATA
        and (item.groups[0].role, item.groups[0].peer_role) == (Role.ACTIVE, AnnouncedRole.STANDBY_READY)
        for item in (state.primary, state.secondary)
    )


def reducer(run: Run, reduction: Reduction) -> Callable[[State], State]:
    """Gives a state with both records reduced; links and interfaces stay as they are."""
    commands = run.whole.environment.has("command")

    @cache
    def of_record(record: UnitState) -> UnitState:
        return reduction(record, run.whole.settings, commands)

    def reduced(state: State) -> State:
        return attrs.evolve(state, primary=of_record(state.primary), secondary=of_record(state.secondary))

    return reduced


def after(state: State, settings: Settings, event: e.Event, handler: UnitHandler) -> State:
    """The state after the event; the same state where it is refused or impossible, for nothing changes then."""
    try:
        return next_state(state, settings, event, handler).state
    except StepError:
        return state


def differences(
    name: str, every: int, reduction: Reduction = shipped, of: Callable[[State], bool] = any_state
) -> Iterator[tuple[State, e.Event]]:
    """Reachable whole states, each `every`-th of a sort, and events after which the reduced one differs.

    An event that changes only what the reduction forgets counts as no change.
    """
    run, handler = explored(name), remembered()
    reduced = reducer(run, reduction)

    @cache
    def outcome(small: State, event: e.Event) -> State:
        return reduced(after(small, run.whole.settings, event, handler))

    @cache
    def events(small: State) -> tuple[e.Event, ...]:
        return tuple(run.whole.events(small))

    for state in [item for item in run.states if of(item)][::every]:
        small = reduced(state)
        for event in dict.fromkeys((*run.whole.events(state), *events(small))):
            if reduced(after(state, run.whole.settings, event, handler)) != outcome(small, event):
                yield state, event


@STEPS
def test_a_state_and_its_essence_go_the_same_way_with_every_event(name: str, every: int) -> None:
    assert next(differences(name, every), None) is None


def test_an_active_unit_that_hears_a_ready_peer_on_data_interfaces_notices_its_silence() -> None:
    assert next(differences("interface", 1, of=waits_on_data), None) is None


@PARTS
def test_the_essence_of_an_essence_is_itself_and_is_what_a_search_stores(name: str, every: int) -> None:
    run = explored(name)
    model, reduced = PairModel(run.whole.settings, run.whole.environment), reducer(run, shipped)
    for state in run.states[::every]:
        small = reduced(state)
        assert reduced(small) == small
        stored = model.canonical(state)
        assert (stored.primary, stored.secondary, stored.links) == (small.primary, small.secondary, small.links)
        if len(state.interfaces) < 2:
            assert stored == small


def test_what_is_followed_is_kept_and_what_is_not_is_forgotten() -> None:
    record = UnitState(
        phase=Phase.UP, contact=PeerContact.LOST, newest=False, saved=False,
        groups=(Group(role=Role.ACTIVE, sessions=True),),
    )  # fmt: skip
    forgotten = attrs.evolve(record, newest=True, saved=True, groups=(attrs.evolve(record.groups[0], sessions=False),))
    for follow, kept in (
        ((), forgotten),
        (("commands",), attrs.evolve(forgotten, newest=False, saved=False)),
        (("sessions",), attrs.evolve(forgotten, groups=record.groups)),
        (("commands", "sessions"), record),
    ):
        assert canonical_record(record, attrs.evolve(settings(), follow=follow), commands=True) == kept


def forgets_view(record: UnitState, settings: Settings, commands: bool) -> UnitState:
    """Too coarse: what the peer last said is gone."""
    groups = tuple(attrs.evolve(group, peer_role=AnnouncedRole.NONE) for group in record.groups)
    return attrs.evolve(shipped(record, settings, commands), groups=groups)


def forgets_suspension(record: UnitState, settings: Settings, commands: bool) -> UnitState:
    """Too coarse: a standby that waits for the failover link is taken for one that hears nobody."""
    small = shipped(record, settings, commands)
    return attrs.evolve(small, contact=PeerContact.LOST) if small.contact is PeerContact.DATA else small


def forgets_acquaintance(record: UnitState, settings: Settings, commands: bool) -> UnitState:
    """Too coarse: an active unit that never heard its peer is taken for one that has lost it."""
    small = shipped(record, settings, commands)
    lonely = small.contact is PeerContact.NEVER and small.groups[0].role is Role.ACTIVE
    return attrs.evolve(small, contact=PeerContact.LOST) if lonely else small


@pytest.mark.parametrize(
    ("name", "coarse"),
    [
        ("units", forgets_view),
        ("interface", forgets_suspension),
        ("units", forgets_acquaintance),
    ],
)
def test_a_reduction_that_is_too_coarse_is_caught(name: str, coarse: Reduction) -> None:
    assert next(differences(name, 1, coarse), None) is not None


# -- promises --------------------------------------------------------------------------------------


def disagreements(name: str, every: int, reduction: Reduction = shipped) -> Iterator[tuple[str, State, Any]]:
    """Promises that judge a whole state or step otherwise than the reduced one, premises included."""
    run, handler = explored(name), remembered()
    reduced = reducer(run, reduction)
    settings, environment = run.whole.settings, run.whole.environment
    asked = [promise for promise in PROMISES if promise.applies(environment)]
    observers: dict[State, Observer] = {}

    def obs(state: State) -> Observer:
        known = observers.get(state)
        return known if known is not None else observers.setdefault(state, Observer(state, settings))

    for state in run.states[::every]:
        small = reduced(state)
        for promise in asked:
            if promise.kind == "step" or promise.holds is None:
                continue
            if not same(promise, (obs(state),), (obs(small),)):
                yield promise.id, state, None
        for event, moved in run.whole.moves(state, handler):
            if moved is None:
                continue
            then, then_small = moved.state, reduced(moved.state)
            for promise in asked:
                if promise.kind != "step" or not isinstance(event, promise.events):
                    continue
                of_whole = (obs(state), event, obs(then))
                if then_small == small:  # a search passes over a step that changes nothing it keeps
                    agrees = promise.holds is not None and promise.holds(*of_whole)
                else:
                    agrees = same(promise, of_whole, (obs(small), event, obs(then_small)))
                if not agrees:
                    yield promise.id, state, event


def same(promise: Promise, whole: tuple[Any, ...], small: tuple[Any, ...]) -> bool:
    """The promise's formula and its premise say the same of both."""
    tests = [test for test in (promise.holds, promise.premise) if test is not None]
    return all(bool(test(*whole)) is bool(test(*small)) for test in tests)


@PARTS
def test_every_promise_judges_a_state_or_step_and_its_essence_alike(name: str, every: int) -> None:
    assert next(disagreements(name, every), None) is None


def test_a_reduction_that_forgets_what_a_promise_asks_is_caught() -> None:
    caught = (found for found, _, _ in disagreements("units", 1, forgets_view))
    assert "no-failover-to-failed-standby" in caught


# -- settling --------------------------------------------------------------------------------------


def endless(run: Run, states: tuple[State, ...]) -> State | None:
    """A state to which protocol steps alone can return, in whole states; None where every run of them ends."""
    handler = remembered()
    done: set[State] = set()
    open_: set[State] = set()
    for start in states:
        stack = [(start, following(start, run, handler))]
        while stack:
            state, rest = stack[-1]
            open_.add(state)
            step = next((item for item in rest if item not in done), None)
            if step is None:
                stack.pop()
                open_.discard(state)
                done.add(state)
            elif step in open_:
                return step
            else:
                stack.append((step, following(step, run, handler)))
    return None


def following(state: State, run: Run, handler: UnitHandler) -> Iterator[State]:
    """The states one protocol step away, the state itself left out."""
    for event in protocol_steps(state, run.whole.settings):
        assert is_protocol_step(event)
        then = after(state, run.whole.settings, event, handler)
        if then != state:
            yield then


@PARTS
def test_whole_states_settle_too_so_nothing_that_the_essence_forgets_goes_on_for_ever(name: str, every: int) -> None:
    assert endless(explored(name), explored(name).states[::every]) is None
