"""Coverage of the two tables by the states of a page, and the rules that the covered rows implement."""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.tables import Row
from failover_fsm.pair.unit import UNIT_TABLE
from failover_fsm.reports.html.state_graph import PageGraph

__all__ = ["TableCoverage", "table_coverage"]


@attrs.frozen
class TableCoverage:
    """The covered and uncovered rows of a table, in the order of the table.

    Attributes:
        taken: The rows that some step takes.
        untaken: The other rows.
        complete: True if every state that can be reached was examined.
    """

    taken: dict[str, tuple[Row[Any], ...]]
    untaken: dict[str, tuple[Row[Any], ...]]
    complete: bool


def table_coverage(carried: PageGraph) -> TableCoverage:
    """The rows that some step of a graph takes.

    Args:
        carried: The graph.
    """
    met = {row.name: None for choices in carried.choices for choice in choices for row in choice.rows}
    tables: tuple[Any, ...] = (UNIT_TABLE, GROUP_TABLE)
    return TableCoverage(
        taken={table.name: tuple(row for row in table.rows if row.name in met) for table in tables},
        untaken={table.name: tuple(row for row in table.rows if row.name not in met) for table in tables},
        complete=carried.complete,
    )
