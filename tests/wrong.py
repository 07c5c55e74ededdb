"""Tools to make a protocol wrong for a while: rows that are changed, causes that are replaced."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path
from types import CodeType
from typing import Any

import attrs
import pytest

from failover_fsm.checker import Checker, Finding, Verdict
from failover_fsm.model import core_steps
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import environment as world
from failover_fsm.pair import events as e
from failover_fsm.pair import group as g
from failover_fsm.pair import health
from failover_fsm.pair import unit as u
from failover_fsm.pair.rule_context import RuleContext
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Interface, PortState, Role, State, Unit
from failover_fsm.pair.tables import Row, Table
from failover_fsm.promises import as_property, chosen
from failover_fsm.trace.language import TraceError
from failover_fsm.trace.player import load, play
from tests.pairs import STEP_MODULE, Entry, rewritten

Patch = pytest.MonkeyPatch

TRACES = Path(__file__).parent / "traces"

MAX_STATES = 60_000
"""States of a small pair, at most."""


def always(ctx: RuleContext) -> bool:
    """Holds."""
    return True


def never(ctx: RuleContext) -> bool:
    """Does not hold."""
    return False


def rows(patch: Patch, table: Table[Any], event: type[e.Event], old: object, **changes: Any) -> None:
    """Changes the rows for an event that have the guard `old`; there must be one."""
    name = "UNIT_TABLE" if table is u.UNIT_TABLE else "GROUP_TABLE"
    touched = []

    def change(entry: Entry) -> Iterable[Entry]:
        if isinstance(entry, Row) and entry.event is event and entry.when is old:
            touched.append(entry)
            return (attrs.evolve(entry, **changes),)
        return (entry,)

    patch.setattr(STEP_MODULE, name, rewritten(getattr(STEP_MODULE, name), change))
    assert touched, "the mutant changes nothing"


def first(patch: Patch, row: Row[Role]) -> None:
    """Puts a row before all others of the group table."""
    table = STEP_MODULE.GROUP_TABLE
    entries = (row, *table.rows, *table.defaults)
    patch.setattr(STEP_MODULE, "GROUP_TABLE", Table.of("group", table.states, table.events, entries))


def may_happen(patch: Patch, event: type[e.Event], when: Callable[[State, Settings, Unit], bool]) -> None:
    """Replaces the cause of a protocol step."""
    patch.setitem(world._PER_UNIT, event, when)


def group_may(patch: Patch, event: type[e.Event], when: Callable[[State, Settings, Unit, int], bool]) -> None:
    """Replaces the cause of a protocol step that a group takes."""
    patch.setitem(world._PER_GROUP, event, when)


# -- the protocol judged -----------------------------------------------------------------------------------


def promise_findings(pair: Settings, environment: Environment, *ids: str) -> tuple[Finding, ...]:
    """What promises say of a small pair, all that apply or those named, for the tables as they are patched now.

    One that is asked for alone is decided where it is first broken, and there the search ends.
    """
    model = PairModel(pair, environment)
    promises = chosen(environment, ids or None, groups=bool(pair.groups))
    claims = [as_property(each, model.observers) for each in promises]
    result = Checker(model).verify(*claims, max_states=MAX_STATES, stop_at_first=len(claims) == 1)
    assert result.complete or [found.verdict for found in result.findings] == [Verdict.VIOLATED]
    return result.findings


# -- mistakes that pairs with and without groups have in common --------------------------------------------


def threshold_one_too_high(patch: Patch) -> None:
    reached = Settings.over_policy
    patch.setattr(Settings, "over_policy", lambda same, failed, index=0: reached(same, failed - 1, index))


def search_counts_silent(patch: Patch) -> None:
    """The search counts a silent port as failed at once, whatever its peer hears."""

    def count(counted: list[Interface], unit: Unit) -> int:
        return sum(item.line(unit) is PortState.SILENT for item in counted)

    patch.setattr(core_steps, "count_silent", count)


def unknown_counts(patch: Patch) -> None:
    def not_good(state: State, same: Settings, unit: Unit, group: int = 0) -> int:
        return sum(state.interfaces[index].line(unit) is not PortState.GOOD for index in same.counted_in(group))

    patch.setattr(health, "failed_interfaces", not_good)
    search_counts_silent(patch)


def reset_activates(patch: Patch) -> None:
    rows(patch, g.GROUP_TABLE, e.FailoverReset, None, to=Role.ACTIVE)


def yields(patch: Patch, who: Callable[[RuleContext], bool]) -> None:
    """Replaces the decision which of two active sides yields."""

    def on_link(ctx: RuleContext) -> bool:
        return ctx.inputs.via is u.Channel.LINK and who(ctx)

    rows(patch, u.UNIT_TABLE, e.HelloHeard, u.yields_on_link, when=on_link)
    rows(patch, g.GROUP_TABLE, e.HelloHeard, g.must_yield, when=who)
    rows(patch, g.GROUP_TABLE, e.PeerAnsweredOnData, g.must_yield, when=who)


def scenario_fails(name: str) -> bool:
    """Whether a shipped scenario fails now: an expectation, a livelock, or a step that cannot happen any more."""
    try:
        played = play(*load(TRACES / f"{name}.trace"))
    except TraceError:
        return True
    return bool(played.failures) or played.is_livelock


def catches(name: str, wrong: Callable[[Patch], None]) -> bool:
    """Whether a shipped scenario that passes fails with a wrong protocol."""
    assert not scenario_fails(name)
    with Patch.context() as patch:
        wrong(patch)
        return scenario_fails(name)


def reworded(patch: Patch, function: Any, old: str, new: str) -> None:
    """Makes a function wrong by one phrase of its source; the phrase must occur once."""
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times in {function.__name__}"
    module = compile(f"from __future__ import annotations\n{source.replace(old, new)}", __file__, "exec")
    code = next(each for each in module.co_consts if isinstance(each, CodeType) and each.co_name == function.__name__)
    patch.setattr(function, "__code__", code)
