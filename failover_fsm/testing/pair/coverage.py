"""Test coverage: the situations, table rows and premises that a test visited, and the required minimum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import attrs

from failover_fsm.pair.states import State
from failover_fsm.testing.kit.coverage import Coverage as Measured
from failover_fsm.testing.kit.coverage import Floor, FloorNotReached, Part
from failover_fsm.testing.pair.walk import Choice, TransitionSystem, situation

__all__ = ["Coverage", "Floor", "FloorNotReached"]


@attrs.define
class Coverage:
    """The visits of one test, shrinking included.

    Attributes:
        runs: The number of test cases.
        steps: The number of events.
        situations: The number of visits per situation.
        rows: The number of visits per table row.
        premises: The number of times that each promise's premise was met.
    """

    runs: int = 0
    steps: int = 0
    situations: Counter[str] = attrs.field(factory=Counter)
    rows: Counter[str] = attrs.field(factory=Counter)
    premises: Counter[str] = attrs.field(factory=Counter)

    def begin(self, state: State) -> None:
        """Records the start of a test case."""
        self.runs += 1
        self.situations[situation(state)] += 1

    def step(self, choice: Choice) -> None:
        """Records a step."""
        self.steps += 1
        self.situations[situation(choice.after)] += 1
        self.rows.update(choice.rows)

    def premise(self, promise: str) -> None:
        """Records that the premise of a promise was met."""
        self.premises[promise] += 1

    def parts(self, transitions: TransitionSystem | None = None, premises: Iterable[str] = ()) -> Iterator[Part]:
        """The three kinds of coverage goals; with `transitions`, all that can be met, met or not."""
        known = transitions is not None
        graph = transitions.distances.graph if transitions is not None else None
        situations = tuple(graph.situations if graph else self.situations)
        rows = tuple(graph.rows if graph else self.rows)
        complete = graph is None or graph.complete
        yield Part("situations", self.situations, situations, complete)
        yield Part("rows", self.rows, rows, complete)
        yield Part("premises", self.premises, tuple(premises if known else self.premises), complete)

    def missing(self, transitions: TransitionSystem, premises: Iterable[str] = ()) -> tuple[str, ...]:
        """The reachable goals that were never visited."""
        return tuple(name for part in self.parts(transitions, premises) for name in part.seldom(1))

    def check(self, floor: Floor, transitions: TransitionSystem, premises: Iterable[str] = ()) -> None:
        """Compares the coverage with a required minimum.

        Raises:
            FloorNotReached: With the goals that were visited too seldom.
        """
        self._measured(transitions, premises).check(floor)

    def table(self, transitions: TransitionSystem | None = None, premises: Iterable[str] = ()) -> str:
        """The visits as a table, least visited first; with `transitions`, goals that were never visited too."""
        return self._measured(transitions, premises).table()

    def _measured(self, transitions: TransitionSystem | None, premises: Iterable[str]) -> Measured:
        return Measured(f"{self.runs:,} runs, {self.steps:,} steps", tuple(self.parts(transitions, premises)))
