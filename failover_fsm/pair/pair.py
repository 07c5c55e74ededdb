"""`Pair`: a configured pair in one state, for people; the functions below it are for programs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import attrs

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import group_index, protocol_steps
from failover_fsm.pair.faults import OF_THE_PORT
from failover_fsm.pair.outputs import Output
from failover_fsm.pair.registry import KINDS, Places
from failover_fsm.pair.settings import FOLLOWED, Options, Settings
from failover_fsm.pair.states import Group, Interface, State, UnitState
from failover_fsm.pair.step import can_happen, next_state
from failover_fsm.pair.step_memory import Follow, StepMemory
from failover_fsm.pair.wiring import healthy

__all__ = ["Livelock", "Pair", "changing_steps", "cold"]


class Livelock(Exception):
    """`settle` came back to a state it had left: the pair never settles.

    steps: the events from the first visit of that state to the second, in order.
    """

    def __init__(self, steps: tuple[e.Event, ...]) -> None:
        super().__init__("livelock: " + "; ".join(map(str, steps)))
        self.steps = steps


def cold(settings: Settings) -> State:
    """Both units off and never started, every link and interface good."""
    unit = UnitState(enabled=settings.enabled, groups=(Group(),) * settings.group_count)
    interfaces = tuple(Interface() for _ in settings.ports)
    wiring = None if settings.topology is None else healthy(settings.topology)
    return State(primary=unit, secondary=unit, interfaces=interfaces, wiring=wiring)


def changing_steps(
    state: State, settings: Settings, *, delayed: bool = False, follow: Follow | None = None
) -> Iterator[tuple[e.ProtocolStep, State]]:
    """The protocol steps that change the state, in settle order, each with the state after it.

    delayed: the ends of preempt delays too; they take time, which a pair that settles does not have.
    follow: stands in for `next_state`.
    """
    follow = next_state if follow is None else follow
    for event in protocol_steps(state, settings):
        if isinstance(event, e.SynchronizationFinished):
            continue  # the same as the advances one by one, for searches that need no states in between
        if not delayed and _takes_time(state, settings, event):
            continue
        after = follow(state, settings, event).state
        if after is not state and after != state:
            yield event, after


def _takes_time(state: State, settings: Settings, event: e.Event) -> bool:
    """The event is the end of a preempt delay that is not zero (PRE-5)."""
    if not isinstance(event, e.PreemptTimerExpired):
        return False
    return settings.at(state, event.unit).groups[group_index(event.group)].preempt_delay > 0


@lru_cache(maxsize=16)
def _imaginable_at(places: Places) -> tuple[e.Event, ...]:
    """Commands, faults and repairs; a configuration command can be any text, so none is here."""
    kinds = [kind for kind in KINDS if not issubclass(kind.event, e.ProtocolStep | e.CommandEntered)]
    return tuple(event for kind in kinds for event in kind.at(places))


@attrs.frozen(kw_only=True)
class Pair:
    """A failover pair: what was configured, and the state it is in.

    Immutable: `step` returns another pair.  Build one with `Pair.cold`.
    """

    config: PairConfig
    settings: Settings
    state: State
    _memory: StepMemory = attrs.field(
        default=attrs.Factory(lambda self: StepMemory(self.settings), takes_self=True), eq=False, repr=False
    )

    def __attrs_post_init__(self) -> None:
        if self._memory.settings is not self.settings:  # evolved from a pair with others
            object.__setattr__(self, "_memory", StepMemory(self.settings))

    @classmethod
    def cold(cls, config: PairConfig, options: Options | None = None) -> Pair:
        """A pair whose units are both off and have never been started.  Raises TypeError for no PairConfig."""
        if not isinstance(config, PairConfig):
            raise TypeError(f"Pair.cold: a PairConfig is needed, not {type(config).__name__}")
        settings = attrs.evolve(Settings.of(config, options), follow=tuple(FOLLOWED), running=config)
        return cls(config=config, settings=settings, state=cold(settings))

    def step(self, event: e.Event) -> tuple[Pair, tuple[Output, ...]]:
        """The pair after `event`, and what the units tell the world.

        Raises Refused when a unit refuses a command, NotPossible when the event cannot happen now, and
        TypeError for what is no event; this pair is unchanged in each case.
        """
        if not isinstance(event, e.Event):
            raise TypeError(f"Pair.step: an event is needed, as in events.UnitFailed(unit=...), not {event!r:.60}")
        state, outputs = self._memory.step(self.state, event)
        return Pair(config=self.config, settings=self.settings, state=state, memory=self._memory), outputs

    def possible(self) -> tuple[e.Event, ...]:
        """Every event that can happen now: protocol steps in settle order, faults, repairs, commands.

        The end of a preempt delay is one.  Commands that the unit would refuse are left out; so are steps
        that change nothing.  In an Active/Active pair commands come for all groups, and for each.
        """
        return self._memory.possible(self.state, self._possible)

    def _possible(self) -> Iterator[e.Event]:
        follow = self._memory.next_state
        yield from (event for event, _ in changing_steps(self.state, self.settings, delayed=True, follow=follow))
        for event in self._memory.imaginable(self._imaginable):
            if can_happen(self.state, self.settings, event):
                yield event

    def settle(self) -> tuple[Pair, tuple[tuple[e.ProtocolStep, tuple[Output, ...]], ...]]:
        """Runs protocol steps in the documented order until none changes the state.

        Returns the settled pair and the steps with their outputs.  Raises Livelock when a state
        comes back.  The order is `environment.SETTLE_ORDER`, the primary before the secondary.
        """
        pair, taken = self, []
        seen = {pair.state: 0}
        while (following := self._memory.first_change(pair.state, pair._changes)) is not None:
            event = following[0]
            pair, outputs = pair.step(event)
            taken.append((event, outputs))
            if pair.state in seen:
                raise Livelock(tuple(step for step, _ in taken[seen[pair.state] :]))
            seen[pair.state] = len(taken)
        return pair, tuple(taken)

    def _changes(self) -> Iterator[tuple[e.ProtocolStep, State]]:
        return changing_steps(self.state, self.settings, follow=self._memory.next_state)

    def _imaginable(self) -> Iterator[e.Event]:
        """Commands, faults and repairs at every place."""
        topology = self.settings.topology
        places = Places(
            groups=self.settings.group_count,
            interfaces=tuple(port.name for port in self.settings.ports),
            ports=tuple(carrier.name for carrier in self.settings.carriers if carrier.is_shared),
            elements=topology.elements if topology else (),
        )
        yield from (event for event in _imaginable_at(places) if not self._has_shared_port(event))

    def _has_shared_port(self, event: e.Event) -> bool:
        """The event is about the port of an interface that shares it: the same as that of the port."""
        if not isinstance(event, OF_THE_PORT):
            return False
        return self.settings.index_of(event.interface) in self.settings.together.shared_at
