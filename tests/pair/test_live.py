"""The live machines do what `step` does: in every reachable case of small pairs, for every row and event class."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import attrs
import pytest
from transitions.extensions import GraphMachine

from failover_fsm import NotPossible, Options, Pair, PairConfig, Refused, Unit
from failover_fsm.pair import events as e
from failover_fsm.pair import live_unit as machine_module
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.live import FOLLOW_UNIT, Change, Drift, LivePair, LiveUnit, build_machine
from failover_fsm.pair.rule_context import Inputs
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import JOINING, Phase, Role, UnitState
from failover_fsm.pair.step import UnitResult, react
from failover_fsm.pair.tables import Cell, Otherwise, Row, Table, name_of
from failover_fsm.pair.unit import UNIT_TABLE
from tests.pairs import SCENARIOS, Asked, case_of, explored, settings
from tests.patience import one_in

CONFIG = Path(__file__).parents[2] / "models" / "active-standby.cfg"
TABLES = (UNIT_TABLE, GROUP_TABLE)
PRIMARY, SECONDARY = Unit.PRIMARY, Unit.SECONDARY


def config() -> PairConfig:
    return PairConfig.from_asa(CONFIG.read_text(encoding="utf-8"))


# -- one transition a row --------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_machine_has_one_transition_for_each_row_and_source_state_in_table_order(table: Table[Any]) -> None:
    machine = build_machine(table, table.states[0])
    for source in table.states:
        for kind in table.events:
            rows = [row for row in table.rows if row.event is kind and source in row.states]
            event = machine.events.get(kind.word())
            found = [] if event is None else event.transitions.get(source.name, [])
            assert [(each.dest, [name_of(c.func) for c in each.conditions]) for each in found] == [
                (row.to.name if row.to else None, [name_of(row.when)] if row.when else []) for row in rows
            ]
            assert [takes(one, row) for one, row in zip(found, rows, strict=True)] == [True] * len(rows)
    assert set(machine.events) == {row.event.word() for row in table.rows}, "no trigger besides, no to_STATE"


def test_a_group_machine_has_one_trigger_more_by_which_a_role_follows_the_unit() -> None:
    live = LiveUnit(PRIMARY, settings())
    (group,) = live.groups
    assert set(group.events) - {row.event.word() for row in GROUP_TABLE.rows} == {FOLLOW_UNIT}


# -- equal to step -----------------------------------------------------------------------------------


class Machines:
    """A live unit a (unit, settings), put where a question begins."""

    def __init__(self, settings: Settings) -> None:
        self.live = {unit: LiveUnit(unit, settings) for unit in Unit}

    def react(self, asked: Asked) -> UnitResult:
        own, unit, event, facts = asked
        self.live[unit].put(own)
        reaction, _ = self.live[unit].react(event, facts)
        assert self.live[unit].record == reaction.record
        assert self.live[unit].place == (reaction.record.phase, tuple(each.role for each in reaction.record.groups))
        return reaction


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name != "interface"])
def test_the_machines_answer_every_question_of_a_small_pair_as_step_does(name: str) -> None:
    run = explored(name)
    machines = Machines(run.whole.settings)
    for asked, answer in run.asked.items():
        assert machines.react(asked) == answer, asked


def of_class(kind: type[e.Event], unit: Unit) -> e.Event:
    """An event of the class at the unit."""
    return kind(unit=unit, **({"text": "x"} if kind is e.CommandEntered else {}))  # type: ignore[call-arg]


def variants(own: UnitState) -> Iterator[UnitState]:
    """The record, in each synchronisation state where it is in one, with failover on and off."""
    for phase in JOINING if own.phase in JOINING else (own.phase,):
        for enabled in (True, False):
            yield attrs.evolve(own, phase=phase, enabled=enabled)


@cache
def all_questions(name: str) -> tuple[Asked, ...]:
    """Every reachable record and its variants, asked every event class with all that ever came with that class."""
    run = explored(name)
    heard: dict[type[e.Event], dict[Inputs, None]] = {kind: {} for kind in UNIT_TABLE.events}
    records: dict[tuple[UnitState, Unit], None] = {}
    for own, unit, event, facts in run.asked:
        heard[type(event)].setdefault(facts)
        records.update(dict.fromkeys((each, unit) for each in variants(own)))
    return tuple(
        (own, unit, of_class(kind, unit), facts)
        for own, unit in records for kind, possible in heard.items() for facts in possible or (NOBODY,)
    )  # fmt: skip


NAMES = ("units", "synchronisation", "sample", "modules")
HINDERED = ("refusals", "failing joins", "stuck")
"""With what keeps units from being a pair."""
NOBODY = Inputs(failed=(0,), peer_failed=(0,))
OPTIONS = {
    "as decided": Options(),
    "standbys that wait": Options(suspension_ignores_silence=True, failed_standby_takes_over=False),
    "failed units that obey": Options(failed_unit_obeys=True, recovery="edge", no_active_unit_seen=False),
}


@pytest.mark.parametrize(
    ("name", "options"), [(name, options) for options in OPTIONS for name in NAMES
                          if options == "as decided" or name == "sample"]
)  # fmt: skip
def test_every_record_with_every_event_class_and_all_it_can_carry_comes_out_as_in_step(name: str, options: str) -> None:
    chosen = attrs.evolve(explored(name).whole.settings, options=OPTIONS[options])
    machines = Machines(chosen)
    outcomes: set[object] = set()
    for own, unit, event, facts in all_questions(name)[:: one_in(4)]:
        answer = react(own, unit, event, facts, chosen)
        assert machines.react((own, unit, event, facts)) == answer, (own, unit, event, facts)
        outcomes.add(answer.default.outcome if answer.default and not answer.rows else "row")
    assert outcomes == {"row", *Otherwise}


def test_those_questions_bring_about_both_outcomes_of_every_guard_in_every_state_where_it_stands() -> None:
    found = set()
    for word, options in OPTIONS.items():
        for name in (*NAMES, *(HINDERED if word == "as decided" else ())):
            chosen = attrs.evolve(explored(name).whole.settings, options=options)
            for asked in all_questions(name):
                case, kind, own = case_of(asked, chosen), type(asked[2]), asked[0]
                cells: list[tuple[Phase | Role, Cell[Any]]] = [(own.phase, UNIT_TABLE.cell(own.phase, kind))]
                if own.phase is Phase.UP and kind in GROUP_TABLE.events:
                    cells += [(each.role, GROUP_TABLE.cell(each.role, kind)) for each in own.groups]
                for state, cell in cells:
                    found |= {(row.name, state, bool(row.when(case))) for row in cell.rows if row.when is not None}
    every = {(row.name, state, outcome) for table in TABLES for row in table.rows for state in row.states
             for outcome in (True, False) if row.when is not None}  # fmt: skip
    assert {each for each in every - found if not re.search("_home]|stays_up]|lost_link]", each[0])} == set(), (
        "for groups"
    )


@cache
def taking() -> dict[Row[Any], tuple[Settings, list[Asked]]]:
    """For each row some questions that are answered by taking it, and the settings they are asked under."""
    found: dict[Row[Any], tuple[Settings, list[Asked]]] = {}
    for options in (OPTIONS["as decided"], OPTIONS["failed units that obey"]):
        for name in NAMES:
            chosen = attrs.evolve(explored(name).whole.settings, options=options)
            for asked in all_questions(name):
                for row in react(*asked, chosen).rows:
                    settings_of_row, questions = found.setdefault(row, (chosen, []))
                    if settings_of_row is chosen and len(questions) < 50:
                        questions.append(asked)
    for name in SCENARIOS:
        for asked, answer in explored(name).asked.items() if name not in ("interface", *NAMES) else ():
            for row in answer.rows:
                found.setdefault(row, (explored(name).whole.settings, [asked]))
    return found


@pytest.mark.parametrize("row", [row for table in TABLES for row in table.rows], ids=lambda row: row.name)
def test_a_machine_without_a_row_is_not_equal_to_step_any_more(row: Row[Any]) -> None:
    chosen, questions = taking()[row]
    machines = Machines(chosen)
    for live in machines.live.values():
        for machine in (live.machine, *live.groups):
            kinds = {name: type(machine.models[0].state)[name] for name in machine.states}
            event = machine.events.get(row.event.word())
            for source, kept in (event.transitions if event else {}).items():
                same = [each for each in kept if kinds[source] in row.states and takes(each, row)]
                event.transitions[source] = [each for each in kept if each not in same]  # type: ignore[union-attr]
    assert any(machines.react(asked) != react(*asked, chosen) for asked in questions)


def takes(transition: Any, row: Row[Any]) -> bool:
    """The transition is the row's: it has it in the closure of its callback."""
    return any(cell.cell_contents is row for cell in transition.before[0].__closure__)


