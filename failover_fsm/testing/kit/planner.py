"""Plans made while they run: now and then at random, mostly toward an event that was seldom made where it can be."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import attrs

from failover_fsm.testing.kit.adapter import Act
from failover_fsm.testing.kit.belief import Belief
from failover_fsm.testing.kit.specification import Specification

__all__ = ["Planner"]

SEARCHED = 200
"""The most states that are searched for an event that was seldom made."""


@attrs.define
class Planner:
    """Draws the next act of a plan, given where the system can be.

    Attributes:
        specification: What the system may do.
        start: Events with which every plan begins, in any order.
        length: The most events after them; a plan has half as many at least.
        dice: Draws; the same seed and the same observations give the same plans.
        made: How often each event was made in each state at rest.
    """

    specification: Specification
    start: Sequence[Any]
    length: int
    dice: Random
    made: Counter[tuple[Any, Any]] = attrs.field(factory=Counter)

    def acts(self, belief: Belief) -> Iterator[Act]:
        """The acts of one plan; `belief` is moved by the caller before the next one is drawn."""
        begin = self.dice.sample(list(self.start), len(self.start))
        count = len(begin) + self.dice.randint((self.length + 1) // 2, self.length)
        looked, way = True, deque[Any]()
        for number in range(count):
            event = begin.pop(0) if begin else self._next(belief, looked, way, count - number)
            if event is None:
                return
            if not self.specification.possible(belief.states, event):
                continue
            if looked:
                self.made[belief.states[0], event] += 1
            looked = number == count - 1 or self.dice.randrange(6) > 0
            yield Act(event, looked)

    def _next(self, belief: Belief, looked: bool, way: deque[Any], room: int) -> Any | None:
        possible = self._possible(belief)
        if not possible:
            return None
        if not looked or self.dice.randrange(5) == 0:
            way.clear()
            return self.dice.choice(possible)
        if not way or way[0] not in possible:
            way.clear()
            way.extend(self._toward_the_seldom(belief.states[0], room))
        return way.popleft() if way and way[0] in possible else self.dice.choice(possible)

    def _possible(self, belief: Belief) -> list[Any]:
        events = self.specification.tester_events(belief.states[0])
        return [event for event in events if self.specification.possible(belief.states, event)]

    def _toward_the_seldom(self, state: Any, room: int) -> tuple[Any, ...]:
        """The shortest way to an event that was never made where it can be made, or to the one made least."""
        ways: dict[Any, tuple[Any, ...]] = {state: ()}
        queue, best, least = deque([state]), (), None
        while queue and len(ways) <= SEARCHED:
            here = queue.popleft()
            if len(ways[here]) >= room:
                break
            events = list(self.specification.tester_events(here))
            self.dice.shuffle(events)
            for event in events:
                count = self.made[here, event]
                if least is None or count < least:
                    least, best = count, (*ways[here], event)
                after = self._rested(self.specification.after(here, event)[0])
                if after not in ways:
                    ways[after] = (*ways[here], event)
                    queue.append(after)
            if least == 0:
                break
        return best

    def _rested(self, state: Any) -> Any:
        """A state in which the system comes to rest, if it takes the first of its own steps each time."""
        seen = {state}
        while not self.specification.at_rest(state):
            state = self.specification.own_steps(state)[0][1]
            if state in seen:
                break
            seen.add(state)
        return state
