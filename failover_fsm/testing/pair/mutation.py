"""Mutation analysis: whether the promises and scenarios detect a mistake in the tables.

A mutant is *equivalent* if it gives the same reaction as the shipped tables for every reaction input that occurs in a
small pair or a scenario, messages, reasons and refusals included: the reachable graph is then the same with the same
outputs, and need not be explored again. A mutant is *killed* if a promise has another verdict than on the shipped
tables, an expectation of a scenario fails, or the tables raise an error. Otherwise it *survives*.

Reaction inputs have whole unit records. Promises are checked on the reduced graph. Since the shipped rules justify the
reduction, a mutant that no scenario kills is explored again with whole records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest import mock

import attrs

from failover_fsm.checker import Checker, Verdict
from failover_fsm.checker.core.model import ModelError
from failover_fsm.config.records.pair_config import InterfacePolicy, PairConfig, StatefulLink, Unit
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.rule_context import Inputs
from failover_fsm.pair.settings import GroupSettings, Options, Port, Settings
from failover_fsm.pair.states import Phase, UnitState
from failover_fsm.pair.step import UnitResult, react, react_unit
from failover_fsm.promises import as_property, chosen
from failover_fsm.testing.pair.mutants import STEP, Mutant, in_force, mutants
from failover_fsm.trace.language import Trace
from failover_fsm.trace.player import load, play

__all__ = ["SMALL_PAIRS", "MutantResult", "ScenarioFile", "SmallPair", "Trial", "outcomes"]

MAX_STATES = 60_000
"""The most states explored per mutant; a promise that is not violated within them counts as kept."""

ERROR = "an error"
"""The pseudo-promise that rules raise no error."""

ReactionInput = tuple[UnitState, Unit, e.Event, Inputs, Settings]


# -- inputs of reactions -------------------------------------------------------------------------------------


@attrs.frozen
class ReactionInputs:
    """The inputs of unit reactions that occur somewhere, by event class."""

    by_event: dict[type[e.Event], list[ReactionInput]]
    _shipped: dict[tuple[type[e.Event], int], object] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    @classmethod
    def of(cls, inputs: Iterable[ReactionInput]) -> ReactionInputs:
        """The inputs without duplicates."""
        by_event: dict[type[e.Event], list[ReactionInput]] = {}
        for each in dict.fromkeys(inputs):
            by_event.setdefault(type(each[2]), []).append(each)
        return cls(by_event)

    def tell_apart(self, mutant: Mutant) -> bool:
        """True if the mutant's reaction to some input differs from that of the shipped tables."""
        row = mutant.row
        places = set(row.states)
        inputs = self.by_event.get(row.event, [])
        mine = [
            number for number, each in enumerate(inputs)
            if each[0].phase in places or (each[0].phase is Phase.UP and any(g.role in places for g in each[0].groups))
        ]  # fmt: skip
        shipped = [self._as_shipped(row.event, number) for number in mine]
        with in_force(mutant):
            return any(_reaction(inputs[number]) != known for number, known in zip(mine, shipped, strict=True))

    def _as_shipped(self, event: type[e.Event], number: int) -> object:
        """The shipped tables' reaction to an input, computed for the first mutant that is compared with it."""
        key = event, number
        if key not in self._shipped:
            self._shipped[key] = _reaction(self.by_event[event][number])
        return self._shipped[key]


def _reaction(given: ReactionInput) -> object:
    """The complete result of a reaction: record, outputs, reason and refusal, or the type of an error."""
    try:
        reaction = react(*given)
    except Exception as error:
        return type(error)
    refused = None if reaction.default is None or reaction.rows else reaction.default.outcome
    return reaction.record, reaction.sent, reaction.reason, refused


# -- pairs ---------------------------------------------------------------------------------------


class _Unreduced(PairModel):
    """A pair without live-variable reduction: a mutant may read fields that the shipped rules do not."""

    def _essence(self, record: UnitState) -> UnitState:
        return record

    def reaction_inputs(self) -> Iterator[ReactionInput]:
        """Every reaction input that occurs in the reachable graph."""
        queue = list(self.initial_states())
        seen = set(queue)
        for state in queue:
            for _, after in self.successors(state):
                if after not in seen:
                    seen.add(after)
                    queue.append(after)
        return ((*given, self.settings) for given in self.handler)