# -- a live pair -------------------------------------------------------------------------------------


def booted(**options: Any) -> LivePair:
    live = LivePair.cold(config(), Options(**options))
    for unit in Unit:
        live.step(e.UnitRestored(unit=unit))
    live.settle()
    return live


@pytest.mark.slow
def test_a_live_pair_goes_through_every_step_of_a_long_walk_with_the_pure_one() -> None:
    live = LivePair.cold(config())
    pair = Pair.cold(config())
    for number in range(400):
        possible = pair.possible()
        event = possible[(number * 7919 + number // 5) % len(possible)]
        pair, outputs = pair.step(event)
        assert live.step(event) == outputs
        assert live.pair == pair
        assert [live.units[unit].place[0] for unit in Unit] == [pair.state.unit(unit).phase for unit in Unit]


def test_callbacks_run_after_the_step_in_order_and_are_told_what_happened() -> None:
    live = booted()
    told: list[tuple[Change, Role]] = []
    for unit in Unit:
        for role in Role:
            live.on_exit(unit, role, lambda change: told.append((change, live.state.primary.groups[0].role)))
    live.step(e.UnitFailed(unit=PRIMARY))
    live.settle()
    assert [(each.unit, each.before, each.after, each.reason, now) for each, now in told] == [
        (PRIMARY, Role.ACTIVE, Role.NONE, "unit failed", Role.NONE),
        (SECONDARY, Role.STANDBY_READY, Role.ACTIVE, "HELLO not heard from mate", Role.NONE),
    ]
    assert told[1][0].event == e.HoldTimeExpired(unit=SECONDARY)
    assert told[1][0].group is None


def test_a_callback_may_step_and_what_it_changes_is_told_after_the_rest() -> None:
    live = booted()
    order: list[str] = []

    def restore(change: Change) -> None:
        order.append("down")
        live.step(e.UnitRestored(unit=PRIMARY))
        order.append("restored")

    live.on_enter(PRIMARY, Phase.DOWN, restore)
    live.on_enter(PRIMARY, Role.NONE, lambda change: order.append("no role"))
    live.on_enter(PRIMARY, Phase.NEGOTIATION, lambda change: order.append("negotiates"))
    live.step(e.UnitFailed(unit=PRIMARY))
    assert order == ["down", "restored", "no role", "negotiates"]
    assert live.state.primary.phase is Phase.NEGOTIATION


def test_callbacks_of_transitions_itself_work_and_must_not_step() -> None:
    live = booted()
    seen: list[Phase] = []
    live.units[PRIMARY].machine.get_state(Phase.DOWN).add_callback(
        "enter", lambda data: seen.append(live.state.primary.phase)
    )
    live.step(e.UnitFailed(unit=PRIMARY))
    assert seen == [Phase.DOWN]
    live.units[PRIMARY].machine.get_state(Phase.NEGOTIATION).add_callback("enter", lambda data: live.settle())
    with pytest.raises(RuntimeError, match="machines are moving"):
        live.step(e.UnitRestored(unit=PRIMARY))
    assert live.state.primary.phase is Phase.NEGOTIATION, "the step has happened"
    assert live.units[PRIMARY].place == (Phase.NEGOTIATION, (Role.NONE,)), "and the machines stand where it led"


def test_a_callback_that_raises_leaves_pair_and_machines_in_agreement() -> None:
    live = booted()
    live.on_enter(PRIMARY, Phase.DOWN, lambda change: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        live.step(e.UnitFailed(unit=PRIMARY))
    live.settle()
    assert live.state.secondary.groups[0].role is Role.ACTIVE


def test_refused_and_impossible_events_raise_as_step_does_and_move_nothing() -> None:
    live = booted()
    before = live.pair
    with pytest.raises(Refused, match="the unit is already active"):
        live.step(e.FailoverActive(unit=PRIMARY))
    with pytest.raises(NotPossible, match="the unit is running"):
        live.step(e.UnitRestored(unit=PRIMARY))
    assert live.pair is before


def test_a_machine_that_was_moved_from_outside_is_noticed() -> None:
    live = booted()
    live.units[PRIMARY].machine.set_state(Phase.OFF)
    with pytest.raises(Drift, match="moved by something else"):
        live.step(e.HelloHeard(unit=PRIMARY))


def test_a_machine_that_comes_elsewhere_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    live = booted()
    monkeypatch.setattr(machine_module, "_finish", lambda case: setattr(case.own, "enabled", False))
    with pytest.raises(Drift, match="the machines came to"):
        live.step(e.UnitFailed(unit=PRIMARY))


def test_every_change_says_why() -> None:
    live = LivePair.cold(config())
    told: list[Change] = []
    for unit in Unit:
        for state in (*Phase, *Role):
            live.on_enter(unit, state, told.append)
    for event in (
        *(e.UnitRestored(unit=unit) for unit in Unit),
        e.UnitFailed(unit=PRIMARY),
        e.UnitRestored(unit=PRIMARY),
        e.FailoverActive(unit=PRIMARY),
        e.Reload(unit=SECONDARY),
    ):
        live.step(event)
        live.settle()
    assert all(change.because for change in told)
    assert {(change.after, change.because) for change in told if change.before is Role.NONE} == {
        (Role.ACTIVE, "No Active unit found"),
        (Role.STANDBY_READY, "Detected an Active mate"),
    }
    assert "No Active unit found" not in {change.because for change in told if change.after is Role.NONE}


class Awaited:
    """An object that would have to be awaited."""

    async def __call__(self, change: Change) -> None: ...

    async def later(self, change: Change) -> None: ...


@pytest.mark.parametrize(
    "callback", [print, [].append, lambda change, more=1: None, lambda *all_: None, str, partial(print, 1), Mock()]
)
def test_what_can_be_called_with_a_change_is_a_callback(callback: Any) -> None:
    LivePair.cold(config()).on_enter(PRIMARY, Role.ACTIVE, callback)


def test_a_clock_is_called_without_arguments() -> None:
    with pytest.raises(TypeError, match=r"^LivePair: clock .*'at'; allowed: a function that can be called without"):
        LivePair.cold(config(), clock=lambda at: at)
    LivePair.cold(config(), clock=time.monotonic)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("primary", Role.ACTIVE, print), TypeError, "unit 'primary'; allowed: Unit.PRIMARY, Unit.SECONDARY"),
        ((Role.ACTIVE, PRIMARY, print), TypeError, "unit Role.ACTIVE; allowed: Unit.PRIMARY"),
        ((PRIMARY, PRIMARY, print), TypeError, "state Unit.PRIMARY; allowed: Phase.OFF"),
        ((PRIMARY, "active", print), TypeError, "state 'active'; allowed: .*Role.ACTIVE"),
        ((PRIMARY, Role.ACTIVE, None), TypeError, "callback None; allowed: a function"),
        ((PRIMARY, Role.ACTIVE, lambda: None), TypeError, "callback .*; allowed: .* called with a Change"),
        ((PRIMARY, Role.ACTIVE, lambda a, b: None), TypeError, "callback .* missing .*'b'; allowed: .* called with"),
        ((PRIMARY, Role.ACTIVE, lambda *, a: None), TypeError, "callback .*; allowed: .* called with a Change"),
        ((PRIMARY, Role.ACTIVE, Awaited()), TypeError, "callback .* is a coroutine function; allowed: a function"),
        ((PRIMARY, Role.ACTIVE, Awaited().later), TypeError, "callback .* is a coroutine function; allowed"),
        ((PRIMARY, Role.ACTIVE, partial(Awaited.later, 1)), TypeError, "callback .* is a coroutine function"),
        ((PRIMARY, Role.ACTIVE, lambda change: (yield)), TypeError, "callback .* is a generator function; allowed"),
        ((PRIMARY, Role.ACTIVE, print, 1), ValueError, "group 1; allowed: None"),
        ((PRIMARY, Phase.UP, print, 1), ValueError, "group 1; allowed: None for a Phase"),
    ],
)
@pytest.mark.parametrize("method", ["on_enter", "on_exit"])
def test_wrong_arguments_are_refused_at_once(
    method: str, arguments: tuple[Any, ...], error: type[Exception], message: str
) -> None:
    live = LivePair.cold(config())
    with pytest.raises(error, match=f"^{method}: {message}"):
        getattr(live, method)(*arguments)


