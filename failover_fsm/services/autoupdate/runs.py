"""Runs of the process: one poll time after another, with the pair's own steps in between.

A run takes the pair's steps first, in settle order, until it has come to rest, and then one step of the process: the
pair is faster than the process. What other orders bring is the matter of a search (`model`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from failover_fsm.pair import events as e
from failover_fsm.services.autoupdate import events as u
from failover_fsm.services.autoupdate.model import UpdateModel
from failover_fsm.services.autoupdate.states import Process
from failover_fsm.services.machine import Joint

__all__ = ["Ran", "Run", "advance", "after_poll", "happens"]

State = Joint[Process]


@attrs.frozen(kw_only=True)
class Ran:
    """One step of a run: the states around it, and what was printed in it."""

    event: e.Event
    before: State
    after: State
    lines: tuple[str, ...] = ()
    refused: str = ""
    reason: str = ""


@attrs.frozen(kw_only=True)
class Run:
    """A run to its end.

    Attributes:
        start: Where it begins.
        steps: Its steps.
        endless: It came back to a state that it had left, and goes on so for ever.
    """

    start: State
    steps: tuple[Ran, ...]
    endless: bool = False

    @property
    def end(self) -> State:
        """The last state."""
        return self.steps[-1].after if self.steps else self.start

    @property
    def states(self) -> Iterator[State]:
        """Every state, the first one too."""
        yield self.start
        yield from (step.after for step in self.steps)

    @property
    def transcript(self) -> tuple[str, ...]:
        """The lines of `debug auto-update client`."""
        return tuple(line for step in self.steps for line in step.lines)


def happens(model: UpdateModel, state: State, event: e.Event) -> Ran | None:
    """An event that happens in a state; None where it cannot."""
    if not isinstance(event, u.UpdateEvent):
        after = dict(model.successors(state)).get(event)
        return None if after is None else Ran(event=event, before=state, after=after)
    answer = model.machine.answer(state, event, model.pair_step)
    if not answer.rows and isinstance(event, u.ProcessStep):
        return None
    after = attrs.evolve(answer.joint, pair=model.pairs.canonical(answer.joint.pair))
    reason = answer.rows[0].reason if answer.rows else ""
    return Ran(event=event, before=state, after=after, lines=answer.lines, refused=answer.refused, reason=reason)


def _next_event(model: UpdateModel, state: State) -> e.Event | None:
    """The next step of pair or process in a run; None at rest, and where the process waits in vain."""
    for event, after in model.successors(state):
        by_itself = isinstance(event, e.ProtocolStep) and not isinstance(event, u.PollTimeReached)
        if by_itself and after != state:
            return event
    return None


def advance(model: UpdateModel, start: State, *, most: int | None = None) -> Run:
    """The run by itself from a state until nothing moves, without another poll time.

    Args:
        model: The pair with its process.
        start: Where to begin.
        most: How many steps to take at most; None for no bound.
    """
    state, steps, seen = start, list[Ran](), {start}
    while most is None or len(steps) < most:
        event = _next_event(model, state)
        taken = None if event is None else happens(model, state, event)
        if taken is None:
            break
        steps.append(taken)
        state = taken.after
        if state in seen:
            return Run(start=start, steps=tuple(steps), endless=True)
        seen.add(state)
    return Run(start=start, steps=tuple(steps))


def after_poll(model: UpdateModel, start: State, events: Iterable[e.Event] = ()) -> Run:
    """The run from the next poll time on; `events` happen before, one after the other, if they can."""
    steps, state = list[Ran](), start
    for event in (*events, u.PollTimeReached()):
        taken = happens(model, state, event)
        if taken is not None:
            steps.append(taken)
            state = taken.after
    rest = advance(model, state)
    return attrs.evolve(rest, start=start, steps=(*steps, *rest.steps))
