"""The two tables as live `transitions` machines, for applications that want callbacks.

    live = LivePair.cold(config)
    live.on_enter(Unit.SECONDARY, Role.ACTIVE, announce)        # announce(change) is called after the step
    live.step(events.UnitRestored(unit=Unit.PRIMARY))

Theory of operation.  A unit has one machine for the unit table and one for each failover group;
`LiveUnit` holds them.  Every row is one transition for each of its source states: the trigger is the
word of the event class, the condition is the row's guard, the effects run before the state changes.
Guards see the record as it was, effects work on the draft that becomes the next record, and
`transitions` itself picks the first row whose condition holds.  Where it finds none, the table says
what that means: the event is ignored, refused or not possible.

A unit that leaves `up`, or comes up, takes its groups' roles along; for that a group machine has one
trigger more, `follow_unit`.

`LivePair.step` asks the pure `step` first.  Then the machines take the same event, and what they come
to is compared with the answer; a difference is `Drift`, which is a defect of this module or a hand
on the machines from outside.  Callbacks of `transitions` itself run while the machines move;
those of `on_enter` and `on_exit` run after the step, when `live.state` is the new state.

Needs the package `transitions`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import attrs
from transitions import Machine

from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import group_number
from failover_fsm.pair.live_arguments import check_argument, check_function, listed
from failover_fsm.pair.live_unit import FOLLOW_UNIT, Change, LiveUnit, MachineClass, Place, build_machine, place_of
from failover_fsm.pair.outputs import Output
from failover_fsm.pair.pair import Pair
from failover_fsm.pair.rule_context import Inputs
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.states import Phase, Role, State, UnitState
from failover_fsm.pair.step import UnitResult, next_state
from failover_fsm.pair.typed_commands import acting

__all__ = ["FOLLOW_UNIT", "Change", "Drift", "LivePair", "LiveUnit", "Place", "build_machine"]


Callback = Callable[[Change], object]


class Drift(RuntimeError):
    """The machines came to another state than `step`."""


class LivePair:
    """A failover pair that changes, with callbacks.  `pair` is the immutable pair it has come to."""

    def __init__(
        self, pair: Pair, *, clock: Callable[[], float] | None = None, machine_class: MachineClass = Machine
    ) -> None:
        """A live pair that begins where `pair` is.

        Args:
            pair: The pair.
            clock: Says what time it is, in any unit; each `Change` has its answer as `at`.
            machine_class: A class of `transitions`, such as `GraphMachine`, or a function that calls one.

        Raises:
            TypeError: If an argument is of the wrong kind.
        """
        check_argument("LivePair", "pair", pair, Pair)
        if clock is not None:
            check_function("LivePair", "clock", clock)
        self.pair = pair
        self.clock = clock
        self.units = {unit: LiveUnit(unit, pair.settings, pair.state.unit(unit), machine_class) for unit in Unit}
        self._wanted: list[tuple[Unit, Phase | Role, int | None, bool, Callback]] = []
        self._news: deque[Change] = deque()
        self._moving = self._telling = False

    @classmethod
    def cold(cls, config: PairConfig, options: Options | None = None, **more: Any) -> LivePair:
        """A live pair whose units are both off and have never been started; `more` as for `LivePair`."""
        return cls(Pair.cold(config, options), **more)

    @property
    def state(self) -> State:
        """The state of the pair."""
        return self.pair.state

    def on_enter(self, unit: Unit, state: Phase | Role, callback: Callback, group: int | None = None) -> None:
        """Calls `callback(change)` after each step in which the unit, or one of its groups, enters `state`.

        Args:
            unit: The unit.
            state: A Phase of the unit as a whole, or a Role.
            callback: A function of a Change; what it returns is ignored. A coroutine or generator function is
                refused, which would not run.
            group: Only this failover group of an Active/Active pair, 1 or 2.

        Raises:
            TypeError: If an argument is of the wrong kind.
            ValueError: If there is no such group.
        """
        self._want("on_enter", unit, state, group, True, callback)

    def on_exit(self, unit: Unit, state: Phase | Role, callback: Callback, group: int | None = None) -> None:
        """As `on_enter`, when it leaves `state`."""
        self._want("on_exit", unit, state, group, False, callback)

    def _want(
        self, name: str, unit: Unit, state: Phase | Role, group: int | None, entering: bool, callback: Callback
    ) -> None:
        check_argument(name, "unit", unit, Unit)
        check_argument(name, "state", state, Phase, Role)
        check_function(name, "callback", callback, "a Change")
        numbers = [group_number(self.pair.settings, index) for index in range(self.pair.settings.group_count)]
        if group is not None and (isinstance(state, Phase) or group not in numbers):
            allowed = "None for a Phase, which is the unit's" if isinstance(state, Phase) else listed(numbers)
            raise ValueError(f"{name}: group {group!r}; allowed: {allowed}")
        self._wanted.append((unit, state, group, entering, callback))

    def step(self, event: e.Event) -> tuple[Output, ...]:
        """Takes the step, moves the machines, tells the callbacks; returns the outputs of `Pair.step`.

        Raises Refused or NotPossible, nothing has changed then; TypeError for what is no event; Drift if the machines
        disagree.  A callback may step again, and that is told last.  One that raises ends the telling; the step has
        happened nevertheless.
        """
        check_argument("step", "event", event, e.Event)
        if self._moving:
            raise RuntimeError("the machines are moving: step again from a callback of on_enter or on_exit")
        before, event = self.pair, acting(event)
        self.pair, outputs = before.step(event)
        self._moving = True
        try:
            self._follow(before.state, event)
        finally:
            self._moving = False
            for unit, live in self.units.items():
                live.put(self.state.unit(unit))
        self._tell()
        return outputs

    def settle(self) -> tuple[Output, ...]:
        """Takes the units' own steps in the documented order until none is left; raises Livelock as `Pair.settle`."""
        return tuple(output for event, _ in self.pair.settle()[1] for output in self.step(event))

    def _follow(self, before: State, event: e.Event) -> None:
        at = None if self.clock is None else self.clock()

        def handler(own: UnitState, unit: Unit, event: e.Event, inputs: Inputs, settings: Settings) -> UnitResult:
            live = self.units[unit]
            if live.place != place_of(own):
                raise Drift(f"the machines of the {unit.value} were moved by something else than a step")
            live.record, live.settings = own, settings
            reaction, changes = live.react(event, inputs)
            self._news.extend(attrs.evolve(each, at=at) for each in changes)
            return reaction

        reached = next_state(before, self.pair.settings, event, handler).state
        places = {unit: live.place for unit, live in self.units.items()}
        wanted = {unit: place_of(self.state.unit(unit)) for unit in self.units}
        if reached != self.state or places != wanted:
            raise Drift(f"{event}: the machines came to {places}, step to {wanted}")

    def _tell(self) -> None:
        if self._telling:
            return
        self._telling = True
        try:
            while self._news:
                change = self._news.popleft()
                for callback in tuple(self._callbacks(change)):
                    callback(change)
        finally:
            self._telling = False
            self._news.clear()

    def _callbacks(self, change: Change) -> Iterator[Callback]:
        for entering in (False, True):
            place = change.after if entering else change.before
            for unit, state, group, when, callback in self._wanted:
                if (unit, state, when) == (change.unit, place, entering) and group in (None, change.group):
                    yield callback
