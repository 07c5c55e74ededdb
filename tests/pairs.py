"""Small pairs and slow, plain ways to explore them: what the searches of the package are compared with.

Nothing here reduces anything: states are kept as they are, interfaces keep their places, and every step is
computed afresh by ``move``. What is explored is written down a second time on purpose, without ``PairModel``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import attrs

from failover_fsm.config.records.pair_config import InterfacePolicy, Unit
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.pair import cold
from failover_fsm.pair.rule_context import Inputs, RuleContext
from failover_fsm.pair.settings import GroupSettings, Options, Port, Settings, StatefulLink
from failover_fsm.pair.states import LinkState, Phase, PortState, State, UnitState
from failover_fsm.pair.step import StepResult, UnitHandler, UnitResult, next_state, react
from failover_fsm.pair.tables import Default, Row, Table
from failover_fsm.records import edit

PRIMARY, SECONDARY = Unit.PRIMARY, Unit.SECONDARY
UNITS = (PRIMARY, SECONDARY)
NAMES = ("outside", "inside", "dmz")


def settings(
    interfaces: int = 0,
    *,
    policy: int = 1,
    stateful: StatefulLink = StatefulLink.NONE,
    enabled: bool = True,
    **options: Any,
) -> Settings:
    """What a pair with so many monitored interfaces is configured to do."""
    return Settings(
        ports=tuple(Port(name=name) for name in NAMES[:interfaces]),
        policy=InterfacePolicy(count=policy),
        stateful=stateful,
        enabled=enabled,
        options=Options(**options),
    )


def active_active(*, preempt: bool = True, preferred: tuple[Unit, Unit] = (PRIMARY, SECONDARY)) -> Settings:
    """An Active/Active pair without monitored interfaces."""
    return Settings(groups=tuple(GroupSettings(preferred=unit, preempt=preempt) for unit in preferred))


def broken(state: State) -> int:
    """How many things are broken, counted one by one; a unit that was never started is not."""
    things = [state.primary.phase is Phase.DOWN, state.secondary.phase is Phase.DOWN]
    things += [state.links.failover is LinkState.CUT, state.links.stateful is LinkState.CUT]
    things += [state.modules.primary is LinkState.CUT, state.modules.secondary is LinkState.CUT]
    for item in state.interfaces:
        things += [item.primary is not PortState.GOOD, item.secondary is not PortState.GOOD, item.path is LinkState.CUT]
    return sum(things)


@cache
def outside(environment: Environment, groups: int, names: tuple[str, ...]) -> tuple[e.Event, ...]:
    """What the environment does to the units and, by their own names, to the interfaces."""
    at_interfaces = (event for name in names for event in environment.interface_events(name))
    return (*environment.unit_events(groups), *at_interfaces)


@attrs.frozen
class Whole:
    """A pair in its environment, explored without any reduction."""

    settings: Settings
    environment: Environment

    def events(self, state: State) -> Iterator[e.Event]:
        """Everything that may be tried in the state: each protocol step that has a cause, and the environment's."""
        left_out = e.SynchronizationFinished if self.environment.sync_states else e.SynchronizationAdvanced
        yield from (event for event in protocol_steps(state, self.settings) if not isinstance(event, left_out))
        yield from outside(
            self.environment, self.settings.group_count, tuple(port.name for port in self.settings.ports)
        )

    def moves(self, state: State, handler: UnitHandler | None = None) -> Iterator[tuple[e.Event, StepResult | None]]:
        """Each event with what it does, None where it is refused, impossible, or one fault too many."""
        limit = self.environment.max_faults
        for event in self.events(state):
            try:
                moved = next_state(state, self.settings, event, handler)
            except StepError:
                yield event, None
                continue
            too_many = limit is not None and isinstance(event, e.Fault) and broken(moved.state) > limit
            yield event, None if too_many else moved

    def explore(
        self,
        limit: int | None = None,
        handler: UnitHandler | None = None,
        taken: list[tuple[State, e.Event, State]] | None = None,
    ) -> tuple[State, ...]:
        """The reachable states, breadth first; the first `limit` of them where one is given.

        `taken` gets every move of every state.
        """
        start = cold(self.settings)
        found = {start}
        queue = [start]
        handler = handler or remembered()
        for state in queue:
            for event, moved in self.moves(state, handler):
                if moved is None:
                    continue
                if taken is not None:
                    taken.append((state, event, moved.state))
                if moved.state not in found and (limit is None or len(found) < limit):
                    found.add(moved.state)
                    queue.append(moved.state)
        return tuple(queue)


