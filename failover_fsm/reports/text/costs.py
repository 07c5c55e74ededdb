"""The factor by which each field of the state multiplies the explored states, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from failover_fsm.checker.core.cost import Cost

__all__ = ["cost_lines"]

HEADING = "What each part of the state multiplies the states by (1 means that it follows from the rest)"


def cost_lines(costs: Iterable[Cost]) -> Iterator[str]:
    """The table as lines: combinations of fields first, then single fields, each with the largest factor first."""
    ordered = sorted(costs, key=lambda cost: (cost.fields == 1, -cost.factor, cost.name))
    yield HEADING
    for cost in ordered:
        many = "" if cost.fields == 1 else f"  ({cost.fields} fields together)"
        yield f"  {cost.factor:10,.2f}  {cost.name}{many}"