@pytest.mark.parametrize("machine_class", [5, None, dict, lambda **_: 3])
def test_what_makes_no_machine_is_refused(machine_class: Any) -> None:
    with pytest.raises(TypeError, match=r"machine_class .*; allowed: a class of transitions, or a function"):
        LivePair.cold(config(), machine_class=machine_class)


def test_a_coroutine_function_is_no_callback_and_what_is_no_event_no_step() -> None:
    async def announce(change: Change) -> None: ...

    live = LivePair.cold(config())
    with pytest.raises(TypeError, match="coroutine function; allowed: a function, which may start a task"):
        live.on_enter(PRIMARY, Role.ACTIVE, announce)
    for nonsense in ("unit_restored", e.UnitRestored):
        with pytest.raises(TypeError, match=r"^step: event .*; allowed: Event"):
            live.step(nonsense)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^LivePair: pair .*; allowed: Pair"):
        LivePair(config())  # type: ignore[arg-type]
    assert live.pair == Pair.cold(config())


def test_a_group_of_an_active_active_pair_is_named_by_its_number() -> None:
    text = (CONFIG.parent / "active-active.cfg").read_text(encoding="utf-8")
    live = LivePair.cold(PairConfig.from_asa(text))
    told: list[Change] = []
    live.on_enter(PRIMARY, Role.ACTIVE, told.append, group=2)
    with pytest.raises(ValueError, match="group 3; allowed: 1, 2"):
        live.on_enter(PRIMARY, Role.ACTIVE, told.append, group=3)
    live.step(e.UnitRestored(unit=PRIMARY))
    live.settle()
    assert [change.group for change in told] == [2]


