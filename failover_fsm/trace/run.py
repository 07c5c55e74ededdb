"""Execution of a trace: one statement after another on an untimed pair, with a record of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.config.values.printable import printable
from failover_fsm.pair import NotPossible, Pair, Refused, changing_steps
from failover_fsm.pair import events as e
from failover_fsm.pair.health import Status
from failover_fsm.pair.ports import links_share_port
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State, Unit, UnitState
from failover_fsm.services.machine import Answer, MachineEvent
from failover_fsm.text import words
from failover_fsm.text.story import RecordedStep
from failover_fsm.trace import claims
from failover_fsm.trace.beside import Beside, outputs_of
from failover_fsm.trace.language import Do, Expect, Mark, Settle, Statement, Trace, TraceError
from failover_fsm.trace.messages import Notice, TimedLog, messages_of

__all__ = [
    "MAX_ORDERS",
    "FailedExpectation",
    "Notice",
    "Played",
    "StatementRecord",
    "TraceRun",
    "TraceWarning",
    "other_endings",
]

MAX_ORDERS = 100_000
"""The most states that `settle` explores for other orders."""


@attrs.frozen(kw_only=True)
class TraceWarning:
    """A warning, with its place."""

    source: str
    line: int
    what: str

    def __str__(self) -> str:
        return printable(f"{self.source}:{self.line}: warning: {self.what}")


@attrs.frozen(kw_only=True)
class FailedExpectation:
    """An expectation that is not met; `claim` is its key."""

    source: str
    line: int
    claim: str
    wanted: str
    found: str

    def __str__(self) -> str:
        return printable(f"{self.source}:{self.line}: expected {self.wanted}, found {self.found}")


@attrs.frozen(kw_only=True)
class StatementRecord:
    """The effects of one statement.

    Attributes:
        statement: The statement.
        steps: Its steps.
        failures: The expectations that are not met.
        remarks: Warnings.
        livelock: The index in `steps` of the step with which the loop begins.
        noticed: In a run with time, the system messages that come with no step.
    """

    statement: Statement
    steps: tuple[RecordedStep, ...] = ()
    failures: tuple[FailedExpectation, ...] = ()
    remarks: tuple[TraceWarning, ...] = ()
    livelock: int | None = None
    noticed: tuple[Notice, ...] = ()

    @property
    def messages(self) -> tuple[TimedLog, ...]:
        """The system messages in their order, with their times in milliseconds in a run with time."""
        return messages_of(self.steps, self.noticed)

    @property
    def claims(self) -> tuple[tuple[str, str], ...]:
        """The expected claims."""
        return self.statement.claims if isinstance(self.statement, Expect) else ()

    @property
    def refusals(self) -> tuple[RecordedStep, ...]:
        """The commands that were refused."""
        return tuple(step for step in self.steps if step.refused and isinstance(step.event, e.Command))


@attrs.frozen(kw_only=True)
class Played:
    """The run of a trace: one record per statement, and the pair at the end.

    Where time passes, ends_at is the end in milliseconds, else None, and detected the status that each unit has found
    of each interface by then, by its position.
    """

    trace: Trace
    pair: Pair
    records: tuple[StatementRecord, ...]
    remarks: tuple[TraceWarning, ...] = ()
    ends_at: int | None = None
    detected: Mapping[tuple[Unit, int], Status] = attrs.field(factory=dict, hash=False)

    @property
    def failures(self) -> tuple[FailedExpectation, ...]:
        """Every expectation that is not met."""
        return tuple(failure for record in self.records for failure in record.failures)

    @property
    def warnings(self) -> tuple[TraceWarning, ...]:
        """Every warning, those about the configuration first."""
        return (*self.remarks, *(remark for record in self.records for remark in record.remarks))

    @property
    def is_livelock(self) -> bool:
        """True if the run ended because a state repeated."""
        return any(record.livelock is not None for record in self.records)

    @property
    def loop(self) -> int | None:
        """The index in `steps` at which the livelock begins."""
        before = 0
        for record in self.records:
            if record.livelock is not None:
                return before + record.livelock
            before += len(record.steps)
        return None

    @property
    def steps(self) -> tuple[RecordedStep, ...]:
        """The whole run; failed expectations and warnings are noted at the step before them."""
        steps: list[RecordedStep] = []
        for record in self.records:
            steps += record.steps
            notes = [f"!! line {each.line}: expected {each.wanted}, found {each.found}" for each in record.failures]
            notes += [f"warning, line {each.line}: {each.what}" for each in record.remarks if not record.steps]
            if steps and notes:
                steps[-1] = attrs.evolve(steps[-1], notes=(*steps[-1].notes, *notes))
        return tuple(steps)


@attrs.define
class TraceRun:
    """A run in progress."""

    source: str
    pair: Pair
    history: claims.History = attrs.field(factory=claims.History)
    beside: Beside = attrs.field(default=attrs.Factory(lambda run: Beside.of(run.pair), takes_self=True))

    def take(self, statement: Statement) -> StatementRecord:
        """Executes one statement."""
        if isinstance(statement, Do):
            return self._happen(statement)
        if isinstance(statement, Settle):
            return self._settle(statement)
        if isinstance(statement, Expect):
            return StatementRecord(statement=statement, failures=tuple(self._failures(statement)))
        if isinstance(statement, Mark):
            self.history.mark()
        return StatementRecord(statement=statement)

    def _step(self, event: e.Event) -> RecordedStep:
        before = self.pair.state
        self.pair, outputs = self.pair.step(event)
        outputs = self.history.add(event, self.pair.state, outputs)
        notes = self.beside.follow(before, event, self.pair.state)
        return RecordedStep(event, before, self.pair.state, outputs, notes=notes)

    def _happen(self, statement: Do) -> StatementRecord:
        event, state = statement.event, self.pair.state
        if isinstance(event, e.Command):
            self.history.refused = False
        if isinstance(event, MachineEvent):
            return self._beside(statement, event)
        if held := self.beside.holds_back(event):
            step = RecordedStep(event, state, state, refused=f"nothing changes: {held}")
            return StatementRecord(statement=statement, steps=(step,))
        try:
            return StatementRecord(
                statement=statement, steps=(self._step(event),), remarks=tuple(self._pointless(statement))
            )
        except Refused as error:
            self.history.refused = True
            return StatementRecord(
                statement=statement, steps=(RecordedStep(event, state, state, refused=f"refused: {error.why}"),)
            )
        except NotPossible as error:
            if isinstance(event, e.ProtocolStep):
                possible = ", ".join(str(each) for each, _ in changing_steps(state, self.pair.settings))
                what = f"`{event}` cannot happen here: {error.why}"
                allowed = possible or "no protocol step, the pair is settled"
                raise TraceError(self.source, statement.line, what, allowed) from None
            remark = self._remark(statement, f"`{event}` changes nothing: {error.why}")
            step = RecordedStep(event, state, state, refused=f"nothing changes: {error.why}")
            return StatementRecord(statement=statement, steps=(step,), remarks=(remark,))

    def _beside(self, statement: Do, event: MachineEvent) -> StatementRecord:
        """An event of a machine beside the pair; what it prints is noted, and a prompt that changes."""
        prompt = self.beside.prompt(event.unit)
        answer = self.beside.answer(self.pair.state, event)
        self.history.refused = bool(answer.refused)
        if answer.refused:
            state = self.pair.state
            step = RecordedStep(event, state, state, refused=f"refused: {answer.refused}")
        else:
            step = self._move(event, answer)
            now = self.beside.prompt(event.unit)
            moved = () if now == prompt else (f"the prompt is now {now}",)
            printed = (f"prints: {line}" for line in answer.lines)
            step = attrs.evolve(step, notes=(*step.notes, *moved, *printed, *answer.notes))
        remarks = tuple(self._remark(statement, remark) for remark in answer.remarks)
        return StatementRecord(statement=statement, steps=(step,), remarks=remarks)

    def _move(self, event: MachineEvent, answer: Answer[Any]) -> RecordedStep:
        """The step of the pair that an event of a machine brought about."""
        before, outputs = self.pair.state, outputs_of(answer, event.unit)
        self.pair = attrs.evolve(self.pair, state=answer.joint.pair)
        outputs = self.history.add(event, self.pair.state, outputs)
        return RecordedStep(event, before, self.pair.state, outputs)

    def _pointless(self, statement: Do) -> Iterator[TraceWarning]:
        is_stateful = isinstance(statement.event, e.StatefulLinkFailed | e.StatefulLinkRestored)
        if is_stateful and self.pair.settings.stateful is not StatefulLink.DEDICATED:
            shared = links_share_port(self.pair.config)
            where = "; it shares the port of the failover link, and falls with it" if shared else ""
            yield self._remark(statement, f"the configuration has no Stateful Failover link of its own{where}")

    def _settle(self, statement: Settle) -> StatementRecord:
        start, settings = self.pair.state, self.pair.settings
        steps: list[RecordedStep] = []
        seen = {start: 0}
        while (following := next(changing_steps(self.pair.state, settings), None)) is not None:
            steps.append(self._step(following[0]))
            if self.pair.state in seen:
                return StatementRecord(statement=statement, steps=tuple(steps), livelock=seen[self.pair.state])
            seen[self.pair.state] = len(steps)
        remarks = tuple(self._luck(statement, start))
        return StatementRecord(statement=statement, steps=tuple(steps), remarks=remarks)

    def _luck(self, statement: Settle, start: State) -> Iterator[TraceWarning]:
        """A warning if another order of steps ends with other roles."""
        endings = other_endings(start, self.pair.settings)
        if endings is None:
            yield self._remark(statement, f"not every order of steps was tried: more than {MAX_ORDERS} states")
            return
        here = _roles(self.pair.state)
        others = sorted({_roles(each) for each in endings} - {here})
        if others:
            outcomes = "; or ".join(others)
            yield self._remark(statement, f"another order of steps ends with {outcomes}; this one with {here}")

    def _failures(self, statement: Expect) -> Iterator[FailedExpectation]:
        scene = claims.ClaimContext(
            state=self.pair.state,
            settings=self.pair.settings,
            history=self.history,
            subjects=statement.subjects,
            beside=self.beside,
        )
        for key, value in statement.claims:
            holds, found = self.answer(key, value, scene)
            if not holds:
                wanted = statement.worded(key, value)
                yield FailedExpectation(source=self.source, line=statement.line, claim=key, wanted=wanted, found=found)

    def answer(self, key: str, value: str, scene: claims.ClaimContext) -> tuple[bool, str]:
        """Whether a claim holds, and the value found."""
        return claims.answer(key, value, scene)

    def _remark(self, statement: Statement, what: str) -> TraceWarning:
        return TraceWarning(source=self.source, line=statement.line, what=what)


def _roles(state: State) -> str:
    return ", ".join(f"{unit.value} {_states(state.unit(unit))}" for unit in Unit)


def _states(own: UnitState) -> str:
    return words.joined({index + 1: words.state_word(own, index) for index in range(len(own.groups))})


def other_endings(start: State, settings: Settings, most: int = MAX_ORDERS) -> set[State] | None:
    """Every settled state that some order of protocol steps leads to; None if there are too many states."""
    reached, endings = [start], set()
    seen = {start}
    for state in reached:
        afters = [after for _, after in changing_steps(state, settings)]
        if not afters:
            endings.add(state)
        for after in afters:
            if after not in seen:
                seen.add(after)
                reached.append(after)
        if len(seen) > most:
            return None
    return endings