@attrs.frozen(eq=False, slots=False)
class SmallPair:
    """A pair and an environment small enough to be explored again for each mutant.

    Attributes:
        name: A name for reports.
        settings: The pair.
        environment: The environment.
        costly: True if exploring takes long; such a pair is used only for mutants that nothing else kills.
    """

    name: str
    settings: Settings
    environment: Environment
    costly: bool = False

    def kept(self, *, whole: bool = False) -> dict[str, bool]:
        """The verdict on each promise that applies, for the tables in force.

        Args:
            whole: True to explore without the reduction of states.

        Returns:
            For each promise id, whether the promise is kept.
        """
        model = (_Unreduced if whole else PairModel)(self.settings, self.environment)
        applicable = chosen(self.environment, groups=bool(self.settings.groups))
        found = Checker(model).verify(
            *(as_property(each, model.observers) for each in applicable), max_states=MAX_STATES
        )
        return {each.name: each.verdict is not Verdict.VIOLATED for each in found.findings}

    @cached_property
    def reaction_inputs(self) -> ReactionInputs:
        """The reaction inputs on the shipped tables."""
        return ReactionInputs.of(_Unreduced(self.settings, self.environment).reaction_inputs())

    @cached_property
    def shipped(self) -> dict[str, bool]:
        """The verdicts on the shipped tables."""
        return self.kept()

    def killers(self, mutant: Mutant, *, whole: bool = False) -> tuple[str, ...]:
        """The promises with another verdict than on the shipped tables; ERROR if a rule raises an error."""
        shipped = self.shipped
        with in_force(mutant):
            try:
                now = self.kept(whole=whole)
            except ModelError:
                return (ERROR,)
        return tuple(name for name, holds in shipped.items() if now[name] != holds)


def _pair(interfaces: int = 0, policy: int = 1, **more: Any) -> Settings:
    ports = tuple(Port(name=name) for name in ("outside", "inside")[:interfaces])
    return Settings(ports=ports, policy=InterfacePolicy(count=policy), **more)


_UNITS = ("power", "failover-link")


def _groups(preempt: bool) -> Settings:
    return Settings(groups=tuple(GroupSettings(preferred=unit, preempt=preempt) for unit in Unit))


SMALL_PAIRS = (
    SmallPair("silent interface", _pair(1), Environment(faults=("interfaces",), operator=(), max_faults=2)),
    SmallPair("ports and power", _pair(1), Environment(faults=("power", "ports"), operator=(), max_faults=2)),
    SmallPair("obeying", _pair(1, options=Options(failed_unit_obeys=True)),
           Environment(faults=("ports",), operator=("failover-active", "reset"), max_faults=1)),
    SmallPair("cut off", _pair(1),
           Environment(faults=("failover-link", "paths"), operator=("failover-active",), max_faults=2)),
    SmallPair("switching off", _pair(), Environment(faults=("power",), operator=("failover-active", "disable"),
                                                 max_faults=1)),
    SmallPair("joining", _pair(stateful=StatefulLink.DEDICATED),
           Environment(faults=(*_UNITS, "stateful-link"), operator=("write-standby",), max_faults=1, sync_states=True)),
    SmallPair("units and links", _pair(), Environment(faults=_UNITS, operator=("failover-active", "reload"))),
    SmallPair("never enabled", _pair(enabled=False),
           Environment(faults=_UNITS, operator=("failover-active", "disable", "reload"), max_faults=1)),
    SmallPair("groups boot", _groups(preempt=False), Environment(faults=("power",), operator=(), max_faults=1)),
    SmallPair("groups written", _groups(preempt=False),
              Environment(faults=("power",), operator=("write-standby",), max_faults=1)),
    SmallPair("groups preempt", _groups(preempt=True), Environment(faults=("power",), operator=(), max_faults=1)),
    SmallPair("copying", _pair(), Environment(faults=_UNITS, operator=("command", "write-standby"), max_faults=1),
           costly=True),
    SmallPair("commands and ports", _pair(1),
           Environment(faults=("failover-link", "ports"), operator=("failover-active", "reset"), max_faults=1),
           costly=True),
    SmallPair("policy of two", _pair(2, 2), Environment(faults=("failover-link", "ports"), operator=(), max_faults=2),
           costly=True),
    SmallPair("two interfaces", _pair(2), Environment(faults=("failover-link", "ports"), operator=(), max_faults=2),
           costly=True),
    SmallPair("groups move", _groups(preempt=True),
           Environment(faults=("power",), operator=("failover-active",), max_faults=1), costly=True),
)  # fmt: skip
"""Small pairs that between them exercise every row; from cheap to costly."""


