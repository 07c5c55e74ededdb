"""Steps that change units, links and modules, each worked out once for all that it depends on.

The *core* of a state is all of it but the interfaces; steps see of those only what `Senses` holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any

import attrs

from failover_fsm.model.interface_ranks import count_down, count_silent, hear_hellos
from failover_fsm.model.observer import UNITS
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import inputs_for, protocol_steps
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.ports import is_up
from failover_fsm.pair.registry import broken_core
from failover_fsm.pair.rule_context import Inputs
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Interface, State
from failover_fsm.pair.step import UnitHandler, next_state

__all__ = ["CORE", "Core", "CoreStep", "CoreSteps", "Senses", "core_of", "sensed", "with_core"]

CORE = ("primary", "secondary", "links", "modules", "impairments", "obstacles")
"""The fields of a State besides interfaces and wiring: those that the steps of units and commands change."""

core_of: Callable[[State], Core] = attrgetter(*CORE)
"""The values of these fields."""

Core = tuple[Any, ...]


_OTHERS = tuple(field.name for field in attrs.fields(State) if field.name not in CORE)
_others_of: Callable[[State], tuple[Any, ...]] = attrgetter(*_OTHERS)


def with_core(state: State, core: Core) -> State:
    """The state with other values of the fields in CORE: as attrs.evolve, in half the time."""
    return State(**dict(zip((*CORE, *_OTHERS), (*core, *_others_of(state)), strict=True)))


@attrs.frozen(cache_hash=True)
class Senses:
    """All that the two units can sense through their interfaces, the primary first.

    Attributes:
        data: The peer's hellos could reach the unit on some monitored interface.
        answers: Its answers could reach the unit on some interface.
        no_link: Ports down, by group.
        silent: Ports that receive nothing while the peer's receives, by group.
        links: The ports under the failover link and under the stateful link are up.
    """

    data: tuple[bool, bool]
    answers: tuple[bool, bool]
    no_link: tuple[tuple[int, int], ...]
    silent: tuple[tuple[int, int], ...]
    links: tuple[bool, bool]


def sensed(interfaces: tuple[Interface, ...], settings: Settings) -> Senses:
    """What the units can sense of the interfaces."""
    counted = [interfaces[index] for index in settings.counted]
    groups = [[interfaces[at] for at in settings.counted_in(index)] for index in range(settings.group_count)]
    probed = [interfaces[index] for index in settings.probed]
    return Senses(
        data=(hear_hellos(counted, UNITS[0]), hear_hellos(counted, UNITS[1])),
        answers=(hear_hellos(probed, UNITS[0]), hear_hellos(probed, UNITS[1])),
        no_link=tuple((count_down(block, UNITS[0]), count_down(block, UNITS[1])) for block in groups),
        silent=tuple((count_silent(block, UNITS[0]), count_silent(block, UNITS[1])) for block in groups),
        links=(is_up(interfaces, settings.together.failover), is_up(interfaces, settings.together.stateful)),
    )


@attrs.frozen
class CoreStep:
    """A step of the core: the event, the core after it, the things that break with it, the names of the rows taken."""

    event: e.Event
    after: Core
    cost: int
    rows: tuple[str, ...]


@attrs.define
class _OwnSteps:
    """Protocol steps of a core where what the units hear of each other is the same.

    Attributes:
        events: Those that can happen, in settle order.
        known: What each does, with what reaches the unit then; None where it changes nothing.
    """

    events: tuple[e.ProtocolStep, ...]
    known: dict[tuple[e.ProtocolStep, Inputs], CoreStep | None] = attrs.field(factory=dict)


class CoreSteps:
    """The steps of cores, for a pair in its environment; what was asked once is known.

    Attributes:
        events: The events from outside that units, links and modules take.
        handler: Keeps the units' results.
    """

    def __init__(
        self,
        settings: Settings,
        environment: Environment,
        events: tuple[e.Event, ...],
        handler: UnitHandler,
        form: Callable[[State], Core] = core_of,
    ) -> None:
        """What the steps depend on; `form` gives the core in the form in which it is kept."""
        self.events = events
        self.handler = handler
        self._settings = settings
        self._left_out = e.SynchronizationFinished if environment.sync_states else e.SynchronizationAdvanced
        self._form = form
        self._steps: dict[tuple[Core, Senses], tuple[CoreStep, ...]] = {}
        self._given: dict[tuple[Core, tuple[bool, bool], tuple[bool, bool]], tuple[CoreStep, ...]] = {}
        self._own: dict[tuple[Any, ...], _OwnSteps] = {}
        self._broken: dict[Core, int] = {}

    def of(self, state: State, core: Core, senses: Senses) -> tuple[CoreStep, ...]:
        """The steps that change the core of a state, and every configuration command; protocol steps first.

        Commands, faults and repairs depend on less than protocol steps do: of the senses only on
        whether data interfaces carry hellos, since a message on its way there may be lost, and on the ports of links.
        """
        known = self._steps.get((core, senses))
        if known is None:
            key = (core, senses.data, senses.links)
            given = self._given.get(key)
            if given is None:
                given = self._given.setdefault(key, tuple(self._changing(state, core, self.events)))
            own = tuple(self._own_steps(state, core, senses))
            known = self._steps.setdefault((core, senses), own + given)
        return known

    def broken(self, state: State, core: Core) -> int:
        """How many things besides the interfaces are broken; core: that of the state."""
        known = self._broken.get(core)
        if known is None:
            known = self._broken.setdefault(core, sum(broken_core(state)))
        return known

    def _own_steps(self, state: State, core: Core, senses: Senses) -> Iterator[CoreStep]:
        """The protocol steps. What a unit measures reaches it as inputs; all else follows from what can be heard."""
        heard = (core, senses.data, senses.answers, senses.links)
        own = self._own.get(heard)
        if own is None:
            events = protocol_steps(state, self._settings)
            taken = tuple(event for event in events if not isinstance(event, self._left_out))
            own = self._own.setdefault(heard, _OwnSteps(taken))
        for event in own.events:
            key = (event, inputs_for(state, self._settings, event, event.unit))
            if key not in own.known:
                own.known[key] = next(self._changing(state, core, (event,)), None)
            known = own.known[key]
            if known is not None:
                yield known

    def _changing(self, state: State, core: Core, events: Iterable[e.Event]) -> Iterator[CoreStep]:
        for event in events:
            try:
                result = next_state(state, self._settings, event, self.handler)
            except StepError:
                continue
            changed = self._form(result.state)
            if changed != core or isinstance(event, e.CommandEntered):
                is_fault = isinstance(event, e.Fault)
                cost = sum(broken_core(result.state)) - self.broken(state, core) if is_fault else 0
                rows = tuple(row.name for _, answer in result.units for row in answer.rows)
                yield CoreStep(event, changed, cost, rows)
