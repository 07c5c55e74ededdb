"""Whether time can always pass: a timed verdict means nothing about runs that are stuck in one instant.

From every state some run must go on for ever in which time passes without bound, or come to its end. A run in which
only steps of no duration follow each other (a Zeno run) does not count, nor does a state in which a clock is overdue.
The graph without gauges is finite, and a cycle of it takes time if and only if one of its steps does: a clock that has
to count up from zero again before it falls due.
"""

from __future__ import annotations

from array import array

from failover_fsm.checker.explicit.graph import Graph, components
from failover_fsm.timing.symbolic import Fired, Symbol, SymbolicModel

__all__ = ["Reached"]


class Reached:
    """The states of a model, breadth first; it must be one without gauges, whose graph is finite.

    Attributes:
        states: every reachable state; states of which a run has ended have no successors.
        stop: the events of a shortest run to a state in which time stands still for ever; None if it can always pass.
    """

    def __init__(self, model: SymbolicModel) -> None:
        self.states: list[Symbol] = list(dict.fromkeys(model.initial_states()))
        self._came: dict[int, tuple[int, Fired]] = {}
        self._graph = Graph()
        self._lasting: list[tuple[int, int]] = []  # edges that take time
        numbers = {symbol: number for number, symbol in enumerate(self.states)}
        for source, symbol in enumerate(self.states):  # grows on the way
            for fired, after in model.successors(symbol):
                target = numbers.setdefault(after, len(self.states))
                if target == len(self.states):
                    self.states.append(after)
                    self._came[target] = (source, fired)
                self._graph.targets.append(target)
                self._graph.labels.append(0)
                if not fired.instant:
                    self._lasting.append((source, target))
            self._graph.offsets.append(len(self._graph.targets))
        self.stop = self._stop()

    def _stop(self) -> tuple[Fired, ...] | None:
        size = len(self.states)
        of_component = array("I", bytes(4 * size))
        everything = array("I", bytes(4 * size))
        for number, component in enumerate(components(self._graph, range(size), everything, 0), start=1):
            for state in component:
                of_component[state] = number
        offsets = self._graph.offsets
        fine = [
            state
            for state, symbol in enumerate(self.states)
            if symbol.ends or (offsets[state] == offsets[state + 1] and not symbol.overdue)
        ]
        fine += [source for source, target in self._lasting
                 if source == target or 0 < of_component[source] == of_component[target]]  # fmt: skip
        backwards = self._graph.reversed()
        passes = backwards.reach(fine)
        if all(passes):
            return None
        goes_on = backwards.reach([source for source, _ in self._lasting])
        targets = self._graph.targets
        for state in range(size):
            on_cycle = of_component[state] or state in targets[offsets[state] : offsets[state + 1]]
            if not (passes[state] or goes_on[state]) and (on_cycle or self.states[state].overdue):
                return self._way(state)
        raise AssertionError("a run that does not end comes to a cycle")

    def _way(self, state: int) -> tuple[Fired, ...]:
        events = []
        while state in self._came:
            state, fired = self._came[state]
            events.append(fired)
        return tuple(reversed(events))
