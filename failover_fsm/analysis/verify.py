"""From a scenario to a verdict."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from failover_fsm.checker import Checker, Finding, Progress, Result, Verdict
from failover_fsm.checker.core.result import NO_MEMORY
from failover_fsm.checker.explicit.explore import not_searched
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.model.pair_model import NamedStep, PairModel
from failover_fsm.model.pair_rules import PairRules
from failover_fsm.model.scenario import Scenario, default_environment
from failover_fsm.model.wired_model import model_of
from failover_fsm.pair import events as e
from failover_fsm.pair.states import State
from failover_fsm.promises import Promise, as_property, breaking_group, chosen

if TYPE_CHECKING:
    from failover_fsm.checker.sliced import Part


@attrs.frozen(kw_only=True)
class Answer:
    """What was found of one promise.

    steps: the counterexample of a violated promise, or the witness of a "sometimes", with real
    interface names, replayed through `step`.  loop: where in `steps` an endless repetition begins.
    expected: the model's own reason why it is violated, empty where it should hold.  group: of an
    Active/Active pair, the number of the failover group in which it breaks.
    """

    promise: Promise
    verdict: Verdict
    vacuous: bool
    steps: tuple[NamedStep, ...] = ()
    loop: int | None = None
    expected: str = ""
    group: int | None = None

    @property
    def surprising(self) -> bool:
        """Violated though it should hold, or holds though the model says it is violated."""
        if self.verdict is Verdict.UNDECIDED:
            return False
        return (self.verdict is Verdict.VIOLATED) != bool(self.expected)


@attrs.frozen(kw_only=True)
class Report:
    """The verdict on a scenario.

    answers: one a promise, in the order of `promises.PROMISES`.  result: counts and digest.
    never_possible: event classes of the environment that never changed anything; None where no search was of the
    whole pair.
    wrong_pins: pinned numbers that are not met, (name, pinned, found).
    slices: the searches of a sliced check, whose numbers `result` adds up.
    """

    scenario: Scenario
    answers: tuple[Answer, ...]
    result: Result[State, e.Event]
    never_possible: tuple[str, ...] | None
    wrong_pins: tuple[tuple[str, int, int], ...] = ()
    slices: tuple[Part, ...] = ()

    @property
    def of_whole_pair(self) -> Result[Any, Any] | None:
        """The counts that pinned numbers are compared with; None where every search left something out."""
        return self.result if not self.slices else next((part.result for part in self.slices if part.whole), None)

    @property
    def verdict(self) -> Verdict:
        """VIOLATED if anything is not as the scenario says it should be, UNDECIDED if a limit was reached."""
        if self.wrong_pins or any(answer.surprising for answer in self.answers):
            return Verdict.VIOLATED
        complete = self.result.complete and all(item.verdict is not Verdict.UNDECIDED for item in self.answers)
        return Verdict.HOLDS if complete else Verdict.UNDECIDED

    @property
    def exit_status(self) -> int:
        """0 all as it should be, 1 something violated, 3 undecided."""
        return {Verdict.HOLDS: 0, Verdict.VIOLATED: 1, Verdict.UNDECIDED: 3}[self.verdict]

    def answer(self, promise: str) -> Answer:
        """The answer to the promise of that id.  Raises KeyError when it was not asked."""
        for item in self.answers:
            if item.promise.id == promise:
                return item
        raise KeyError(promise)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that `check --json` prints."""
        found = self.result
        return {
            "verdict": self.verdict.value,
            "states": found.states,
            "transitions": found.transitions,
            "depth": found.depth,
            "complete": found.complete,
            "seconds": round(found.seconds, 3),
            "assumptions": list(self.scenario.assumptions()),
            "promises": [_answer_dict(item) for item in self.answers],
            **({"never_possible": list(self.never_possible)} if self.never_possible is not None else {}),
            "digest": found.digest,
            **({"costs": [attrs.asdict(cost) for cost in found.costs]} if found.costs else {}),
            **({"wrong_pins": [_pin_dict(pin) for pin in self.wrong_pins]} if self.wrong_pins else {}),
            **({"slices": [_slice_dict(part) for part in self.slices]} if self.slices else {}),
        }


def _answer_dict(answer: Answer) -> dict[str, Any]:
    return {
        "id": answer.promise.id,
        "kind": answer.promise.kind,
        "verdict": answer.verdict.value,
        "rules": list(answer.promise.rules),
        "vacuous": answer.vacuous,
        "group": answer.group,
        "expected": answer.expected or None,
        "trace": [str(step.event) for step in answer.steps],
        "loop": answer.loop,
    }


