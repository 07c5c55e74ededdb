"""The steps of a pair with what they print, each computed once: successors for searches that read evidence."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs

from failover_fsm.device.memory import history_entries
from failover_fsm.model.core_steps import core_of
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.places import placed_events
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.command_logs import command_logs
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.outputs import Output
from failover_fsm.pair.pair import cold
from failover_fsm.pair.reaction_cache import ReactionCache
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import ConfigSync, State, Unit
from failover_fsm.pair.step import next_state
from failover_fsm.pair.step_result import StepResult, logged_outputs
from failover_fsm.postmortem.placed import PlacedEvents
from failover_fsm.postmortem.tokens import Token, history_token, tokens_of
from failover_fsm.text.story import RecordedStep

__all__ = ["CLEARED", "Both", "Move", "PairSteps", "Sort"]

CLEARED = Token(number=-1)
"""Stands among the entries of a history where the unit loses it: it stops, or boots again."""

UNITS = (Unit.PRIMARY, Unit.SECONDARY)
Printed = tuple[Token, ...]
Both = tuple[Printed, Printed]
"""What the primary prints, and the secondary."""


class Sort(enum.Enum):
    """The events from outside, by what they can bring about."""

    LINK = "a fault or a repair of the failover link"
    PRIMARY_STOP = "the primary's peer hears it no more: a fault of the unit, or a command"
    SECONDARY_STOP = "the same of the secondary, which the primary hears no more"
    PRIMARY_COMMAND = "another command on the primary"
    SECONDARY_COMMAND = "another command on the secondary"
    PRIMARY_PORT = "a fault or a repair of a port of the primary"
    SECONDARY_PORT = "a fault or a repair of a port of the secondary"
    OTHER = "a fault or a repair of something else"


_AT_PORT = {UNITS[0]: Sort.PRIMARY_PORT, UNITS[1]: Sort.SECONDARY_PORT}
_STOP = {UNITS[0]: Sort.PRIMARY_STOP, UNITS[1]: Sort.SECONDARY_STOP}
_COMMAND = {UNITS[0]: Sort.PRIMARY_COMMAND, UNITS[1]: Sort.SECONDARY_COMMAND}


def _sort(event: e.Event) -> Sort:
    if not isinstance(event, e.AtUnit):
        return Sort.LINK if isinstance(event, e.FailoverLinkFailed | e.FailoverLinkRestored) else Sort.OTHER
    if isinstance(event, e.AtInterface | e.AtPort):
        return _AT_PORT[event.unit]
    if isinstance(event, e.Command) and not isinstance(event, e.Reload | e.FailoverDisabled):
        return _COMMAND[event.unit]
    return Sort.OTHER if isinstance(event, e.Repair) else _STOP[event.unit]


@attrs.frozen(eq=False)
class Move:
    """A step.

    Attributes:
        event: What happens.
        before, after: The numbers of the states around it.
        logs: The messages that the primary prints, and those of the secondary, in their order.
        entries: The entries of their histories.
        is_outside: The event is a fault, a repair or a command.
        is_idle: A command that the unit refuses or that changes nothing; the unit logs it all the same.
    """

    event: e.Event
    before: int
    after: int
    logs: Both
    entries: Both
    is_outside: bool
    is_idle: bool = False


class PairSteps:
    """The pair in its environment, with numbered states.

    Attributes:
        settings: What the protocol reads of the configuration.
        environment: The faults, repairs and commands that may come.
        states: The states met so far, by number.
    """

    def __init__(self, settings: Settings, environment: Environment, *, histories: bool = False) -> None:
        self.settings = settings
        self.environment = environment
        self.states: list[State] = []
        self._histories = histories
        self._numbers: dict[State, int] = {}
        self._own: dict[int, tuple[Move, ...]] = {}
        self._outside: dict[tuple[int, Sort], tuple[Move, ...]] = {}
        self._logged: dict[e.Event, Both] = {}
        self._results: dict[Any, tuple[tuple[e.Event, StepResult | None], ...]] = {}
        self._handler = ReactionCache()
        self._model = PairModel(settings, environment)
        self._at_units: dict[Sort, list[e.Event]] = {sort: [] for sort in Sort}
        at_units = tuple(environment.unit_events(settings.group_count))
        for event in at_units:
            self._at_units[_sort(event)].append(event)
        placed = tuple(placed_events(settings, environment))
        self._placed = {sort: PlacedEvents(settings, [each for each in placed if _sort(each) is sort]) for sort in Sort}
        self._places = {event: place for place, event in enumerate((*at_units, *placed))}

    def number(self, state: State) -> int:
        """The number of a state."""
        found = self._numbers.get(state)
        if found is None:
            found = self._numbers[state] = len(self.states)
            self.states.append(state)
        return found

    @property
    def cold(self) -> int:
        """Both units off and never started."""
        return self.number(cold(self.settings))

    def own(self, number: int) -> tuple[Move, ...]:
        """The units' own steps that change the state, in settle order."""
        found = self._own.get(number)
        if found is None:
            state = self.states[number]
            key = (core_of(state), self._model.senses(state.interfaces), None)
            found = self._own[number] = tuple(self._alike(number, key, protocol_steps))
        return found

    def outside(self, number: int, sorts: Iterable[Sort] = Sort) -> list[Move]:
        """The faults, repairs and commands that can happen, and the commands that change nothing, in a fixed order.

        Args:
            number: The state.
            sorts: The sorts of events that are asked for.
        """
        found = [move for sort in sorts for move in self._sorted_out(number, sort)]
        return sorted(found, key=lambda move: self._places[move.event])

    def _sorted_out(self, number: int, sort: Sort) -> tuple[Move, ...]:
        found = self._outside.get((number, sort))
        if found is None:
            found = self._outside[number, sort] = tuple(self._of_sort(number, sort))
        return found

    def _of_sort(self, number: int, sort: Sort) -> Iterator[Move]:
        events = self._at_units[sort]
        if events:
            state = self.states[number]
            senses = self._model.senses(state.interfaces)
            key = (core_of(state), (senses.data, senses.answers, senses.links), sort)
            yield from self._alike(number, key, lambda _state, _settings: events)
        yield from self._at_places(number, sort)

    def settled(self, number: int) -> bool:
        """No step of the units changes the state."""
        return not self.own(number)

    def settle(self, number: int) -> tuple[int, tuple[e.Event, ...]]:
        """The state in which the units come to rest by the first step each time, and these steps."""
        seen, taken = {number}, []
        while (moves := self.own(number)) and moves[0].after not in seen:
            number = moves[0].after
            seen.add(number)
            taken.append(moves[0].event)
        return number, tuple(taken)

    def take(self, number: int, event: e.Event) -> int:
        """The state after an event, the same one where it cannot happen."""
        result = self._result(self.states[number], event)
        return number if result is None else self.number(result.state)

    def record(self, move: Move) -> RecordedStep:
        """The step with all its outputs, for people."""
        before, after = self.states[move.before], self.states[move.after]
        if move.is_idle:
            logged = tuple(command_logs(before, self.settings, move.event, ()))
            return RecordedStep(move.event, before, after, logged, refused="nothing changes")
        return RecordedStep(move.event, *self._told(before, move.event))

    def _told(self, before: State, event: e.Event) -> tuple[State, State, tuple[Output, ...]]:
        result = self._result(before, event)
        assert result is not None, "the search has taken the step"
        return before, result.state, tuple(logged_outputs(before, self.settings, result))

    def _alike(self, number: int, key: Any, events: Callable[[State, Settings], Iterable[e.Event]]) -> Iterator[Move]:
        """The steps of a state; what the units do with an event is the same for all states of a key."""
        state = self.states[number]
        known = self._results.get(key)
        if known is None:
            known = self._results[key] = tuple(self._changing(state, events(state, self.settings)))
        for event, result in known:
            if result is None:
                yield self._idle(number, event)
                continue
            after = attrs.evolve(result.state, interfaces=state.interfaces)
            yield self._move(number, attrs.evolve(result, state=after))

    def _changing(self, state: State, events: Iterable[e.Event]) -> Iterator[tuple[e.Event, StepResult | None]]:
        """The events that change the state, with what they do; commands that do not come with None."""
        for event in events:
            if isinstance(event, e.SynchronizationAdvanced):
                continue  # a part of a synchronisation, which is taken in one step
            result = self._result(state, event)
            if result is not None and result.state != state:
                yield event, result
            elif isinstance(event, e.Command) and state.unit(event.unit).powered:
                yield event, None

    def _at_places(self, number: int, sort: Sort) -> Iterator[Move]:
        placed, state = self._placed[sort], self.states[number]
        if not placed.events:
            return
        if state.wiring is None and not placed.can_stop_messages(state):
            for event, after, logs in placed.of(state):
                yield Move(event, number, self.number(after), logs, ((), ()), is_outside=True)
            return
        for event in placed.events:
            result = self._result(state, event)
            if result is not None and result.state != state:
                yield self._move(number, result)

    def _result(self, state: State, event: e.Event) -> StepResult | None:
        """What the event does, None where it cannot happen or is refused."""
        try:
            result = next_state(state, self.settings, event, self._handler)
        except StepError:
            return None
        return attrs.evolve(result, state=self._plain(result.state))

    def _plain(self, state: State) -> State:
        """The state without the mark of configurations that differ, where nothing depends on it or shows it."""
        if not self.settings.options.resync_on_contact or self.environment.has("command"):
            return state
        for unit in UNITS:
            record = state.unit(unit)
            if record.config_sync is not ConfigSync.SYNCHRONIZED:
                state = state.with_unit(unit, attrs.evolve(record, config_sync=ConfigSync.SYNCHRONIZED))
        return state

    def _idle(self, number: int, event: e.Event) -> Move:
        """The command, which a unit that runs logs in every state alike."""
        logs = self._logged.get(event)
        if logs is None:
            logged = list(command_logs(self.states[number], self.settings, event, ()))
            logs = (tuple(tokens_of(logged, UNITS[0])), tuple(tokens_of(logged, UNITS[1])))
            self._logged[event] = logs
        return Move(event, number, number, logs, ((), ()), is_outside=True, is_idle=True)

    def _move(self, number: int, result: StepResult) -> Move:
        before, event = self.states[number], result.event
        assert event is not None, "next_state names it"
        outputs = tuple(logged_outputs(before, self.settings, result))
        entries: Both = ((), ())
        if self._histories:
            step = RecordedStep(event, before, result.state, outputs)
            entries = (self._entries(step, UNITS[0]), self._entries(step, UNITS[1]))
        logs = (tuple(tokens_of(outputs, UNITS[0])), tuple(tokens_of(outputs, UNITS[1])))
        is_outside = not isinstance(event, e.ProtocolStep)
        return Move(event, number, self.number(result.state), logs, entries, is_outside)

    def _entries(self, step: RecordedStep, unit: Unit) -> Printed:
        if step.before.unit(unit).powered and not step.after.unit(unit).powered:
            return (CLEARED,)
        found = history_entries(step, unit, self.settings)
        return tuple(history_token(each, is_evidence=False) for each in found)
