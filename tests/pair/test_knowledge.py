"""A unit decides by its own record and what reached it, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from itertools import islice
from typing import Any

import attrs
import pytest

from failover_fsm.pair import events as e
from failover_fsm.pair.environment import inputs_for
from failover_fsm.pair.group import GROUP_TABLE, silence_counts
from failover_fsm.pair.rule_context import RuleContext
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import AnnouncedRole, ConfigSync, Handover, Phase, Role, State, UnitState
from failover_fsm.pair.step import react
from failover_fsm.pair.tables import Row
from failover_fsm.records import Journal, Path, Schema
from tests.pairs import SCENARIOS, STEP_MODULE, UNITS, Asked, Entry, explored, remembered, rewritten
from tests.patience import one_in

EVERY = pytest.mark.parametrize("name", SCENARIOS)
QUICK = pytest.mark.parametrize(("name", "every"), [("units", 4), ("commands", 2), ("interface", 36), ("sample", 18)])


# -- what rules read -------------------------------------------------------------------------------


def leaf(record: UnitState, path: Path) -> Any:
    """The value at a path of a unit's record."""
    value: Any = record
    for part in path:
        value = value[part] if isinstance(part, int) else getattr(value, part)
    return value


@cache
def fields(own: UnitState) -> frozenset[Path]:
    """The leaves of a unit's own record."""
    return frozenset(slot.path for slot in Schema.of(own).slots)


@EVERY
def test_all_reads_and_writes_of_the_rules_lie_in_the_units_own_record(name: str) -> None:
    run = explored(name)
    for own, unit, event, heard in islice(run.asked, 0, None, one_in(4)):
        journal = Journal()
        react(own, unit, event, heard, run.whole.settings, journal)
        assert {path for _, path, _ in (*journal.reads, *journal.writes)} <= fields(own)
        assert all(value == leaf(own, path) for _, path, value in journal.reads)


def unexplained(asked: Iterable[Asked], settings: Settings) -> list[tuple[Asked, Asked]]:
    """Questions that look alike to the rules, in all that they have read so far, and yet go on differently.

    What is read next, and the answer at the end, may depend on nothing else. The tables are entered by the phase and
    the role; whatever else decides must have been read.
    """
    going_on: dict[Any, tuple[Any, Asked]] = {}
    found = []
    for question in asked:
        own, unit, event, heard = question
        journal = Journal()
        reaction = react(own, unit, event, heard, settings, journal)
        seen: tuple[Any, ...] = (unit, event, heard, own.phase, tuple(group.role for group in own.groups))
        answer = (tuple(journal.writes), reaction.rows, reaction.default, reaction.sent)
        for step in (*journal.reads, answer):
            first = going_on.setdefault(seen, (step[:2] if step is not answer else answer, question))
            if first[0] != (step[:2] if step is not answer else answer):
                found.append((first[1], question))
                break
            seen = (*seen, step)
    return found


@EVERY
def test_what_the_rules_read_explains_what_they_do(name: str) -> None:
    assert unexplained(explored(name).asked, explored(name).whole.settings) == []


def with_guard(row_event: type[e.Event], old: Callable[..., bool], new: Callable[..., bool]) -> Any:
    """The group table with another guard in the rows for the event that have the old one."""

    def change(entry: Entry) -> Iterable[Entry]:
        if isinstance(entry, Row) and entry.event is row_event and entry.when is old:
            return (attrs.evolve(entry, when=new),)
        return (entry,)

    return rewritten(GROUP_TABLE, change)


def test_a_guard_that_looks_past_the_journal_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def peeks(ctx: RuleContext) -> bool:
        record: UnitState = object.__getattribute__(ctx.own, "_view_base")
        return record.groups[0].peer_role is AnnouncedRole.ACTIVE

    monkeypatch.setattr(STEP_MODULE, "GROUP_TABLE", with_guard(e.HoldTimeExpired, silence_counts, peeks))
    found = unexplained(explored("units").asked, explored("units").whole.settings)
    assert found
    assert all(isinstance(event, e.HoldTimeExpired) for _, (_, _, event, _) in found)