def test_changes_have_the_time_of_an_injected_clock() -> None:
    now = 0.0
    live = LivePair.cold(config(), clock=lambda: now)
    told: list[Change] = []
    live.on_enter(PRIMARY, Phase.NEGOTIATION, told.append)
    live.on_enter(PRIMARY, Role.ACTIVE, told.append)
    now = 3.5
    live.step(e.UnitRestored(unit=PRIMARY))
    now = 10.0
    live.settle()
    assert [change.at for change in told] == [3.5, 10.0]
    silent = LivePair.cold(config())
    silent.on_enter(PRIMARY, Phase.NEGOTIATION, told.append)
    silent.step(e.UnitRestored(unit=PRIMARY))
    assert told[-1].at is None


def test_transitions_draws_its_own_diagrams_of_a_live_pair() -> None:
    live = LivePair.cold(config(), machine_class=partial(GraphMachine, graph_engine="mermaid"))
    live.step(e.UnitRestored(unit=PRIMARY))
    live.settle()
    [model] = live.units[PRIMARY].machine.models
    drawn = model.get_graph().draw(None)
    assert "stateDiagram-v2" in drawn and "NEGOTIATION --> UP: hello_heard" in drawn
    assert "Class UP s_active" in drawn, "it knows where the unit is"
    [role] = live.units[PRIMARY].groups[0].models
    assert "Class ACTIVE s_active" in role.get_graph().draw(None)


