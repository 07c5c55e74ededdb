"""What a pair remembers is worked out once, and what it may do next is listed once; a pair that goes round is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.pair import NotPossible, Pair, step_memory
from failover_fsm.pair import events as e
from failover_fsm.pair.pair import Livelock, changing_steps, cold
from failover_fsm.pair.rule_context import NOTHING
from failover_fsm.pair.settings import GroupSettings, Settings
from failover_fsm.pair.states import AnnouncedRole, Group, Links, LinkState, PeerContact, Phase, Role, State, UnitState
from failover_fsm.pair.step_memory import StepMemory
from failover_fsm.pair.step_result import StepResult
from failover_fsm.pair.wiring import Cable, Topology
from tests.pairs import PRIMARY, SECONDARY, settings

PAIR = settings(1)
START = cold(PAIR)
OTHER = attrs.evolve(START, links=Links(failover=LinkState.CUT))
FAILS = e.FailoverLinkFailed()


class Counted:
    """A function that counts its calls."""

    def __init__(self, answer: Callable[..., Any]) -> None:
        self.answer, self.calls = answer, 0

    def __call__(self, *arguments: Any) -> Any:
        self.calls += 1
        return self.answer(*arguments)


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> dict[str, Counted]:
    """What a memory asks, counted: the steps lead to an equal copy of OTHER."""
    found = {
        "next_state": Counted(lambda *_: StepResult(state=attrs.evolve(OTHER))),
        "emitted_outputs": Counted(lambda *_: ()),
        "react": Counted(lambda *_: object()),
    }
    for name, each in found.items():
        monkeypatch.setattr(step_memory, name, each)
    return found


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The two tables in force, which a test may exchange."""
    now: list[object] = ["units", "groups"]
    monkeypatch.setattr(step_memory, "tables_in_force", lambda: tuple(now))
    return now


def test_a_step_and_its_outputs_are_worked_out_once(worked_out: dict[str, Counted]) -> None:
    memory = StepMemory(PAIR)
    first, again = memory.step(START, FAILS), memory.step(START, FAILS)
    assert first == again and first[0] is again[0]
    assert (worked_out["next_state"].calls, worked_out["emitted_outputs"].calls) == (1, 1)
    other = memory.step(OTHER, FAILS)
    assert worked_out["next_state"].calls == 2
    assert other[0] is first[0], "equal states are one and the same"


def test_a_reaction_is_worked_out_once_for_the_settings_of_the_memory(worked_out: dict[str, Counted]) -> None:
    memory = StepMemory(PAIR)
    asked = (UnitState(), PRIMARY, FAILS, NOTHING)
    assert memory._react(*asked, PAIR) is memory._react(*asked, PAIR)
    assert worked_out["react"].calls == 1
    changed = attrs.evolve(PAIR)
    assert memory._react(*asked, changed) is not memory._react(*asked, changed), "a command has changed them"
    assert worked_out["react"].calls == 3


def test_what_can_happen_is_listed_once() -> None:
    memory = StepMemory(PAIR)
    events, changes, every = Counted(lambda: [FAILS]), Counted(lambda: iter([(FAILS, OTHER)])), Counted(lambda: [FAILS])
    for _ in range(2):
        assert memory.possible(START, events) == (FAILS,)
        assert memory.first_change(START, changes) == (FAILS, OTHER)  # type: ignore[comparison-overlap]
        assert memory.imaginable(every) == (FAILS,)
    assert (events.calls, changes.calls, every.calls) == (1, 1, 1)
    nothing = Counted(lambda: iter(()))
    assert memory.first_change(OTHER, nothing) is memory.first_change(OTHER, nothing) is None
    assert nothing.calls == 1, "that nothing changes is remembered too"