# -- what the rest of the pair is -------------------------------------------------------------------


def nobody_watches(state: State) -> None:
    """What a guard of the shipped tables knows of the whole state: nothing."""


def conflicts(
    name: str, every: int, show: Callable[[State], None] = nobody_watches
) -> list[tuple[Asked, UnitState, UnitState]]:
    """Questions to a unit that it answers differently in different states of the pair.

    Each `every`-th reachable state is looked at, with every event; `show` is given the state before each step.
    """
    whole = explored(name).whole
    after: dict[Asked, UnitState] = {}
    found = []
    for state in explored(name).states[::every]:
        show(state)
        for event, moved in whole.moves(state):
            if moved is None:
                continue
            for unit, _ in moved.units:
                question = (state.unit(unit), unit, event, inputs_for(state, whole.settings, event, unit))
                record = moved.state.unit(unit)
                first = after.setdefault(question, record)
                if first != record:
                    found.append((question, first, record))
    return found


@QUICK
def test_a_units_next_record_is_the_same_whatever_the_rest_of_the_pair_is(name: str, every: int) -> None:
    assert conflicts(name, every) == []


def test_a_guard_that_knows_the_true_state_of_the_peer_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    world: list[State] = []

    def show(state: State) -> None:
        world[:] = [state]

    def peer_is_really_dead(ctx: RuleContext) -> bool:
        return world[0].unit(ctx.unit.peer).phase is Phase.DOWN

    cheating = with_guard(e.HoldTimeExpired, silence_counts, peer_is_really_dead)
    monkeypatch.setattr(STEP_MODULE, "GROUP_TABLE", cheating)
    found = conflicts("commands", 1, show)
    assert {type(event) for (_, _, event, _), _, _ in found} == {e.HoldTimeExpired}
    for _, first, second in found:
        assert {first.groups[0].role, second.groups[0].role} == {Role.ACTIVE, Role.STANDBY_READY}


MARKING = (
    e.CommandEntered, e.SynchronizationAdvanced, e.SynchronizationFinished,
    e.UnitFailed, e.Reload, e.NegotiationExpired, e.NoActiveUnitSeen,
)  # fmt: skip
"""What may mark the configuration of the other unit: commands, the end of a copy, a sender that stops or boots."""


def unheard(own: UnitState) -> UnitState:
    """The record without what the unit heard its peer say."""
    groups = tuple(attrs.evolve(group, peer_role=AnnouncedRole.NONE) for group in own.groups)
    return attrs.evolve(own, groups=groups)


@QUICK
def test_a_unit_at_which_nothing_happens_keeps_its_record_but_for_messages_and_the_copy(name: str, every: int) -> None:
    whole, handler = explored(name).whole, remembered()
    for state in explored(name).states[::every]:
        for event, moved in whole.moves(state, handler):
            concerned = {unit for unit, _ in moved.units} if moved is not None else set(UNITS)
            for unit in UNITS:
                if unit in concerned:
                    continue
                before, after = state.unit(unit), moved.state.unit(unit)
                if isinstance(event, e.SynchronizationAdvanced | e.SynchronizationFinished):
                    assert {group.peer_role for group in after.groups} == {AnnouncedRole.JOINING}, "it sends the copy"
                    before, after = unheard(before), unheard(after)
                assert without_messages(after) == without_messages(before), (state, event)
                if (
                    after.config_sync is not before.config_sync
                ):  # the two configurations agree or not: one fact, kept on both sides
                    assert isinstance(event, MARKING), event


def without_messages(record: UnitState) -> UnitState:
    """The record with nothing on its way to the unit, and nothing said of the configurations."""
    groups = tuple(attrs.evolve(group, handover=Handover.NONE) for group in record.groups)
    return attrs.evolve(record, groups=groups, config_sync=ConfigSync.SYNCHRONIZED)