def _pin_dict(pin: tuple[str, int, int]) -> dict[str, Any]:
    return dict(zip(("name", "pinned", "found"), pin, strict=True))


def _slice_dict(part: Part) -> dict[str, Any]:
    found = part.result
    return {
        "searched": part.searched,
        "without": list(part.without),
        "promises": [finding.name for finding in found.findings],
        "states": found.states,
        "transitions": found.transitions,
        "depth": found.depth,
    }


ENGINES = ("auto", "plain", "compiled")
"""Which explorer searches: the plain one, the compiled one, or first one and then the other."""

PLAIN_STATES = 150
"""Where `auto` goes over from the plain explorer, which starts at once, to the compiled one, which learns first."""

LEARNED_FIRST = 1000
"""Paths of rules learned before a search; what the search does not meet need not be learned at all."""


def verify(
    scenario: Scenario,
    *,
    engine: str = "auto",
    max_states: int | None = None,
    time_limit: float | None = None,
    clock: Callable[[], float] | None = None,
    progress: Callable[[Progress], object] | None = None,
    costs: bool = False,
    sliced: bool = False,
    **long_run: Any,
) -> Report:
    """Explores the scenario and judges its promises.

    engine: one of ENGINES; both explorers give the same report but for the seconds.
    max_states: states to store before giving up undecided.  time_limit: seconds, needs `clock`, a
    function that returns seconds.  progress: called now and then.  costs: whether to find what each field
    multiplies the states by.  sliced: whether to search each promise without the fields that it does not depend
    on (`checker.slicing`), on the compiled explorer.  long_run: workers, memory, store, resume of
    `CompiledChecker.verify`; for any of them and for costs the compiled explorer searches.  A pair with a topology is
    always explored plainly.
    Raises KeyError when the scenario names a promise that does not exist, ValueError for an unknown engine.
    """
    if engine not in ENGINES:
        raise ValueError(f"there is no engine {engine!r}; allowed: {', '.join(ENGINES)}")
    settings = scenario.settings
    asked = chosen(scenario.environment, scenario.check, groups=bool(settings.groups))
    model = model_of(settings, scenario.environment)
    alone = engine == "plain" or settings.topology is not None
    limits = {"max_states": max_states, "time_limit": time_limit, "clock": clock, "progress": progress}
    begun = {"begun": clock()} if clock is not None else {}
    result: Result[State, e.Event] | None = None
    parts: tuple[Part, ...] = ()
    if sliced and asked:
        parts, result = _sliced(model, asked, {**limits, **begun, **long_run})
    elif alone or (engine == "auto" and not (long_run or costs)):
        result = _plain(model, asked, limits, most=None if alone else PLAIN_STATES)
    if result is None:
        result = _compiled(model, asked, {**limits, **begun, "costs": costs, **long_run})
    expected = {item.promise: item.reason for item in scenario.violated}
    answers = tuple(
        _answer(model, promise, result.finding(promise.id), expected.get(promise.id, "")) for promise in asked
    )
    report = Report(scenario=scenario, answers=answers, result=result, never_possible=(), slices=parts)
    whole = report.of_whole_pair
    if whole is None or not whole.complete:
        return attrs.evolve(report, never_possible=None if whole is None else ())
    seen = model.events_seen() | {type(event) for event in whole.taken}
    return attrs.evolve(report, never_possible=tuple(_never(seen, scenario)), wrong_pins=tuple(_pins(scenario, whole)))


def _plain(
    model: PairModel, asked: Sequence[Promise], limits: dict[str, Any], most: int | None
) -> Result[State, e.Event] | None:
    """The result of the plain explorer, None where there are more than `most` states."""
    wanted = limits["max_states"]
    capped = most is not None and (wanted is None or wanted > most)
    options = {**limits, "max_states": most} if capped else limits
    properties = (as_property(promise, model.observers) for promise in asked)
    result = Checker(model).verify(*properties, progress_every=2000, **options)
    gave_up = result.limit is not None and result.limit.startswith("max_states")
    return None if capped and gave_up else result