@pytest.mark.parametrize("which", [0, 1])
def test_with_another_table_everything_is_worked_out_anew(
    which: int, tables: list[object], worked_out: dict[str, Counted]
) -> None:
    memory = StepMemory(PAIR)
    events, changes = Counted(lambda: [FAILS]), Counted(lambda: iter([(FAILS, OTHER)]))

    def ask() -> None:
        memory.possible(START, events)
        memory.first_change(START, changes)
        memory.step(START, FAILS)

    ask()
    ask()
    assert (events.calls, changes.calls, worked_out["next_state"].calls) == (1, 1, 1)
    for question, calls in (
        (lambda: memory.possible(START, events), events), (lambda: memory.first_change(START, changes), changes),
        (lambda: memory.step(START, FAILS), worked_out["next_state"]),
    ):  # fmt: skip
        ask()
        before = calls.calls
        tables[which] = object()
        question()
        assert calls.calls == before + 1
        question()
        assert calls.calls == before + 1, "and remembered again"


def test_a_full_memory_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_memory, "ROOM", 2)
    memory: dict[int, int] = {}
    seen = []
    for number in range(5):
        assert step_memory._keep(memory, number, number) == number
        seen.append(sorted(memory))
    assert seen == [[0], [0, 1], [2], [2, 3], [4]]


# -- a pair that goes round ------------------------------------------------------------------------------


def states(many: int) -> list[State]:
    """Different states."""
    return [attrs.evolve(START, primary=UnitState(phase=phase)) for phase, _ in zip(Phase, range(many), strict=False)]


STEPS = (e.HelloHeard(unit=PRIMARY), e.HelloHeard(unit=SECONDARY), e.InterfacesChecked(unit=PRIMARY))