# -- scenarios -------------------------------------------------------------------------------------


@attrs.frozen(eq=False, slots=False)
class ScenarioFile:
    """A scenario file that meets its expectations on the shipped tables."""

    path: Path
    trace: Trace
    config: PairConfig

    @classmethod
    def read(cls, path: Path) -> ScenarioFile:
        """The scenario in a file.

        Raises:
            TraceError: If the file is no scenario.
            ConfigError: If its configuration cannot be used.
        """
        trace, config, _ = load(path)
        return cls(path, trace, config)

    @property
    def name(self) -> str:
        """The file without its folder."""
        return self.path.name

    @cached_property
    def reaction_inputs(self) -> ReactionInputs:
        """The reaction inputs on the shipped tables, in every order that the player tries."""
        inputs: list[ReactionInput] = []

        def recording(
            own: Any, unit: Unit, event: e.Event, known: Inputs, settings: Settings, seen: UnitState | None = None
        ) -> UnitResult:
            inputs.append((own.freeze(), unit, event, known, settings))
            return react_unit(own, unit, event, known, settings, seen)

        with mock.patch.object(STEP, "react_unit", recording):
            if not self.passes():
                raise ValueError(f"{self.path}: fails on the shipped tables; allowed: a scenario that passes")
        return ReactionInputs.of(inputs)

    def passes(self) -> bool:
        """True if all expectations are met and the run does not end in a livelock."""
        played = play(self.trace, self.config)
        return not played.failures and not played.is_livelock

    def killers(self, mutant: Mutant) -> tuple[str, ...]:
        """The scenario's name if it fails on the mutant, else nothing."""
        with in_force(mutant):
            try:
                passed = self.passes()
            except Exception:  # a protocol step written in the trace is impossible, or a rule raises an error
                passed = False
        return () if passed else (self.name,)


# -- results ---------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class MutantResult:
    """The result for one mutant.

    Attributes:
        mutant: The mutant.
        matters: The pairs and scenarios in which some reaction differs.
        promises: (pair, promise) of each promise with another verdict.
        scenarios: The scenarios that fail.
    """

    mutant: Mutant
    matters: tuple[str, ...]
    promises: tuple[tuple[str, str], ...]
    scenarios: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """killed, survives, or equivalent."""
        if self.promises or self.scenarios:
            return "killed"
        return "survives" if self.matters else "equivalent"


@attrs.frozen(kw_only=True)
class Trial:
    """The pairs, cheap ones first, and scenarios that mutants are tried on.

    A mutant that a promise has killed is not tried further, and one that a scenario has killed not on costly pairs.
    """

    pairs: Sequence[SmallPair] = SMALL_PAIRS
    scenarios: Sequence[ScenarioFile] = ()

    def try_out(self, mutant: Mutant) -> MutantResult:
        """The result for one mutant."""
        pairs = [each for each in self.pairs if each.reaction_inputs.tell_apart(mutant)]
        scenarios = [each for each in self.scenarios if each.reaction_inputs.tell_apart(mutant)]
        failed = tuple(name for each in scenarios for name in each.killers(mutant))
        promises: list[tuple[str, str]] = []
        for pair in pairs:
            if promises or (failed and pair.costly):
                continue
            broken = pair.killers(mutant)
            if broken and not failed:
                broken = pair.killers(mutant, whole=True)
            promises += [(pair.name, promise) for promise in broken]
        return MutantResult(
            mutant=mutant,
            matters=(*(each.name for each in pairs), *(each.name for each in scenarios)),
            promises=tuple(promises),
            scenarios=failed,
        )


def outcomes(trial: Trial, chosen_mutants: Iterable[Mutant] | None = None) -> Iterator[MutantResult]:
    """The result for each mutant; for all mutants if none are given."""
    return map(trial.try_out, mutants() if chosen_mutants is None else chosen_mutants)
