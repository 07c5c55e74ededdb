"""Every state of a pair, explored by number, for pictures that are folded: which steps of its units there are.

A state is the condition of its interfaces and all the rest, its *core*. The steps of a core are worked out once for
all conditions with one observation, so that most states cost the look at a few numbers. A pair with a topology or typed
command lines has no such cores, and its states are explored one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from failover_fsm.model.core_steps import Core, core_of, with_core
from failover_fsm.model.observations import Signature, signature_of
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.pair.events import Event
from failover_fsm.pair.states import Interface, State, Unit
from failover_fsm.pair.step import next_state

__all__ = ["PROGRESS_EVERY", "Explored", "TooMany", "Way", "explored"]

PROGRESS_EVERY = 200
"""The number of explored states between two calls of `progress`."""

Condition = tuple[Interface, ...]

Carries = tuple[tuple[bool, bool], tuple[bool, bool], tuple[bool, bool]]
"""Of what the units sense through their interfaces, all that a message on its way depends on."""

BITS = 32
"""The width of a condition's number in the number of a state."""


class TooMany(ValueError):
    """The graph, or its quotient, has too many states to be drawn."""


@attrs.define
class Way:
    """Steps that states with one core have in common.

    Attributes:
        core: The number of the core.
        steps: The events, each with the number of the core after it.
        count: How many states have them.
    """

    core: int
    steps: tuple[tuple[Event, int], ...]
    count: int = 0


@attrs.frozen
class Explored:
    """All states of a pair.

    Attributes:
        cores: A state with each core, by its number.
        ways: In the order in which they are met.
        count: How many states there are.
    """

    cores: tuple[State, ...]
    ways: tuple[Way, ...]
    count: int


def explored(model: PairModel, *, most: int, progress: Callable[[int], object] | None = None) -> Explored:
    """Every state of a pair.

    Args:
        model: The pair in its environment.
        most: The most states to explore.
        progress: Called now and then with the number of explored states.

    Raises:
        TooMany: If more states are reached.
    """
    walk: _Single | _Walk = _Single(model) if isinstance(model, WiredModel) else _Walk(model)
    reached = list(dict.fromkeys(map(walk.number_of, model.initial_states())))
    known = set(reached)
    for count, number in enumerate(reached, 1):  # it grows meanwhile
        if progress is not None and count % PROGRESS_EVERY == 0:
            progress(count)
        for after in walk.after(number):
            if after not in known:
                if len(reached) == most:
                    raise TooMany(f"more than {most:,} states; allowed: a smaller scenario")
                known.add(after)
                reached.append(after)
    return Explored(tuple(walk.states), tuple(walk.ways), len(reached))


class _Single:
    """The states of a pair as numbers, and their steps, where every state is a core by itself.

    Attributes:
        states: A state with each core, by its number.
        ways: Those that were met.
    """

    def __init__(self, model: PairModel) -> None:
        self._model = model
        self._numbers: dict[State, int] = {}
        self.states: list[State] = []
        self.ways: list[Way] = []

    def number_of(self, state: State) -> int:
        """The number of a state."""
        number = self._numbers.setdefault(state, len(self.states))
        if number == len(self.states):
            self.states.append(state)
        return number

    def after(self, number: int) -> Sequence[int]:
        """The numbers of the states after the steps of this one, which is counted."""
        found = self._model.successors(self.states[number])
        way = Way(number, tuple((event, self.number_of(after)) for event, after in found), 1)
        self.ways.append(way)
        return tuple(dict.fromkeys(after for _, after in way.steps))