@pytest.mark.parametrize(
    ("following", "loop"), [((1, 0), STEPS[:2]), ((1, 2, 1), STEPS[1:3]), ((1, 2, 0), STEPS), ((0,), STEPS[:1])]
)
def test_a_pair_that_comes_back_to_a_state_names_the_steps_of_the_loop(
    following: tuple[int, ...], loop: tuple[e.Event, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`following` is the place of the state behind each state."""
    places = states(3)
    pair = Pair(config=read_asa(TRUNK), settings=PAIR, state=places[0])

    def first_change(_self: object, state: State, _: object) -> tuple[e.Event, State]:
        return STEPS[places.index(state)], state

    def taken(_self: object, state: State, _: object) -> tuple[State, tuple[()]]:
        return places[following[places.index(state)]], ()

    monkeypatch.setattr(StepMemory, "first_change", first_change)
    monkeypatch.setattr(StepMemory, "step", taken)
    with pytest.raises(Livelock) as told:
        pair.settle()
    assert told.value.steps == loop
    assert str(told.value) == "livelock: " + "; ".join(map(str, loop))


# -- what may happen next ---------------------------------------------------------------------------------

READY = Group(role=Role.STANDBY_READY, peer_role=AnnouncedRole.ACTIVE)
RETURNS = UnitState(phase=Phase.UP, contact=PeerContact.LINK, groups=(
    attrs.evolve(READY, return_pending=True), Group(role=Role.ACTIVE)))  # fmt: skip
LEADS = UnitState(phase=Phase.UP, contact=PeerContact.LINK, groups=(
    Group(role=Role.ACTIVE), Group(role=Role.STANDBY_READY)))  # fmt: skip


@pytest.mark.parametrize(("delay", "at_once"), [(0, True), (1, False), (60, False)])
def test_the_end_of_a_preempt_delay_takes_time(delay: int, at_once: bool) -> None:
    """PRE-5: a pair that settles does not wait for it."""
    groups = tuple(GroupSettings(preferred=unit, preempt=True, preempt_delay=delay) for unit in (PRIMARY, SECONDARY))
    of = Settings(groups=groups)
    state = attrs.evolve(cold(of), primary=RETURNS, secondary=LEADS)
    ends = e.PreemptTimerExpired(unit=PRIMARY, group=1)
    assert (ends in [event for event, _ in changing_steps(state, of)]) is at_once
    assert ends in [event for event, _ in changing_steps(state, of, delayed=True)]
    assert ends in Pair(config=read_asa(TRUNK), settings=of, state=state).possible()


def test_a_synchronisation_goes_on_one_by_one() -> None:
    joins = UnitState(phase=Phase.SYNC_CONFIG, contact=PeerContact.LINK)
    leads = UnitState(phase=Phase.UP, contact=PeerContact.LINK, groups=(Group(role=Role.ACTIVE),))
    state = attrs.evolve(START, primary=leads, secondary=joins)
    kinds = {type(event) for event, _ in changing_steps(state, PAIR)}
    assert e.SynchronizationAdvanced in kinds and e.SynchronizationFinished not in kinds


def test_a_step_to_an_equal_state_changes_nothing() -> None:
    up = UnitState(phase=Phase.UP, contact=PeerContact.LINK, groups=(Group(role=Role.ACTIVE),))
    state = attrs.evolve(START, primary=up)
    same = changing_steps(state, PAIR, follow=lambda now, *_: StepResult(state=attrs.evolve(now)))
    assert list(same) == []
    changed = changing_steps(state, PAIR, follow=lambda *_: StepResult(state=OTHER))
    assert [after for _, after in changed][:1] == [OTHER]


G = "GigabitEthernet0"
TRUNK = f"""interface {G}/0
 nameif outside
 ip address 192.0.2.1 255.255.255.0 standby 192.0.2.2
interface {G}/1.10
 vlan 10
 nameif inside
 ip address 10.0.0.1 255.255.255.0 standby 10.0.0.2
interface {G}/1.20
 vlan 20
 nameif dmz
 ip address 10.1.0.1 255.255.255.0 standby 10.1.0.2
failover lan unit primary
failover lan interface folink {G}/2
failover interface ip folink 10.9.0.1 255.255.255.252 standby 10.9.0.2
failover key x
failover
"""
WIRED = Topology(name="t", elements=("sw", "c"), failover=(Cable(name="c", ends=("primary", "secondary")),))


def test_what_can_be_asked_of_a_pair_is_what_it_has() -> None:
    """A port that several interfaces share fails as a port; each interface may fall silent by itself."""
    possible = Pair.cold(read_asa(TRUNK)).possible()
    assert len(set(possible)) == len(possible)
    assert not any(isinstance(event, e.CommandEntered | e.ElementFailed) for event in possible)
    assert {event.port for event in possible if isinstance(event, e.PortFailed)} == {f"{G}/1"}
    assert {event.interface for event in possible if isinstance(event, e.InterfaceLinkFailed)} == {"outside"}
    silent = {event.interface for event in possible if isinstance(event, e.InterfaceTrafficFailed)}
    assert silent == {"outside", "inside", "dmz"}
    assert {getattr(event, "group", None) for event in possible} == {None}
    assert e.UnitFailed(unit=PRIMARY) not in possible, "it is off"
    assert e.UnitRestored(unit=PRIMARY) in possible


def test_elements_and_groups_are_asked_for_where_there_are_some() -> None:
    of = Settings(groups=tuple(GroupSettings(preferred=unit) for unit in (PRIMARY, SECONDARY)), topology=WIRED)
    up = UnitState(phase=Phase.UP, contact=PeerContact.LINK, groups=(READY,) * 2)
    lead = UnitState(phase=Phase.UP, contact=PeerContact.LINK, groups=(Group(role=Role.ACTIVE),) * 2)
    state = attrs.evolve(cold(of), primary=lead, secondary=up)
    possible = Pair(config=read_asa(TRUNK), settings=of, state=state).possible()
    assert {event.element for event in possible if isinstance(event, e.ElementFailed)} == {"sw", "c"}
    assert {event.group for event in possible if isinstance(event, e.FailoverActive)} == {None, 1, 2}
    assert len(set(possible)) == len(possible), "the protocol steps come once, first"
    assert not any(isinstance(event, e.CommandEntered) for event in possible)


def test_what_is_no_configuration_and_what_is_no_event_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^Pair.cold: a PairConfig is needed, not str$"):
        Pair.cold(TRUNK)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^Pair.step: an event is needed, .*, not 'x'$"):
        Pair.cold(read_asa(TRUNK)).step("x")  # type: ignore[arg-type]
    with pytest.raises(NotPossible):
        Pair.cold(read_asa(TRUNK)).step(e.UnitFailed(unit=PRIMARY))


def test_a_pair_keeps_its_memory_and_one_with_other_settings_has_its_own() -> None:
    pair = Pair.cold(read_asa(TRUNK))
    after = pair.step(e.UnitRestored(unit=PRIMARY))[0]
    assert after._memory is pair._memory
    assert attrs.evolve(pair, settings=attrs.evolve(pair.settings))._memory is not pair._memory
