"""Distances in a graph to many goals at once, searched backward from all of them together."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

__all__ = ["BackwardDistances"]


class BackwardDistances:
    """How many steps it is from each node of a graph to each goal.

    A set of goals is a number, of which goal `g` is bit `1 << g`: one operation moves all that are new at a node.
    """

    def __init__(self, before: Sequence[Sequence[int]], goals: Sequence[int], limit: int) -> None:
        """Searches.

        Args:
            before: For each node those from which an edge leads to it.
            goals: For each node the goals that are reached there.
            limit: Distances from this one on are not told apart from no way at all.
        """
        self.limit = limit
        within = list(goals)
        self._within = [within]  # for each distance the goals that are so near, or nearer
        new = {node: found for node, found in enumerate(goals) if found}
        while new and len(self._within) < limit:
            reached: dict[int, int] = {}
            for node, found in new.items():
                for prior in before[node]:
                    gained = found & ~within[prior]
                    if gained:
                        reached[prior] = reached.get(prior, 0) | gained
            within = list(within)
            for node, gained in reached.items():
                within[node] |= gained
            self._within.append(within)
            new = reached

    def between(self, node: int, goal: int) -> int:
        """The least number of steps from a node to a goal; `limit` where there is none below it."""
        bit = 1 << goal
        found = bisect_left(self._within, True, key=lambda within: bool(within[node] & bit))
        return found if found < len(self._within) else self.limit
