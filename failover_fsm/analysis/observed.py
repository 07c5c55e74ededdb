"""Searches on what the units observe of their interfaces: when they are made, and their results with real names.

A search on observations gives the verdicts of the search in which every interface has its own condition, whatever the
number of interfaces; its counts of states, and the length of its runs, are its own. Which of the two searches is made
is decided here, a promise at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import comb
from typing import Any

import attrs

from failover_fsm.checker import Checker, Finding, ModelError, Property, Result, Verdict
from failover_fsm.checker.rules.rule_model import PlainModel
from failover_fsm.model.beside import BESIDE
from failover_fsm.model.conditions import TooManyPorts
from failover_fsm.model.observed_rules import (
    JUMPS,
    InterfacesRestored,
    ObservedRules,
    without_interfaces,
    without_wiring,
)
from failover_fsm.model.observed_runs import ConcreteRun, concrete
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.places import placed_events, places_alike
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.typed_model import model_of
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.model.wired_observations import is_observable
from failover_fsm.model.wired_observed_rules import WiredObservedRules
from failover_fsm.model.wired_rules import LINK_EVENTS
from failover_fsm.pair import events as e
from failover_fsm.pair.states import State
from failover_fsm.promises import Promise, as_property
from failover_fsm.promises.health import QUESTIONS

__all__ = [
    "FEW",
    "FEW_CONDITIONS",
    "ObservedSearch",
    "RulesOfObservations",
    "rules_on_observations",
    "searched",
    "taken_in",
    "why_in_full",
]

FEW_CONDITIONS = 200
"""Up to so many conditions of the interfaces each has its own states: counts and shortest runs are then cheap."""

FEW = "the interfaces have few conditions"
"""Why such a pair is not searched on observations; its verdicts would be the same."""

FEW_WITHOUT_BOUND = 60
"""The same without a bound on faults, where each condition comes with every state of the units."""

RulesOfObservations = ObservedRules | WiredObservedRules
Run = Callable[[RulesOfObservations, Sequence[Property]], Result[State, e.Event]]


def why_in_full(scenario: Scenario) -> str:
    """Why a scenario is searched with every condition of its interfaces; empty where observations are enough."""
    settings, environment = scenario.settings, scenario.environment
    if scenario.beside:
        return f"{BESIDE[scenario.beside]} read every condition"
    if environment.lines:
        return "command lines change which interfaces count"
    if settings.options.forward_delay:
        return "a port that comes up is blocked for a while"
    if settings.options.mate_is_healthier:
        return "an active unit compares its failed interfaces with its peer's at every check"
    if settings.state_on_data:
        return "connections travel over a data interface"
    together = settings.together
    if "sessions" in settings.follow and (together.failover or together.stateful):
        return "connections travel over a port that carries interfaces too"
    if settings.topology is not None and (why := _why_with_each_wiring(scenario)):
        return why
    if scenario.expect:
        return "the pinned numbers are those of every condition of the interfaces"
    if _at_most_few(scenario):
        return FEW
    return ""


def _why_with_each_wiring(scenario: Scenario) -> str:
    """Why a pair with a topology is searched with every wiring of its elements; empty where observations are enough."""
    settings, environment = scenario.settings, scenario.environment
    if settings.follow:
        return "an element changes links of which the followed history is told"
    if settings.together.shared_at and any(map(environment.has, ("ports", "traffic", "paths", "one-way-paths"))):
        return "ports that carry several things fail by themselves besides their elements"
    model = model_of(settings, environment)
    assert isinstance(model, WiredModel), "a pair with a topology"
    return "" if is_observable(model) else "too many elements carry several links and interfaces"


def _at_most_few(scenario: Scenario) -> bool:
    """Whether there are few conditions; for ports that carry several things that is not worked out."""
    settings, environment = scenario.settings, scenario.environment
    bound = environment.max_faults
    if settings.topology is not None:
        elements = len(settings.topology.elements) if environment.has("elements") else 0
        most = elements if bound is None else min(bound, elements)
        count = sum(comb(elements, number) for number in range(most + 1))
        return count <= (FEW_WITHOUT_BOUND if bound is None else FEW_CONDITIONS)
    if settings.together.shared_at:
        return False
    lines = 1 + environment.has("ports") + environment.has("traffic")
    single, count = lines**2 * (1 + environment.has("paths")), 1
    for alike in places_alike(settings):
        broken = len(alike) if bound is None else min(bound, len(alike))
        count *= comb(single + broken - 1, broken)
    return count <= (FEW_WITHOUT_BOUND if bound is None else FEW_CONDITIONS)


@attrs.frozen
class ObservedSearch:
    """A search on observations.

    Attributes:
        rules: The pair.
        result: Counts and findings of the search; of the promises in `left`, there is none.
        left: The promises that ask for more than is observed, by id, with the question.
        fine: Observations are told apart further than rules do (`observations.compared`), since a promise asked.
    """

    rules: RulesOfObservations
    result: Result[State, e.Event]
    left: dict[str, str]
    fine: bool = False

    def run_of(self, promise: Promise, finding: Finding[State, e.Event]) -> ConcreteRun:
        """The counterexample or witness with real names.

        One that cannot recover is shown with everything on the interfaces repaired: so it stays.
        """
        trace = finding.trace
        stuck = promise.kind == "can-recover" and finding.verdict is Verdict.VIOLATED
        last: Any = finding.states[-1].interfaces if finding.states else None
        if stuck and last is not None and not last.is_good:
            trace = (*trace, InterfacesRestored())
        return concrete(self.rules, trace) if trace else ConcreteRun((), (0,))


def rules_on_observations(model: PairModel, *, fine: bool = False) -> RulesOfObservations:
    """The rules of a pair over what its units observe; raises TooManyPorts as `ObservedRules`."""
    if isinstance(model, WiredModel) and model.settings.topology is not None:
        return WiredObservedRules(model, QUESTIONS, fine=fine)
    return ObservedRules(model, QUESTIONS, fine=fine)


def searched(scenario: Scenario, model: PairModel, promises: Sequence[Promise], run: Run) -> ObservedSearch | str:
    """Searches on observations; a sentence that says why that cannot be done.

    Args:
        scenario: One for which `why_in_full` is empty.
        model: The pair in its environment.
        promises: The promises to check.
        run: Explores rules and judges properties.
    """
    left: dict[str, str] = {}
    fine = False
    while True:
        try:
            rules = rules_on_observations(model, fine=fine)
        except TooManyPorts as error:
            return str(error)
        asked = [promise for promise in promises if promise.id not in left]
        try:
            result = run(rules, [property_of(promise, rules) for promise in asked])
        except ModelError as error:
            if "UnknownAnswer" not in str(error):
                raise
            of = next((promise.id for promise in asked if f"property {promise.id!r}" in str(error)), None)
            if of is None and fine:
                return f"a rule asks for more than is observed: {error}"
            if of is not None and fine:
                left[of] = str(error)
            fine = True
            continue
        return ObservedSearch(rules, result, left, fine)


def property_of(promise: Promise, rules: RulesOfObservations) -> Property:
    """The promise as a claim on observations: what speaks of the events that are jumps now speaks of jumps."""
    found = as_property(promise, rules.observers)
    placed: tuple[type[e.Event], ...] = (e.AtInterface, e.AtPort)
    hidden = without_interfaces
    if isinstance(rules, WiredObservedRules):
        hidden = without_wiring
        placed += (e.ElementFailed, e.ElementRestored, *LINK_EVENTS)
    if found.events is None or not any(issubclass(kind, placed) for kind in found.events):
        return found
    return attrs.evolve(
        found,
        events=(*found.events, *JUMPS),
        predicate=_of_jumps(found.predicate, hidden),
        premise=_of_jumps(found.premise, hidden),
    )


def _of_jumps(formula: Callable[..., object] | None, hidden: Callable[[Any], Any]) -> Callable[..., object] | None:
    """A formula of steps that may ask nothing around a jump of what is hidden."""
    if formula is None:
        return None

    def asked(before: Any, event: Any, after: Any) -> object:
        if isinstance(event, JUMPS):
            return formula(hidden(before), event, hidden(after))
        return formula(before, event, after)

    return asked


def explored_plainly(limits: dict[str, Any]) -> Run:
    """A search by the plain explorer."""

    def run(rules: RulesOfObservations, properties: Sequence[Property]) -> Result[State, e.Event]:
        model = _Noting(rules)
        found: Result[State, e.Event] = Checker(model).verify(*properties, progress_every=2000, **limits)
        return attrs.evolve(found, taken=tuple(model.seen))

    return run


class _Noting(PlainModel):
    """The rules for the plain explorer, noting which events change something."""

    def __init__(self, rules: RulesOfObservations) -> None:
        super().__init__(rules)
        self.seen: dict[Any, None] = {}

    def step(self, state: Any, event: Any, /) -> Any | None:
        """As `PlainModel.step`."""
        after = super().step(state, event)
        if after is not None:
            self.seen[event] = None
        return after


def taken_in(scenario: Scenario, result: Result[State, e.Event]) -> frozenset[type[e.Event]]:
    """The classes of the events that change something: every fault of an interface does, if one is allowed."""
    units = dict.fromkeys(type(event) for event in result.taken if not isinstance(event, JUMPS))
    return frozenset(units | dict.fromkeys(map(type, _events_of_jumps(scenario))))


def _events_of_jumps(scenario: Scenario) -> Iterator[e.Event]:
    """The events for which jumps stand, of those that are allowed by the bound on faults."""
    settings, environment = scenario.settings, scenario.environment
    if environment.max_faults == 0:
        return
    yield from placed_events(settings, environment)
    if settings.topology is not None:
        yield from environment.element_events(settings.topology.elements)
        yield from (event for event in environment.unit_events() if isinstance(event, LINK_EVENTS))
