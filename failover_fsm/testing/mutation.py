"""Are the promises and scenarios strong enough?  Every mutant of the tables is held against them.

*Where a mutant matters.*  A small pair in its environment and a scenario are played once on the shipped
tables, and every question that a unit was asked is kept: its record, the event, what reached it.  A mutant that
answers all of them alike, messages, reasons and refusals included, has the same reachable graph with the same
outputs there, step for step; it need not be explored again.  If that is so everywhere, it is *equivalent*.

*Killed.*  A promise holds on the shipped tables and not on the mutant's (or the other way round, where a model
says that it is broken), or a scenario's expectation fails, or the tables answer with an error.  Else it *survives*.

The questions are those of whole records.  Promises are asked on the reduced graph, as always; since it is the shipped
rules that justify the reduction, a mutant that no scenario kills is explored once more with whole records.
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
from failover_fsm.model.scenario import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.rule_context import Inputs
from failover_fsm.pair.settings import GroupSettings, Options, Port, Settings
from failover_fsm.pair.states import Phase, UnitState
from failover_fsm.pair.step import UnitResult, react, react_unit
from failover_fsm.promises import as_property, chosen
from failover_fsm.testing.mutants import STEP, Mutant, in_force, mutants
from failover_fsm.trace.language import Trace
from failover_fsm.trace.player import load, play

__all__ = ["SMALL_PAIRS", "Outcome", "ScenarioFile", "SmallPair", "Trial", "outcomes"]

MAX_STATES = 60_000
"""A mutant may have more states than the pair it comes from; beyond these a promise that is not broken yet holds."""

ERROR = "an error"
"""Stands for the promise that rules end in no error."""

Question = tuple[UnitState, Unit, e.Event, Inputs, Settings]


# -- questions -------------------------------------------------------------------------------------


@attrs.frozen
class Asked:
    """The questions that units were asked somewhere, by the class of the event."""

    by_event: dict[type[e.Event], list[Question]]

    @classmethod
    def of(cls, questions: Iterable[Question]) -> Asked:
        """The questions, each once."""
        by_event: dict[type[e.Event], list[Question]] = {}
        for question in dict.fromkeys(questions):
            by_event.setdefault(type(question[2]), []).append(question)
        return cls(by_event)

    def told_apart(self, mutant: Mutant) -> bool:
        """Whether the mutant answers one of them otherwise than the shipped tables."""
        row = mutant.row
        places = set(row.states)
        mine = [
            each for each in self.by_event.get(row.event, ())
            if each[0].phase in places or (each[0].phase is Phase.UP and any(g.role in places for g in each[0].groups))
        ]  # fmt: skip
        shipped = [_answer(each) for each in mine]
        with in_force(mutant):
            return any(_answer(each) != known for each, known in zip(mine, shipped, strict=True))


def _answer(question: Question) -> object:
    """All that a reaction does to the pair and tells the world; an error is an answer too."""
    try:
        reaction = react(*question)
    except Exception as error:
        return type(error)
    refused = None if reaction.default is None or reaction.rows else reaction.default.outcome
    return reaction.record, reaction.sent, reaction.reason, refused


# -- pairs ---------------------------------------------------------------------------------------


class _Whole(PairModel):
    """A pair whose records are kept as they are: a mutant may read what the shipped rules have no use for."""

    def _essence(self, record: UnitState) -> UnitState:
        return record

    def questions(self) -> Iterator[Question]:
        """Everything that a unit can be asked."""
        queue = list(self.initial_states())
        seen = set(queue)
        for state in queue:
            for _, after in self.successors(state):
                if after not in seen:
                    seen.add(after)
                    queue.append(after)
        return ((*question, self.settings) for question in self.handler)


@attrs.frozen(eq=False, slots=False)
class SmallPair:
    """A pair and an environment small enough to be explored again for each mutant.

    dear: it takes long, and is left for mutants that nothing else kills.
    """

    name: str
    settings: Settings
    environment: Environment
    dear: bool = False

    def kept(self, *, whole: bool = False) -> dict[str, bool]:
        """Whether each promise that applies is kept on the tables in force, by its id; whole: without reduction."""
        model = (_Whole if whole else PairModel)(self.settings, self.environment)
        asked = chosen(self.environment, groups=bool(self.settings.groups))
        found = Checker(model).verify(*(as_property(each, model.observers) for each in asked), max_states=MAX_STATES)
        return {each.name: each.verdict is not Verdict.VIOLATED for each in found.findings}

    @cached_property
    def asked(self) -> Asked:
        """The questions on the shipped tables."""
        return Asked.of(_Whole(self.settings, self.environment).questions())

    @cached_property
    def shipped(self) -> dict[str, bool]:
        """The promises on the shipped tables."""
        return self.kept()

    def killers(self, mutant: Mutant, *, whole: bool = False) -> tuple[str, ...]:
        """The promises that tell the mutant from the shipped tables; ERROR where it cannot run."""
        shipped = self.shipped
        with in_force(mutant):
            try:
                now = self.kept(whole=whole)
            except ModelError:
                return (ERROR,)
        return tuple(name for name, holds in shipped.items() if now[name] != holds)


def _pair(interfaces: int = 0, policy: int = 1, **more: object) -> Settings:
    ports = tuple(Port(name=name) for name in ("outside", "inside")[:interfaces])
    return Settings(ports=ports, policy=InterfacePolicy(count=policy), **more)  # type: ignore[arg-type]  # fields of it


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
           dear=True),
    SmallPair("commands and ports", _pair(1),
           Environment(faults=("failover-link", "ports"), operator=("failover-active", "reset"), max_faults=1),
           dear=True),
    SmallPair("policy of two", _pair(2, 2), Environment(faults=("failover-link", "ports"), operator=(), max_faults=2),
           dear=True),
    SmallPair("two interfaces", _pair(2), Environment(faults=("failover-link", "ports"), operator=(), max_faults=2),
           dear=True),
    SmallPair("groups move", _groups(preempt=True),
           Environment(faults=("power",), operator=("failover-active",), max_faults=1), dear=True),
)  # fmt: skip
"""Small pairs that between them ask for every row; from cheap to dear."""


# -- scenarios -------------------------------------------------------------------------------------


@attrs.frozen(eq=False, slots=False)
class ScenarioFile:
    """A scenario file that meets its expectations on the shipped tables."""

    path: Path
    trace: Trace
    config: PairConfig

    @classmethod
    def read(cls, path: Path) -> ScenarioFile:
        """The scenario in a file.  Raises TraceError or ConfigError for one that cannot be used."""
        trace, config, _ = load(path)
        return cls(path, trace, config)

    @property
    def name(self) -> str:
        """The file without its folder."""
        return self.path.name

    @cached_property
    def asked(self) -> Asked:
        """The questions that units are asked on the shipped tables, in every order that the player tries."""
        questions: list[Question] = []

        def listening(own: Any, unit: Unit, event: e.Event, known: Inputs, settings: Settings) -> UnitResult:
            questions.append((own.freeze(), unit, event, known, settings))
            return react_unit(own, unit, event, known, settings)

        with mock.patch.object(STEP, "react_unit", listening):
            if not self.passes():
                raise ValueError(f"{self.path}: fails on the shipped tables; allowed: a scenario that passes")
        return Asked.of(questions)

    def passes(self) -> bool:
        """Whether all expectations are met and the run does not go round for ever."""
        played = play(self.trace, self.config)
        return not played.failures and not played.is_livelock

    def killers(self, mutant: Mutant) -> tuple[str, ...]:
        """The scenario's name if the mutant fails it."""
        with in_force(mutant):
            try:
                passed = self.passes()
            except Exception:  # a step that is written out cannot happen, or the rules end in an error
                passed = False
        return () if passed else (self.name,)