class _Walk:
    """The states of a pair as numbers, and their steps.

    Attributes:
        states: A state with each core, by its number.
        ways: Those that were met.
    """

    def __init__(self, model: PairModel) -> None:
        self._model = model
        self._limit = model.environment.max_faults
        self._cores: dict[Core, int] = {}
        self._fragile: list[bool] = []
        self._core_faults: list[int] = []
        self._conditions: dict[Condition, int] = {}
        self._observed: list[tuple[Condition, Signature, int]] = []
        self._known: dict[tuple[int, Signature, int | None], tuple[Way, tuple[int, ...]]] = {}
        self._placed: dict[tuple[int, int | None], tuple[tuple[Event, int], ...]] = {}
        self._carries: list[Carries] = []
        self._left: dict[tuple[int, Carries, Carries], int] = {}
        self._losses: dict[tuple[int, type[Event], Unit | None, int], Way] = {}
        self.states: list[State] = []
        self.ways: list[Way] = []

    def number_of(self, state: State) -> int:
        """The number of a state: that of its core before that of the condition of its interfaces."""
        return self._core(state, core_of(state)) << BITS | self._condition(state.interfaces)

    def _core(self, state: State, core: Core) -> int:
        """The number of a core; state: one that differs at most in the core."""
        number = self._cores.setdefault(core, len(self._cores))
        if number == len(self.states):
            reached = with_core(state, core)
            self.states.append(reached)
            self._fragile.append(self._model.is_fragile(core))
            self._core_faults.append(self._model.faults(reached) - self._model.broken(reached.interfaces))
        return number

    def _condition(self, interfaces: Condition) -> int:
        number = self._conditions.setdefault(interfaces, len(self._conditions))
        if number == len(self._observed):
            self._observed.append(
                (interfaces, signature_of(self._model.settings, interfaces), self._model.broken(interfaces))
            )
            senses = self._model.senses(interfaces)
            self._carries.append((senses.data, senses.answers, senses.links))
        return number

    def after(self, number: int) -> Sequence[int]:
        """The numbers of the states after the steps of this one, which is counted."""
        core, condition = number >> BITS, number & (1 << BITS) - 1
        interfaces, signature, broken = self._observed[condition]
        room = None if self._limit is None else max(self._limit - self._core_faults[core] - broken, 0)
        found = self._known.get((core, signature, room))
        if found is None:
            state = attrs.evolve(self.states[core], interfaces=interfaces)
            found = self._known[core, signature, room] = self._core_steps(core, state, room)
        way, cores = found
        way.count += 1
        after = [changed | condition for changed in cores]
        placed = self._placed.get((condition, room))
        if placed is None:
            placed = self._placed[condition, room] = self._interface_steps(interfaces, room)
        if self._fragile[core]:
            after += [self._left_by(core, condition, event, changed) << BITS | changed for event, changed in placed]
        else:
            here = core << BITS
            after += [here | changed for _, changed in placed]
        return after

    def _left_by(self, core: int, before: int, event: Event, after: int) -> int:
        """The core after a step of the interfaces: a message that is on its way may be lost."""
        key = core, self._carries[before], self._carries[after]
        left = self._left.get(key)
        if left is None:
            state = attrs.evolve(self.states[core], interfaces=self._observed[before][0])
            changed = core_of(self._model.canonical(next_state(state, self._model.settings, event).state))
            left = self._left[key] = self._core(state, changed)
        told = core, type(event), getattr(event, "unit", None), left
        way = self._losses.get(told)
        if way is None:
            way = self._losses[told] = Way(core, ((event, left),))
            self.ways.append(way)
        way.count += 1
        return left

    def _core_steps(self, core: int, state: State, room: int | None) -> tuple[Way, tuple[int, ...]]:
        """The steps of the core, and the distinct cores after them, as numbers of states without their conditions."""
        found = self._model.core_steps(state, core_of(state))
        steps = tuple((step.event, self._core(state, step.after)) for step in found if _is_within(step.cost, room))
        way = Way(core, steps)
        self.ways.append(way)
        return way, tuple(dict.fromkeys(after << BITS for _, after in steps))

    def _interface_steps(self, interfaces: Condition, room: int | None) -> tuple[tuple[Event, int], ...]:
        """The steps of the interfaces, with the conditions after them."""
        found = self._model.interface_steps(interfaces)
        return tuple((event, self._condition(after)) for event, after, cost in found if _is_within(cost, room))


def _is_within(cost: int, room: int | None) -> bool:
    return room is None or cost <= room
