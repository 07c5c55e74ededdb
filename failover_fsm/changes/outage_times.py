"""How long a runbook leaves a pair without service, or without a ready standby, in the timed pair.

A run of the search ends where the pair waits. What was done last before it, a step of the operator or a fault, is where
time begins: the pair as it was then, every clock that ran before in any phase, and what the units do by themselves. So
the worst time covers whatever phase the clocks are in; a boot or a synchronisation that had begun before is taken as a
whole one. No configuration says how long a boot takes, and a synchronisation as long as the option says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import attrs

from failover_fsm.model.interleavings import replayed
from failover_fsm.model.pair_model import NamedStep
from failover_fsm.pair import events as e
from failover_fsm.pair.service import loss_in
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State, Unit
from failover_fsm.timing.bounds import Known, until
from failover_fsm.timing.conditions import FailureCase
from failover_fsm.timing.location import InterfaceBlock
from failover_fsm.timing.times import BOOT, Times, seconds

__all__ = ["Duration", "OutageTimes", "assumed_durations"]

MOST = 4000
"""The most symbolic states of one search in time, a second or two; no time is told of what takes more."""


@attrs.frozen(kw_only=True)
class Duration:
    """A time from best to worst, in milliseconds.

    Attributes:
        best: The shortest time; None if a boot or a synchronisation had begun before, of which nobody knows when.
        worst: The longest one; None if it does not end by itself in some order of steps.
        boots: It rests on the assumed length of a boot or a synchronisation.
    """

    best: int | None
    worst: int | None
    boots: bool

    def __str__(self) -> str:
        if self.worst is None:
            return f"{seconds(self.best or 0)} s or more"
        if self.best is None:
            return f"up to {seconds(self.worst)} s"
        return (
            f"{seconds(self.best)} s" if self.best == self.worst else f"{seconds(self.best)} to {seconds(self.worst)} s"
        )


class OutageTimes:
    """The times of one pair.

    Args:
        settings: The pair.
        times: Its times, with the length of a synchronisation.
        check: Called before each search; after a `TimeoutError` that it raises no time is known.
    """

    def __init__(self, settings: Settings, times: Times, check: Callable[[], object] = lambda: None) -> None:
        self._settings, self._check = settings, check
        self._known = Known(settings, times)

    def without_service(self, way: Sequence[e.Event], before: State) -> Duration | None:
        """The time until no more is out of service than at the beginning; None if it never is, or is not known.

        Args:
            way: A run from two units that are off to a state in which service is out.
            before: The pair before the first step of the runbook.
        """
        healthy = loss_in(before, self._settings)

        def served(pair: State) -> bool:
            loss = loss_in(pair, self._settings)
            return set(loss.groups) <= set(healthy.groups) and set(loss.interfaces) <= set(healthy.interfaces)

        return self._until(way, served)

    def without_standby(self, way: Sequence[e.Event], ready: Callable[[State, Settings], bool]) -> Duration | None:
        """The time until a standby is ready everywhere; None if it never is, or is not known."""
        return self._until(way, lambda pair: ready(pair, self._settings))

    def _until(self, way: Sequence[e.Event], goal: Callable[[State], bool]) -> Duration | None:
        steps = tuple(replayed(self._settings, way))
        case = self._case(steps, goal)
        try:
            self._check()
        except TimeoutError:
            return None
        found = until(self._known.timed(case.blocks), case, lambda location: goal(location.pair), MOST)
        if found is None:
            return None
        best, worst = found.pair
        return Duration(best=None if _boots(case.pair) else best, worst=worst, boots=_boots(steps[-1].after))

    def _case(self, steps: Sequence[NamedStep], goal: Callable[[State], bool]) -> FailureCase:
        """Where time begins: the last event that is none of the pair's own steps, or what is missing begins later."""
        last = max(at for at, step in enumerate(steps) if not isinstance(step.event, e.ProtocolStep))
        while goal(steps[last].after):
            last += 1
        step = steps[last]
        own = isinstance(step.event, e.ProtocolStep)
        return FailureCase(
            pair=step.after if own else step.before,
            active=Unit.PRIMARY,
            group=0,
            faults=() if own else (step.event,),
            blocks=self._blocks((step.before, step.after)),
        )

    def _blocks(self, states: Sequence[State]) -> tuple[InterfaceBlock, ...]:
        """The interfaces that are monitored or can be, those of one group that are alike in all states together."""
        found: dict[object, list[int]] = {}
        ports, conditions = self._settings.ports, tuple(state.interfaces for state in states)
        monitored = [self._settings.counted, *(each for state in states for each in self._monitored(state))]
        for index in sorted({place for places in monitored for place in places}):
            here = tuple(interfaces[index] for interfaces in conditions)
            watched = tuple(index in places for places in monitored)
            found.setdefault((ports[index].group, here, watched), []).append(index)
        return tuple(InterfaceBlock(group=ports[of[0]].group, ports=tuple(of)) for of in found.values())

    def _monitored(self, state: State) -> Iterator[tuple[int, ...]]:
        """The monitored interfaces of each running and startup configuration, where commands have changed one."""
        if self._settings.running is not None and state.running.changed:
            for config in (*state.running.running, *state.running.startup):
                yield self._settings.under(config).counted


def _boots(state: State) -> bool:
    """A unit boots or joins, which takes as long as is assumed."""
    return not all(state.unit(unit).up for unit in Unit)


def assumed_durations(times: Times) -> str:
    """What is assumed of boots and synchronisations, and what sets it."""
    return (
        f"a boot takes {seconds(BOOT)} s and a synchronisation {seconds(times.synchronization)} s; real ones can take "
        "minutes; `synchronisation` in [times] of a model file sets the latter"
    )
