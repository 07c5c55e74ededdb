"""Runtime monitor: the promises checked along a run, for every state, step and settled state, and at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import attrs

from failover_fsm.config.values.suggestions import listed, nearest
from failover_fsm.model.observer import Observer
from failover_fsm.pair import events as e
from failover_fsm.pair.states import State
from failover_fsm.promises import BY_ID, Promise, chosen
from failover_fsm.testing.pair.walk import TransitionSystem

__all__ = ["Broken", "RuntimeMonitor"]


@attrs.frozen
class Broken:
    """A promise that does not hold, and what is wrong with it here."""

    promise: Promise
    what: str

    def __str__(self) -> str:
        return f"{self.promise.id} is broken: {self.what}\n{self.promise.says} ({', '.join(self.promise.rules)})"


class RuntimeMonitor:
    """Checks the promises that apply to a transition system along a run.

    "leads-to" promises need the whole graph and are left to the explorer.

    Attributes:
        promises: The promises that are checked.
    """

    def __init__(
        self, transitions: TransitionSystem, premise: Callable[[str], object], known: Iterable[str] = ()
    ) -> None:
        """A monitor for one run or many.

        Args:
            transitions: The pair in its environment.
            premise: Called with the id of a promise each time its premise is met, and of a "sometimes" promise each
                time it holds.
            known: Ids of promises that are known to break and are not checked.

        Raises:
            ValueError: If an id in `known` is no promise.
        """
        unknown = sorted(set(known) - set(BY_ID))
        if unknown:
            name = unknown[0]
            raise ValueError(f"no promise is called {name!r}{nearest(name, BY_ID)}; allowed: {listed(name, BY_ID)}")
        self._transitions = transitions
        self._premise = premise
        self._judged: dict[tuple[tuple[Observer, ...], bool], tuple[tuple[str, ...], Broken | None]] = {}
        applicable = chosen(transitions.environment, groups=bool(transitions.settings.groups))
        self.promises = tuple(each for each in applicable if each.id not in set(known) and each.kind != "leads-to")

    @property
    def premises(self) -> tuple[str, ...]:
        """The ids of the promises whose premise a run can meet."""
        kinds = ("always", "when-settled", "step")
        return tuple(
            each.id for each in self.promises if each.kind == "sometimes" or (each.premise and each.kind in kinds)
        )

    def of_state(self, state: State) -> Broken | None:
        """The first violated promise about states, None if there is none."""
        seen, settled = self._observers_of(state), self._transitions.settled(state)
        known = self._judged.get((seen, settled))
        if known is None:
            known = self._judged.setdefault((seen, settled), self._judge(seen, settled))
        met, broken = known
        for promise in met:
            self._premise(promise)
        return broken

    def _judge(self, seen: tuple[Observer, ...], settled: bool) -> tuple[tuple[str, ...], Broken | None]:
        """The promises about states that are put to the test or come about in one, and the first that is violated."""
        kinds = ("always", "sometimes", "when-settled") if settled else ("always", "sometimes")
        observers = [(obs,) for obs in seen]
        met = []
        for promise in self._of_kinds(*kinds):
            holds = promise.is_kept(observers)
            if promise.is_met(observers) or (promise.kind == "sometimes" and holds):
                met.append(promise.id)
            if not holds and promise.kind != "sometimes":
                return tuple(met), Broken(promise, "it does not hold in this state")
        return tuple(met), None

    def of_step(self, before: State, event: e.Event, after: State) -> Broken | None:
        """The first violated promise about steps, None if there is none."""
        observers = tuple(
            (old, event, new) for old, new in zip(self._observers_of(before), self._observers_of(after), strict=True)
        )
        for promise in self._of_kinds("step"):
            if not promise.speaks_of(event):
                continue
            if promise.is_met(observers):
                self._premise(promise.id)
            if not promise.is_kept(observers):
                return Broken(promise, f"{event} breaks it")
        return None

    def of_end(self, state: State) -> Broken | None:
        """The first promise about the future of a run that does not hold in its last state, None if there is none.

        *converges* is checked for the documented order of protocol steps. *can-recover* is checked after all repairs,
        for every order until one suffices.
        """
        for promise in self._of_kinds("converges", "can-recover"):
            if promise.kind == "converges" and self.settle(state) is None:
                return Broken(promise, "the units' own steps go round in a circle from here")
            if promise.kind == "can-recover" and not self._can_recover(promise, state):
                return Broken(promise, "no repairs and steps of the units lead there from here")
        return None

    def settle(self, state: State) -> State | None:
        """The state in which the documented order of steps ends; None if a state repeats."""
        seen = {state}
        while not self._transitions.settled(state):
            state = self._transitions.choices(state)[0].after
            if state in seen:
                return None
            seen.add(state)
        return state

    def _can_recover(self, promise: Promise, state: State) -> bool:
        while repairs := [each for each in self._transitions.choices(state) if isinstance(each.event, e.Repair)]:
            state = repairs[0].after
        queue, seen = [state], {state}
        while queue:
            state = queue.pop()
            if promise.is_kept((obs,) for obs in self._observers_of(state)):
                return True
            for choice in reversed(self._transitions.own_steps(state)):
                if choice.after not in seen:
                    seen.add(choice.after)
                    queue.append(choice.after)
        return False

    def _of_kinds(self, *kinds: str) -> Iterator[Promise]:
        return (promise for promise in self.promises if promise.kind in kinds)

    def _observers_of(self, state: State) -> tuple[Observer, ...]:
        """One observer per failover group; states that differ only in what nobody senses share them."""
        return self._transitions.model.observers(state)
