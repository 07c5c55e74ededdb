"""Test coverage: what was seen and how often, what was never seen, and the required minimum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import attrs

__all__ = ["Coverage", "Floor", "FloorNotReached", "Part"]


LINES = 60
"""The most goals of a kind that a table lists."""


class FloorNotReached(AssertionError):
    """The coverage of a test is below its required minimum, so its success means little."""


@attrs.frozen(kw_only=True)
class Floor:
    """The required minimum of coverage.

    Attributes:
        situations: The least share of reachable situations to visit, 0 to 1.
        rows: The least share of table rows, or of the events of a model.
        premises: The least share of premises.
        visits: How many visits count as covered; needs one of the shares.
    """

    situations: float = 0.0
    rows: float = 0.0
    premises: float = 0.0
    visits: int = 1

    def __attrs_post_init__(self) -> None:
        for name in ("situations", "rows", "premises"):
            share = getattr(self, name)
            if not isinstance(share, int | float) or not 0 <= share <= 1:
                raise ValueError(f"{name} cannot be {share!r}; allowed: 0 to 1")
        if not isinstance(self.visits, int) or self.visits < 1:
            raise ValueError(f"visits cannot be {self.visits!r}; allowed: 1 or more")
        if self.visits > 1 and not (self.situations or self.rows or self.premises):
            raise ValueError(
                f"visits {self.visits} alone asks for nothing; allowed: with situations, rows or premises above 0"
            )


@attrs.frozen
class Part:
    """One kind of coverage goals.

    Attributes:
        name: A name that Floor has, or one that it does not ask for.
        met: The number of visits of each goal.
        possible: All goals of the kind that can be met, as far as is known.
        complete: True if these are all.
    """

    name: str
    met: Counter[str]
    possible: tuple[str, ...]
    complete: bool = True

    def seldom(self, visits: int) -> list[str]:
        """The goals with fewer visits."""
        return [goal for goal in self.possible if self.met[goal] < visits]

    def lines(self) -> Iterable[str]:
        """The visits, least visited first, goals that were never visited included."""
        goals = tuple(dict.fromkeys((*self.possible, *self.met)))
        whole = "" if self.complete else " of those in the part that was explored"
        yield f"{self.name}: {sum(self.met[goal] > 0 for goal in goals)} of {len(goals)}{whole}"
        seldom = sorted(goals, key=lambda goal: self.met[goal])
        for goal in seldom[:LINES]:
            yield f"  {self.met[goal] or 'never':>6}  {goal}"
        if len(seldom) > LINES:
            yield f"  {len(seldom) - LINES:,} more, each {self.met[seldom[LINES]]} times at least"


@attrs.frozen
class Coverage:
    """What a test has seen.

    Attributes:
        head: What it did, in a line.
        parts: The kinds of goals.
    """

    head: str
    parts: tuple[Part, ...]

    def table(self) -> str:
        """All goals with their visits."""
        return "\n".join([self.head, *(line for part in self.parts for line in part.lines())]) + "\n"

    def check(self, floor: Floor) -> None:
        """Compares the coverage with a required minimum.

        Raises:
            FloorNotReached: With the goals that were visited too seldom.
        """
        wrong = []
        for part in self.parts:
            wanted = getattr(floor, part.name, 0.0)
            low = part.seldom(floor.visits)
            share = 1 - len(low) / len(part.possible) if part.possible else 1.0
            if share < wanted:
                listed = "".join(f"\n      {part.met[goal]:6} {goal}" for goal in low)
                reached = f"{share:.0%} reached {floor.visits} visits of {wanted:.0%}"
                wrong.append(f"  {part.name}: {reached}; too seldom:{listed}")
        if wrong:
            raise FloorNotReached(f"the floor is not reached in {self.head}\n" + "\n".join(wrong))
