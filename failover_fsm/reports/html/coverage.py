"""Coverage of the two tables by a search, and the rules that the covered rows implement."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import attrs

from failover_fsm.model.pair_model import PairModel, core_of
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.events import Event
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.registry import kind_of
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.pair.step import UnitHandler, next_state
from failover_fsm.pair.tables import Row
from failover_fsm.pair.unit import UNIT_TABLE
from failover_fsm.reports.html.state_graph import rows_taken

__all__ = ["MAX_COVERED", "TableCoverage", "table_coverage"]

MAX_COVERED = 50_000
"""The most states whose rows are determined."""


@attrs.frozen
class TableCoverage:
    """The covered and uncovered rows of a table, in the order of the table.

    Attributes:
        taken: The rows that some step takes.
        untaken: The other rows.
        complete: True if every state of the search was examined.
    """

    taken: dict[str, tuple[Row[Any], ...]]
    untaken: dict[str, tuple[Row[Any], ...]]
    complete: bool


def table_coverage(scenario: Scenario, most: int = MAX_COVERED) -> TableCoverage:
    """The rows that some step of the scenario takes.

    Args:
        scenario: The scenario.
        most: The most states to examine, breadth first.
    """
    settings = scenario.settings
    model = PairModel(settings, scenario.environment)
    reached = list(model.initial_states())
    known = dict.fromkeys(reached)
    seen: dict[Hashable, None] = {}
    met: dict[str, None] = {}
    for state in reached:
        for event, after in model.successors(state):
            if after not in known and len(known) < most:
                known[after] = None
                reached.append(after)
            if kind_of(type(event)).by_units:
                key = (core_of(state), model.senses(state.interfaces), event)
                if key not in seen:
                    seen[key] = None
                    met.update(dict.fromkeys(_names(state, settings, event, model.handler)))
    tables: tuple[Any, ...] = (UNIT_TABLE, GROUP_TABLE)
    return TableCoverage(
        taken={table.name: tuple(row for row in table.rows if row.name in met) for table in tables},
        untaken={table.name: tuple(row for row in table.rows if row.name not in met) for table in tables},
        complete=len(known) < most,
    )


def _names(state: State, settings: Settings, event: Event, handler: UnitHandler) -> tuple[str, ...]:
    try:
        return tuple(row.name for row in rows_taken(next_state(state, settings, event, handler)))
    except StepError:  # possible only for the interchangeable interface of another state
        return ()
