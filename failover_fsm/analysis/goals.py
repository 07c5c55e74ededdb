"""Goals of a search for faults: a state to end in, or a violated promise."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from failover_fsm.model.observer import UNITS, Observer
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import SessionsTakenOver
from failover_fsm.pair.service import loss_in
from failover_fsm.pair.sessions import takeovers
from failover_fsm.pair.settings import FOLLOWED
from failover_fsm.promises import BY_ID, Promise

StateTest = Callable[[Observer], bool]
StepTest = Callable[[Observer, e.Event, Observer], bool]


@attrs.frozen(kw_only=True)
class Goal:
    """A condition that faults can lead to, in any failover group.

    Exactly one of `of_state` and `of_step` is set.

    Attributes:
        id: The name of the goal.
        description: Its meaning.
        settled: True if only settled states count.
        of_state: The predicate on an observer.
        of_step: The predicate on a step.
        events: The event classes that `of_step` applies to.
        follow: The history variables that the predicate reads, words of `settings.FOLLOWED`.
        everywhere: True if the predicate is about each interface by itself, monitored or not, and also about rounds of
            steps that have no end.
    """

    id: str
    description: str
    settled: bool = True
    of_state: StateTest | None = None
    of_step: StepTest | None = None
    events: tuple[type[e.Event], ...] = ()
    follow: tuple[str, ...] = ()
    everywhere: bool = False

    def met_by(self, observers: tuple[Observer, ...]) -> bool:
        """True if a state meets the goal."""
        return self.of_state is not None and any(map(self.of_state, observers))

    def met_on(self, before: tuple[Observer, ...], event: e.Event, after: tuple[Observer, ...]) -> bool:
        """True if a step meets the goal."""
        return self.of_step is not None and any(
            self.of_step(old, event, new) for old, new in zip(before, after, strict=True)
        )


def _loses_sessions(before: Observer, event: e.Event, after: Observer) -> bool:
    """True if a standby takes over the group without an up-to-date copy of its connections (T2-6, T4-6)."""
    found = takeovers(before.state, after.state, before.settings)
    taken = (each for each in found if isinstance(each, SessionsTakenOver))
    return any(not each.kept for each in taken if each.group in (None, before.index + 1))


STATES: dict[str, Goal] = {
    "dual-active": Goal(id="dual-active", description="both units are active", of_state=lambda obs: obs.dual),
    "no-active": Goal(
        id="no-active",
        description="no unit is active",
        of_state=lambda obs: not any(map(obs.active, UNITS)),
    ),
    "service-lost": Goal(
        id="service-lost",
        description="some interface works on no active unit, and stays so until somebody repairs it",
        of_state=lambda obs: bool(loss_in(obs.state, obs.settings)),
        everywhere=True,
    ),
    "sessions-lost": Goal(
        id="sessions-lost",
        description="a unit takes over without the connections",
        settled=False,
        of_step=_loses_sessions,
        events=e.PROTOCOL_STEPS,
        follow=("sessions",),
    ),
}
"""The goals that are no promises."""

SAFETY = ("dual-active", "no-active", "service-lost")
"""The goals that `faults` tries if none is named."""

JUDGED = ("always", "step", "when-settled")
"""The kinds of promises that a finite run can break."""


def goal_names() -> tuple[str, ...]:
    """Every name that `goal` accepts."""
    return (*STATES, *(promise.id for promise in BY_ID.values() if promise.kind in JUDGED))


def goal(name: str) -> Goal:
    """The goal of that name: one of STATES, or the violation of a promise.

    Raises:
        KeyError: If the name is neither, or names a promise that no finite run can violate.
    """
    if name in STATES:
        return STATES[name]
    promise = BY_ID[name]
    if promise.kind not in JUDGED:
        raise KeyError(name)
    return _broken(promise)


def _broken(promise: Promise) -> Goal:
    holds = promise.holds
    assert holds is not None, promise.id
    description = f"a promise is broken: {promise.says}"
    follow = tuple(word for word in promise.needs if word in FOLLOWED)
    if promise.kind == "step":
        return Goal(
            id=promise.id,
            description=description,
            settled=False,
            of_step=lambda before, event, after: not holds(before, event, after),
            events=promise.events,
            follow=follow,
        )
    return Goal(
        id=promise.id,
        description=description,
        settled=promise.kind == "when-settled",
        of_state=lambda obs: not holds(obs),
        follow=follow,
    )
