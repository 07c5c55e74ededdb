"""What a test has met: situations, rows of the tables, premises of promises; and the floor under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import attrs

from failover_fsm.pair.states import State
from failover_fsm.testing.walk import Choice, Ground, situation

__all__ = ["Coverage", "Floor", "FloorNotReached"]


class FloorNotReached(AssertionError):
    """A test met less than its floor asks for: its passing means little."""


@attrs.frozen(kw_only=True)
class Floor:
    """The least share, from 0 to 1, of what can be met that a test has to meet, and how often each."""

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
    """Visits of one test, shrinking included.

    runs, steps: test cases and events.  situations, rows, premises: visits of each by name.
    """

    runs: int = 0
    steps: int = 0
    situations: Counter[str] = attrs.field(factory=Counter)
    rows: Counter[str] = attrs.field(factory=Counter)
    premises: Counter[str] = attrs.field(factory=Counter)

    def begin(self, state: State) -> None:
        """A test case begins in the state."""
        self.runs += 1
        self.situations[situation(state)] += 1

    def step(self, choice: Choice) -> None:
        """A step was taken."""
        self.steps += 1
        self.situations[situation(choice.after)] += 1
        self.rows.update(choice.rows)

    def premise(self, promise: str) -> None:
        """The premise of a promise was met."""
        self.premises[promise] += 1

    def parts(self, ground: Ground, premises: Iterable[str]) -> Iterator[tuple[str, Counter[str], tuple[str, ...]]]:
        """Each kind of thing to meet: its name, the visits, and what can be met on the ground."""
        compass = ground.compass
        yield "situations", self.situations, tuple(compass.situations)
        yield "rows", self.rows, tuple(compass.rows)
        yield "premises", self.premises, tuple(premises)

    def missing(self, ground: Ground, premises: Iterable[str] = ()) -> tuple[str, ...]:
        """What can be met and was not."""
        return tuple(name for _, met, all_ in self.parts(ground, premises) for name in all_ if not met[name])

    def check(self, floor: Floor, ground: Ground, premises: Iterable[str] = ()) -> None:
        """Raises FloorNotReached, with what was met too seldom, unless the floor is reached."""
        wrong = []
        for kind, met, all_ in self.parts(ground, premises):
            low = [name for name in all_ if met[name] < floor.visits]
            share = 1 - len(low) / len(all_) if all_ else 1.0
            if share < getattr(floor, kind):
                seldom = "".join(f"\n      {met[name]:6} {name}" for name in low)
                wanted = f"{floor.visits} visits of {getattr(floor, kind):.0%}"
                wrong.append(f"  {kind}: {share:.0%} reached {wanted}; too seldom:{seldom}")
        if wrong:
            head = f"the floor is not reached in {self.runs:,} runs of {self.steps:,} steps\n"
            raise FloorNotReached(head + "\n".join(wrong))

    def table(self, ground: Ground | None = None, premises: Iterable[str] = ()) -> str:
        """The visits as a table, what was met least first; with a ground also what was not met at all."""
        parts = [("situations", self.situations, ()), ("rows", self.rows, ()), ("premises", self.premises, ())]
        known = parts if ground is None else list(self.parts(ground, premises))
        lines = [f"{self.runs:,} runs, {self.steps:,} steps"]
        for kind, met, possible in known:
            names = tuple(dict.fromkeys((*possible, *met)))
            whole = "" if ground is None or ground.compass.complete else " of those in the part that was explored"
            reached = sum(met[name] > 0 for name in names)
            lines.append(f"{kind}: {reached} of {len(names)}{whole}" if ground else f"{kind}: {reached}")
            lines += [f"  {met[name]:6}  {name}" for name in sorted(names, key=lambda name: met[name])]
        return "\n".join(lines) + "\n"
