"""Decision graphs: which effect a rule has in a state, found by testing one slot after another.

A node is met by any number of ways, so a graph may be far smaller than the list of its paths.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from failover_fsm.checker.rules.rule_tree import NOWHERE, Branch, DecisionTree, End, Pairs, Step

__all__ = ["DISABLED", "Decision", "Graph", "Graphs", "Guard", "Node", "learned_decision"]

Guard = tuple[tuple[int, tuple[int, ...]], ...]
"""Slots, each with the codes that it may have, fewer than all."""

DISABLED = -1
"""The leaf of states in which a rule is not enabled."""


@attrs.frozen(eq=False)
class Node:
    """A node: the slot that is tested, and the graph for some of its codes; the other codes do not occur here."""

    slot: int
    ways: tuple[tuple[tuple[int, ...], Graph], ...]

    def by_frequency(self) -> list[tuple[tuple[int, ...], Graph]]:
        """The ways, the one with the most codes last: it is written as what is left, codes that do not occur too."""
        return sorted(self.ways, key=lambda way: len(way[0]))


Graph = Node | int
"""A test, or a leaf: the number of an effect, or DISABLED."""


class Graphs:
    """Makes nodes; two that are equal are one object."""

    def __init__(self) -> None:
        self._known: dict[object, Node] = {}

    def test(self, slot: int, children: Iterable[tuple[int, Graph]]) -> Graph:
        """The graph that tests a slot; its only child where all codes lead to the same.

        Args:
            slot: the slot.
            children: the graph for each code that occurs, at least one.
        """
        below: dict[Graph, list[int]] = {}
        for code, child in children:
            below.setdefault(child, []).append(code)
        if len(below) == 1:
            return next(iter(below))
        ways = tuple((tuple(codes), child) for child, codes in below.items())
        return self._known.setdefault((slot, ways), Node(slot, ways))


@attrs.frozen(eq=False)
class Decision:
    """What a rule does in each state, or where a predicate is false.

    Attributes:
        effects: assignments, by number.
        graph: its leaves are numbers of effects.
    """

    effects: tuple[Pairs, ...]
    graph: Graph

    def nodes(self) -> list[Node]:
        """The tests, each once and before those below it."""
        found: dict[Node, None] = {}

        def visit(graph: Graph) -> None:
            if isinstance(graph, Node) and graph not in found:
                for _, child in graph.ways:
                    visit(child)
                found[graph] = None

        visit(self.graph)
        return list(reversed(found))

    def guards(self, sizes: Sequence[int]) -> Iterator[tuple[Pairs, tuple[Guard, ...]]]:
        """Each effect with the disjoint guards under which it is made.

        Args:
            sizes: how many codes each slot has.
        """
        found: dict[int, list[Guard]] = {}
        for effect, allowed in _paths(self.graph, {}):
            guard = tuple((slot, codes) for slot, codes in allowed.items() if len(codes) < sizes[slot])
            found.setdefault(effect, []).append(guard)
        for effect, places in found.items():
            if effect != DISABLED:
                yield self.effects[effect], tuple(places)


def _paths(graph: Graph, allowed: dict[int, tuple[int, ...]]) -> Iterator[tuple[int, dict[int, tuple[int, ...]]]]:
    """The leaves, once per path, each with the codes that the path allows; paths that no state takes are left out."""
    if isinstance(graph, int):
        yield graph, allowed
        return
    for codes, child in graph.ways:
        before = allowed.get(graph.slot)
        both = codes if before is None else tuple(code for code in codes if code in before)
        if both:
            yield from _paths(child, {**allowed, graph.slot: both})


def learned_decision(tree: DecisionTree, constant: Mapping[int, int]) -> Decision:
    """The decision of a completely learned tree without failures.

    Args:
        tree: the tree; its questions become tests of the slots that they are about.
        constant: slots that have one code only, which are not tested.
    """
    graphs, effects = Graphs(), dict[Pairs, int]()
    known: dict[int, Graph] = {}

    def graph_of(node: Branch | End | None) -> Graph:
        if isinstance(node, Branch):
            return known[id(node)] if id(node) in known else known.setdefault(id(node), graph_of_branch(node))
        result = None if node is None else node.result
        return effects.setdefault(result.writes, len(effects)) if isinstance(result, Step) else DISABLED

    def graph_of_branch(node: Branch) -> Graph:
        question, slot = tree.shape.query_of(node.slot), tree.shape.base(node.slot)
        codes = [constant[slot]] if slot in constant else range(len(tree.shape.values(slot)))
        below = [(code, node.children[code if question is None else question.table[code]]) for code in codes]
        return graphs.test(slot, ((code, graph_of(child)) for code, child in below if child is not NOWHERE))

    graph = graph_of(tree.root)
    return Decision(tuple(effects), graph)
