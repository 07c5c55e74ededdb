"""Which rows of the two tables the search took, and the rules that they implement."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import attrs

from failover_fsm.model.pair_model import PairModel, core_of
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.events import Event
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.pair.step import UnitHandler, next_state
from failover_fsm.pair.tables import Row
from failover_fsm.pair.unit import UNIT_TABLE
from failover_fsm.reports.html.state_graph import rows_taken

__all__ = ["MAX_COVERED", "Coverage", "coverage"]

MAX_COVERED = 50_000
"""How many states are looked into for their rows."""


@attrs.frozen
class Coverage:
    """The rows of a table that were taken, and those that were not, in the order of the table.

    complete: every state of the search was looked into.
    """

    taken: dict[str, tuple[Row[Any], ...]]
    untaken: dict[str, tuple[Row[Any], ...]]
    complete: bool


def coverage(scenario: Scenario, most: int = MAX_COVERED) -> Coverage:
    """The rows that some step of the scenario takes.  most: states to look into, breadth first."""
    settings = scenario.settings
    model = PairModel(settings, scenario.environment)
    reached = list(model.initial_states())
    known = dict.fromkeys(reached)
    asked: dict[Hashable, None] = {}
    met: dict[str, None] = {}
    for state in reached:
        for event, after in model.successors(state):
            if after not in known and len(known) < most:
                known[after] = None
                reached.append(after)
            if hasattr(event, "unit") and not hasattr(event, "interface"):
                key = (core_of(state), model.senses(state.interfaces), event)
                if key not in asked:
                    asked[key] = None
                    met.update(dict.fromkeys(_names(state, settings, event, model.handler)))
    tables: tuple[Any, ...] = (UNIT_TABLE, GROUP_TABLE)
    return Coverage(
        taken={table.name: tuple(row for row in table.rows if row.name in met) for table in tables},
        untaken={table.name: tuple(row for row in table.rows if row.name not in met) for table in tables},
        complete=len(known) < most,
    )


def _names(state: State, settings: Settings, event: Event, handler: UnitHandler) -> tuple[str, ...]:
    try:
        return tuple(row.name for row in rows_taken(next_state(state, settings, event, handler)))
    except StepError:  # an interchangeable interface stands elsewhere
        return ()