def remembered(asked: dict[Any, UnitResult] | None = None) -> UnitHandler:
    """`react`, each answer computed once and kept in `asked` by (record, unit, event, facts)."""
    known: dict[Any, UnitResult] = {} if asked is None else asked

    def handler(own: UnitState, unit: Unit, event: e.Event, heard: Inputs, same: Settings) -> UnitResult:
        key = (own, unit, event, heard)
        answer = known.get(key)
        if answer is None:
            answer = known[key] = react(own, unit, event, heard, same)
        return answer

    return handler


POWER_AND_LINK = ("power", "failover-link")
COMMANDS = ("failover-active", "reset", "reload", "write-standby", "disable")

SCENARIOS: dict[str, tuple[Settings, Environment]] = {
    "units": (settings(), Environment(faults=POWER_AND_LINK, operator=COMMANDS)),
    "commands": (settings(), Environment(faults=POWER_AND_LINK, operator=("command",))),
    "synchronisation": (
        settings(stateful=StatefulLink.DEDICATED),
        Environment(faults=(*POWER_AND_LINK, "stateful-link"), operator=(), sync_states=True),
    ),
    "interface": (settings(1), Environment(faults=(*POWER_AND_LINK, "ports"), operator=(), max_faults=1)),
    "sample": (settings(2), Environment(faults=("failover-link", "ports"), operator=(), max_faults=2)),
    "modules": (settings(1), Environment(faults=("modules", "ports"), operator=(), max_faults=2)),
    "obeying": (
        settings(1, failed_unit_obeys=True),
        Environment(faults=("ports",), operator=("failover-active", "reset"), max_faults=1),
    ),
    "groups": (
        active_active(),
        Environment(faults=("power",), operator=("failover-active", "write-standby"), max_faults=1),
    ),
    "refusals": (
        settings(),
        Environment(faults=("power", "mismatch", "heartbeat"), operator=("reload",), max_faults=2),
    ),
    "failing joins": (
        settings(stateful=StatefulLink.DEDICATED),
        Environment(faults=("flash", "bad-updates", "config-lock"), operator=(), max_faults=1),
    ),
    "stuck": (settings(), Environment(faults=("failover-link", "stuck-sync"), operator=("reset",), max_faults=1)),
    "copies": (
        attrs.evolve(settings(), follow=("commands",)),
        Environment(faults=("power", "replacement", "flash-write"), operator=(), max_faults=1, follow=("commands",)),
    ),
    "groups and links": (active_active(), Environment(faults=POWER_AND_LINK, operator=("disable",), max_faults=1)),
}
"""Small environments that between them hold every operator word and every fault word that moves a unit."""

Asked = tuple[UnitState, Unit, e.Event, Inputs]


@attrs.frozen
class Run:
    """A scenario, explored once: its states, and each different question a unit was asked with its answer."""

    whole: Whole
    states: tuple[State, ...]
    asked: dict[Asked, UnitResult]


@cache
def explored(name: str) -> Run:
    """The scenario of that name, explored; kept for the other tests."""
    whole = Whole(*SCENARIOS[name])
    asked: dict[Asked, UnitResult] = {}
    return Run(whole, whole.explore(handler=remembered(asked)), asked)


def steps_of(pair: Settings, environment: Environment) -> dict[State, dict[e.Event, State]]:
    """Every reachable state of a pair with its steps."""
    model = PairModel(pair, environment)
    steps = {state: dict(model.successors(state)) for state in model.initial_states()}
    waiting = list(steps)
    for state in waiting:
        for after in steps[state].values():
            if after not in steps:
                steps[after] = dict(model.successors(after))
                waiting.append(after)
    return steps


def case_of(asked: Asked, settings: Settings, **more: Any) -> RuleContext:
    """The case a guard is given for a question, on a fresh draft."""
    own, unit, event, heard = asked
    return RuleContext(unit=unit, event=event, own=edit(own), inputs=heard, settings=settings, **more)


STEP_MODULE = sys.modules["failover_fsm.pair.step"]
"""The module; as an attribute of the package its name is that of the function."""

Entry = Row[Any] | Default[Any]


def rewritten(table: Table[Any], change: Callable[[Entry], Iterable[Entry]]) -> Table[Any]:
    """The table with each entry replaced by what `change` makes of it, checked like any other table."""
    entries = [new for old in (*table.rows, *table.defaults) for new in change(old)]
    return Table.of(table.name, table.states, table.events, entries)