def test_a_callback_hands_changes_to_a_loop_of_asyncio() -> None:
    async def run() -> list[str]:
        news: asyncio.Queue[Change] = asyncio.Queue()
        live = LivePair.cold(config())
        live.on_enter(PRIMARY, Role.ACTIVE, news.put_nowait)
        live.step(e.UnitRestored(unit=PRIMARY))
        live.settle()
        return [news.get_nowait().because]  # a change that never comes is an error, not a wait

    assert asyncio.run(run()) == ["No Active unit found"]


# -- one unit by itself ------------------------------------------------------------------------------


def test_a_unit_fires_events_by_name_and_answers_as_its_tables_say() -> None:
    unit = LiveUnit(PRIMARY, settings())
    assert unit.fire("unit_restored").rows[0].to is Phase.NEGOTIATION
    assert unit.fire("negotiation_expired").reason == "No Active unit found"
    assert unit.place == (Phase.UP, (Role.ACTIVE,))
    ignored = unit.fire("interfaces_checked", Inputs(failed=(1,)))
    assert ignored.rows == ()
    assert ignored.default is not None and ignored.default.reason.startswith("healthy, or no ready peer")
    with pytest.raises(Refused, match="no standby ready unit"):
        unit.fire("no_failover_active")
    with pytest.raises(NotPossible, match="the unit is running"):
        unit.fire(e.UnitRestored(unit=PRIMARY))
    with pytest.raises(KeyError, match=r"called 'unit_exploded', did you mean unit_replaced; allowed: .*unit_failed"):
        unit.fire("unit_exploded")
    with pytest.raises(ValueError, match="0 groups; allowed: 1"):
        unit.put(UnitState(groups=()))
