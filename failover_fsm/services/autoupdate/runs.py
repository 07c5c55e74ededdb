"""Runs of the process: one poll time after another, with the pair's own steps in between.

A run takes the pair's steps first, in settle order, until it has come to rest, and then one step of the process: the
pair is faster than the process. What other orders bring is the matter of a search (`model`).
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.pair import events as e
from failover_fsm.services.autoupdate import events as u
from failover_fsm.services.autoupdate.model import UpdateModel
from failover_fsm.services.autoupdate.states import Process
from failover_fsm.services.machine import Joint

__all__ = ["REPAIRED_BY", "Ran", "Run", "Runner", "repairs_of"]

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


class Runner:
    """Runs of one model; what follows a state is computed once."""

    def __init__(self, model: UpdateModel) -> None:
        self.model = model
        self._next: dict[State, Ran | None] = {}

    def happens(self, state: State, event: e.Event) -> Ran | None:
        """An event that happens in a state; None where it cannot."""
        if not isinstance(event, u.UpdateEvent):
            after = self.model.step(state, event)
            return None if after is None else Ran(event=event, before=state, after=after)
        answer = self.model.machine.answer(state, event, self.model.pair_step)
        if not answer.rows and isinstance(event, u.ProcessStep):
            return None
        reason = answer.rows[0].reason if answer.rows else ""
        return Ran(
            event=event, before=state, after=answer.joint, lines=answer.lines, refused=answer.refused, reason=reason
        )

    def advance(self, start: State) -> Run:
        """The run by itself from a state until nothing moves, without another poll time."""
        state, steps, seen = start, list[Ran](), {start}
        while (taken := self._taken(state)) is not None:
            steps.append(taken)
            state = taken.after
            if state in seen:
                return Run(start=start, steps=tuple(steps), endless=True)
            seen.add(state)
        return Run(start=start, steps=tuple(steps))

    def after_poll(self, start: State) -> Run:
        """The run from the next poll time on; empty where the process waits for something that never comes."""
        begun = self.happens(start, u.PollTimeReached())
        if begun is None:
            return Run(start=start, steps=())
        rest = self.advance(begun.after)
        return attrs.evolve(rest, start=start, steps=(begun, *rest.steps))

    def mended(self, fault: e.Event, start: State) -> Run:
        """The run after the repair of a fault, and the next two poll times: the first may come too early."""
        state, steps = start, list[Ran]()
        for event in repairs_of(fault):
            taken = self.happens(state, event)
            if taken is not None:
                rest = self.advance(taken.after)
                steps += [taken, *rest.steps]
                state = rest.end
        for _ in range(2):
            run = self.after_poll(state)
            steps += run.steps
            state = run.end
            if run.endless:
                return Run(start=start, steps=tuple(steps), endless=True)
        return Run(start=start, steps=tuple(steps))

    def _taken(self, state: State) -> Ran | None:
        if state not in self._next:
            event = self._next_event(state)
            self._next[state] = None if event is None else self.happens(state, event)
        return self._next[state]

    def _next_event(self, state: State) -> e.Event | None:
        """The next step of pair or process in a run; None at rest, and where the process waits in vain."""
        for event, after in self.model.successors(state):
            by_itself = isinstance(event, e.ProtocolStep) and not isinstance(event, u.PollTimeReached)
            if by_itself and after != state:
                return event
        return None


def repairs_of(fault: e.Event) -> Iterator[e.Event]:
    """The events that mend a fault, in the same place."""
    for kind in REPAIRED_BY.get(type(fault), ()):
        yield kind(**{name: getattr(fault, name) for name in attrs.fields_dict(kind)})


REPAIRED_BY: dict[type[e.Event], tuple[type[e.Event], ...]] = {
    e.UnitFailed: (e.UnitRestored,),
    e.FailoverLinkFailed: (e.FailoverLinkRestored,),
    e.InterfaceLinkFailed: (e.InterfaceLinkRestored,),
    e.PortFailed: (e.PortRestored,),
    e.ServiceModuleFailed: (e.ServiceModuleRestored,),
    u.ServerLost: (u.ServerFound,),
    u.FileTruncated: (u.FileMended,),
    u.FileWrong: (u.FileMended,),
}
"""The repair of each fault that strikes."""