# -- outcomes --------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Outcome:
    """What became of a mutant.

    matters: the pairs and scenarios in which it has another graph.  promises: (pair, promise) that tell it.
    scenarios: those that it fails.
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
    """Where mutants are held against something: pairs, cheap ones first, and scenarios.

    A mutant that a promise has killed is not taken further, and one that a scenario has killed not to dear pairs.
    """

    pairs: Sequence[SmallPair] = SMALL_PAIRS
    scenarios: Sequence[ScenarioFile] = ()

    def try_out(self, mutant: Mutant) -> Outcome:
        """One mutant."""
        pairs = [each for each in self.pairs if each.asked.told_apart(mutant)]
        scenarios = [each for each in self.scenarios if each.asked.told_apart(mutant)]
        failed = tuple(name for each in scenarios for name in each.killers(mutant))
        promises: list[tuple[str, str]] = []
        for pair in pairs:
            if promises or (failed and pair.dear):
                continue
            broken = pair.killers(mutant)
            if broken and not failed:
                broken = pair.killers(mutant, whole=True)
            promises += [(pair.name, promise) for promise in broken]
        return Outcome(
            mutant=mutant,
            matters=(*(each.name for each in pairs), *(each.name for each in scenarios)),
            promises=tuple(promises),
            scenarios=failed,
        )


def outcomes(trial: Trial, chosen_mutants: Iterable[Mutant] | None = None) -> Iterator[Outcome]:
    """What becomes of each mutant, of all where none are given."""
    return map(trial.try_out, mutants() if chosen_mutants is None else chosen_mutants)
