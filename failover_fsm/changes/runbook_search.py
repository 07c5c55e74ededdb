"""A runbook against every interleaving: the operator goes on at any moment, the units take their steps at any moment.

A node of the search is a place in the runbook, a state of the pair, and the one fault that has happened meanwhile, if
any. A step of the runbook takes the pair on; a wait lets the operator on only in a state that is as wanted. Commands
that a unit refuses change nothing, and the operator goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import attrs

from failover_fsm.changes.runbook import Act, Pause, Runbook, Wait
from failover_fsm.changes.waiting import SLOW, Waiting
from failover_fsm.pair import events as e
from failover_fsm.pair.canonical import canonical_record
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.errors import NotPossible, Refused
from failover_fsm.pair.outputs import CommandNotReplicated
from failover_fsm.pair.reaction_cache import ReactionCache
from failover_fsm.pair.replicated_commands import Does, crossing_of
from failover_fsm.pair.service import Loss, dual_groups, loss_in
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.pair.step import emitted_outputs, next_state
from failover_fsm.pair.step import step as take_step
from failover_fsm.services.machine import Joint
from failover_fsm.services.remote import ExecMachine, Sessions, Typed
from failover_fsm.services.remote.records import CommandMode, Mode, Session

__all__ = ["Event", "Node", "RunbookSearch"]


@attrs.frozen
class Node:
    """A place in the search.

    Attributes:
        place: How many steps of the runbook are done.
        state: The pair.
        fault: The position of the fault that has happened, None for none.
    """

    place: int
    state: State
    fault: int | None = None


@attrs.frozen(kw_only=True)
class Event:
    """Something worth telling that a way through the runbook meets.

    Attributes:
        kind: outage, both-active, refused, lost-command, stuck or short-wait.
        place: The position of the step that was done last, -1 before the first; of the refused or waiting one itself.
        fault: The fault that happened meanwhile, None for none.
        detail: The reason of a refusal, or the command that was lost.
        loss: What is out of service.
        dual: The positions of the failover groups that both units are active for.
        ends_by: The protocol steps that the pair waits for; none if it stays so.
        taken: The command that was lost, as the pair took it; it ends the run.
        node: Where it was met.
    """

    kind: str
    place: int
    fault: e.Fault | None
    detail: str = ""
    loss: Loss = Loss()
    dual: tuple[int, ...] = ()
    ends_by: tuple[e.ProtocolStep, ...] = ()
    taken: e.Event | None = None
    node: Node


class RunbookSearch:
    """One search, breadth first.

    Attributes:
        events: What was met, the shortest way to each first.
        without_standby: The positions of the steps after which, without a fault, no standby is ready for longer than
            the times of the configuration, each with where that is met first.
        nodes: How many nodes were visited.
        ends: Whether, without a fault, some way comes to the end of the runbook.
    """

    def __init__(
        self,
        settings: Settings,
        runbook: Runbook,
        start: State,
        run: tuple[e.Event, ...],
        faults: Sequence[e.Fault],
        waiting: Waiting,
        machine: ExecMachine,
    ) -> None:
        self.settings, self.runbook, self.run_before, self.faults = settings, runbook, run, tuple(faults)
        self.waiting, self.machine = waiting, machine
        self.handler = ReactionCache()
        self.events: dict[object, Event] = {}
        self.without_standby: dict[int, Node] = {}
        self.ends = False
        first = Node(0, self._kept(start))
        self._parents: dict[Node, tuple[Node, e.Event | None] | None] = {first: None}
        self._steps: dict[State, tuple[tuple[e.ProtocolStep, State], ...]] = {}
        self._before = loss_in(start, settings), dual_groups(start, settings)

    @property
    def nodes(self) -> int:
        """How many nodes were visited."""
        return len(self._parents)

    def run(self, ready: Callable[[State, Settings], bool], check: Callable[[int], object] = lambda _: None) -> None:
        """Visits every node.

        Args:
            ready: Whether a standby is ready everywhere.
            check: Called with the number of nodes now and then; an exception that it raises ends the search.
        """
        for count, node in enumerate(wave := list(self._parents)):
            if count % 256 == 0:
                check(count)
            for event, after in self._next(node):
                if after not in self._parents:
                    self._parents[after] = (node, event)
                    wave.append(after)
            self._look(node, ready)

    def way_to(self, event: Event) -> tuple[e.Event, ...]:
        """The run to what was met, from two units that are off."""
        return (*self.way_to_node(event.node), *([] if event.taken is None else [event.taken]))

    def way_to_node(self, node: Node) -> tuple[e.Event, ...]:
        """The run to a place of the search, from two units that are off."""
        found: list[e.Event] = []
        while (parent := self._parents[node]) is not None:
            node, step = parent
            if step is not None:
                found.append(step)
        return (*self.run_before, *reversed(found))

    # -- one node ----------------------------------------------------------------------------------

    def _next(self, node: Node) -> Iterator[tuple[e.Event | None, Node]]:
        # The operator and the fault come first: of ways of one length that with the longest wait after them is kept.
        if node.place < len(self.runbook.steps):
            yield from self._operator(node)
        if node.fault is None:
            for index, fault in enumerate(self.faults):
                try:
                    state = self._kept(next_state(node.state, self.settings, fault, self.handler).state)
                except NotPossible:
                    continue
                yield fault, Node(node.place, state, index)
        for event, state in self._protocol(node.state):
            yield event, attrs.evolve(node, state=state)

    def _operator(self, node: Node) -> Iterator[tuple[e.Event | None, Node]]:
        step = self.runbook.steps[node.place]
        if not isinstance(step, Act):
            if self._has_seen(node, step) if isinstance(step, Wait) else self._is_over(node, step):
                yield None, attrs.evolve(node, place=node.place + 1)
            return
        if isinstance(step.event, Typed):
            yield self._sent(node, step.event)
            return
        try:
            result = next_state(node.state, self.settings, step.event, self.handler)
        except (Refused, NotPossible) as error:
            if not _is_done(node.state, step.event):
                self._met(node, "refused", node.place, detail=error.why)
            yield None, attrs.evolve(node, place=node.place + 1)
            return
        if isinstance(step.event, e.CommandEntered) and node.state.unit(step.event.unit).enabled:
            outputs = emitted_outputs(node.state, self.settings, result)
            if _can_be_lost(step.event) and any(isinstance(each, CommandNotReplicated) for each in outputs):
                self._met(node, "lost-command", node.place, detail=step.event.text, taken=step.event)
        yield step.event, attrs.evolve(node, place=node.place + 1, state=self._kept(result.state))

    def _sent(self, node: Node, typed: Typed) -> tuple[e.Event | None, Node]:
        """A command that is sent by `failover exec` from a session in global configuration (EXE-1, EXE-22)."""
        session = Session(at=CommandMode(Mode.CONFIG), context=typed.context)
        joint = Joint(pair=node.state, own=Sessions().having(typed.unit, session))
        answer = self.machine.answer(joint, typed, lambda state, event: take_step(state, self.settings, event))
        if answer.refused:
            self._met(node, "refused", node.place, detail=answer.refused)
        lost = any(isinstance(each, CommandNotReplicated) for each in answer.outputs)
        if lost and answer.event is not None and _can_be_lost(answer.event):
            self._met(node, "lost-command", node.place, detail=typed.text, taken=answer.event)
        return answer.event, attrs.evolve(node, place=node.place + 1, state=self._kept(answer.joint.pair))

    def _has_seen(self, node: Node, step: Wait) -> bool:
        """Whether the pair stands as wanted, and the units have told each other: a look takes longer than a hello."""
        settled = all(isinstance(event, SLOW) for event, _ in self._protocol(node.state))
        return settled and step.holds(node.state, self.settings)

    def _is_over(self, node: Node, pause: Pause) -> bool:
        """Whether a time can have passed in a state; a boot or a synchronisation may take longer."""
        steps = tuple(event for event, _ in self._protocol(node.state))
        over = self.waiting.over(pause.milliseconds, steps)
        unknown = tuple(step for step in steps if self.waiting.most(step) is None)
        if over and unknown and node.fault is None:
            self._met(node, "short-wait", node.place, ends_by=unknown)
        return over

    def _protocol(self, state: State) -> tuple[tuple[e.ProtocolStep, State], ...]:
        """The protocol steps that change a state; a synchronisation is one step."""
        known = self._steps.get(state)
        if known is None:
            found = []
            for event in protocol_steps(state, self.settings):
                if not isinstance(event, e.SynchronizationAdvanced):
                    after = self._kept(next_state(state, self.settings, event, self.handler).state)
                    if after != state:
                        found.append((event, after))
            known = self._steps.setdefault(state, tuple(found))
        return known

    def _kept(self, state: State) -> State:
        """The state without what no later step reads."""
        primary, secondary = (
            canonical_record(unit, self.settings, commands=True) for unit in (state.primary, state.secondary)
        )
        return attrs.evolve(state, primary=primary, secondary=secondary)

    # -- what is met -------------------------------------------------------------------------------

    def _look(self, node: Node, ready: Callable[[State, Settings], bool]) -> None:
        steps = self._protocol(node.state)
        if any(not isinstance(event, SLOW) for event, _ in steps):
            return  # it changes at once
        if node.fault is None and node.place == len(self.runbook.steps):
            self.ends = True
        waited = tuple(event for event, _ in steps)
        loss, dual = loss_in(node.state, self.settings), dual_groups(node.state, self.settings)
        new = Loss(
            tuple(each for each in loss.groups if each not in self._before[0].groups),
            tuple(each for each in loss.interfaces if each not in self._before[0].interfaces),
        )
        if new:
            self._met(node, "outage", node.place - 1, loss=new, ends_by=waited)
        if any(each not in self._before[1] for each in dual):
            self._met(node, "both-active", node.place - 1, dual=dual, ends_by=waited)
        if node.fault is None and self.waiting.takes_long(waited) and not ready(node.state, self.settings):
            self.without_standby.setdefault(node.place - 1, node)
        if steps:
            return
        step = self.runbook.steps[node.place] if node.place < len(self.runbook.steps) else None
        if isinstance(step, Wait) and not step.holds(node.state, self.settings):
            self._met(node, "stuck", node.place)

    def _met(
        self,
        node: Node,
        kind: str,
        place: int,
        *,
        detail: str = "",
        loss: Loss | None = None,
        dual: tuple[int, ...] = (),
        ends_by: tuple[e.ProtocolStep, ...] = (),
        taken: e.Event | None = None,
    ) -> None:
        """Remembers the first of its kind."""
        fault = None if node.fault is None else self.faults[node.fault]
        key = (kind, place, node.fault, detail, loss, dual, tuple(sorted({type(each).__name__ for each in ends_by})))
        if key not in self.events:
            self.events[key] = Event(
                kind=kind,
                place=place,
                fault=fault,
                detail=detail,
                loss=loss or Loss(),
                dual=dual,
                ends_by=ends_by,
                taken=taken,
                node=node,
            )


def _can_be_lost(event: e.Event) -> bool:
    """Whether the other unit misses a command that stays on one; `show` and what moves between modes it does not."""
    changing = Does.CONFIGURES, Does.SAVES
    return not isinstance(event, e.CommandEntered) or crossing_of(event.text).does in changing


def _is_done(state: State, event: e.Event) -> bool:
    """Whether a command asks for what is so already: the role is where it is to be."""
    if not isinstance(event, e.FailoverActive | e.NoFailoverActive):
        return False
    groups = state.unit(event.unit).groups
    wanted = groups if event.group is None else (groups[event.group - 1],)
    return all(group.active is isinstance(event, e.FailoverActive) for group in wanted)
