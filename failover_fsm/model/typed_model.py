"""The model of a pair whose operator types command lines: each unit has a running configuration of its own.

Interfaces keep their places, since a command names one; every step is computed through `step`, since a command can
change what any other step does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from failover_fsm.model.observer import Observer
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.search_environment import Environment
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.pair import events as e
from failover_fsm.pair.entered_text import is_navigation
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.errors import Refused
from failover_fsm.pair.obstacles import HINDRANCES_OF, Hindrance
from failover_fsm.pair.replicated_commands import Does, crossing_of
from failover_fsm.pair.run_time import after_line
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State, Unit
from failover_fsm.pair.typed_commands import acting, read_typed


class TypedModel(WiredModel):
    """A pair in an environment with command lines, for the checker."""

    def __init__(self, settings: Settings, environment: Environment) -> None:
        super().__init__(settings, environment)
        left_out = e.SynchronizationFinished if environment.sync_states else e.SynchronizationAdvanced
        self._left_out: type[e.Event] = left_out

    def successors(self, state: State) -> Sequence[tuple[e.Event, State]]:
        """Every event that changes the state, and every configuration command, with the state after it."""
        found = []
        for event in self._all(state):
            after = self.step(state, event)
            if after is not None:
                found.append((event, after))
        self._seen |= dict.fromkeys(type(event) for event, _ in found)
        return found

    def _all(self, state: State) -> Iterator[e.Event]:
        yield from (event for event in protocol_steps(state, self.settings) if not isinstance(event, self._left_out))
        yield from self.outside

    def _look(self, state: State) -> tuple[Observer, ...]:
        return self._observers_of(state)


_MOST = 64
"""Configurations that are looked at before a line counts as one that is taken somewhere."""


def always_refused(scenario: Scenario) -> tuple[str, str] | None:
    """The first command line that is refused in every configuration that the lines lead to, with the reason.

    A search for such a configuration that gets too long is broken off, and no line counts as refused.
    """
    settings, lines = scenario.settings, scenario.environment.lines
    if settings.running is None:  # nobody types a line
        return None
    reached, reasons, taken = [(settings.running, "")], dict[str, str](), set[str]()
    for config, block in reached:  # it grows meanwhile
        for line in lines:
            try:
                after = after_line(settings, config, block, line)
            except Refused as error:
                reasons.setdefault(line, error.why)
                continue
            taken.add(line)
            if after not in reached:
                reached.append(after)
        if len(taken) == len(lines) or len(reached) > _MOST:
            return None
    return next((line, reasons[line]) for line in lines if line not in taken)


def without_effect(environment: Environment) -> tuple[str, str, str] | None:
    """The first command line that changes nothing wherever it is entered, with the reason and what is allowed.

    A command that only configures what the model has no part in does change something: whether the configurations
    agree (CMD-11). So does one that moves to a block, in which the next line is read.
    """
    lines = {line: acting(e.CommandEntered(unit=Unit.PRIMARY, text=line)) for line in environment.lines}
    switched_off = any(map(environment.has, ("disable", *HINDRANCES_OF[Hindrance.REFUSED])))
    switched_off = switched_off or any(isinstance(event, e.FailoverDisabled) for event in lines.values())
    for line, event in lines.items():
        if isinstance(event, e.FailoverEnabled) and not switched_off:
            return line, "it is `failover`, which nothing switches off", "beside disable, mismatch or heartbeat"
        if isinstance(event, e.CommandEntered) and not _can_change(line):
            apart = crossing_of(line).does is Does.KEEPS_APART
            why = "the model takes it as fixed" if apart else "no part of the model"
            return line, why, "a line that configures, saves, or names an event"
    return None


def _can_change(line: str) -> bool:
    if crossing_of(line).does in (Does.CONFIGURES, Does.SAVES):
        return True
    return all(map(is_navigation, read_typed(line).lines))


def model_of(settings: Settings, environment: Environment) -> PairModel:
    """The model that explores a pair in an environment."""
    if environment.lines:
        return TypedModel(settings, environment)
    return (PairModel if settings.topology is None else WiredModel)(settings, environment)
