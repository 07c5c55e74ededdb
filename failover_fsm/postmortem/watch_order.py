"""The order of the lines of a pair that is watched: those of two units within about a second may come either way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.tokens import Token
from failover_fsm.postmortem.watch_states import Possible, Pursuit

__all__ = ["MOST_STATES", "SWITCHES", "Order", "Taken"]

MOST_STATES = 300
"""So many possible states are followed; where more are possible, those that took the least are kept."""

NEAR = 1.0
"""Lines of different units whose times are so many seconds apart may have been printed in another order."""

MOST_NEAR = 4
"""So many lines are put in order, the last one among them."""

TAKEOVER = 104001
SWITCHES = (TAKEOVER, 104002, 104003)


@attrs.frozen(kw_only=True)
class Taken:
    """A line, and what is possible around it.

    Attributes:
        unit: Whose line it is.
        token: What it says.
        line: The line.
        time: Its time, None where that is not known.
        before: What was possible before it.
        here: What is possible after it, the likeliest first; nothing where it cannot be.
        is_said: It has been said that it lacks its cause.
    """

    unit: Unit
    token: Token
    line: str
    time: float | None
    before: tuple[Possible, ...] = ()
    here: tuple[Possible, ...] = ()
    is_said: bool = False

    @property
    def lacks_cause(self) -> bool:
        """It is a switch that takes an event from outside of which no line tells."""
        return self.token.number in SWITCHES and all(self.causes)

    @property
    def causes(self) -> tuple[tuple[str, ...], ...]:
        """The events of which no line tells, for each of the likeliest states.

        A peer that has stopped since its last line is one, though lines before this one came of it.
        """
        takes_over = self.token.number == TAKEOVER
        return tuple(
            tuple(dict.fromkeys((*each.events, *(event for _, event in each.stops if takes_over))))
            for each in self.here
            if each.cost == self.here[0].cost
        )

    @property
    def after(self) -> tuple[Possible, ...]:
        """What is followed further; of what stopped before a takeover nothing more is said."""
        kept = (
            attrs.evolve(each, events=(), stops=() if self.token.number == TAKEOVER else each.stops)
            for each in self.here
        )
        return tuple(dict.fromkeys(kept))[:MOST_STATES]


class Order:
    """The last lines, in the order in which they can have been printed with the fewest events from outside.

    Args:
        pursuit: The pair.
    """

    def __init__(self, pursuit: Pursuit) -> None:
        self._pursuit = pursuit
        self._last: list[Taken] = []

    def forget(self) -> None:
        """Lines are missing: nothing that came before is put in order any more."""
        self._last = []

    def put(self, possible: tuple[Possible, ...], new: Taken) -> list[Taken]:
        """Puts a line behind the last one, or before lines of the other unit where that takes fewer events.

        Args:
            possible: What is possible before it.
            new: The line.

        Returns:
            The lines from the first whose place has changed, at least the new one; the last tells what is possible.
        """
        found = [self._take(possible, new)]
        near = self._near(new)
        if near and all(each.events for each in found[0].here):
            most = found[0].here[0].cost if found[0].here else None
            lines = (_of(near, Unit.PRIMARY, new), _of(near, Unit.SECONDARY, new))
            others = self._orders(near[0].before, *lines, most)
            found = min(others, key=lambda other: other[-1].here[0].cost, default=found)
        known = len(self._last) + 1 - len(found)
        said = [attrs.evolve(each, is_said=each.is_said or each.lacks_cause) for each in found]
        self._last = [*self._last[:known], *said][-MOST_NEAR:] if found[-1].here else []
        return found

    def _take(self, possible: tuple[Possible, ...], each: Taken, most: int | None = None) -> Taken:
        here = tuple(self._pursuit.after(possible, each.unit, each.token, most))
        return attrs.evolve(each, before=possible, here=here)

    def _near(self, new: Taken) -> list[Taken]:
        """The last lines that may have been printed after a new one, or between which others may have been."""
        near: list[Taken] = []
        for each in reversed(self._last[1 - MOST_NEAR :]):
            if each.time is None or new.time is None or abs(new.time - each.time) > NEAR:
                break
            near.insert(0, each)
        return near

    def _orders(
        self, possible: tuple[Possible, ...], primary: Sequence[Taken], secondary: Sequence[Taken], most: int | None
    ) -> Iterator[list[Taken]]:
        """The orders that can be, of the lines of one unit with those of the other, that take less than the most."""
        if not primary and not secondary:
            yield []
        for first, rest in ((primary, (primary[1:], secondary)), (secondary, (primary, secondary[1:]))):
            taken = self._take(possible, first[0], most) if first else None
            if taken is not None and taken.here and (most is None or taken.here[0].cost < most):
                yield from ([taken, *more] for more in self._orders(taken.after, *rest, most))


def _of(near: Sequence[Taken], unit: Unit, new: Taken) -> list[Taken]:
    return [each for each in (*near, new) if each.unit is unit]