def _compiled(model: PairModel, asked: Sequence[Promise], options: dict[str, Any]) -> Result[State, e.Event]:
    """The result of the compiled explorer."""
    from failover_fsm.checker.bitset.limits import LimitReached, Limits, Watchdog
    from failover_fsm.checker.compiled import CompiledChecker

    watchdog = Watchdog(Limits(**options))
    limit = None
    try:
        rules = PairRules(model, watchdog.check)
        checker = CompiledChecker(rules, budget=LEARNED_FIRST, watchdog=watchdog)
        search = checker.begin(*(as_property(promise, rules.observers) for promise in asked), **options)
    except KeyboardInterrupt:  # while rules were learned: all that is known then is where runs begin
        pass
    except LimitReached as reached:
        limit = reached.limit
    except MemoryError:
        limit = NO_MEMORY
    else:
        found: Result[Any, Any] = search.finish()
        return found
    return not_searched(model, (as_property(promise, model.observers) for promise in asked), limit)


def _sliced(
    model: PairModel, asked: Sequence[Promise], options: dict[str, Any]
) -> tuple[tuple[Part, ...], Result[State, e.Event]]:
    """The searches of a sliced check, and their result."""
    from failover_fsm.checker.bitset.limits import LimitReached, Limits, Watchdog
    from failover_fsm.checker.sliced import Part, joined, verify_sliced

    limits = Limits(**options)
    try:
        rules = PairRules(model, Watchdog(limits).check)
        properties = [as_property(promise, rules.observers) for promise in asked]
        parts = verify_sliced(rules, properties, budget=LEARNED_FIRST, **options)
    except (LimitReached, MemoryError) as error:
        limit = error.limit if isinstance(error, LimitReached) else NO_MEMORY
        nothing: Result[Any, Any] = not_searched(
            model, (as_property(promise, model.observers) for promise in asked), limit
        )
        parts = (Part(searched=False, result=nothing),)
    result: Result[Any, Any] = joined(parts, [promise.id for promise in asked], limits.seconds())
    return parts, result


def _answer(model: PairModel, promise: Promise, finding: Finding[State, e.Event], expected: str) -> Answer:
    steps = tuple(model.named_steps(finding.trace))
    group = None
    if finding.verdict is Verdict.VIOLATED and steps:
        group = breaking_group(promise, model.settings, steps[-1].before, steps[-1].event, steps[-1].after)
    return Answer(
        promise=promise,
        verdict=finding.verdict,
        vacuous=finding.vacuous,
        steps=steps,
        group=group,
        loop=finding.loop,
        expected=expected,
    )


def _never(seen: frozenset[type[e.Event]], scenario: Scenario) -> Iterator[str]:
    kinds = [kind for kind in scenario.environment.kinds() if scenario.settings.counted or not kind.at_interface]
    wanted: list[type[e.Event]] = [kind.event for kind in kinds]
    left_out = e.SynchronizationFinished if scenario.environment.sync_states else e.SynchronizationAdvanced
    wanted += [kind for kind in e.PROTOCOL_STEPS if kind is not left_out]
    only_with_groups = () if scenario.settings.groups else (e.GroupHandedOut, e.PreemptTimerExpired)
    for kind in only_with_groups if scenario.environment.has("reload") else (e.Restarted, *only_with_groups):
        wanted.remove(kind)
    for kind in dict.fromkeys(wanted):
        if kind not in seen:
            yield kind.word()


def _pins(scenario: Scenario, result: Result[State, e.Event]) -> Iterator[tuple[str, int, int]]:
    for name, pinned in scenario.expect:
        found = int(getattr(result, name))
        if found != pinned:
            yield name, pinned, found


def check(
    config: PairConfig | str | os.PathLike[str],
    *,
    faults: int | None = 2,
    max_states: int | None = None,
) -> Report:
    """Checks a configured pair in the default environment.

    config: a PairConfig, or the path of a running-config.  faults: how many things may be broken at
    the same time, None for no bound.  Raises ConfigError for a file that cannot be used, and for a
    configuration without a failover link, which makes no pair (LNK-1).
    """
    if not isinstance(config, PairConfig):
        from failover_fsm.config.asa.files import read_config

        config = read_config(config)
    if config.lan is None:
        allowed = "a configuration with `failover lan interface`"
        raise ConfigError(source=config.hostname, line=None, what="no failover link", allowed=allowed)
    environment = attrs.evolve(default_environment(groups=config.active_active), max_faults=faults)
    scenario = Scenario(title=config.hostname, config=config, environment=environment)
    return verify(scenario, max_states=max_states)
