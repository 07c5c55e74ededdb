"""Test coverage: the situations, table rows and premises that a test visited, and the required minimum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import attrs

from failover_fsm.pair.states import State
from failover_fsm.testing.pair.walk import Choice, TransitionSystem, situation

__all__ = ["Coverage", "Floor", "FloorNotReached"]


class FloorNotReached(AssertionError):
    """The coverage of a test is below its required minimum, so its success means little."""


@attrs.frozen(kw_only=True)
class Floor:
    """The required minimum of coverage.

    Attributes:
        situations: The least share of reachable situations to visit, 0 to 1.
        rows: The least share of table rows.
        premises: The least share of premises.
        visits: How many visits count as covered.
    """

    situations: float = 0.0
    rows: float = 0.0
    premises: float = 0.0
    visits: int = attrs.field(default=1, validator=attrs.validators.ge(1))

    def __attrs_post_init__(self) -> None:
        for name in ("situations", "rows", "premises"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} cannot be {getattr(self, name)}; allowed: 0 to 1")


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

    def parts(
        self, transitions: TransitionSystem, premises: Iterable[str]
    ) -> Iterator[tuple[str, Counter[str], tuple[str, ...]]]:
        """The three kinds of coverage goals.

        Yields:
            The name of the kind, the visits, and all goals of the kind that are reachable.
        """
        distances = transitions.distances
        yield "situations", self.situations, tuple(distances.situations)
        yield "rows", self.rows, tuple(distances.rows)
        yield "premises", self.premises, tuple(premises)

    def missing(self, transitions: TransitionSystem, premises: Iterable[str] = ()) -> tuple[str, ...]:
        """The reachable goals that were never visited."""
        return tuple(name for _, met, all_ in self.parts(transitions, premises) for name in all_ if not met[name])

    def check(self, floor: Floor, transitions: TransitionSystem, premises: Iterable[str] = ()) -> None:
        """Compares the coverage with a required minimum.

        Raises:
            FloorNotReached: With the goals that were visited too seldom.
        """
        wrong = []
        for kind, met, all_ in self.parts(transitions, premises):
            low = [name for name in all_ if met[name] < floor.visits]
            share = 1 - len(low) / len(all_) if all_ else 1.0
            if share < getattr(floor, kind):
                seldom = "".join(f"\n      {met[name]:6} {name}" for name in low)
                wanted = f"{floor.visits} visits of {getattr(floor, kind):.0%}"
                wrong.append(f"  {kind}: {share:.0%} reached {wanted}; too seldom:{seldom}")
        if wrong:
            head = f"the floor is not reached in {self.runs:,} runs of {self.steps:,} steps\n"
            raise FloorNotReached(head + "\n".join(wrong))

    def table(self, transitions: TransitionSystem | None = None, premises: Iterable[str] = ()) -> str:
        """The visits as a table, least visited first; with `transitions`, goals that were never visited too."""
        parts = [("situations", self.situations, ()), ("rows", self.rows, ()), ("premises", self.premises, ())]
        known = parts if transitions is None else list(self.parts(transitions, premises))
        lines = [f"{self.runs:,} runs, {self.steps:,} steps"]
        for kind, met, possible in known:
            names = tuple(dict.fromkeys((*possible, *met)))
            whole = (
                ""
                if transitions is None or transitions.distances.complete
                else " of those in the part that was explored"
            )
            reached = sum(met[name] > 0 for name in names)
            lines.append(f"{kind}: {reached} of {len(names)}{whole}" if transitions else f"{kind}: {reached}")
            lines += [f"  {met[name]:6}  {name}" for name in sorted(names, key=lambda name: met[name])]
        return "\n".join(lines) + "\n"
