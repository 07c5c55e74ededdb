"""The stored graph: states and events as numbers, edges in flat arrays.

States are numbered in the order of the breadth-first search, so a smaller number is never further from the initial
states. The edges of state ``n`` are ``targets[offsets[n]:offsets[n + 1]]`` with the event of each in ``labels``: eight
bytes per edge instead of two references and a tuple.

Steps that change nothing are not stored. Every property decided on a graph ignores them: they are no progress, take no
fair action, and make no cycle.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from attrs import Factory, define


@define(eq=False)
class Graph:
    """Edges by source state, in flat arrays; grows one state at a time.

    Attributes:
        offsets: where the edges of each state begin; one entry more than there are expanded states.
        targets: the state each edge leads to.
        labels: the number of the event of each edge.
        events: the number of each event, in order of first occurrence.
    """

    offsets: array[int] = Factory(lambda: array("Q", [0]))
    targets: array[int] = Factory(lambda: array("I"))
    labels: array[int] = Factory(lambda: array("I"))
    events: dict[Any, int] = Factory(dict)

    @property
    def size(self) -> int:
        """The number of states whose edges are stored."""
        return len(self.offsets) - 1

    def edges(self, state: int) -> Iterator[tuple[int, int]]:
        """Return (event, target) of each edge of ``state``, as numbers."""
        begin, end = self.offsets[state], self.offsets[state + 1]
        return zip(self.labels[begin:end], self.targets[begin:end], strict=True)

    def restricted(self, events: Sequence[int], states: Sequence[int] | None = None) -> Graph:
        """Return the graph of the edges whose event is marked and whose two ends are marked; maybe itself.

        Args:
            events: truth per event number.
            states: truth per state; None for all. The state numbers stay the same.
        """
        if states is None and all(events):
            return self
        kept = Graph(events=self.events)
        offsets, targets, labels = self.offsets, self.targets, self.labels
        for state in range(self.size):
            if states is None or states[state]:
                for edge in range(offsets[state], offsets[state + 1]):
                    if events[labels[edge]] and (states is None or states[targets[edge]]):
                        kept.targets.append(targets[edge])
                        kept.labels.append(labels[edge])
            kept.offsets.append(len(kept.targets))
        return kept

    def reversed(self) -> Graph:
        """Return the graph with every edge turned round."""
        offsets = array("Q", bytes(8 * (self.size + 1)))
        for target in self.targets:
            offsets[target + 1] += 1
        for state in range(self.size):
            offsets[state + 1] += offsets[state]
        place = array("Q", offsets)
        targets = array("I", bytes(4 * len(self.targets)))
        labels = array("I", bytes(4 * len(self.targets)))
        for source in range(self.size):
            for edge in range(self.offsets[source], self.offsets[source + 1]):
                target = self.targets[edge]
                targets[place[target]] = source
                labels[place[target]] = self.labels[edge]
                place[target] += 1
        return Graph(offsets=offsets, targets=targets, labels=labels, events=self.events)

    def reach(self, roots: Iterable[int]) -> bytearray:
        """Return truth per state: whether some root reaches it; roots reach themselves."""
        seen = bytearray(self.size)
        todo = list(roots)
        for root in todo:
            seen[root] = 1
        while todo:
            state = todo.pop()
            for target in self.targets[self.offsets[state] : self.offsets[state + 1]]:
                if not seen[target]:
                    seen[target] = 1
                    todo.append(target)
        return seen


def components(graph: Graph, states: Iterable[int], area: Sequence[int], mark: int) -> list[list[int]]:
    """Return the strongly connected components that contain a cycle, by Tarjan's method without recursion.

    Args:
        graph: where to look.
        states: the states to look at, in the order in which searches begin.
        area: a number per state; only states with ``area[state] == mark`` exist for this call.
        mark: see ``area``.

    Returns:
        Each component as a sorted list of its states. Components of one state are left out: the graph has no
        self-loops, so they contain no cycle.
    """
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    path: list[int] = []  # Tarjan's stack: visited, component not yet known
    open_: set[int] = set()  # the same states, for membership only
    found: list[list[int]] = []
    offsets, targets = graph.offsets, graph.targets
    for root in states:
        if root in order:
            continue
        order[root] = low[root] = len(order)
        path.append(root)
        open_.add(root)
        work = [(root, offsets[root])]
        while work:
            state, edge = work.pop()
            end = offsets[state + 1]
            while edge < end:
                target = targets[edge]
                edge += 1
                if area[target] != mark:
                    continue
                if target not in order:
                    work.append((state, edge))
                    order[target] = low[target] = len(order)
                    path.append(target)
                    open_.add(target)
                    work.append((target, offsets[target]))
                    break
                if target in open_ and order[target] < low[state]:
                    low[state] = order[target]
            else:
                if low[state] == order[state]:
                    _close(state, path, open_, found)
                if work and low[state] < low[work[-1][0]]:
                    low[work[-1][0]] = low[state]
    return found


def _close(root: int, path: list[int], open_: set[int], found: list[list[int]]) -> None:
    """Take the component of ``root`` off the stack and keep it if it has more than one state."""
    component = []
    while True:
        state = path.pop()
        open_.discard(state)
        component.append(state)
        if state == root:
            break
    if len(component) > 1:
        found.append(sorted(component))
